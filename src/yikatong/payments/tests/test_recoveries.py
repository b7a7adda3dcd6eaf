"""Money wrongly paid comes back (K5): demand, receipts, refund to the treasury, and everything that is refused."""

import threading
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from yikatong.core import proofs
from yikatong.core.refusals import Refused
from yikatong.payments import queries, recovering
from yikatong.payments import queries_back as back
from yikatong.payments.models import Payment, PaymentException, Recovery, RecoveryReceipt, Refund

from .test_after_failure import approve
from .test_requests import code_of
from .world import AMOUNTS, World, says


def credited(world: World, place: int = 0) -> Payment:
    """The credited payment of the person at ``place``, in a closed request in which the second one failed."""
    if not Payment.objects.exists():
        world.closed_with_failures(1)
    return Payment.objects.get(payee_id=world.people[place])


def demand(world: World, payment: Payment, amount_fen: int, **more: Any) -> Recovery:
    """The clerk demands an amount back."""
    today = world.at.date()
    told: dict[str, Any] = {"cause": "deceased", "demanded_on": today, "due_on": today + timedelta(30)} | more
    return recovering.prepare_recovery(
        batch_id=world.batch.pk,
        payment_id=payment.id,
        amount_fen=amount_fen,
        reason="死亡证明 51-2026-3",
        by=world.as_("department_clerk"),
        at=world.at,
        **told,
    )


def decided(world: World, recovery: Recovery, verb: str = "approve", role: str = "finance_approver") -> Recovery:
    """Finance decides."""
    seen: dict[str, Any] = {"seen_version": recovery.version, "seen_digest": recovery.digest}
    recovering.decide_recovery(verb, recovery=recovery, by=world.as_(role), at=world.at, reason="已核实", **seen)
    return recovery


def recorded(world: World, recovery: Recovery, amount_fen: int, voucher_no: str = "SK-1") -> RecoveryReceipt:
    """The clerk records a receipt."""
    clerk, day = world.as_("department_clerk"), world.at.date()
    return recovering.record_receipt(
        recovery=recovery, amount_fen=amount_fen, voucher_no=voucher_no, received_on=day, by=clerk, at=world.at
    )


def confirmed(world: World, receipt: RecoveryReceipt, role: str = "finance_approver") -> RecoveryReceipt:
    """Finance confirms it."""
    seen: dict[str, Any] = {"seen_version": receipt.version, "seen_digest": receipt.digest}
    recovering.confirm_receipt(receipt=receipt, by=world.as_(role), at=world.at, **seen)
    return receipt


def given_back(world: World, *receipts: RecoveryReceipt) -> Refund:
    """The clerk gives receipts to the treasury."""
    clerk = world.as_("department_clerk")
    ids = [one.pk for one in receipts]
    return recovering.prepare_receipt_refund(
        batch_id=world.batch.pk, receipt_ids=ids, voucher_no="JK-9", by=clerk, at=world.at
    )


def test_money_comes_back_in_parts_and_goes_to_the_treasury(world: World) -> None:
    payment = credited(world)
    recovery = decided(world, demand(world, payment, AMOUNTS[0]))
    suspense, paid = world.balance("suspense"), world.balance("credited")
    first = confirmed(world, recorded(world, recovery, 80_000))
    assert (world.balance("suspense"), world.balance("credited")) == (suspense + 80_000, paid - 80_000)
    second = confirmed(world, recorded(world, recovery, AMOUNTS[0] - 80_000, "SK-2"))
    (row,) = back.recovery_rows(back.recoveries_for(world.as_("department_clerk")), world.at.date())
    assert (row["received_fen"], row["left_fen"]) == (AMOUNTS[0], 0)
    assert queries.recovered_fen(payment.request) == AMOUNTS[0]
    given = given_back(world, first, second)
    assert (given.cause, given.total_fen, given.count) == ("not_entitled", AMOUNTS[0], 2)
    assert (given.due_on.year, given.due_on.month) == (world.at.date().year, world.at.date().month)
    approve(world, given)
    assert (world.balance("suspense"), world.balance("treasury")) == (suspense, AMOUNTS[0])
    assert [one["recovery_no"] for one in queries.refund_lines(given)] == [recovery.no] * 2


def test_never_more_is_demanded_than_was_credited(world: World) -> None:
    payment = credited(world)
    demand(world, payment, AMOUNTS[0] - 100)
    for amount in (101, AMOUNTS[0]):
        with pytest.raises(Refused) as refused:
            demand(world, payment, amount)
        assert code_of(refused) == "YK090"
    rest = demand(world, payment, 100, cause="wrong_amount")
    decided(world, rest, "send_back")
    demand(world, payment, 100, cause="wrong_amount")


