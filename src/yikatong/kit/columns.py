"""Understands headers: which column holds the name, the ID number, the amount, whatever a township calls it.

A header is judged by its words, not by a list of whole headers: 「2026年补贴面积（亩）」 is an area because it ends in 面积. Of
several candidates for one field the one of the lowest rank is taken (实发 before 应发 before 金额). What cannot be told is left
unmapped, is shown, and can be corrected by a mapping of letters to fields.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yikatong.kit import text

FIELDS: Mapping[str, str] = {
    "serial": "序号",
    "township": "乡镇",
    "village": "村",
    "group": "组",
    "name": "姓名",
    "sex": "性别",
    "id_number": "身份证号",
    "card_number": "社保卡号",
    "quantity": "面积或人数",
    "periods": "月数或天数",
    "rate": "标准",
    "amount": "金额",
    "occasion": "机具、案件或就诊编号",
    "mobile": "电话",
    "remark": "备注",
}
REQUIRED = ("name", "id_number", "amount")

_PERSON = "领取|领款|收款|受益|享受|补助|补贴|补偿|救助|奖扶|扶助|保障|低保|申请|承包|受助|受灾|资助|发放|退耕|供养|优抚|抚恤|种植|购机|移民|帮扶"
_SCHEME = "补贴|补助|补偿|救助|奖扶|扶助|奖励|保障|低保|护理|生活|资助|发放|兑现|兑付|应发|实发|直补|供养|抚恤|慰问|奖补|应补|实补"

# 发放月份, 应发日期 and the like speak of money and hold none.
_NO_MONEY = r"(?!.*(月份?|年月|时间|日期|年度|方式|单位|状态|依据|人|对象)$)"

# Another person's column, a former value, or a signature is never the field itself.
_NOT_THE_FIELD = re.compile(
    r"监护|家长|父母|抚养|代领|代管|代办|委托|经办|联系人|配偶|父亲|母亲|家属|介绍人|原折|原账|原卡|旧卡|曾用名|"
    r"^是否|报销|费用|价格|售价|自付|自负|统筹|起付|个人承担|收入|工资|贷款|"
    r"上年|去年|上期|上月|上季|往年|累计|已发|扣除|扣减|大写|签字|签名|签章|盖章|指纹|捺印|与户主|关系|残疾证|低保证|户口|(开户行|开户银行|网点|机构|银行名称|银行|行名|支行)$|学校"
)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_LEADING = re.compile(
    r"^[*★]?(?:(?:19|20)\d{2}年?度?|本次|本期|本年度?|本季度?|本月|\d{1,2}月份?|第?[一二三四1-4]季度)*(?=.)"
)
_UNIT = re.compile(r"[(\[【][^)\]】]*[)\]】]|[(\[【][^)\]】]*$")

# Field, rank, pattern over the header without spaces and units. Lower ranks are better; patterns are tried in this order.
_RULES: Sequence[tuple[str, int, re.Pattern[str]]] = [
    (field, rank, re.compile(pattern))
    for field, rank, pattern in (
        ("serial", 0, r"^(序号|编号|序|顺序号|NO\.?|No\.?|行号|项次|号)$"),
        ("sex", 0, r"^性别$"),
        ("mobile", 0, r"电话|手机|联系方式|联系号码"),
        ("remark", 0, r"^(备注|说明|备考|备注说明|其他说明)$"),
        ("id_number", 1, r"户主.*(身份证?件?(号码?)?|证件号码?)$"),
        ("id_number", 2, r"^社会保障号码?$"),
        ("id_number", 0, r"身份(证件?)?(号码?)?$|^(有效)?证件号码?$|公民身份|身份证"),
        ("card_number", 0, (r"(社会?保障?卡|社保卡|一卡通|一折通|惠农卡)(卡|账|帐)?(户|号)?码?$|(社会?保障?卡|社保|一卡通|一折通"
         r"|惠农).*(账|帐|卡|折)(户|号)")),
        ("card_number", 1, (r"(银行|开户|存折|存款|储蓄|收款|结算|打款|打卡|发放|农信|信用社|个人|领取|补贴).*(账|帐|卡|折)(户|号)码?$"
         r"|^(账|帐|卡|折)(户|号)码?$|^(账|帐)户号?码?$|^银行卡$")),
        ("card_number", 2, r"(卡号|账号|帐号)$"),
        ("occasion", 0, (r"(机具|出厂|机身|发动机|车架|机架|案件|救助|受理|申请|结算|住院|就诊|票据|发票|病案|登记|牌照"
         r"|底盘|审批|审核|文书|档案).*(编号"
         r"|(?<!型)号码?)$|^(案号|机号|单号)$")),
        ("occasion", 1, r"机具(名称|型号)?$|机型|(就诊|入院|住院|救助)(时间|日期)$|^(救助次数|第几次|批次号?)$"),
        ("occasion", 2, r"^(救助|申请|补助|困难|致困)?(原因|事由|事项)$|^(病种|疾病名称|就诊医院|救治医院|诊断)$|^机具(品目|种类)$"),
        ("rate", 0, r"标准$|单价$|^(亩均|人均|户均|台均|单台|每[亩人户台月季天日次头只套]).*|标准额$"),
        ("quantity", 1, r"^人(月|次|天|日)数?$"),
        ("periods", 0, r"(月|天|日|季)数$|^(发放|享受|救助|补发)?(月份数|天数)$"),
        ("quantity", 0, rf"({_SCHEME}|核定|核实|享受|实际|验收|兑现|退耕).*(面积|亩数|人数|人口数?|数量|台数|台套数|户数)$"),
        ("quantity", 2, r"(承包|确权|家庭|户籍|总|在册|二轮|计税|流转).*(面积|亩数|人数|人口数?)$"),
        ("quantity", 1, r"(面积|亩数|人数|人口|人口数|数量|台数|台套数|户数|头数|株数)$"),
        ("amount", 0, r"(实发|实补|实际(发放|兑现|补助|补贴)|实领)" + _NO_MONEY + r".*|^(拟|应|实)?兑付金额$"),
        ("amount", 1, rf"^(合计|总计|小计)?(合计|总计)(金额|资金|发放|{_SCHEME})?.*|(金额|资金|{_SCHEME})(合计|总计|总额)$|^总金额$|.*合计金额$"),
        ("amount", 2, r"金额$|^(应发|应补)" + _NO_MONEY + r".*|总额$|发放额$|(补贴|补助|补偿|救助|兑现)额$"),
        ("amount", 3, (rf"^.{{0,12}}({_SCHEME})(资金|款|费|金|钱)$|^.{{0,12}}(低保金|救助金|补助金|保障金|抚恤金|生活费|供养金"
         rf"|补偿金|奖励金|资金)$")),
        ("township", 0, r"^(所属|所在)?(乡镇|镇乡|镇|乡|街道|乡镇街道|镇街道?|乡镇名称?|乡镇街道名称)$|^乡.?镇$"),
        ("group", 0, r"^(所在|所属)?(村民)?(小组|组别|组名|组号|组|社别|村民组|队别?|社)$"),
        ("village", 0, (r"^(所属|所在)?(行政)?(村|村名|村名称|村别|村居|村委会?|村社区?|社区|村或社区|村/社区|村\(社区\)|村、社区"
         r"|村居名称|村民委员会|村级)$|^行政村.*")),
        ("village", 1, r"^(所在)?村.{0,3}组.{0,2}$|^村社.{0,2}$|组织名称$"),
        ("village", 2, r"(住址|地址|住所|所在地)$"),
        ("name", 1, r"户主(名|姓名|名称)?$|户主.*姓名$"),
        ("name", 0, (rf"^姓名$|^名字$|^农户(姓名|名称|名)?$|(?:{_PERSON}|本人|学生|患者|残疾人|低保户|村民|居民|死者|老人|儿童"
         rf"|人员|职工|毕业生)(人|人员|对象|户|者|农户)?(姓名|名称|名)?$|对象(姓名|名称)$")),
        ("name", 2, r"^(户名|账户名|帐户名|开户名|持卡人|开户人|账户名称|户主信息|卡主)(姓名)?$"),
        ("name", 0, r"姓名$|^(姓名|户主|农户)[/、或].*"),
    )
]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of a table: its place (from 0), its header as read, the field it was taken for (None: unmapped)."""

    index: int
    header: str
    field: str | None


