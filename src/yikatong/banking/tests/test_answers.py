"""Answers that do not come, come wrong, or come for somebody else (C03, C04, C06, C07, C08), and what peers got wrong."""

import io
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from yikatong.banking import actions, overdue, sending
from yikatong.banking.models import Break, Inquiry, PaymentInstruction
from yikatong.core import slots
from yikatong.core.refusals import Refused
from yikatong.demo import bank as demo_bank
from yikatong.payments import actions as payments
from yikatong.payments.models import Payment, PaymentException, PaymentOutcome, PaymentRequest
from yikatong.payments.tests.world import AMOUNTS

from .test_exchange import kinds, results, state
from .test_uploading import messages
from .world import World

TOTAL = sum(AMOUNTS)


def receive(world: World, body: bytes, number: str = "X1") -> Any:
    return actions.receive(
        provider=world.provider, report_no=number, body=io.BytesIO(body), by=world.system, at=world.at
    )


def code(action: Callable[..., Any], **given: Any) -> str:
    with pytest.raises(Refused) as refused:
        action(**given)
    return refused.value.code


def test_c06_lines_without_an_answer_are_named_asked_about_and_close_nothing(world: World) -> None:
    world.bank.control.open_card(world.card_number(1), "closed-account")
    world.bank.delay_answers(timedelta(days=20))
    instruction = world.went()
    world.visit()
    assert overdue.overdue(world.at) == [] and not Inquiry.objects.exists()
    world.at += timedelta(days=4)
    (row,) = overdue.overdue_for(world.as_("bank_operator"), world.at)
    assert (row["line_count"], row["line_fen"], row["agency_name"]) == (1, AMOUNTS[1], "农业农村局")
    waiting = {(item.kind, item.url, item.count) for item in slots.inbox(world.as_("bank_operator"), world.at)}
    assert ("银行没有答复", reverse("banking:instruction", args=[instruction.message_id]), 1) in waiting
    world.visit()
    world.visit()
    asked = Inquiry.objects.get()
    assert (asked.instruction, asked.count, asked.total_fen) == (instruction, 1, AMOUNTS[1])
    assert asked.answer == "received"
    assert state(instruction.request) == "released" and world.balance("in_transit") == AMOUNTS[1]
    world.at += timedelta(days=1)
    world.bank.stop()
    world.visit()
    assert Inquiry.objects.latest("pk").answer == "no_answer" and Inquiry.objects.count() == 2
    world.bank = demo_bank.start(world.bank.folder, port=int(world.bank.url.rpartition(":")[2]))


def test_c04_results_before_the_receipt_settle_the_sending(world: World) -> None:
    instruction = world.sealed()
    body = sending._begin(instruction=instruction, by=world.system, at=world.at)
    world.wire().submit(body, instruction.message_id)
    world.days(1)
    world.visit()
    assert kinds(instruction) == ["sealed", "sending", "acknowledged"] and len(results(instruction.request)) == 6
    assert actions.send(instruction=instruction, by=world.system, at=world.at) == "acknowledged"


def test_c03_after_a_missing_number_the_bank_is_asked_and_the_rest_waits(world: World) -> None:
    instruction = world.went()
    world.days(1)
    numbers = sorted(int(re.findall(r"\d+", one)[-1]) for one in world.wire().report_ids())
    world.register(report_pattern=r"(?P<series>\D*)(?P<number>\d+)")
    told = world.visit()
    if numbers[0] > 1:
        assert told.closed == [] and any("缺第 1 号" in sentence for sentence in told.trouble)
        assert Break.objects.get().kind == "report_gap" and not PaymentOutcome.objects.exists()
        world.visit()
        assert Break.objects.count() == 1
        world.register(report_pattern="")
    assert world.visit().closed == [instruction.request_id] or state(instruction.request) == "closed"


