"""Suspense at the end of a month: zero, or each fen with its owner and its reason; and its ages meanwhile."""

from typing import Any

import psycopg
import pytest
from django.test import Client

from tests import exported
from yikatong.core import proofs
from yikatong.core.models import Official
from yikatong.core.refusals import Refused
from yikatong.payments import month_ending, rules, showing_back
from yikatong.payments import queries_back as back
from yikatong.payments.models import MonthEnd

from .test_after_failure import approve, refund, reissue, stuck
from .test_recoveries import confirmed, credited, decided, demand, recorded
from .test_requests import code_of
from .world import AMOUNTS, World, says


def next_month(world: World) -> tuple[int, int]:
    """Go on to the second of the next month; returns the year and month that are over."""
    today = world.at.date()
    world.forward(rules.month_end_due_on(today.year, today.month).toordinal() - 3 - today.toordinal())
    return today.year, today.month


def prepared(world: World, month: tuple[int, int], role: str = "finance_treasurer") -> MonthEnd:
    """The treasury writes the table."""
    return month_ending.prepare_month_end(year=month[0], month=month[1], by=world.as_(role), at=world.at)


def signed(world: World, table: MonthEnd, role: str = "finance_approver") -> MonthEnd:
    """Somebody signs it."""
    seen: dict[str, Any] = {"seen_version": table.version, "seen_digest": table.digest}
    month_ending.decide_month_end("sign", month_end=table, by=world.as_(role), at=world.at, **seen)
    return table


def test_each_fen_has_an_owner_and_a_reason(world: World) -> None:
    payment = credited(world)
    confirmed(world, recorded(world, decided(world, demand(world, payment, 100)), 100))
    month = next_month(world)
    table = signed(world, prepared(world, month))
    assert (table.count, table.total_fen, table.ledger_fen) == (2, AMOUNTS[1] + 100, AMOUNTS[1] + 100)
    lines = back.month_end_lines(table)
    clerk = world.as_("department_clerk")
    assert {(one["official_name"], one["amount_fen"], one["reason"]) for one in lines} == {
        (clerk.name, AMOUNTS[1], "free"),
        (clerk.name, 100, "received"),
    }


def test_a_month_without_money_in_suspense_ends_with_zero(world: World) -> None:
    world.closed_with_failures()
    table = signed(world, prepared(world, next_month(world)))
    assert (table.count, table.total_fen, back.month_end_lines(table)) == (0, 0, [])


def test_what_left_afterwards_still_stands_in_the_months_table(world: World) -> None:
    world.closed_with_failures(1, 2)
    month = next_month(world)
    one, two = stuck(world)
    approve(world, refund(world, one.outcome_id))
    world.sent(reissue(world, two.outcome_id))
    table = signed(world, prepared(world, month))
    assert (table.count, world.balance("suspense")) == (2, 0)


def test_a_month_waits_until_everything_sent_is_closed(world: World) -> None:
    request = world.sent()
    payments = world.payments(request)
    world.report(request, *(says(one, "credited", bank_reference=f"B{one.id}") for one in payments))
    month = next_month(world)
    with pytest.raises(Refused, match="没有与对账单对平"):
        prepared(world, month)
    world.close_request(request, payments)
    prepared(world, month)


def test_a_month_ends_once_and_only_when_it_is_over(world: World) -> None:
    world.closed_with_failures(1)
    today = world.at.date()
    with pytest.raises(Refused, match="还没有过完"):
        prepared(world, (today.year, today.month))
    month = next_month(world)
    table = prepared(world, month)
    with pytest.raises(Refused, match="已经编制过"):
        prepared(world, month)
    seen: dict[str, Any] = {"seen_version": table.version, "seen_digest": table.digest}
    approver = world.as_("finance_approver")
    month_ending.decide_month_end("send_back", month_end=table, by=approver, at=world.at, reason="重编", **seen)
    prepared(world, month)
    with pytest.raises(Refused, match="正确的年份"):
        prepared(world, (month[0], 13))


def test_two_of_the_finance_bureau_sign(world: World) -> None:
    world.closed_with_failures(1)
    month = next_month(world)
    for role in ("department_clerk", "finance_approver", "auditor"):
        with pytest.raises(Refused) as refused:
            prepared(world, month, role)
        assert code_of(refused) == "YK005", role
    table = prepared(world, month)
    for role in ("finance_treasurer", "finance_reviewer"):
        with pytest.raises(Refused) as refused:
            signed(world, table, role)
        assert code_of(refused) == "YK005", role
    signed(world, table)


