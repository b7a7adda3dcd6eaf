"""A file nobody knows the fate of: waited for, asked about, voided alone, sent anew once, and never paid twice (C02, C19)."""

from typing import Any

import pytest

from yikatong.banking import actions, queries, sending
from yikatong.banking.models import Break, PaymentInstruction
from yikatong.core import clock, sql
from yikatong.core.refusals import Refused
from yikatong.payments.models import PaymentException, PaymentOutcome
from yikatong.payments.tests.world import AMOUNTS

from .test_exchange import kinds, state
from .world import World

TOTAL = sum(AMOUNTS)
EXPIRES = {"dedupes_forever": False, "honors_expiry": True, "valid_days": 1}


def lost(world: World, **terms: Any) -> PaymentInstruction:
    """An instruction that was on its way when the process died; the bank never saw it."""
    world.register(**terms)
    world.at = clock.now()
    instruction = world.sealed()
    sending._begin(instruction=instruction, by=world.system, at=world.at)
    assert send(world, instruction) == "unknown"
    return instruction


def send(world: World, instruction: PaymentInstruction) -> str:
    return actions.send(instruction=instruction, by=world.system, at=world.at)


def expired(world: World) -> None:
    clock.step_forward(days=2)
    world.at = clock.now()


def refused(function: Any, *arguments: Any) -> str:
    with pytest.raises(Refused) as told:
        sql.call(function, *arguments)
    return told.value.code


def test_past_its_time_and_unknown_to_the_bank_it_is_voided_and_sent_anew(world: World) -> None:
    instruction = lost(world, **EXPIRES)
    request = instruction.request
    before = [one.end_to_end_id for one in world.payments(request)]
    assert send(world, instruction) == "unknown"
    assert refused("banking_void_unanswered", instruction.pk, world.system.official_id, world.at) == "YK077"
    expired(world)
    assert send(world, instruction) == "void"
    assert kinds(instruction) == ["sealed", "sending", "unknown", "void"]
    (anew,) = queries.instructions_of(request.pk)
    assert anew.message_id != instruction.message_id and (anew.count, anew.total_fen) == (6, TOTAL)
    assert [one.end_to_end_id for one in world.payments(request)] == before and world.balance("in_transit") == TOTAL
    assert actions.send_waiting(by=world.system, at=world.at) == {anew.message_id: "acknowledged"}
    world.bank.control.advance(14)
    world.visit()
    assert state(request) == "closed" and world.balance("credited") == TOTAL


def test_what_the_bank_has_after_all_is_never_voided(world: World) -> None:
    world.register(**EXPIRES)
    world.at = clock.now()
    instruction = world.sealed()
    body = sending._begin(instruction=instruction, by=world.system, at=world.at)
    world.wire().submit(body, instruction.message_id)
    expired(world)
    assert send(world, instruction) == "acknowledged"


def test_a_bank_that_does_not_honor_the_expiry_is_never_sent_to_anew(world: World) -> None:
    instruction = lost(world, dedupes_forever=False, valid_days=1)
    expired(world)
    assert send(world, instruction) == "unknown"
    assert refused("banking_void_unanswered", instruction.pk, world.system.official_id, world.at) == "YK077"


def test_one_voided_file_leaves_the_others_alone(world: World) -> None:
    world.register(file_lines_max=2, **EXPIRES)
    world.at = clock.now()
    request = world.released()
    first, second, third = actions.seal(request_id=request.pk, by=world.system, at=world.at)
    sending._begin(instruction=second, by=world.system, at=world.at)
    assert (send(world, first), send(world, second), send(world, third)) == ("acknowledged", "unknown", "acknowledged")
    expired(world)
    actions.send_waiting(by=world.system, at=world.at)
    live = queries.instructions_of(request.pk)
    assert [one.message_id for one in live[:2]] == [first.message_id, third.message_id] and len(live) == 3
    run = ("first_payment_id", "last_payment_id", "count", "total_fen", "lines_digest")
    assert [getattr(live[2], name) for name in run] == [getattr(second, name) for name in run]
    assert queries.totals_of(request.pk)["agree"] and world.balance("in_transit") == TOTAL
    actions.send_waiting(by=world.system, at=world.at)
    world.bank.control.advance(14)
    world.visit()
    assert state(request) == "closed" and world.balance("credited") == TOTAL


