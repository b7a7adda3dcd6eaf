"""A whole request to the real mock-bank and back, with everything that can happen on the way."""

import io
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from yikatong.banking import actions, queries, sending
from yikatong.banking.models import BankReport, BankStatement, Break, InstructionEvent, PaymentInstruction
from yikatong.banking.tests.instructions import DEBTOR_ACCOUNT
from yikatong.core import tasks
from yikatong.core.refusals import Refused
from yikatong.demo import bank as demo_bank
from yikatong.payments.models import PaymentOutcome, PaymentRequest
from yikatong.payments.tests.world import AMOUNTS

from .world import World

TOTAL = sum(AMOUNTS)


def kinds(instruction: PaymentInstruction) -> list[str]:
    return list(InstructionEvent.objects.filter(instruction=instruction).values_list("kind", flat=True))


def results(request: PaymentRequest) -> list[tuple[str, str]]:
    found = PaymentOutcome.objects.filter(request=request).order_by("payment_id", "sequence")
    return [(one.result, one.reason_code) for one in found]


def state(request: PaymentRequest) -> str:
    return str(PaymentRequest.objects.get(pk=request.pk).state)


def test_release_sends_by_itself_and_the_statement_closes(world: World) -> None:
    request = world.released()
    assert PaymentInstruction.objects.count() == 0
    tasks.run_waiting()
    instruction = PaymentInstruction.objects.get()
    assert (instruction.count, instruction.total_fen, instruction.digest) == (6, TOTAL, request.digest)
    assert kinds(instruction) == ["sealed", "sending", "acknowledged"]
    assert world.balance("drawn") in (0, 1) and world.balance("in_transit") == TOTAL
    # The worker goes by the real clock, the bank's stands at Monday: its next business day has passed after this.
    world.days(14)
    assert world.visit().closed == [request.pk]
    assert results(request) == [("credited", "")] * 6 and world.balance("credited") == TOTAL
    assert state(request) == "closed"
    statement = BankStatement.objects.exclude(debit_count=0).get()
    assert (statement.debit_count, statement.debit_fen, statement.gap_fen) == (6, TOTAL, 0)
    assert not Break.objects.exists()
    again = world.visit()
    assert again.reports == [] and again.closed == []


def test_a_closed_card_fails_alone_and_credit_alone_closes_nothing(world: World) -> None:
    world.bank.control.open_card(world.card_number(2), "closed-account")
    instruction = world.went()
    world.visit()
    assert len(results(instruction.request)) == 6 and state(instruction.request) == "released"
    world.days(1)
    assert world.visit().closed == [instruction.request_id]
    assert results(instruction.request)[2] == ("failed", "AC04")
    assert world.balance("credited") == TOTAL - AMOUNTS[2] and world.balance("suspense") == AMOUNTS[2]
    told = {row["state"]: (row["line_count"], row["total_fen"]) for row in queries.results_of(instruction)}
    assert told == {"credited": (5, TOTAL - AMOUNTS[2]), "failed": (1, AMOUNTS[2])}


def test_a_late_answer_is_waited_for(world: World) -> None:
    world.bank.control.open_card(world.card_number(1), "closed-account")
    world.bank.delay_answers(timedelta(hours=20))
    instruction = world.went()
    world.visit()
    assert len(results(instruction.request)) == 5
    world.days(1)
    world.visit()
    assert results(instruction.request)[1] == ("failed", "AC04")
    world.days(1)
    world.visit()
    assert state(instruction.request) == "closed"


def test_a_returned_payment_comes_back_after_the_closing(world: World) -> None:
    instruction = world.sealed()
    back = world.end_to_end_id(instruction.request, 3)
    world.bank.control.return_later(DEBTOR_ACCOUNT, end_to_end_id=back, reason="AC06", business_days=2)
    actions.send(instruction=instruction, by=world.system, at=world.at)
    world.days(1)
    assert world.visit().closed == [instruction.request_id]
    world.days(3)
    world.visit()
    assert ("returned", "AC06") in results(instruction.request)
    assert world.balance("suspense") == AMOUNTS[3] and not Break.objects.exists()


def test_the_same_bytes_twice_pay_once(world: World) -> None:
    instruction = world.sealed()
    body = sending._begin(instruction=instruction, by=world.system, at=world.at)
    world.wire().submit(body, instruction.message_id)
    # The process died here: the bank has the file, and we do not know it.
    assert actions.send(instruction=instruction, by=world.system, at=world.at) == "acknowledged"
    assert kinds(instruction) == ["sealed", "sending", "unknown", "acknowledged"]
    world.wire().submit(body, instruction.message_id)
    world.days(1)
    assert world.visit().closed == [instruction.request_id]
    assert BankReport.objects.filter(standing="duplicate_notice").count() == 1
    assert BankStatement.objects.get().debit_fen == TOTAL


