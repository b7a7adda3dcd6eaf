"""The demo county's rosters at the clerk's desk, each from the township's own file: what it finds, mended by keyboard, pasted
and taken back, the annotated workbook mended in Excel and sent again, and the same file known again.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
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


def expected(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.with_name(path.name + ".expected.json").read_text("utf-8"))
    return found


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


def test_every_roster_is_worked_on_at_the_desk(golden_office: Office, tmp_path: Path) -> None:
    for path in ROSTERS:
        told = expected(path)
        if told["refused"]:
            continue
        clerk = golden_office[f"{CLERKS[told['township']]}.jingban"]
        upload(clerk, path, told)
        wrong = told["rows"] - told["ok"]
        headline(clerk, wrong, told["ok"])
        clerk.sees("系统按表头认的")
        if wrong:
            wrong = mend(clerk, told)
            headline(clerk, wrong, told["rows"] - wrong)
        send_annotated(clerk, tmp_path, told, wrong)
        upload(clerk, path, told)
        clerk.sees("这份表已经传过，内容一样")


def test_what_cannot_be_read_is_asked_about_or_refused_with_a_reason(golden_office: Office) -> None:
    twice, without_numbers, garbled = (path for path in ROSTERS if expected(path)["refused"])
    for path, reason in ((twice, "有两列表头一样"), (garbled, "乱码")):
        told = expected(path)
        clerk = golden_office[f"{CLERKS[told['township']]}.jingban"]
        upload(clerk, path, told)
        clerk.sees("这份文件没有收")
        clerk.sees(re.compile(reason))
    told = expected(without_numbers)
    clerk = golden_office[f"{CLERKS[told['township']]}.jingban"]
    upload(clerk, without_numbers, told)
    clerk.sees("这份表的表头认不全")
    clerk.follow("去指一下")
    clerk.press("按这样读取，并记住")
    clerk.sees("还没有指出哪一列是身份证号")


def upload(clerk: Desk, path: Path, told: dict[str, Any]) -> None:
    clerk.open("/rosters/upload/")
    clerk.choose("补贴项目和周期", f"{told['program_name']} {told['cycle']}")
    clerk.attach("花名册文件", path)
    clerk.press("上传并核对")
    clerk.waits_for_work()


def headline(clerk: Desk, wrong: int, right: int) -> None:
    said = f"{wrong:,} 行要改，其余 {right:,} 行没有问题" if wrong else f"{right:,} 行都没有问题"
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text(said)


def people_of(township: str) -> dict[str, str]:
    """Name to number of those whose name nobody else in the county has."""
    with (COUNTY / "people.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    often = Counter(row["name"] for row in rows)
    return {row["name"]: row["id_number"] for row in rows if often[row["name"]] == 1}


def wrong_numbers(clerk: Desk, told: dict[str, Any]) -> list[tuple[str, str]]:
    """Of the bad cells on the page the ID numbers that are known by the row's name: row key and the right number."""
    known = people_of(told["township"])
    cells = clerk.page.locator("input[form='mend'][data-field='id_number']").evaluate_all(
        """all => all.map(one =>
          [one.name.split(":")[0], one.closest("tr").querySelector(".he-cell--name")?.innerText || "", one.value])"""
    )
    return [(key, known[name]) for key, name, number in cells if known.get(name, number) != number]


def mend(clerk: Desk, told: dict[str, Any]) -> int:
    """One row by keyboard, taken back and mended again; where the page knows no number, one row is dropped."""
    page, wrong = clerk.page, told["rows"] - told["ok"]
    paste_and_undo(clerk)
    numbers = wrong_numbers(clerk, told)
    if not numbers:
        return drop_first(clerk, told, wrong)
    (key, right), *_ = numbers
    for _ in range(2):
        cell(clerk, key).fill(right)
        page.keyboard.press("Control+s")
        clerk.sees(f"改好了 1 行，已重新核对：还有 {wrong - 1} 行要改。" if wrong > 1 else "没有要改的了")
        clerk.press("撤销刚才存的")
        clerk.sees("已撤销，这 1 行恢复成改之前的样子。")
        headline(clerk, wrong, told["ok"])
    cell(clerk, key).fill(right)
    page.keyboard.press("Control+s")
    clerk.sees("改好了 1 行")
    return wrong - 1


def cell(clerk: Desk, key: str) -> Locator:
    return clerk.page.locator(f"input[name='{key}:id_number']")


def paste_and_undo(clerk: Desk) -> None:
    """A column of two from Excel into the field that has most bad cells; Ctrl+Z brings both back, nothing is saved."""
    fields = clerk.page.locator("input[form='mend']").evaluate_all("all => all.map(one => one.dataset.field)")
    field, count = Counter(fields).most_common(1)[0]
    if count < 2:
        return
    column = clerk.page.locator(f"input[form='mend'][data-field='{field}']")
    before = [column.nth(place).input_value() for place in (0, 1)]
    column.first.focus()
    column.first.evaluate(PASTE, "甲\n乙")
    assert [column.nth(place).input_value() for place in (0, 1)] == ["甲", "乙"]
    for _ in range(2):
        clerk.page.keyboard.press("Control+z")
    assert [column.nth(place).input_value() for place in (0, 1)] == before


def drop_first(clerk: Desk, told: dict[str, Any], wrong: int) -> int:
    clerk.unfold("改别的格子，或剔除这一行")
    clerk.fill("剔除的理由", "和本人核过，这一行不报")
    clerk.press("剔除这一行")
    clerk.sees("这一行已剔除，理由已留痕。")
    told["rows"] -= 1
    return wrong - 1


def send_annotated(clerk: Desk, folder: Path, told: dict[str, Any], wrong: int) -> None:
    """The annotated workbook, one more number mended in it as in Excel, is sent again: only that row has changed."""
    numbers = wrong_numbers(clerk, told)
    path = folder / "批注.xlsx"
    with clerk.page.expect_download() as download:
        clerk.follow("下载批注表")
    download.value.save_as(path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "问题清单"
    assert wrong == 0 or any(one.comment for sheet in book.worksheets[1:] for row in sheet for one in row)
    # What openpyxl writes has lost the values of formulas, which Excel keeps.
    cells = [one for sheet in book.worksheets for row in sheet for one in row]
    there = {str(one.value) for one in cells}
    # Somebody who is in the roster already would be taken for the other row.
    numbers = [(key, right) for key, right in numbers if right not in there]
    mends = bool(numbers) and not any(one.data_type == "f" for one in cells)
    if mends:
        write_number(book, *numbers[0], told)
        book.save(path)
    clerk.unfold("改好了，重新上传")
    clerk.attach("改好的表", path)
    clerk.page.locator("form[action$='/file/'] button").click()
    clerk.waits_for_work()
    clerk.sees("这次改了什么")
    clerk.sees(re.compile("改了 1 行，其余 [0-9,]+ 行没动。改好 1 处" if mends else "行都没动"))
    headline(clerk, wrong - mends, told["rows"] - wrong + mends)


def write_number(book: openpyxl.Workbook, key: str, right: str, told: dict[str, Any]) -> None:
    _, sheet, row = map(int, key.split("-"))
    columns = Counter(p["column"] for p in told["problems"] if p["kind"].startswith("ID_"))
    ((column, _),) = columns.most_common(1)
    book.worksheets[sheet][f"{column}{row}"] = right
