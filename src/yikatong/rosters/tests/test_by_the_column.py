"""Many rows cost no more statements and no more calls than few; parts are written as the whole would be."""

import sys
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from django.db import connection, transaction

from yikatong.core import tasks as work
from yikatong.core import vault
from yikatong.core.models import AuditEvent, TaskRun
from yikatong.kit import id_number
from yikatong.rosters import actions, cells, queries, rechecking
from yikatong.rosters.models import RosterCheck, RosterLine, RosterProblem, RosterReading

from . import desk
from .desk import CLERK, HUANG_ROW, LI_ROW, WANG_ROW

pytestmark = pytest.mark.django_db

OURS = str(Path(actions.__file__).parents[1])


@pytest.fixture
def ground(cast, at):
    desk.ground(cast, at)


def strangers(count):
    """Rows of people whom the register does not know, every tenth with a wrong amount."""
    rows = []
    for number in range(count):
        first_17 = (
            f"519999{1960 + number % 40}{1 + number // 40 % 12:02d}{1 + number // 480 % 28:02d}{number // 13440:03d}"
        )
        whole = first_17 + id_number.check_digit(first_17)
        rows.append(f"{number},柳河社区,6,陌生人{number},{whole},1.00,95.30,{'95.30' if number % 10 else '99.00'}")
    return rows


def counted(work):
    """What ``work`` cost: statements by their first words, and calls of our functions by name."""
    statements: Counter[str] = Counter()
    calls: Counter[str] = Counter()

    def note(execute, sql, parameters, many, context):
        # Savepoints have names of their own.
        statements[str(sql).split('"')[0][:60]] += 1
        return execute(sql, parameters, many, context)

    def called(frame, event, _argument):
        if event == "call" and frame.f_code.co_filename.startswith(OURS):
            calls[f"{frame.f_code.co_filename}:{frame.f_code.co_qualname}"] += 1

    with connection.execute_wrapper(note):
        sys.setprofile(called)
        try:
            work()
        finally:
            sys.setprofile(None)
    return statements, calls


def grown(few, more):
    """Functions that 2,000 more rows have called more often than a few blocks of them or of the file can explain."""
    return {name: (few[name], count) for name, count in more.items() if count - few[name] > 40}


def test_reading_twice_as_many_rows_costs_no_more_statements_and_calls(cast, at, ground):
    costs = []
    desk.read_roster(cast, at, LI_ROW)
    for count in (2000, 4000):
        roster = desk.receive(cast, at, desk.sheet(*strangers(count)))
        costs.append(counted(lambda roster=roster: desk.read(cast, at, roster)))
        assert RosterLine.objects.filter(roster=roster).count() == count
    (statements, calls), (statements_of_more, calls_of_more) = costs
    assert statements == statements_of_more
    assert not grown(calls, calls_of_more)


def test_correcting_one_row_costs_no_more_in_a_longer_roster(cast, at, ground):
    costs = []
    warm = desk.read_roster(cast, at, LI_ROW)
    actions.drop_line(
        roster=warm, row_key="1-001-0000002", reason="x", by=cast[CLERK], at=at, seen_version=warm.version
    )
    for count in (2000, 4000):
        roster = desk.read_roster(cast, at, *strangers(count))
        change = {"row_key": "1-001-0000002", "changes": {"amount": "95.30"}, "seen_version": roster.version}
        costs.append(
            counted(
                lambda roster=roster, change=change: actions.correct_line(
                    roster=roster, by=cast[CLERK], at=at, **change
                )
            )
        )
        assert RosterLine.objects.filter(roster=roster, revision=2).count() == 1
    (statements, calls), (statements_of_more, calls_of_more) = costs
    assert statements == statements_of_more
    assert not grown(calls, calls_of_more)


def written(roster):
    """Lines and problems of a roster without what differs from one roster to the next."""
    place = {"roster": roster}
    lines = RosterLine.objects.filter(**place).order_by("row_key", "revision")
    told = ("row_key", "revision", "sheet", "row_no", "name", "id_index", "card_index", "village_code", "group_no")
    paid = ("quantity_micro", "rate_fen", "amount_fen", "occasion", "standing", "reason", "content_index")
    problems = RosterProblem.objects.filter(**place).order_by("id")
    said = ("row_key", "revision", "sheet", "row_no", "column", "kind", "severity", "note")
    figures = RosterCheck.objects.filter(**place).values().get()
    return (
        list(lines.values_list(*told, *paid)),
        [vault.unseal(line.cells_sealed, place=cells.PLACE, row=line.pk) for line in lines],
        sorted(map(str, problems.values_list(*said))),
        {name: value for name, value in figures.items() if name not in ("id", "roster_id")},
        RosterReading.objects.get(**place).rows_index,
    )


def test_parts_of_seven_rows_are_written_as_one_part_would_be(cast, at, ground, monkeypatch):
    rows = [LI_ROW, *strangers(20), LI_ROW, HUANG_ROW.replace("黄波", "王波"), WANG_ROW, ",合计,,,,3.00,,285.90"]
    whole = desk.read_roster(cast, at, *rows)
    monkeypatch.setattr(rechecking, "PART_ROWS", 7)
    parted = desk.read(cast, at, desk.receive(cast, at, desk.sheet(*rows), again=True))
    assert [problem.kind for problem in queries.file_problems(parted)] == ["TOTAL_MISMATCH", "ALREADY_UPLOADED"]
    one, other = written(whole), written(parted)
    assert one[:2] == other[:2]
    assert set(other[2]) - set(one[2]) == {kind for kind in other[2] if "ALREADY_UPLOADED" in kind}
    assert one[3:] == other[3:]
    common = {"roster": parted, "by": cast[CLERK], "at": at}
    actions.correct_line(row_key="1-001-0000003", changes={"amount": "95.30"}, seen_version=parted.version, **common)
    assert set(RosterLine.objects.filter(roster=parted, revision=2).values_list("row_key", flat=True)) == {
        "1-001-0000003"
    }


