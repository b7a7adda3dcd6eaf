"""Another file for the same roster: only what changed is told, and what was mended in place is not lost."""

import random

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from yikatong.core import sql
from yikatong.core.models import Official
from yikatong.rosters import actions, annotating, carrying, editing, queries
from yikatong.rosters.models import ReadingComparison
from yikatong.rosters.rules import twins

from . import desk
from .desk import CLERK, HUANG_ROW, LI_ROW, WANG_ROW

database = pytest.mark.django_db
WRONG_LI = LI_ROW.replace("190.60", "190.00")
WRONG_HUANG = HUANG_ROW.replace("95.30,95.30", "95.30,99.00")


@pytest.fixture
def ground(cast, at):
    desk.ground(cast, at)


def bad_rows(roster, cast, at):
    return queries.problem_rows(roster, actor=cast[CLERK], at=at)[0]


def mend(roster, cast, at, changes):
    roster = desk.fresh(cast, roster)
    editing.correct_lines(roster=roster, changes=changes, by=cast[CLERK], at=at, seen_version=roster.version)


def replaced(roster, cast, at, *rows):
    roster = desk.fresh(cast, roster)
    actions.replace(
        roster=roster, content=desk.sheet(*rows), filename="改好.csv", by=cast[CLERK], at=at,
        seen_version=roster.version, again=True,
    )  # fmt: skip
    roster = desk.read(cast, at, roster)
    return roster, ReadingComparison.objects.filter(reading__roster=roster).latest("id")


@database
def test_only_what_changed_is_told(cast, at, ground):
    roster = desk.read_roster(cast, at, WRONG_LI, WRONG_HUANG, WANG_ROW)
    added = WANG_ROW.replace("王军", "王君").replace("3,柳", "4,柳")
    roster, told = replaced(roster, cast, at, LI_ROW, WRONG_HUANG, added)
    counts = (told.same_count, told.changed_count, told.added_count, told.gone_count)
    assert counts == (1, 2, 0, 0)
    assert (told.mended_count, told.found_count, told.carried_count) == (1, 1, 0)
    roster, told = replaced(roster, cast, at, LI_ROW, WRONG_HUANG)
    assert (told.same_count, told.changed_count, told.added_count, told.gone_count) == (2, 0, 0, 1)


@database
def test_what_was_mended_or_dropped_in_place_goes_with_its_row(cast, at, ground):
    roster = desk.read_roster(cast, at, WRONG_LI, WRONG_HUANG, WANG_ROW)
    first, second = bad_rows(roster, cast, at)
    mend(roster, cast, at, {first.row_key: {"amount": "190.60"}})
    roster = desk.fresh(cast, roster)
    actions.drop_line(
        roster=roster, row_key=second.row_key, reason="重复", by=cast[CLERK], at=at, seen_version=roster.version
    )
    # The rows stand elsewhere in the new file, which still has the old amount.
    roster, told = replaced(roster, cast, at, WANG_ROW, WRONG_HUANG, WRONG_LI)
    assert (told.same_count, told.changed_count, told.found_count, told.carried_count) == (3, 0, 0, 2)
    found = queries.figures(roster) or {}
    assert (found["ok_count"], found["error_count"], found["dropped_count"]) == (2, 0, 1)
    # The file was checked once, with what goes on laid over it; what it has itself is not lost.
    assert roster.checks.filter(reading_no=2).count() == 1
    copy = annotating.annotated_copy(roster=roster, by=cast[CLERK], at=at)
    comments = [cell.comment.text for cell in desk.cells_of(copy.content) if cell.comment]
    assert any("原来：190.00；已改成：190.60。" in text for text in comments), comments
    assert any("重复。这一行不发放。" in text for text in comments), comments
    roster, told = replaced(roster, cast, at, WRONG_LI, WANG_ROW, WRONG_HUANG)
    assert (told.same_count, told.changed_count, told.found_count, told.carried_count) == (3, 0, 0, 2)
    assert (queries.figures(roster) or {})["error_count"] == 0


