"""A cell that holds a formula: the clerk says that what it came to is right, and takes it back; another file keeps the word."""

import io
import re
import zipfile

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from yikatong.core.models import Official
from yikatong.core.refusals import Refused
from yikatong.rosters import actions, editing, queries
from yikatong.rosters.models import ReadingComparison

from . import desk
from .desk import CLERK, HEADER, HUANG_ROW, LI_ROW

pytestmark = pytest.mark.django_db
NAME = "柳河镇2026年耕地地力保护补贴.xlsx"


def workbook(*rows: str) -> bytes:
    """A roster whose amounts are formulas, with what Excel reckoned kept beside them."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER.split(","))
    for at, row in enumerate(rows, start=2):
        texts = row.split(",")
        sheet.append([*texts[:5], *map(float, texts[5:7]), f"=F{at}*G{at}"])
    file = io.BytesIO()
    book.save(file)
    return reckoned(file, [row.split(",")[7] for row in rows])


def reckoned(file: io.BytesIO, results: list[str]) -> bytes:
    """The workbook as Excel saves it: openpyxl leaves the results of formulas out."""
    out, left = io.BytesIO(), iter(results)
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            part = before.read(name).decode()
            part = re.sub(r"</f><v ?/>|</f><v></v>", lambda _: f"</f><v>{float(next(left))}</v>", part)
            after.writestr(name, part)
    assert next(left, None) is None
    return out.getvalue()


@pytest.fixture
def roster(cast, at):
    desk.ground(cast, at)
    return desk.read(cast, at, desk.receive(cast, at, workbook(LI_ROW, HUANG_ROW), name=NAME))


def errors(cast, at, roster):
    return {row.row_no for row in queries.problem_rows(roster, actor=cast[CLERK], at=at)[0]}


def test_what_a_formula_came_to_is_accepted_row_by_row_or_all_at_once_and_taken_back(cast, at, roster):
    client = Client()
    client.force_login(Official.objects.get(username=CLERK))
    page, mend = reverse("rosters:detail", args=[roster.no]), reverse("rosters:mend", args=[roster.no])
    assert errors(cast, at, roster) == {2, 3}
    first, second = queries.problem_rows(roster, actor=cast[CLERK], at=at)[0]
    text = client.get(page).content.decode()
    assert "就用现在显示的数：190.6" in text and f'value="{first.row_key}:amount"' in text
    assert "这一页 2 行都用现在显示的数" in client.get(f"{page}?kind=FORMULA_CELL").content.decode()
    # The inputs of the page come along as they stand: they say nothing new.
    posted = {f"{second.row_key}:amount": "95.3", "version": roster.version, "accept": f"{first.row_key}:amount"}
    text = client.post(mend, posted, follow=True).content.decode()
    assert "改好了 1 行，已重新核对：还有 1 行要改。" in text and errors(cast, at, roster) == {3}
    version = {"version": desk.fresh(cast, roster).version}
    assert "已撤销" in client.post(reverse("rosters:undo", args=[roster.no]), version, follow=True).content.decode()
    assert errors(cast, at, roster) == {2, 3}
    all_of_them = [f"{row.row_key}:amount" for row in (first, second)]
    posted = {"version": desk.fresh(cast, roster).version, "accept": [*all_of_them, "nonsense", "x:evil"]}
    assert "没有要改的了" in client.post(mend, posted, follow=True).content.decode()
    assert errors(cast, at, roster) == set()


def test_the_word_goes_with_the_row_into_the_next_file(cast, at, roster):
    first, _ = queries.problem_rows(roster, actor=cast[CLERK], at=at)[0]
    common = {"roster": roster, "by": cast[CLERK], "at": at}
    accepted = {first.row_key: {"amount"}}
    editing.correct_lines(changes={}, accepted=accepted, seen_version=roster.version, **common)
    roster = desk.fresh(cast, roster)
    with pytest.raises(Refused, match="没有改动"):
        editing.correct_lines(
            changes={}, accepted=accepted, seen_version=roster.version, **(common | {"roster": roster})
        )
    roster = desk.fresh(cast, roster)
    content = workbook(HUANG_ROW, LI_ROW)
    actions.replace(
        content=content, filename="第二份.xlsx", seen_version=roster.version, **(common | {"roster": roster})
    )
    roster = desk.read(cast, at, roster)
    assert ReadingComparison.objects.get(reading__roster=roster).carried_count == 1
    assert errors(cast, at, roster) == {2}, "only the other one's formula waits"
