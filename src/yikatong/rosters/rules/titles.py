"""What a title or a file name says: the program, the cycle, the township."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from yikatong.kit import text

_STOP = re.compile(
    r"资金|补贴|补助|发放|花名册|名册|明细表?|清册|名单|政策|对象|花名|兑现|汇总|表$|公示|农村|城乡|城镇|县级?|[()《》“”\d年月度季第份]"
)
_NEGLIGIBLE = re.compile(r"填报|填表|日期|单位[:：]|盖章|制表")
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_MONTHS = {
    word: month
    for month, word in enumerate(["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], 1)
}

# What offices say for short -> words of the official name (matched against the loaded catalog, so a county's own list decides).
ABBREVIATIONS: Sequence[tuple[str, str]] = (
    (r"低保|最低生活保障", "最低生活保障"),
    (r"移民|水库|后扶", "水库移民"),
    (r"退耕", "退耕"),
    (r"公益林|生态效益|生态林|森林", "森林生态"),
    (r"耕地|地力|农资综合|种粮|粮食直补", "耕地地力"),
    (r"农机|机具", "农机"),
    (r"禁牧", "禁牧"),
    (r"草畜平衡", "草畜平衡"),
    (r"危房|危改", "危房"),
    (r"藏区新居|新居建设|牧民新居", "新居"),
    (r"特困|五保", "特困人员"),
    (r"临时救助|急难", "临时救助"),
    (r"孤儿|艾滋|事实无人", "孤儿"),
    (r"重度残疾|重残|护理补贴|残疾人?护理", "重度残疾人护理"),
    (r"困难残疾|困残|残疾人?(困难)?生活(补贴|补助)", "困难残疾人生活"),
    (r"襄渝|民兵民工", "襄渝铁路"),
    (r"精简退职|精退", "精简退职"),
    (r"起义投诚", "起义投诚"),
    (r"困难儿童|困境儿童", "特殊困难儿童"),
    (r"过渡期", "过渡期"),
    (r"倒损|重建|倒塌", "倒损住房"),
    (r"遇难|因灾死亡", "因灾遇难"),
    (r"冬春|冬令|春荒", "冬令春荒"),
    (r"受灾|因灾|救灾", "受灾人员"),
    (r"优抚|抚恤|退役|烈属|伤残军人|两参", "优抚对象"),
    (r"医疗救助|大病救助", "医疗救助"),
    (r"特别扶助|特扶|失独", "特别扶助"),
    (r"奖励扶助|奖扶|计生|计划生育", "奖励扶助"),
    (r"中职|职高|中等职业", "中职"),
    (r"本专科|高职|贫困大学生|大学生资助", "本专科"),
    (r"就业帮扶|大学生就业|求职", "大学生就业"),
)  # fmt: skip


@dataclass(frozen=True)
class ProgramName:
    """A line of the catalog as far as recognizing needs it."""

    code: str
    name: str
    cycle: str
    leaf: bool = True


def program(lines: Iterable[str], catalog: Sequence[ProgramName]) -> ProgramName | None:
    """The program that the first telling line names: by its full name, by an abbreviation, or by most of its words."""
    for line in lines:
        plain = text.compact(line)
        if not plain or _NEGLIGIBLE.search(plain):
            continue
        found = _by_name(plain, catalog) or _by_abbreviation(plain, catalog) or _by_words(plain, catalog)
        if found:
            return found
    return None


def _by_name(plain: str, catalog: Sequence[ProgramName]) -> ProgramName | None:
    named = [item for item in catalog if _core(item.name) and (item.name in plain or _core(item.name) in plain)]
    return max(named, key=lambda item: (item.leaf, len(item.name)), default=None)


def _core(name: str) -> str:
    bare = re.sub(r"[(（].*", "", name)
    return re.sub(r"(补贴|补助)?(资金|制度)$|(?<=生活保障)金$|(?<=..补助)金$", "", bare) or bare


def _by_abbreviation(plain: str, catalog: Sequence[ProgramName]) -> ProgramName | None:
    for pattern, words in ABBREVIATIONS:
        if re.search(pattern, plain):
            named = [item for item in catalog if words in item.name]
            if named:
                return max(named, key=lambda item: (item.leaf, _shared(plain, item.name)))
    return None


def _by_words(plain: str, catalog: Sequence[ProgramName]) -> ProgramName | None:
    scored = [(_shared(plain, item.name), item.leaf, index) for index, item in enumerate(catalog)]
    share, _, index = max(scored, default=(0.0, False, 0))
    return catalog[index] if share >= 0.6 else None


def _shared(plain: str, name: str) -> float:
    core = _STOP.sub("", text.compact(name))
    pairs = {core[at : at + 2] for at in range(len(core) - 1)}
    return sum(pair in plain for pair in pairs) / len(pairs) if pairs else 0.0


def cycle(lines: Iterable[str], rhythm: str | None) -> str | None:
    """2026, 2026-Q3, 2026-H1 or 2026-09, from the first line with a year; `rhythm` (year, quarter, month) is the program's own."""
    year = part = None
    for line in lines:
        plain = text.compact(line)
        if _NEGLIGIBLE.search(plain):
            continue
        year = year or _year(plain)
        part = part or _part(plain)
        if year and (part or rhythm == "year"):
            break
    if year is None:
        return None
    return str(year) if part is None or rhythm == "year" else f"{year}-{_in_rhythm(part, rhythm)}"