def test_the_month_waits_in_the_inbox(world: World) -> None:
    world.closed_with_failures(1)
    treasurer, approver = world.as_("finance_treasurer"), world.as_("finance_approver")
    assert showing_back.waiting(treasurer, world.at) == []
    month = next_month(world)
    (item,) = showing_back.waiting(world.as_("finance_treasurer"), world.at)
    assert (item.kind, item.due_on) == ("月末清理", rules.month_end_due_on(*month))
    table = prepared(world, month)
    assert showing_back.waiting(treasurer, world.at) == []
    (item,) = showing_back.waiting(approver, world.at)
    assert item.what_to_do == "去签字"
    signed(world, table)
    assert showing_back.waiting(approver, world.at) == []
    world.forward(70)
    later = (month[0], month[1] + 1) if month[1] < 12 else (month[0] + 1, 1)
    assert back.month_to_end(treasurer, world.at.date()) == later


@pytest.mark.tampers
def test_even_the_owner_changes_no_months_table(world: World) -> None:
    world.closed_with_failures(1)
    table = prepared(world, next_month(world))
    same = "area_code, year, month, count, total_fen, ledger_fen, digest, case_no, agency_id"
    copy = f"INSERT INTO payments_monthend ({same}, state, version) SELECT {{}}, 'drafted', 0 FROM payments_monthend"
    for statement, code in (
        (copy.format(same), "23505"),
        (copy.format(same.replace("month,", "month + 1,").replace("ledger_fen", "ledger_fen + 1")), "23514"),
        (copy.format(same.replace("month,", "13,")), "23514"),
        (copy.format(same.replace("month,", "month - 1,").replace("count", "0")), "23514"),
        ("UPDATE payments_monthend SET total_fen = 0", "YK020"),
        ("DELETE FROM payments_monthend", "YK020"),
        ("UPDATE payments_monthendline SET reason = 'x'", "YK020"),
        ("DELETE FROM payments_monthendline", "YK020"),
    ):
        with pytest.raises(psycopg.Error) as refused:
            world.run(statement)
        assert refused.value.sqlstate == code, statement
    with world.connection.transaction():
        world.run("ALTER TABLE payments_monthendline DISABLE TRIGGER USER")
        world.run("UPDATE payments_monthendline SET amount_fen = amount_fen - 1")
    with pytest.raises(Refused) as refusal:
        signed(world, table)
    assert code_of(refusal) == "YK008"


@pytest.mark.tampers
def test_verify_finds_every_altered_months_table(world: World) -> None:
    world.closed_with_failures(1)
    signed(world, prepared(world, next_month(world)))
    assert [one for one in proofs.verify() if not one.check.startswith("banking/")] == []
    for change in (
        "UPDATE payments_monthend SET total_fen = total_fen - 1, ledger_fen = ledger_fen - 1",
        "UPDATE payments_monthend SET month = month - 1",
        "UPDATE payments_monthend SET state = 'prepared'",
        "UPDATE payments_monthendline SET reason = 'claimed'",
        "UPDATE payments_monthendline SET official_id = official_id + 1",
        "DELETE FROM payments_monthendline",
    ):
        table = change.split()[2 if change.startswith("DELETE") else 1]
        with world.connection.transaction(force_rollback=True):
            world.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            world.run(change)
            assert world.findings("payments"), change


def test_suspense_by_age_adds_up_to_the_ledger(world: World) -> None:
    payment = credited(world)
    clerk = world.as_("department_clerk")
    world.forward(45)
    confirmed(world, recorded(world, decided(world, demand(world, payment, 100)), 100))
    found = back.ageing_for(clerk, world.at.date())
    assert (found.ledger_fen, found.difference_fen) == (AMOUNTS[1] + 100, 0)
    assert [cell.total_fen for cell in found.whole.cells] == [100, AMOUNTS[1], 0, 0]
    for table in (found.by_cause, found.by_agency, found.by_township):
        assert sum(row.whole.total_fen for row in table) == found.ledger_fen
        assert sum(row.whole.count for row in table) == 2
    assert {row.name[:4] for row in found.by_cause} == {"不符合领", "待更正（"}
    world.forward(200)
    late = back.ageing_for(clerk, world.at.date())
    assert (late.whole.whole.overdue_count, late.whole.whole.overdue_fen) == (2, found.ledger_fen)
    assert back.ageing_for(world.as_("other_department"), world.at.date()).ledger_fen == 0


def test_the_exported_list_has_each_piece_and_its_sum(world: World) -> None:
    world.closed_with_failures(1, 2)
    client = Client()
    client.force_login(Official.objects.get(username="nongye.jingban"))
    found = exported.sheets(client, "/payments/ageing/")
    assert [row["金额（元）"] for row in found["待处理账龄"]] == [476.5, 123.45]
    told = {row["项目"]: row["内容"] for row in found["导出说明"]}
    assert told["待处理账龄：金额（元）合计"] == "599.95" and told["待处理账龄：行数"] == "2"