def test_only_credited_money_is_demanded_back(world: World) -> None:
    failed = credited(world, 1)
    with pytest.raises(Refused) as refused:
        demand(world, failed, 1)
    assert code_of(refused) == "YK090"


def test_a_request_that_is_not_closed_gives_nothing_to_demand(world: World) -> None:
    request = world.sent()
    payment = world.payments(request)[0]
    world.report(request, says(payment, "credited", bank_reference="B"))
    with pytest.raises(Refused, match="对平"):
        demand(world, payment, 1)


@pytest.mark.parametrize(
    ("more", "said"),
    [({"due_on": "early"}, "限期不能早于"), ({"amount_fen": 0}, "大于零")],
)
def test_what_is_missing_is_said(world: World, more: dict[str, Any], said: str) -> None:
    payment = credited(world)
    told = {"due_on": world.at.date() - timedelta(1)} if "due_on" in more else {}
    with pytest.raises(Refused, match=said):
        demand(world, payment, more.get("amount_fen", 1), **told)


def test_four_eyes_stand_between_demand_and_approval_and_receipt(world: World) -> None:
    recovery = demand(world, credited(world), 100)
    for role in ("department_clerk", "finance_reviewer", "auditor"):
        with pytest.raises(Refused) as refused:
            decided(world, recovery, role=role)
        assert code_of(refused) == "YK005", role
    with pytest.raises(Refused) as refused:
        recorded(world, recovery, 100)
    assert code_of(refused) == "YK091"
    receipt = recorded(world, decided(world, recovery), 100)
    with pytest.raises(Refused) as refused:
        confirmed(world, receipt, "department_clerk")
    assert code_of(refused) == "YK005"
    other = demand(world, credited(world, 2), 100)
    with pytest.raises(Refused) as refused:
        decided(world, other, role="other_department")
    assert code_of(refused) == "YK005"


def test_receipts_bring_no_more_than_was_demanded_and_each_voucher_once(world: World) -> None:
    recovery = decided(world, demand(world, credited(world), 100))
    recorded(world, recovery, 60)
    with pytest.raises(Refused, match="超过了应追回"):
        recorded(world, recovery, 41, "SK-2")
    with pytest.raises(Refused, match="已经登记过"):
        recorded(world, recovery, 40)
    clerk = world.as_("department_clerk")
    with pytest.raises(Refused, match="不能晚于今天"):
        tomorrow = world.at.date() + timedelta(1)
        recovering.record_receipt(
            recovery=recovery, amount_fen=1, voucher_no="X", received_on=tomorrow, by=clerk, at=world.at
        )
    for amount, voucher in ((0, "X"), (1, " ")):
        with pytest.raises(Refused):
            recorded(world, recovery, amount, voucher)


def test_a_receipt_that_was_sent_back_counts_no_more(world: World) -> None:
    recovery = decided(world, demand(world, credited(world), 100))
    receipt = recorded(world, recovery, 100)
    seen: dict[str, Any] = {"seen_version": receipt.version, "seen_digest": receipt.digest}
    with pytest.raises(Refused, match="等财政确认"):
        decided(world, recovery, "withdraw")
    approver = world.as_("finance_approver")
    recovering.send_back_receipt(receipt=receipt, by=approver, at=world.at, reason="没有到账", **seen)
    confirmed(world, recorded(world, recovery, 100))


def test_a_withdrawn_demand_keeps_what_came_in(world: World) -> None:
    payment = credited(world)
    recovery = decided(world, demand(world, payment, AMOUNTS[0]))
    confirmed(world, recorded(world, recovery, 40))
    decided(world, recovery, "withdraw")
    with pytest.raises(Refused):
        demand(world, payment, AMOUNTS[0] - 39)
    demand(world, payment, AMOUNTS[0] - 40)


def test_a_receipt_goes_to_the_treasury_once(world: World) -> None:
    recovery = decided(world, demand(world, credited(world), 100))
    receipt = recorded(world, recovery, 100)
    with pytest.raises(Refused) as refused:
        given_back(world, receipt)
    assert code_of(refused) == "YK067"
    confirmed(world, receipt)
    given_back(world, receipt)
    with pytest.raises(Refused, match="已经在上缴"):
        given_back(world, receipt)