@database
def test_a_carried_correction_is_taken_back_on_the_page(cast, at, ground):
    roster = desk.read_roster(cast, at, WRONG_LI, WANG_ROW)
    (row,) = bad_rows(roster, cast, at)
    mend(roster, cast, at, {row.row_key: {"amount": "190.60"}})
    roster, _ = replaced(roster, cast, at, WANG_ROW, WRONG_LI)
    key = "2-001-0000003"
    before = editing.revisions(roster, [key])
    mend(roster, cast, at, {key: {"amount": "190.00"}})
    (bad,) = bad_rows(roster, cast, at)
    assert bad.cells["amount"] == "190.00"
    roster = desk.fresh(cast, roster)
    editing.restore_lines(roster=roster, before=before, by=cast[CLERK], at=at, seen_version=roster.version)
    assert bad_rows(roster, cast, at) == []


@database
def test_the_annotated_copy_of_a_csv_says_what_the_csv_said(cast, at, ground):
    rows = (LI_ROW.replace("190.60", "-150.00"), HUANG_ROW.replace("95.30,95.30", "95.30,0.00"), WANG_ROW)
    roster = desk.read_roster(cast, at, *rows)
    copy = annotating.annotated_copy(roster=roster, by=cast[CLERK], at=at)
    actions.replace(
        roster=roster, content=copy.content, filename=copy.filename, by=cast[CLERK], at=at, seen_version=roster.version
    )
    roster = desk.read(cast, at, roster)
    told = ReadingComparison.objects.get(reading__roster=roster)
    assert (told.same_count, told.changed_count, told.mended_count, told.found_count) == (3, 0, 0, 0)


@database
def test_the_new_file_counts_where_it_says_something_else_and_the_clerk_is_asked(cast, at, ground):
    roster = desk.read_roster(cast, at, WRONG_LI, WANG_ROW)
    (row,) = bad_rows(roster, cast, at)
    mend(roster, cast, at, {row.row_key: {"amount": "190.60"}})
    roster, told = replaced(roster, cast, at, LI_ROW.replace("190.60", "180.00"), WANG_ROW)
    assert (told.carried_count, told.overruled_count, told.found_count) == (0, 1, 1)
    (waiting,) = carrying.overruled(told, roster, by=cast[CLERK], at=at)
    assert (waiting.row_no, waiting.field, waiting.told, waiting.written) == (2, "amount", "190.60", "180.00")
    client = Client()
    client.force_login(Official.objects.get(username=CLERK))
    text = client.get(reverse("rosters:detail", args=[roster.no])).content.decode()
    assert "改了 1 行，其余 1 行没动" in text and "用网页上改的：190.60" in text
    mend(roster, cast, at, {waiting.row_key: {"amount": waiting.told}})
    assert carrying.overruled(told, roster, by=cast[CLERK], at=at) == []
    assert (queries.figures(roster) or {})["error_count"] == 0


@database
def test_a_dropped_row_that_the_file_changed_counts_again(cast, at, ground):
    roster = desk.read_roster(cast, at, WRONG_LI, WANG_ROW)
    (row,) = bad_rows(roster, cast, at)
    actions.drop_line(
        roster=roster, row_key=row.row_key, reason="重复", by=cast[CLERK], at=at, seen_version=roster.version
    )
    roster, told = replaced(roster, cast, at, LI_ROW, WANG_ROW)
    assert (told.overruled_count, told.carried_count) == (1, 0)
    assert (queries.figures(roster) or {})["dropped_count"] == 0


@database
def test_the_file_mended_as_on_the_page_needs_no_word(cast, at, ground):
    roster = desk.read_roster(cast, at, WRONG_LI, WANG_ROW)
    (row,) = bad_rows(roster, cast, at)
    mend(roster, cast, at, {row.row_key: {"amount": "190.6"}})
    roster, told = replaced(roster, cast, at, LI_ROW, WANG_ROW)
    assert (told.carried_count, told.overruled_count, told.changed_count) == (0, 0, 1)