def plain(header: str) -> str:
    """A header for comparing: no spaces, half-width; units and years stay."""
    return text.compact(header)


def core(header: str) -> str:
    """The words of a header: without spaces, units in brackets, leading years and periods, trailing colons."""
    bare = _UNIT.sub("", plain(header)).strip(":：,、*.")
    bare = re.sub(r"[/:,](元|亩|人|户|元/亩)$", "", bare)
    return _LEADING.sub("", bare)


def classify(header: str) -> tuple[str, int] | None:
    """Field and rank of one header, None when its words tell nothing.

    A bare noun such as 补助 is an amount when its unit is yuan, a rate when it is yuan per something.
    """
    whole, words = plain(header), core(header)
    if not words or len(words) > 24 or _NOT_THE_FIELD.search(whole):
        return None
    for field, rank, pattern in _RULES:
        if pattern.search(words) and not (field == "name" and rank == 0 and _money_unit(whole)):
            if field == "amount" and _money_unit(whole) == "rate":
                return "rate", 1
            return field, rank
    unit = _money_unit(whole)
    return (unit, 4) if unit else None


def _money_unit(header: str) -> str | None:
    if re.search(r"元/[^)\]】]", header):
        return "rate"
    return "amount" if re.search(r"[(\[【/:](人民币)?元[)\]】]?$", header) else None


