"""The demo county's rosters at the clerk's desk, each from the township's own file: what it finds, mended by keyboard, pasted
and taken back, the annotated workbook mended in Excel and sent again, and the same file known again.

Every file is found, sent again and known again; each has its own trouble, on which the clerk shows what else the desk can do.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.whole_run import as_owner
from yikatong.catalog import actions as catalog
from yikatong.catalog import queries as catalog_queries
from yikatong.core import actions as core
from yikatong.core.models import Appointment
from yikatong.demo.story import Plot, ground
from yikatong.demo.story.plot import COUNTY
from yikatong.kit.problems import KINDS

from .desk import Desk, Office
from .running import Site, running
from .test_roster_desk import PASTE

pytestmark = pytest.mark.browser

ROSTERS = sorted(path for path in (COUNTY / "rosters").iterdir() if path.suffix != ".json")
CLERKS = {
    "柳河镇": "liuhe", "石桥镇": "shiqiao", "麦岭乡": "mailing", "白塔乡": "baita", "云溪镇": "yunxi", "大湾镇": "dawan",
    "青坪乡": "qingping", "双河镇": "shuanghe", "青禾县": "xian",
}  # fmt: skip
# A roster of the whole county needs a desk for the whole county.
COUNTY_DESK = (
    "username,name,role,agency_name,agency_kind,area_code\n"
    "xian.jingban,白桦,township_clerk,青禾县惠农中心,township_government,519999000000\n"
)
# What the expected problems say should stand in the cell.
_RIGHT = re.compile(r"^(?:register has|quantity x standard makes) (.+)$")
_FIELDS = {"NAME_MISMATCH": "姓名", "AMOUNT_MISMATCH": "金额"}
Told = dict[str, Any]


@pytest.fixture
def golden_site(chromium: str, fresh_database: Any, tmp_path: Path) -> Iterator[Site]:
    """The demo county with its people and cards, and a cycle open for each of its rosters."""
    desk = tmp_path / "desk.csv"
    desk.write_text(COUNTY_DESK, encoding="utf-8")
    plot = Plot()
    with as_owner(fresh_database.owner_url):
        core.load_officials(path=desk, valid_from=plot.at().date().replace(month=1, day=1))
    for step in ground.steps(plot):
        if step.key != "cycle":
            step.take()
    for code, label in sorted({(one["program"], one["cycle"]) for one in map(expected, ROSTERS)}):
        open_cycle(plot, code, label)
    with running(fresh_database, tmp_path) as site:
        yield site


@pytest.fixture
def golden_office(golden_site: Site, browser: Browser) -> Iterator[Office]:
    """Desks on that county."""
    office = Office(browser, golden_site)
    yield office
    assert office.faults() == []


def open_cycle(plot: Plot, code: str, label: str) -> None:
    posts = Appointment.objects.filter(role="department_clerk").select_related("official")
    by = next(
        actor
        for post in posts
        if (actor := plot.actor(post.official.username))
        and catalog_queries.programs_for(actor).filter(code=code, department_id=post.agency_id).exists()
    )
    at = plot.at()
    catalog.open_cycle(
        program=catalog_queries.program_for(by, code),
        label=label,
        roster_due_on=at.date() + timedelta(days=20),
        pay_due_on=at.date() + timedelta(days=60),
        by=by,
        at=at,
    )


def expected(path: Path) -> Told:
    found: Told = json.loads(path.with_name(path.name + ".expected.json").read_text("utf-8"))
    return found


def test_every_roster_of_the_demo_county_is_worked_on(golden_office: Office, tmp_path: Path) -> None:
    for path in ROSTERS:
        told = expected(path)
        clerk = golden_office[f"{CLERKS[told['township']]}.jingban"]
        number = path.name[:2]
        upload(clerk, path, told)
        if told["refused"]:
            REFUSED[number](clerk)
            continue
        told["wrong"] = told["rows"] - told["ok"]
        finds(clerk, told)
        for gesture in GESTURES.get(number, ()):
            gesture(clerk, told)
        send_annotated(clerk, tmp_path, told, mends=number in MENDED_IN_EXCEL)
        upload(clerk, path, told)
        clerk.sees("这份表已经传过，内容一样")


def upload(clerk: Desk, path: Path, told: Told) -> None:
    clerk.open("/rosters/upload/")
    clerk.choose("补贴项目和周期", f"{told['program_name']} {told['cycle']}")
    clerk.attach("花名册文件", path)
    clerk.press("上传并核对")
    clerk.waits_for_work()


def headline(clerk: Desk, told: Told) -> None:
    wrong, right = told["wrong"], told["rows"] - told["wrong"] - told.get("dropped", 0)
    said = f"{wrong:,} 行要改，其余 {right:,} 行没有问题" if wrong else f"{right:,} 行都没有问题"
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text(said)


def finds(clerk: Desk, told: Told) -> None:
    """The finding in a sentence, its causes with their counts, where the bad rows stand, how the columns were understood."""
    headline(clerk, told)
    clerk.sees("系统按表头认的")
    causes = clerk.page.locator("#causes .he-causes li").evaluate_all(
        "all => all.map(one => [one.querySelector('a').innerText, one.querySelector('b').innerText])"
    )
    counted = Counter(KINDS[one["kind"]].label for one in told["problems"])
    assert {label: int(count) for label, count in causes} == counted, told["file"]
    marks = clerk.page.locator(".he-map__bar a").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert sum(int(re.findall(r"([0-9]+) 行要改", mark)[0]) for mark in marks) == told["wrong"]


def plain(told: Told, kind: str) -> list[tuple[int, str, str]]:
    """Row, column and right text of the rows in which nothing else is wrong than one such cell."""
    errors = Counter((one["sheet"], one["row"]) for one in told["problems"] if KINDS[one["kind"]].severity == "error")
    often = Counter(row for _, row in errors)
    return [
        (one["row"], one["column"], right[1])
        for one in told["problems"]
        if one["kind"] == kind and errors[one["sheet"], one["row"]] == 1 and often[one["row"]] == 1
        and (right := _RIGHT.match(one["note"]))
    ]  # fmt: skip


def cell(clerk: Desk, row: int, kind: str) -> Locator:
    return clerk.page.locator(f"input[aria-label='第 {row} 行 {_FIELDS[kind]}']")


def mend_by_keyboard(clerk: Desk, told: Told) -> None:
    """A name as the register has it: typed, saved, taken back, and typed again."""
    row, _, right = plain(told, "NAME_MISMATCH")[0]
    for again in (True, False):
        cell(clerk, row, "NAME_MISMATCH").fill(right)
        clerk.page.keyboard.press("Control+s")
        clerk.sees(f"改好了 1 行，已重新核对：还有 {told['wrong'] - 1} 行要改。")
        if again:
            clerk.page.locator("h1").click()
            clerk.page.keyboard.press("Control+z")
            clerk.sees("已撤销，这 1 行恢复成改之前的样子。")
            headline(clerk, told)
    told["wrong"] -= 1
    told["carried"] = told.get("carried", 0) + 1


def paste_a_column(clerk: Desk, told: Told) -> None:
    """Of one cause the amounts are pasted from Excel at once; Ctrl+Z takes one back, and they are saved together."""
    clerk.follow(KINDS["AMOUNT_MISMATCH"].label)
    amounts = plain(told, "AMOUNT_MISMATCH")
    column = clerk.page.locator("input[form='mend'][data-field='amount']")
    places = [column.evaluate_all("(all, label) => all.findIndex(one => one.ariaLabel === label)", f"第 {row} 行 金额")
              for row, _, _ in amounts]  # fmt: skip
    assert len(places) > 1 and places == sorted(places) and -1 not in places, places
    before = column.nth(places[-1]).input_value()
    lines = [right for _, _, right in amounts]
    column.nth(places[0]).focus()
    column.nth(places[0]).evaluate(PASTE, "\r\n".join(lines))
    assert [column.nth(place).input_value() for place in places] == lines
    clerk.page.keyboard.press("Control+z")
    expect(column.nth(places[-1])).to_have_value(before)
    column.nth(places[-1]).fill(lines[-1])
    clerk.page.keyboard.press("Control+s")
    told["wrong"] -= len(lines)
    told["carried"] = told.get("carried", 0) + len(lines)
    clerk.sees(f"改好了 {len(lines)} 行，已重新核对：还有 {told['wrong']} 行要改。")
    headline(clerk, told)
    clerk.follow("全部要改的")


def take_formulas_as_shown(clerk: Desk, told: Told) -> None:
    """What formulas came to is looked at and taken, all of a page with one click."""
    clerk.follow(KINDS["FORMULA_CELL"].label)
    rows = {(one["sheet"], one["row"]) for one in told["problems"] if one["kind"] == "FORMULA_CELL"}
    clerk.press(f"这一页 {len(rows)} 行都用现在显示的数")
    clerk.sees(f"改好了 {len(rows)} 行")
    other = {
        (one["sheet"], one["row"])
        for one in told["problems"]
        if KINDS[one["kind"]].severity == "error" and one["kind"] != "FORMULA_CELL"
    }
    told["wrong"] -= len(rows - other)
    told["carried"] = told.get("carried", 0) + len(rows)
    headline(clerk, told)


def drop_the_first(clerk: Desk, told: Told) -> None:
    """A row that cannot be mended is taken out, with a reason."""
    clerk.unfold("改别的格子，或剔除这一行")
    clerk.fill("剔除的理由", "和本人核过，这一行不报")
    clerk.press("剔除这一行")
    clerk.sees("这一行已剔除，理由已留痕。")
    told["wrong"], told["dropped"], told["carried"] = told["wrong"] - 1, 1, told.get("carried", 0) + 1
    headline(clerk, told)


def send_annotated(clerk: Desk, folder: Path, told: Told, *, mends: bool) -> None:
    """The annotated workbook is sent again, with one more cell mended in it as in Excel or just so: only that row has changed,
    and what was mended on the page goes with its rows."""
    path = folder / "批注.xlsx"
    with clerk.page.expect_download() as download:
        clerk.follow("下载批注表")
    download.value.save_as(path)
    if mends:
        book = openpyxl.load_workbook(path)
        assert book.sheetnames[0] == "问题清单"
        row, column, right = (plain(told, "NAME_MISMATCH")[1:] or plain(told, "AMOUNT_MISMATCH"))[0]
        wrong = book.worksheets[1][f"{column}{row}"]
        assert wrong.comment and wrong.fill.fgColor.rgb == "FFFFC7CF"
        wrong.value = right
        book.save(path)
        told["wrong"] -= 1
    clerk.unfold("改好了，重新上传")
    clerk.attach("改好的表", path)
    clerk.page.locator("form[action$='/file/'] button").click()
    clerk.waits_for_work()
    clerk.sees("这次改了什么")
    whole, mended = f"{told['rows'] - 1:,}", "改了 1 行，其余 {} 行没动。改好 1 处，新发现 0 处问题。"
    clerk.sees(mended.format(whole) if mends else f"{told['rows']:,} 行都没动。改好 0 处，新发现 0 处问题。")
    if told.get("carried"):
        clerk.sees(f"您在网页上改过的 {told['carried']} 行照样算数。")
    headline(clerk, told)


def told_why(reason: str) -> Callable[[Desk], None]:
    def look(clerk: Desk) -> None:
        clerk.sees("这份文件没有收")
        clerk.sees(re.compile(reason))

    return look


def asked_about_headings(clerk: Desk) -> None:
    """Without a column of ID numbers the clerk is asked for it, and told when none is named."""
    clerk.sees("这份表的表头认不全")
    clerk.follow("去指一下")
    clerk.press("按这样读取，并记住")
    clerk.sees("还没有指出哪一列是身份证号")


# What is done with which file besides.
GESTURES: dict[str, tuple[Callable[[Desk, Told], None], ...]] = {
    "03": (take_formulas_as_shown,),
    "05": (drop_the_first,),
    "06": (mend_by_keyboard,),
    "08": (mend_by_keyboard, paste_a_column),
}
# The others keep the values of formulas, which Excel would keep, and openpyxl would not.
MENDED_IN_EXCEL = ("04", "06")
REFUSED = {"10": told_why("有两列表头一样"), "11": asked_about_headings, "12": told_why("乱码")}