@database
@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_the_roster_is_what_a_full_check_of_the_same_content_gives(cast, at, ground, seed):
    chance = random.Random(seed)
    rows = [[str(n), "柳河社区", "6", name, *_claim(chance)] for n, name in enumerate(_names(12), 1)]
    roster = desk.read_roster(cast, at, *map(",".join, rows))
    place = {"id_number": 4, "amount": 7}
    corrected = {}
    for bad in chance.sample(bad_rows(roster, cast, at), 4):
        field = chance.choice(list(place))
        other = desk.WANG_ID if bad.cells[field] == desk.LI_ID else desk.LI_ID
        text = f"{chance.randint(100, 900)}.50" if field == "amount" else other
        mend(roster, cast, at, {bad.row_key: {field: text}})
        corrected[bad.cells["name"], field] = (rows[bad.row_no - 2][place[field]], text)
    edited = _edited(rows, chance)
    expected = [list(row) for row in edited]
    for row in expected:
        for field, column in place.items():
            read, text = corrected.get((row[3], field), ("", ""))
            if text and row[column] == read:
                row[column] = text
    roster, told = replaced(roster, cast, at, *map(",".join, edited))
    whole = desk.read_roster(cast, at, *map(",".join, expected))
    assert _found(roster) == _found(whole)
    assert told.same_count + told.changed_count + told.added_count == len(edited)
    assert told.same_count + told.changed_count + told.gone_count == len(rows)


def _names(count):
    return [f"赵{one}{two}" for one in "甲乙丙丁" for two in "东南西北"][:count]


def _claim(chance):
    """ID number, area, standard, amount; some right, some not."""
    number = chance.choice([desk.LI_ID, desk.HUANG_ID, "51999919770311019", "519999199706310194"])
    area = chance.randint(1, 9)
    return number, f"{area}.00", "95.30", f"{area * 95.30 + chance.choice([0, 0, 1]):.2f}"


def _edited(rows, chance):
    edited = [list(row) for row in rows]
    for _ in range(chance.randint(1, 5)):
        chosen = chance.choice(edited)
        what = chance.randrange(4)
        if what == 0:
            chosen[7] = f"{chance.randint(1, 999)}.00"
        elif what == 1:
            chosen[4] = "519999197003110193"
        elif what == 2:
            edited.remove(chosen)
        else:
            edited.insert(chance.randrange(len(edited)), ["99", "柳河社区", "6", f"钱{len(edited)}", *_claim(chance)])
    return edited


def _found(roster):
    """Rows by place with standing and amount, and their problems."""
    lines = sql.rows("rosters/current_cells", roster=roster.pk, row_keys=_keys(roster))
    problems = sql.rows("rosters/problems_of_rows", roster=roster.pk, row_keys=_keys(roster))
    found = {(line["row_no"], line["standing"]) for line in lines}
    return found, sorted((p["row_no"], p["column"], p["kind"], p["severity"]) for p in problems)


def _keys(roster):
    reading = roster.readings.latest("reading_no").reading_no
    return list(
        roster.lines.filter(reading_no=reading).order_by("row_key").values_list("row_key", flat=True).distinct()
    )


ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 2)), max_size=12)


def frame(rows, side):
    told = [(f"{side}{at}", at, hash_of(*row), hash_of(1, row[0]), hash_of(2, row[1])) for at, row in enumerate(rows)]
    return pl.DataFrame(told, schema=twins.ROWS, orient="row")


def hash_of(*values):
    number = 7
    for value in values:
        number = number * 31 + value
    return number


@given(ROWS, ROWS)
def test_no_row_has_two_twins_and_equal_rows_are_always_paired(before, after):
    pairs = twins.paired(frame(before, "b"), frame(after, "a"))
    assert pairs["before_key"].is_unique().all() and pairs["after_key"].is_unique().all()
    equal = sum(min(before.count(row), after.count(row)) for row in set(before))
    assert pairs["same"].sum() == equal
    for first, second, same in pairs.iter_rows():
        assert (before[int(first[1:])] == after[int(second[1:])]) == same


@given(ROWS)
def test_a_file_is_paired_with_itself_in_order(rows):
    pairs = twins.paired(frame(rows, "b"), frame(rows, "a"))
    assert pairs["same"].all() and pairs.height == len(rows)
    assert all(first[1:] == second[1:] for first, second, _ in pairs.iter_rows())