def months_of(cycle: str | None, rhythm: str | None) -> int:
    """How many months a roster of a monthly program pays at once: three for 2026-Q3, six for 2026-H1, else one."""
    if rhythm != "month" or cycle is None:
        return 1
    return {"Q": 3, "H": 6}.get(cycle[5:6], 1)


def _year(plain: str) -> int | None:
    found = re.search(r"(?<!\d)(20\d{2})(?=年|[-./]\d|\D|$|\d{2}(?!\d))", plain) or re.search(
        r"[二2][〇零0][一二三四五六七八九〇零]{2}(?=年)", plain
    )
    return int(found.group().translate(_CHINESE_DIGITS)[:4]) if found else None


def _part(plain: str) -> str | None:
    quarter = re.search(r"第?([一二三四1-4])季|Q([1-4])", plain)
    if quarter:
        return f"Q{_QUARTERS[quarter.group(1) or quarter.group(2)]}"
    span = re.search(r"(?<!\d)(\d{1,2})月?[-—~至到]+(\d{1,2})月", plain)
    if span and int(span.group(2)) % 3 == 0 and int(span.group(2)) - int(span.group(1)) == 2:
        return f"Q{int(span.group(2)) // 3}"
    half = re.search(r"(上|下)半年", plain)
    if half:
        return "H1" if half.group(1) == "上" else "H2"
    month = re.search(r"(?<!\d)(\d{1,2})月", plain) or re.search(r"20\d{2}[-./年]?(\d{1,2})(?!\d)", plain)
    if month and 1 <= int(month.group(1)) <= 12:
        return f"{int(month.group(1)):02d}"
    words = re.search(r"(十[一二]?|[一二三四五六七八九])月", plain)
    return f"{_MONTHS[words.group(1)]:02d}" if words else None


def _in_rhythm(part: str, rhythm: str | None) -> str:
    return f"Q{(int(part) + 2) // 3}" if rhythm == "quarter" and part.isdigit() else part


def township(lines: Iterable[str], townships: Sequence[str], county: Sequence[str]) -> str | None:
    """The township that the first telling line names, with or without 镇 or 乡; else the county, when a line names it."""
    whole = [text.compact(line) for line in lines]
    longest_first = sorted(townships, key=len, reverse=True)
    for spelled in (longest_first, [name[:-1] for name in longest_first if len(name) > 2]):
        for line in whole:
            if found := next((name for name in spelled if name in line), None):
                return next(name for name in townships if name.startswith(found))
    return next((name for line in whole for name in county if name in line), None)