def test_c19_a_voided_file_that_the_bank_pays_is_an_alarm_and_no_outcome(world: World) -> None:
    instruction = lost(world, **EXPIRES)
    expired(world)
    send(world, instruction)
    (anew,) = queries.instructions_of(instruction.request_id)
    from yikatong.core import files

    late = files.opened(instruction.body, purpose="test", by=world.system, at=world.at)
    world.wire().submit(late, instruction.message_id)
    world.bank.control.advance(14)
    world.visit()
    assert {one.kind for one in PaymentException.objects.all()} == {"paid_though_void"}
    assert PaymentException.objects.count() == 6 and not PaymentOutcome.objects.exists()
    assert world.balance("in_transit") == TOTAL and world.balance("credited") == 0
    difference = Break.objects.get(kind="paid_though_void")
    assert (difference.count, difference.found_fen, difference.request_id) == (6, TOTAL, instruction.request_id)
    with pytest.raises(Refused) as told:
        send(world, anew)
    assert told.value.code == "YK086" and state(instruction.request) == "released"


def test_never_sent_in_its_time_it_goes_out_in_a_new_file(world: World) -> None:
    world.register(valid_days=1)
    world.at = clock.now()
    instruction = world.sealed()
    expired(world)
    told = actions.send_waiting(by=world.system, at=world.at)
    (anew,) = queries.instructions_of(instruction.request_id)
    assert told[anew.message_id] == "acknowledged" and kinds(instruction) == ["sealed", "void"]


def prepared(world: World, instruction: PaymentInstruction, verdict: str) -> Any:
    return actions.clearing.prepare(
        instruction=instruction, verdict=verdict, proof_name="日终对账单.pdf", proof=b"%PDF-1.7 signed",
        note="已到银行柜台查实", by=world.as_("bank_operator"), at=world.at,
    )  # fmt: skip


def decided(world: World, clearance: Any, role: str = "finance_approver") -> list[PaymentInstruction]:
    seen: dict[str, Any] = {"seen_version": clearance.version, "seen_digest": clearance.digest}
    return actions.clearing.approve(clearance=clearance, by=world.as_(role), at=world.at, **seen)


def test_two_people_clear_what_no_machine_can_find_out(world: World) -> None:
    instruction = lost(world, dedupes_forever=False)
    clearance = prepared(world, instruction, "not_received")
    for role in ("bank_operator", "finance_reviewer"):
        with pytest.raises(Refused) as told:
            decided(world, clearance, role)
        assert told.value.code == "YK005"
    assert refused("banking_apply_clearance", clearance.pk, world.system.official_id, world.at) == "YK078"
    (anew,) = decided(world, clearance)
    assert kinds(instruction)[-1] == "void" and anew.total_fen == TOTAL and anew.message_id != instruction.message_id
    assert send(world, anew) == "acknowledged"
    assert refused("banking_apply_clearance", clearance.pk, world.system.official_id, world.at) == "YK078"


def test_two_people_may_find_that_the_bank_has_it(world: World) -> None:
    instruction = lost(world, dedupes_forever=False)
    assert decided(world, prepared(world, instruction, "received")) == []
    assert kinds(instruction)[-1] == "acknowledged"


def test_a_clearance_needs_a_person_a_proof_and_something_to_clear(world: World) -> None:
    instruction = lost(world, dedupes_forever=False)
    for official, proof in ((world.system.official_id, instruction.body_id), (None, instruction.body_id)):
        who = official or world.as_("bank_operator").official_id
        given = (instruction.pk, "not_received", proof, "x", who, world.at)
        assert refused("banking_prepare_clearance", *given) == "YK078"
    prepared(world, instruction, "received")
    actions.send(instruction=instruction, by=world.system, at=world.at)
    sending.answer(instruction=instruction, kind="acknowledged", note="", by=world.system, at=world.at)
    with pytest.raises(Refused) as told:
        prepared(world, instruction, "received")
    assert told.value.code == "YK078"