def test_c08_a_wrong_amount_in_the_answer_settles_nothing(world: World) -> None:
    instruction = world.went()
    world.days(1)
    booked = messages(world)["camt.054.001.08"]
    receive(world, booked.replace(b"819.58", b"819.59"))
    problem = PaymentException.objects.get()
    assert (problem.kind, problem.seen_amount_fen) == ("other_amount", AMOUNTS[0] + 1)
    assert PaymentOutcome.objects.count() == 5 and world.balance("in_transit") == AMOUNTS[0]
    world.visit()
    assert state(instruction.request) == "released"


def test_one_unknown_line_in_a_statement_does_not_stop_the_rest(world: World) -> None:
    instruction = world.went()
    world.visit()
    world.days(1)
    statement = messages(world)["camt.053.001.08"].decode()
    entries = re.findall(r"<Ntry>.*?</Ntry>", statement, re.DOTALL)
    assert entries
    strange = entries[0].replace(world.end_to_end_id(instruction.request, 0), "NOT-OURS-1")
    strange = strange.replace(instruction.message_id, "NOT-OURS")
    told = statement.replace(entries[0], strange + entries[0], 1)
    told = told.replace("21515.84", f"{(TOTAL + AMOUNTS[0]) / 100:.2f}").replace(">6</NbOfNtries>", ">7</NbOfNtries>")
    assert receive(world, closing_lower_by(told, AMOUNTS[0]).encode()).standing == "statement"
    done = actions.reconcile(provider=world.provider, by=world.system, at=world.at)
    found = set(Break.objects.values_list("kind", flat=True))
    # The balances say that the money did leave: a hole in the statement would be another thing, and close nothing.
    assert "unknown_debit" in found and "gap" not in found
    assert done.closed == [instruction.request_id]


def closing_lower_by(statement: str, fen: int) -> str:
    """The same statement with a closing balance that is lower."""
    found = re.search(r'CLBD.*?<Amt Ccy="CNY">([0-9.]+)</Amt>\s*<CdtDbtInd>(CRDT|DBIT)<', statement, re.DOTALL)
    assert found is not None
    before = int(Decimal(found[1]) * 100) * (1 if found[2] == "CRDT" else -1)
    after = before - fen
    start, end = found.span()
    told = f'<Amt Ccy="CNY">{abs(after) / 100:.2f}</Amt><CdtDbtInd>{"CRDT" if after >= 0 else "DBIT"}<'
    return statement[:start] + re.sub(r"<Amt .*", lambda _: told, found[0], flags=re.DOTALL) + statement[end:]


def test_a_second_payment_list_for_the_same_money_is_refused(world: World) -> None:
    world.went()
    clerk = world.as_("department_clerk")
    assert (
        code(payments.file, batch_id=world.batch.pk, by=clerk, at=world.at, seen_digest=world.batch.digest) == "YK002"
    )
    assert PaymentRequest.objects.count() == 1 and Payment.objects.count() == 6


def test_the_maker_never_approves(world: World) -> None:
    request = world.filed()
    for verb in ("verify", "release_department"):
        with pytest.raises(Refused) as refused:
            world.step(request, verb, "department_clerk")
        assert refused.value.code in ("YK005", "YK006", "YK004")
    assert state(request) == "filed"


def test_four_creations_at_once_make_one(world: World) -> None:
    made: list[str] = []

    def create() -> None:
        try:
            made.append(world.filed().no)
        except Refused as refused:
            made.append(refused.code)
        finally:
            connection.close()

    together(create)
    assert sorted(made)[:3] == ["YK002"] * 3 or made.count("YK002") == 3
    assert PaymentRequest.objects.count() == 1 and Payment.objects.count() == 6


def test_four_sealings_at_once_make_one_set_of_files(world: World) -> None:
    request = world.released()
    made: list[PaymentInstruction] = []

    def create() -> None:
        try:
            made.extend(actions.seal(request_id=request.pk, by=world.system, at=world.at))
        finally:
            connection.close()

    together(create)
    assert len(made) == 1 and PaymentInstruction.objects.count() == 1


def together(act: Callable[[], None]) -> None:
    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