def test_a_silent_line_leaves_it_unknown_and_the_same_bytes_go_again(world: World) -> None:
    instruction = world.sealed()
    world.bank.stop()
    assert actions.send(instruction=instruction, by=world.system, at=world.at) == "unknown"
    assert world.balance("in_transit") == TOTAL
    assert actions.send(instruction=instruction, by=world.system, at=world.at) == "unknown"
    world.bank = demo_bank.start(world.bank.folder, port=int(world.bank.url.rpartition(":")[2]))
    assert actions.send_waiting(by=world.system, at=world.at) == {instruction.message_id: "acknowledged"}
    assert kinds(instruction) == ["sealed", "sending", "unknown", "sending", "acknowledged"]


def test_a_provider_that_does_not_dedupe_is_never_sent_to_again(world: World) -> None:
    world.register(dedupes_forever=False)
    instruction = world.sealed()
    sending._begin(instruction=instruction, by=world.system, at=world.at)
    for _ in range(2):
        assert actions.send(instruction=instruction, by=world.system, at=world.at) == "unknown"
    with pytest.raises(Refused) as refused:
        sending._begin(instruction=instruction, by=world.system, at=world.at)
    assert refused.value.code == "YK074"


def test_of_two_senders_one_wins(world: World) -> None:
    instruction = world.sealed()
    told: list[str] = []

    def try_it() -> None:
        try:
            told.append(actions.send(instruction=instruction, by=world.system, at=world.at))
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 4 and "acknowledged" in told
    assert kinds(instruction) == ["sealed", "sending", "acknowledged"]


def test_a_file_refused_as_a_whole_fails_every_payment(world: World) -> None:
    world.bank.control.set_debtor_behaviour(DEBTOR_ACCOUNT, "reject-file")
    instruction = world.sealed()
    assert actions.send(instruction=instruction, by=world.system, at=world.at) == "refused"
    world.visit()
    assert results(instruction.request) == [("failed", "FF01")] * 6 and world.balance("suspense") == TOTAL
    world.days(1)
    world.visit()
    assert state(instruction.request) == "closed"


def test_a_request_over_the_limit_goes_in_several_files(world: World) -> None:
    world.register(file_lines_max=4)
    request = world.released()
    first, second = actions.seal(request_id=request.pk, by=world.system, at=world.at)
    totals = queries.totals_of(request.pk)
    assert (totals["file_count"], totals["line_count"], totals["line_fen"], totals["agree"]) == (2, 6, TOTAL, True)
    assert (first.count, second.count, first.total_fen + second.total_fen) == (4, 2, TOTAL)
    assert actions.seal(request_id=request.pk, by=world.system, at=world.at) == []
    assert set(actions.send_waiting(by=world.system, at=world.at).values()) == {"acknowledged"}
    world.days(1)
    assert world.visit().closed == [request.pk]


def test_a_hole_in_the_statement_is_named_and_closes_nothing(world: World) -> None:
    world.bank.control.set_debtor_behaviour(DEBTOR_ACCOUNT, "statement-gap")
    instruction = world.went()
    world.days(1)
    assert world.visit().closed == []
    found = {one.kind: (one.expected_fen, one.found_fen) for one in Break.objects.all()}
    missing = TOTAL - BankStatement.objects.get().debit_fen
    assert missing > 0 and found["reported_not_booked"] == (missing, 0) and "gap" in found
    assert state(instruction.request) == "released"
    world.visit()
    assert Break.objects.count() == len(found)


def test_an_unreadable_report_is_kept_and_shown(world: World) -> None:
    report = actions.receive(
        provider=world.provider, report_no="X1", body=io.BytesIO(b"<a"), by=world.system, at=world.at
    )
    assert report.standing == "unreadable" and report.sentence and report.file is not None
    again = actions.receive(
        provider=world.provider, report_no="X2", body=io.BytesIO(b"<a"), by=world.system, at=world.at
    )
    assert again.pk == report.pk
    other = actions.receive(
        provider=world.provider, report_no="X1", body=io.BytesIO(b"<b"), by=world.system, at=world.at
    )
    assert other.standing == "altered" and Break.objects.get().kind == "altered_report"


def test_a_name_the_file_cannot_carry_stops_before_anything_is_sealed(world: World) -> None:
    world.run("UPDATE registry_person SET name = %s WHERE id = %s", "张\u202e三", world.people[0])
    request = world.released()
    with pytest.raises(Refused) as refused:
        actions.seal(request_id=request.pk, by=world.system, at=world.at)
    assert refused.value.code == "unwritable" and "控制字符" in str(refused.value)
    assert PaymentInstruction.objects.count() == 0


def test_two_people_settle_a_break(world: World) -> None:
    actions.receive(provider=world.provider, report_no="X1", body=io.BytesIO(b"<a"), by=world.system, at=world.at)
    actions.receive(provider=world.provider, report_no="X1", body=io.BytesIO(b"<b"), by=world.system, at=world.at)
    subject = Break.objects.get()
    for verb, role in ((actions.explain, "bank_operator"), (actions.settle, "finance_reviewer")):
        seen: dict[str, Any] = {"seen_version": subject.version, "seen_digest": subject.digest}
        verb(subject=subject, by=world.as_(role), at=world.at, reason="已与银行核实", **seen)
    assert Break.objects.get().state == "settled"
