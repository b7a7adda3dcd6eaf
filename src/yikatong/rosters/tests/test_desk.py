"""The clerk's desk: many cells mended at once and taken back, suggestions, the cycle before copied and compared."""

import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from yikatong.catalog import actions as catalog
from yikatong.catalog import queries as catalog_queries
from yikatong.core import sql, tasks
from yikatong.core.models import Official, TaskRun
from yikatong.core.refusals import NotFound, Refused
from yikatong.rosters import actions, comparing, copying, editing, queries, suggesting, template_file
from yikatong.rosters import tasks as roster_tasks
from yikatong.rosters.models import CycleComparison

from . import desk
from .desk import CLERK, HUANG_CARD, HUANG_ROW, LI_CARD, LI_ID, LI_ROW, WANG_ROW

pytestmark = pytest.mark.django_db

WRONG_LI = LI_ROW.replace("190.60", "190.00")
WRONG_HUANG = HUANG_ROW.replace("95.30,95.30", "95.30,99.00")


@pytest.fixture
def ground(cast, at):
    desk.ground(cast, at)


def bad_rows(roster, cast, at):
    return queries.problem_rows(roster, actor=cast[CLERK], at=at)[0]


def next_cycle(cast, at, label="2027"):
    by = cast["nongye.jingban"]
    return catalog.open_cycle(
        program=catalog_queries.program_for(by, "P01"),
        label=label,
        roster_due_on=at.date().replace(year=2027, month=6),
        pay_due_on=at.date().replace(year=2027, month=8),
        by=by,
        at=at,
    )


def test_cells_of_many_rows_are_mended_by_one_check_and_taken_back(cast, at, ground):
    roster = desk.read_roster(cast, at, WRONG_LI, WRONG_HUANG, WANG_ROW)
    first, second = bad_rows(roster, cast, at)
    before = editing.revisions(roster, [first.row_key, second.row_key])
    checks = roster.checks.count()
    changes = {first.row_key: {"amount": "190.60"}, second.row_key: {"amount": "95.30"}}
    common = {"roster": roster, "by": cast[CLERK], "at": at}
    check = editing.correct_lines(changes=changes, seen_version=roster.version, **common)
    assert (check.error_count, roster.checks.count()) == (0, checks + 1)
    check = editing.restore_lines(before=before, seen_version=roster.version, **common)
    assert check.error_count == 2
    assert [row.cells["amount"] for row in bad_rows(roster, cast, at)] == ["190.00", "99.00"]


def test_rows_that_say_nothing_new_stay_and_all_of_them_are_refused(cast, at, ground):
    roster = desk.read_roster(cast, at, WRONG_LI, WRONG_HUANG)
    first, second = bad_rows(roster, cast, at)
    common = {"roster": roster, "by": cast[CLERK], "at": at}
    same = {first.row_key: {"amount": "190.00"}}
    with pytest.raises(Refused, match="没有改动"):
        editing.correct_lines(changes=same, seen_version=roster.version, **common)
    roster = desk.fresh(cast, roster)
    changes = same | {second.row_key: {"amount": "95.30"}}
    editing.correct_lines(changes=changes, seen_version=roster.version, **{**common, "roster": roster})
    assert editing.revisions(roster, [first.row_key, second.row_key]) == {first.row_key: 1, second.row_key: 2}


def test_more_rows_than_a_page_can_hold_are_refused_before_anything_is_read(cast, at, ground):
    roster = desk.read_roster(cast, at, WRONG_LI)
    many = {f"1-001-{number:07d}": {"amount": "1"} for number in range(editing.ROWS_MAX + 1)}
    with pytest.raises(Refused, match="200 行"):
        editing.correct_lines(roster=roster, changes=many, by=cast[CLERK], at=at, seen_version=roster.version)