def classify_levels(levels: Sequence[str]) -> tuple[str, int] | None:
    """Field and rank of a column under merged headers, from top to bottom: the lowest words count first, then all, then upwards."""
    filled = [level for level in dict.fromkeys(levels) if plain(level)]
    if not filled or _NOT_THE_FIELD.search(plain("".join(filled))):
        return None
    found = classify(filled[-1])
    if found and len(filled) > 1 and found[0] in ("name", "id_number") and "户主" in "".join(filled[:-1]):
        found = found[0], 1
    if found or len(filled) == 1:
        return found
    tried = (classify(words) for words in ("".join(filled), *reversed(filled[:-1])))
    return next((answer for answer in tried if answer), None)


def assign(headers: Sequence[Sequence[str]]) -> list[Column]:
    """Columns of a table from the header levels of each column. Every field is given to one column at most."""
    best: dict[str, tuple[tuple[int, int, bool, int], int]] = {}
    household = _household_only(headers)
    for index, levels in enumerate(headers):
        found = classify_levels(levels)
        if found is None:
            continue
        field, rank = found
        if household and field == "name" and rank in (0, 1):
            rank = 1 - rank
        years = [int(year) for year in _YEAR.findall(plain("".join(levels)))]
        order = (rank, -max(years, default=0), field == "name" and "姓名" not in plain("".join(levels)), index)
        if field not in best or order < best[field][0]:
            best[field] = order, index
    taken = {index: field for field, (_, index) in best.items()}
    return [
        Column(index, "".join(dict.fromkeys(level for level in levels if plain(level))), taken.get(index))
        for index, levels in enumerate(headers)
    ]


def _household_only(headers: Sequence[Sequence[str]]) -> bool:
    # When the only ID number is the head's, the name that belongs to it is the head's too.
    ranks = [found[1] for levels in headers if (found := classify_levels(levels)) and found[0] == "id_number"]
    return (
        bool(ranks)
        and min(ranks) == 1
        and not any("户主" not in "".join(levels) and classify_levels(levels) == ("id_number", 0) for levels in headers)
    )


def candidates(headers: Sequence[Sequence[str]], field: str) -> list[int]:
    """All columns that could hold a field, the likeliest first."""
    found = [
        (result[1], index)
        for index, levels in enumerate(headers)
        if (result := classify_levels(levels)) and result[0] == field
    ]
    return [index for _, index in sorted(found)]


def duplicates(headers: Sequence[Sequence[str]], columns: Sequence[Column]) -> list[tuple[Column, Column]]:
    """Pairs of columns with the same header where one of them would be used; first and later one."""
    seen: dict[str, Column] = {}
    pairs = []
    for column in columns:
        words = plain("/".join(headers[column.index]))
        if not words.strip("/"):
            continue
        first = seen.setdefault(words, column)
        if first is not column and first.field not in (None, "serial", "remark"):
            pairs.append((first, column))
    return pairs


def corrected(columns: Sequence[Column], mapping: Mapping[str, str | None]) -> list[Column]:
    """The columns after a person's correction: column letters to fields, None for 'not used'. A field moves, it is never doubled."""
    letters = {_letter(column.index): column for column in columns}
    wanted = {letters[letter.upper()].index: field for letter, field in mapping.items() if letter.upper() in letters}
    moved = set(wanted.values())
    return [Column(c.index, c.header, wanted.get(c.index, None if c.field in moved else c.field)) for c in columns]


def _letter(index: int) -> str:
    return (_letter(index // 26 - 1) if index >= 26 else "") + chr(65 + index % 26)