def test_the_same_list_in_another_order_is_known_and_another_list_is_not(cast, at, ground):
    first = desk.read_roster(cast, at, LI_ROW, HUANG_ROW, WANG_ROW)
    other = desk.read_roster(cast, at, WANG_ROW, HUANG_ROW, LI_ROW)
    assert [problem.kind for problem in queries.file_problems(other)] == ["ALREADY_UPLOADED"]
    assert first.no in queries.file_problems(other)[0].message
    for rows in (
        (LI_ROW, LI_ROW, HUANG_ROW),
        (LI_ROW, HUANG_ROW),
        (LI_ROW, HUANG_ROW, WANG_ROW.replace("285.90", "285.00")),
    ):
        assert not queries.file_problems(desk.read_roster(cast, at, *rows))


def test_only_rows_whose_finding_changed_are_appended(cast, at, ground):
    roster = desk.read_roster(cast, at, LI_ROW, LI_ROW, HUANG_ROW, *strangers(30))
    common = {"roster": roster, "by": cast[CLERK], "at": at}
    actions.correct_line(
        row_key="1-001-0000003",
        changes={"name": desk.WANG, "id_number": desk.WANG_ID},
        seen_version=roster.version,
        **common,
    )
    # Both were one person's: the one that was corrected, and the other that is no longer there twice.
    appended = RosterLine.objects.filter(roster=roster, revision__gt=1).values_list("row_key", flat=True)
    assert sorted(appended) == ["1-001-0000002", "1-001-0000003"]
    opened = AuditEvent.objects.filter(subject=f"roster:{roster.pk}", name="vault.opened").latest("id")
    assert opened.detail["count"] == 1


def test_corrections_of_one_row_add_up_and_outlive_a_drop(cast, at, ground):
    roster = desk.read_roster(cast, at, LI_ROW.replace("190.60", "190.00"), HUANG_ROW)
    key = "1-001-0000002"
    common = {"roster": roster, "by": cast[CLERK], "at": at}
    for changes in ({"amount": "190.60"}, {"quantity": "1.00"}, {"amount": "95.30"}):
        actions.correct_line(row_key=key, changes=changes, seen_version=roster.version, **common)
    actions.drop_line(row_key=key, reason="重复", seen_version=roster.version, **common)
    actions.correct_line(row_key=key, changes={}, seen_version=roster.version, **common)
    lines = RosterLine.objects.filter(roster=roster, row_key=key).order_by("revision")
    assert list(lines.values_list("standing", "amount_fen")) == [
        ("error", 19000), ("ok", 19060), ("error", 19060), ("ok", 9530), ("dropped", None), ("ok", 9530),
    ]  # fmt: skip
    kept = [cells.loads(vault.unseal(line.cells_sealed, place=cells.PLACE, row=line.pk).decode()) for line in lines]
    assert kept[-1].edits == {"quantity": "1.00", "amount": "95.30"}
    assert kept[-1] == kept[-2] == kept[-3]
    assert kept[-1].shown["amount"] == "95.30"
    assert {row.texts["amount"] for row in kept} == {"190.00"}


def test_rows_kept_by_the_first_version_are_still_read():
    first = '[{"name": "李毅", "id_number": ""}, {"name": "B", "id_number": "C"}, {"name": "李毅"}]'
    row = cells.RowCells({"name": "李毅", "id_number": ""}, {"name": "B", "id_number": "C"}, {"name": "李毅"})
    assert cells.loads(first) == row
    assert [cells.loads(text) for text in cells.renewed(pl.Series([first, first]))] == [row, row]
    assert cells.loads("") == cells.loads("[]") == cells.RowCells({}, {}, {})


def test_a_reading_says_how_far_it_is_and_can_be_stopped(cast, at, ground, monkeypatch):
    monkeypatch.setattr(rechecking, "PART_ROWS", 7)
    told = []
    monkeypatch.setattr(work.Progress, "report", lambda self, done, total: told.append((done, total)))
    roster = desk.read_roster(cast, at, *strangers(20))
    assert told == [(0, 20), (7, 20), (14, 20), (20, 20)]
    assert TaskRun.objects.filter(subject=f"roster:{roster.pk}").count() == 1


def test_a_canceled_reading_leaves_nothing(cast, at, ground, monkeypatch):
    monkeypatch.setattr(rechecking, "PART_ROWS", 7)

    def cancel(_progress, done, _total):
        if done:
            raise work.Canceled("x")

    monkeypatch.setattr(work.Progress, "report", cancel)
    roster = desk.receive(cast, at, desk.sheet(*strangers(20)))
    with pytest.raises(work.Canceled), transaction.atomic():
        desk.read(cast, at, roster)
    assert not RosterLine.objects.filter(roster=roster).exists()
    assert desk.fresh(cast, roster).state == "received"