def test_a_bad_number_is_suggested_from_the_last_cycle_and_never_computed(cast, at, ground):
    desk.completed_roster(cast, at, LI_ROW, HUANG_ROW, WANG_ROW)
    cycle = next_cycle(cast, at)
    wrong = LI_ROW.replace(LI_ID, LI_ID[:-1] + "9")
    roster = actions.receive(
        content=desk.sheet(wrong, HUANG_ROW), filename="2027.csv", cycle=cycle, area_code=desk.LIUHE,
        by=cast[CLERK], at=at,
    )  # fmt: skip
    roster = desk.read(cast, at, roster)
    rows = bad_rows(roster, cast, at)
    suggesting.suggest(roster, rows, by=cast[CLERK], at=at)
    assert [(one.field, one.text, one.source) for one in rows[0].suggestions] == [
        ("id_number", LI_ID, "上期名册的号码")
    ]
    # Nobody of that name before: nothing is offered, though the check digit could be computed.
    stranger = desk.read_roster(cast, at, wrong.replace("李毅", "赵无名"))
    rows = bad_rows(stranger, cast, at)
    suggesting.suggest(stranger, rows, by=cast[CLERK], at=at)
    assert rows[0].suggestions == []


def test_the_cycle_before_is_copied_with_this_cycles_standard_and_compared(cast, at, ground):
    desk.load_cards(cast, at, LI_CARD, HUANG_CARD.format("正常"), days=1)
    before = desk.completed_roster(cast, at, LI_ROW, HUANG_ROW, WANG_ROW)
    cycle = next_cycle(cast, at)
    name, content = copying.copied(cycle=cycle, area_code=desk.LIUHE, by=cast[CLERK], at=at)
    assert before.no in name
    text = content.read().decode("utf-8-sig")
    assert text.splitlines()[1].split(",")[:3] == ["1", "柳河社区", "6"]
    assert (LI_ID in text, "王军" in text) == (True, False)
    roster = actions.receive(
        content=text.replace("2.00", "3.00").replace("190.60", "285.90").encode("utf-8-sig"),
        filename=name, cycle=cycle, area_code=desk.LIUHE, by=cast[CLERK], at=at,
    )  # fmt: skip
    roster = desk.read(cast, at, roster)
    actions.match(roster=roster, by=cast[CLERK], at=at, seen_version=roster.version)
    found = comparing.difference(desk.fresh(cast, roster), before)
    assert found is not None
    assert (found.previous, found.same_count, found.grown_fen) == (before, 1, 9530)
    assert [(kind.code, kind.count, kind.grown_fen) for kind in found.kinds] == [("changed", 1, 9530)]
    (person,) = comparing.changed_people(roster, found)
    assert (person["name"], person["before_fen"], person["after_fen"]) == ("李毅", 19060, 28590)


def test_what_a_round_found_is_added_up_once_and_tells_the_same_as_its_lines(cast, at, ground):
    desk.load_cards(cast, at, LI_CARD, HUANG_CARD.format("正常"), days=1)
    roster = desk.completed_roster(cast, at, LI_ROW, HUANG_ROW, WANG_ROW)
    results = {row["result"]: (row["count"], row["total_fen"]) for row in queries.match_results(roster)}
    assert results["matched"] == (roster.count, roster.total_fen) and sum(count for count, _ in results.values()) == 3
    page = sql.rows("rosters/payable_page", roster=roster.pk, rows_max=queries.PAGE, rows_before=0)
    assert page == sql.rows("rosters/payable_lines", roster=roster.pk, rows_max=queries.PAGE, rows_before=0) != []
    assert sql.rows("rosters/payable_page", roster=roster.pk, rows_max=1, rows_before=1) == page[1:2]
    (chased,) = queries.chase_list(roster)
    assert (chased["name"], chased["whole"]) == ("王军", 1) and results[chased["result"]][0] == 1


def copied_roster(cast, at, change=lambda text: text):
    """A cycle that was completed, and the next one copied from it and matched."""
    desk.load_cards(cast, at, LI_CARD, HUANG_CARD.format("正常"), days=1)
    before = desk.completed_roster(cast, at, LI_ROW, HUANG_ROW)
    cycle = next_cycle(cast, at)
    name, content = copying.copied(cycle=cycle, area_code=desk.LIUHE, by=cast[CLERK], at=at)
    text = change(content.read().decode("utf-8-sig"))
    roster = actions.receive(
        content=text.encode("utf-8-sig"), filename=name, cycle=cycle, area_code=desk.LIUHE, by=cast[CLERK], at=at
    )
    roster = desk.read(cast, at, roster)
    actions.match(roster=roster, by=cast[CLERK], at=at, seen_version=roster.version)
    return before, desk.fresh(cast, roster)


