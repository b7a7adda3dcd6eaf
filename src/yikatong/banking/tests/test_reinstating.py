"""The bank paid the void file and never the one that took its place: two people let the void one count (C19)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yikatong.banking import hand_queries, queries, sending
from yikatong.banking.models import Break, Clearance, Inquiry, PaymentInstruction
from yikatong.core import files, proofs, slots, sql
from yikatong.core.refusals import Refused
from yikatong.payments import actions as payments
from yikatong.payments.models import AppliedReport, PaymentException, PaymentOutcome, Reinstatement
from yikatong.payments.tests.world import AMOUNTS

from .reports import status_report
from .test_answers import receive
from .test_exchange import kinds, results, state
from .test_pages import signed_in
from .test_voiding import EXPIRES, decided, expired, lost, prepared, refused, send
from .world import World

TOTAL = sum(AMOUNTS)


def replaced(world: World) -> tuple[PaymentInstruction, PaymentInstruction]:
    """A file that is void, and the one that took its place."""
    gone = lost(world, **EXPIRES)
    expired(world)
    send(world, gone)
    (anew,) = queries.instructions_of(gone.request_id)
    return gone, anew


def paid_after_all(world: World, gone: PaymentInstruction) -> None:
    """The void file reaches the bank late, and the bank pays it; its messages are taken in."""
    late = files.opened(gone.body, purpose="test", by=world.system, at=world.at)
    world.wire().submit(late, gone.message_id)
    world.bank.control.advance(14)
    world.visit()


def believed_sent(world: World, anew: PaymentInstruction) -> None:
    """The new file counts as received; the mock-bank never sees it."""
    sending._begin(instruction=anew, by=world.system, at=world.at)
    sending.answer(instruction=anew, kind="acknowledged", note="", by=world.system, at=world.at)


def told_as_repeats(world: World, anew: PaymentInstruction, reason: str, count: int = 6) -> None:
    """The bank's status report: each line of the new file is refused for this reason."""
    lines = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{world.end_to_end_id(anew.request, place)}</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
        f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf></TxInfAndSts>"
        for place in range(count)
    )
    receive(world, status_report(transactions=lines).replace(b"QH1", anew.message_id.encode()), f"R-{reason}-{count}")


def findings() -> set[str]:
    return {finding.check for finding in proofs.verify()}


def objection(world: World, clearance: Clearance) -> str:
    with pytest.raises(Refused) as told:
        decided(world, clearance)
    assert told.value.code in ("YK008", "YK078")
    return str(told.value)


def test_the_void_file_that_was_paid_counts_once_two_people_say_so(world: World) -> None:
    gone, anew = replaced(world)
    paid_after_all(world, gone)
    assert PaymentException.objects.count() == 6 and not PaymentOutcome.objects.exists()
    clearance = prepared(world, gone, "reinstated")
    for role in ("bank_operator", "finance_reviewer"):
        with pytest.raises(Refused) as told:
            decided(world, clearance, role)
        assert told.value.code == "YK005"
    assert decided(world, clearance) == []
    assert kinds(gone)[-2:] == ["void", "acknowledged"] and kinds(anew) == ["sealed", "void"]
    assert [result for result, _ in results(gone.request)] == ["credited"] * 6
    assert world.balance("credited") == TOTAL and world.balance("in_transit") == 0
    assert {one.state for one in PaymentException.objects.all()} == {"raised"}
    assert "/exceptions/" not in str([item.url for item in slots.inbox(world.as_("department_clerk"), world.at)])
    with pytest.raises(Refused) as told:
        sending._begin(instruction=anew, by=world.system, at=world.at)
    assert told.value.code in ("YK072", "YK086")
    world.visit()
    assert state(gone.request) == "closed" and world.balance("credited") == TOTAL
    assert findings() == set()
    assert refused("banking_apply_clearance", clearance.pk, world.system.official_id, world.at) == "YK078"


def test_what_the_bank_calls_a_repeat_is_no_failure_and_is_settled_with_the_void_file(world: World) -> None:
    gone, anew = replaced(world)
    believed_sent(world, anew)
    told_as_repeats(world, anew, "AM05")
    assert {one.kind for one in PaymentException.objects.all()} == {
        "perhaps_paid"
    } and not PaymentOutcome.objects.exists()
    assert world.balance("in_transit") == TOTAL and world.balance("suspense") == 0
    paid_after_all(world, gone)
    decided(world, prepared(world, gone, "reinstated"))
    assert Inquiry.objects.get().answer == "not_found"
    assert kinds(anew)[-1] == "void" and world.balance("credited") == TOTAL
    world.visit()
    assert state(gone.request) == "closed" and findings() == set()


def test_while_the_bank_may_still_pay_the_new_file_the_void_one_does_not_count(world: World) -> None:
    gone, anew = replaced(world)
    believed_sent(world, anew)
    paid_after_all(world, gone)
    told_as_repeats(world, anew, "AM05", count=5)
    clearance = prepared(world, gone, "reinstated")
    assert anew.message_id in objection(world, clearance)
    assert kinds(gone)[-1] == "void" and not Reinstatement.objects.exists()
    told_as_repeats(world, anew, "NARR")
    assert not PaymentOutcome.objects.exists()
    decided(world, clearance)
    assert world.balance("credited") == TOTAL