def test_two_who_give_the_same_receipt_back_at_once(world: World) -> None:
    recovery = decided(world, demand(world, credited(world), 100))
    receipt = confirmed(world, recorded(world, recovery, 100))
    results: list[str] = []

    def act() -> None:
        try:
            results.append(given_back(world, receipt).state)
        except Refused as refused:
            results.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["YK067", "prepared"]


def test_what_people_paid_back_does_not_come_back_from_the_bank_as_well(world: World) -> None:
    payment = credited(world)
    recovery = decided(world, demand(world, payment, 100))
    confirmed(world, recorded(world, recovery, 100))
    applied = world.report(payment.request, says(payment, "returned", reason_code="AC04", action="fix-card"))
    assert (applied.returned_count, applied.exception_count) == (0, 1)
    assert PaymentException.objects.get().kind == "contradiction"


def test_a_receipt_for_what_the_bank_returned_is_refused(world: World) -> None:
    payment = credited(world)
    recovery = decided(world, demand(world, payment, 100))
    receipt = recorded(world, recovery, 100)
    world.report(payment.request, says(payment, "returned", reason_code="AC04", action="fix-card"))
    with pytest.raises(Refused, match="已经由银行退回"):
        confirmed(world, receipt)
    with pytest.raises(Refused):
        demand(world, payment, 1)


@pytest.mark.tampers
def test_even_the_owner_recovers_no_more_than_was_credited(world: World) -> None:
    recovery = decided(world, demand(world, credited(world), 100))
    recorded(world, recovery, 100)
    same = (
        "batch_id, fiscal_year, payment_id, cause, demanded_on, due_on, reason, digest, case_no, area_code, agency_id"
    )
    copy = (
        f"INSERT INTO payments_recovery (no, amount_fen, state, version, {same}) "
        f"SELECT 'X', {{}}, 'drafted', 0, {same} FROM payments_recovery"
    )
    receipt = (
        "INSERT INTO payments_recoveryreceipt (recovery_id, amount_fen, voucher_no, received_on, state, version, digest, "
        "case_no, area_code, agency_id) SELECT recovery_id, {}, 'V-X', received_on, 'drafted', 0, '', case_no, area_code, "
        "agency_id FROM payments_recoveryreceipt"
    )
    for statement, code in (
        (copy.format(AMOUNTS[0] - 99), "YK090"),
        (copy.format(0), "23514"),
        (receipt.format(1), "YK092"),
        ("UPDATE payments_recovery SET amount_fen = 200", "YK020"),
        ("UPDATE payments_recoveryreceipt SET amount_fen = 1", "YK020"),
        ("DELETE FROM payments_recoveryreceipt", "YK020"),
        ("DELETE FROM payments_recovery", "YK020"),
    ):
        with pytest.raises(psycopg.Error) as refused:
            world.run(statement)
        assert refused.value.sqlstate == code, statement
    with world.connection.transaction(force_rollback=True):
        world.run("ALTER TABLE payments_recovery DISABLE TRIGGER within_the_credit")
        world.run("ALTER TABLE payments_recoveryreceipt DISABLE TRIGGER within_the_demand")
        world.run(copy.format(AMOUNTS[0] - 99))
        world.run(receipt.format(1))


@pytest.mark.tampers
def test_verify_finds_every_altered_recovery(world: World) -> None:
    recovery = decided(world, demand(world, credited(world), 100))
    receipt = confirmed(world, recorded(world, recovery, 60))
    approve(world, given_back(world, receipt))
    confirmed(world, recorded(world, recovery, 40, "SK-2"))
    assert [one for one in proofs.verify() if not one.check.startswith("banking/")] == []
    for change in (
        "UPDATE payments_recovery SET amount_fen = 99",
        "UPDATE payments_recovery SET cause = 'duplicate'",
        "UPDATE payments_recovery SET state = 'withdrawn'",
        "UPDATE payments_recoveryreceipt SET amount_fen = amount_fen + 1",
        "UPDATE payments_recoveryreceipt SET state = 'recorded' WHERE amount_fen = 40",
        "UPDATE payments_recoveryreceipt SET voucher_no = voucher_no || 'x'",
        "UPDATE payments_refundline SET receipt_id = (SELECT max(id) FROM payments_recoveryreceipt)",
        "UPDATE payments_refundline SET amount_fen = 61",
        "DELETE FROM payments_recoveryreceipt WHERE amount_fen = 40",
    ):
        table = change.split()[2 if change.startswith("DELETE") else 1]
        with world.connection.transaction(force_rollback=True):
            world.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            world.run(change)
            assert world.findings("payments"), change