def test_a_long_roster_is_compared_in_the_background(cast, at, ground, monkeypatch):
    before, roster = copied_roster(cast, at)
    client, address = Client(), reverse("rosters:detail", args=[roster.no])
    client.force_login(Official.objects.get(username="nongye.jingban"))
    assert "和上期一模一样" in client.get(address).content.decode()
    monkeypatch.setattr(comparing, "COMPARED_AT_ONCE", 1)
    difference = reverse("rosters:difference", args=[roster.no])
    for page in (address, difference):
        assert "现在比对" in client.get(page).content.decode()
    for _ in range(2):
        assert client.post(difference)["Location"] == difference
    assert TaskRun.objects.filter(name="rosters.compare").count() == 1, "what is on its way is not started again"
    assert "您可以离开这一页" in client.get(difference).content.decode()
    roster_tasks.compare(progress=tasks.Progress(0), by=cast[CLERK], at=at, roster_id=roster.pk)
    assert "和上期一模一样" in client.get(address).content.decode()
    assert client.get(difference, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    kept = comparing.difference(roster, before)
    monkeypatch.setattr(comparing, "COMPARED_AT_ONCE", 100)
    now = comparing.difference(roster, before)
    assert kept is not None and now is not None
    assert (kept.same_count, kept.kinds, kept.grown_fen) == (now.same_count, now.kinds, now.grown_fen) == (2, [], 0)
    comparing.compare(roster, by=cast[CLERK], at=at)
    assert CycleComparison.objects.count() == 1, "again changes nothing"


def test_what_was_kept_of_a_comparison_is_what_comparing_now_tells(cast, at, ground, monkeypatch):
    before, roster = copied_roster(
        cast, at, lambda text: "\n".join(text.replace("2.00", "3.00").replace("190.60", "285.90").splitlines()[:2])
    )
    now = comparing.difference(roster, before)
    assert now is not None
    people = comparing.changed_people(roster, now)
    monkeypatch.setattr(comparing, "COMPARED_AT_ONCE", 0)
    assert comparing.difference(roster, before) is None
    comparing.compare(roster, by=cast[CLERK], at=at)
    kept = comparing.difference(roster, before)
    assert kept is not None
    assert kept.kinds == now.kinds != [] and kept.shown_max == comparing.KEPT_PEOPLE and now.shown_max is None
    assert comparing.changed_people(roster, kept) == people != []
    kind = people[0]["kind"]
    assert comparing.changed_people(roster, kept, kind=kind) == comparing.changed_people(roster, now, kind=kind)
    assert comparing.changed_people(roster, kept, page=2) == []
    actions.match(roster=roster, by=cast[CLERK], at=at, seen_version=roster.version)
    assert comparing.difference(desk.fresh(cast, roster), before) is None, "another round is compared anew"


def test_only_the_townships_own_clerk_copies_and_only_what_was_completed(cast, at, ground):
    desk.matched_roster(cast, at)
    cycle = next_cycle(cast, at)
    with pytest.raises(Refused, match="还没有定稿过"):
        copying.copied(cycle=cycle, area_code=desk.LIUHE, by=cast[CLERK], at=at)
    with pytest.raises(NotFound):
        copying.copied(cycle=cycle, area_code=desk.LIUHE, by=cast["shiqiao.jingban"], at=at)


def test_nothing_to_copy_is_told_on_the_page_that_takes_a_file_instead(cast, at, ground):
    client = Client()
    client.force_login(Official.objects.get(username=CLERK))
    asked = {"cycle": "P01-2026", "area": desk.LIUHE}
    page = client.post(reverse("rosters:copy"), asked, follow=True)
    assert page.redirect_chain and page.status_code == 200
    assert "还没有定稿过" in page.content.decode()


def test_the_template_keeps_numbers_as_text_and_is_read_as_a_roster(cast, at, ground):
    cycle = catalog_queries.cycle_for(cast[CLERK], "P01-2026")
    book = openpyxl.load_workbook(io.BytesIO(template_file.workbook(cycle)))
    sheet = book.active
    values = ["1", "柳河社区", "6", "李毅", LI_ID, "", 2, 95.3, 190.6]
    assert sheet.column_dimensions["E"].number_format == "@"
    for column, value in enumerate(values, start=1):
        sheet.cell(row=3, column=column, value=value)
    content = io.BytesIO()
    book.save(content)
    roster = desk.read(cast, at, desk.receive(cast, at, content.getvalue(), name="空表.xlsx"))
    found = queries.figures(roster)
    assert found is not None
    assert (found["row_count"], found["ok_count"]) == (1, 1)


def test_the_page_mends_takes_back_and_shows_where_problems_stand(cast, at, ground):
    roster = desk.read_roster(cast, at, WRONG_LI, WRONG_HUANG, WANG_ROW)
    client = Client()
    client.force_login(Official.objects.get(username=CLERK))
    page = reverse("rosters:detail", args=[roster.no])
    text = client.get(page).content.decode()
    first, _ = bad_rows(roster, cast, at)
    assert f'name="{first.row_key}:amount"' in text
    assert 'class="he-map__bar"' in text
    posted = {"version": roster.version, f"{first.row_key}:amount": "190.60"}
    text = client.post(reverse("rosters:mend", args=[roster.no]), posted, follow=True).content.decode()
    assert "改好了 1 行，已重新核对：还有 1 行要改。" in text
    assert "撤销刚才存的" in text
    version = {"version": desk.fresh(cast, roster).version}
    text = client.post(reverse("rosters:undo", args=[roster.no]), version, follow=True).content.decode()
    assert "已撤销" in text
    assert "2 行要改" in text
    text = client.post(reverse("rosters:undo", args=[roster.no]), version, follow=True).content.decode()
    assert "没有可以撤销的了" in text


def test_b11_the_second_who_edits_a_row_sees_both_values_and_stores_nothing(cast, at, ground):
    roster = desk.read_roster(cast, at, WRONG_LI, WRONG_HUANG)
    first, second = bad_rows(roster, cast, at)
    client, seen = Client(), roster.version
    client.force_login(Official.objects.get(username=CLERK))
    common = {"by": cast[CLERK], "at": at, "seen_version": seen}
    editing.correct_lines(roster=roster, changes={first.row_key: {"amount": "190.60"}}, **common)
    before = editing.revisions(roster, [first.row_key, second.row_key])
    for page, posted in (
        (reverse("rosters:mend", args=[roster.no]), {f"{first.row_key}:amount": "191.00"}),
        (reverse("rosters:correct", args=[roster.no, first.row_key]), {"amount": "191.00"}),
    ):
        answer = client.post(page, posted | {"version": seen})
        text = answer.content.decode()
        assert answer.status_code == 409 and "191.00" in text and "190.60" in text, text
    assert editing.revisions(roster, [first.row_key, second.row_key]) == before
    # What is ticked there is stored with the version that was shown, as is what is no race.
    version = desk.fresh(cast, roster).version
    assert f'name="version" value="{version}"' in text and f'name="{first.row_key}:amount" value="191.00"' in text
    posted = {f"{first.row_key}:amount": "191.00", "version": str(version)}
    assert client.post(reverse("rosters:mend", args=[roster.no]), posted).status_code == 302
    assert editing.revisions(roster, [first.row_key])[first.row_key] > before[first.row_key]


def test_nothing_personal_stands_in_the_session(cast, at, ground):
    roster = desk.read_roster(cast, at, LI_ROW.replace(LI_ID, LI_ID[:-1] + "9"))
    client = Client()
    client.force_login(Official.objects.get(username=CLERK))
    (row,) = bad_rows(roster, cast, at)
    posted = {"version": roster.version, f"{row.row_key}:id_number": LI_ID}
    client.post(reverse("rosters:mend", args=[roster.no]), posted)
    assert LI_ID[6:] not in str(dict(client.session))