def test_where_both_were_paid_neither_a_stamp_nor_two_people_make_one_of_them(world: World) -> None:
    gone, anew = replaced(world)
    assert send(world, anew) == "acknowledged"
    late = files.opened(gone.body, purpose="test", by=world.system, at=world.at)
    world.wire().submit(late, gone.message_id)
    world.bank.control.advance(14)
    world.visit()
    assert world.balance("credited") == TOTAL
    assert "已经给了结果" in objection(world, prepared(world, gone, "reinstated"))
    assert state(gone.request) == "released"


def test_a_void_file_of_which_the_bank_says_nothing_does_not_count(world: World) -> None:
    gone, anew = replaced(world)
    assert not hand_queries.may_be_cleared(gone) and hand_queries.sent_replacements(gone) == []
    assert "没有一份回盘或对账单" in objection(world, prepared(world, gone, "reinstated"))
    for verdict in ("received", "not_received"):
        with pytest.raises(Refused) as told:
            prepared(world, gone, verdict)
        assert told.value.code == "YK078"
    with pytest.raises(Refused) as told:
        prepared(world, anew, "reinstated")
    assert told.value.code == "YK078"


def test_a_failure_for_any_other_reason_is_one_and_a_resolved_doubt_lets_it_be_one(world: World) -> None:
    gone, anew = replaced(world)
    believed_sent(world, anew)
    told_as_repeats(world, anew, "AM05", count=1)
    told_as_repeats(world, anew, "AC04", count=2)
    assert [result for result, _ in results(gone.request)] == ["failed"]
    assert PaymentException.objects.count() == 2
    for problem in PaymentException.objects.all():
        for verb, role in (("explain", "department_clerk"), ("resolve", "finance_reviewer")):
            problem.refresh_from_db()
            seen: dict[str, Any] = {"seen_version": problem.version, "seen_digest": problem.digest}
            payments.take_exception(verb, problem=problem, by=world.as_(role), at=world.at, reason="没有付过", **seen)
    told_as_repeats(world, anew, "DUPL", count=1)
    assert [result for result, _ in results(gone.request)] == ["failed", "failed"]


def test_the_new_file_paid_after_the_void_one_counted_is_an_alarm_again(world: World) -> None:
    gone, anew = replaced(world)
    paid_after_all(world, gone)
    decided(world, prepared(world, gone, "reinstated"))
    before = PaymentException.objects.count()
    late = files.opened(anew.body, purpose="test", by=world.system, at=world.at)
    world.wire().submit(late, anew.message_id)
    world.bank.control.advance(14)
    world.visit()
    assert world.balance("credited") == TOTAL and PaymentOutcome.objects.count() == 6
    assert PaymentException.objects.count() == before + 6
    assert Break.objects.filter(kind="paid_though_void").exists()


@pytest.mark.tampers
@pytest.mark.parametrize("column", ["last_payment_id", "last_exception_id", "ground", "decided_at"])
def test_verify_finds_an_altered_reinstatement(world: World, column: str) -> None:
    gone, _ = replaced(world)
    paid_after_all(world, gone)
    decided(world, prepared(world, gone, "reinstated"))
    assert "payments/reinstatements" not in findings()
    other = {"ground": "'clearance:999'", "decided_at": "decided_at + interval '1 day'"}.get(column, f"{column} + 1")
    world.run("ALTER TABLE payments_reinstatement DISABLE TRIGGER USER")
    world.run(f"UPDATE payments_reinstatement SET {column} = {other}")
    assert "payments/reinstatements" in findings()


def test_the_pages_lead_there(world: World) -> None:
    gone, _ = replaced(world)
    paid_after_all(world, gone)
    operator, approver = signed_in(world, "bank_operator"), signed_in(world, "finance_approver")
    told = operator.get(reverse("banking:instruction", args=[gone.message_id])).content.decode()
    assert "作废的文件，银行办理了" in told and "人工查清" in told
    page = reverse("banking:clear", args=[gone.message_id])
    shown = operator.get(page).content.decode()
    assert "银行办理的是不是这一份" in shown and "作废后换编号重发" not in shown
    operator.post(
        page, {"verdict": "reinstated", "note": "银行盖章说明", "proof": SimpleUploadedFile("章.pdf", b"%PDF-1.7")}
    )
    clearance = Clearance.objects.get()
    url = reverse("banking:clearance", args=[clearance.pk])
    assert "先向银行查询换编号的那份" in approver.get(url).content.decode()
    approver.post(url, {"verb": "approve", "version": clearance.version, "digest": clearance.digest})
    assert kinds(gone)[-1] == "acknowledged" and AppliedReport.objects.filter(reinstatement__isnull=False).exists()
    assert sql.call("banking_paid_though_void", gone.pk) is None
