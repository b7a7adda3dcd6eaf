"""Every kind of difference is named, with its owner; whatever a statement says, what is wrong with each line is found."""

import io
import random
from collections import Counter
from datetime import date, timedelta

from yikatong.banking import actions
from yikatong.banking.models import Break, BreakLine
from yikatong.payments.actions import record_outcomes
from yikatong.payments.tests.world import AMOUNTS, says

from . import reports
from .test_books import booked, told
from .world import World

STATEMENTS = 40
SEED = 20260704


def test_whatever_a_statement_says_each_line_has_its_name(world: World) -> None:
    instruction = world.went()
    world.visit()
    numbers = [world.end_to_end_id(instruction.request, place) for place in range(6)]
    chance = random.Random(SEED)
    day = world.at.date()
    for place in range(STATEMENTS):
        # The first days after the booking: of these nothing was reported, so that only what is said is judged.
        entries, expected = _made_up(chance, numbers, instruction.message_id, place)
        on = day + timedelta(days=place + 1)
        told(world, *entries, day=on)
        found = Counter[str]()
        for one in Break.objects.filter(day=on).exclude(kind__in=("gap", "chain")):
            found[one.kind] += one.count
            assert one.owner == "bank" and one.lines.count() == one.count
            sums = [sum(line) for line in zip(*one.lines.values_list("expected_fen", "found_fen"), strict=True)]
            assert sums == [one.expected_fen, one.found_fen], (SEED, place, one.kind)
        assert found == expected, (SEED, place, entries)
    assert len(set(Break.objects.values_list("kind", flat=True)) - {"gap", "chain"}) == 7


def _made_up(chance: random.Random, numbers: list[str], message: str, place: int) -> tuple[list[str], Counter[str]]:
    """The entries of a statement, and what is wrong with how many of them."""
    entries, wrong = [], Counter[str]()
    swap = chance.random() < 0.3
    for at, number in enumerate(numbers):
        if swap and at < 2:
            entries.append(booked(number, AMOUNTS[1 - at], message))
            wrong["swapped"] += 1
            continue
        match chance.choice(["right", "missing", "reference", "twice", "right" if swap else "amount"]):
            case "right":
                entries.append(booked(number, AMOUNTS[at], message))
            case "reference":
                entries.append(booked(number, AMOUNTS[at], message, reference=f"R{place}"))
                wrong["reference"] += 1
            case "twice":
                entries += [booked(number, AMOUNTS[at], message)] * 2
                wrong["twice"] += 2
            case "amount":
                # Each by another sum, so that no two of them can look as if they were swapped.
                entries.append(booked(number, AMOUNTS[at] + 7**at, message))
                wrong["amount"] += 1
    for _ in range(chance.randrange(3)):
        entries.append(booked("", chance.randrange(1, 500)))
        wrong["fee"] += 1
    for _ in range(chance.randrange(2)):
        entries.append(booked("E987654321-1", 100, "STRANGER"))
        wrong["unknown_debit"] += 1
    for number in chance.sample(numbers, chance.randrange(3)):
        entries.append(returned(number, AMOUNTS[numbers.index(number)]))
        wrong["return_not_reported"] += 1
    chance.shuffle(entries)
    return entries or [booked("", 1)], wrong or Counter({"fee": 0 if entries else 1})


def returned(end_to_end_id: str, fen: int) -> str:
    entry = booked(end_to_end_id, fen).replace("<CdtDbtInd>DBIT</CdtDbtInd>", "<CdtDbtInd>CRDT</CdtDbtInd>")
    return entry.replace("</TxDtls>", "<RtrInf><Rsn><Cd>AC06</Cd></Rsn></RtrInf></TxDtls>")


def test_the_other_kinds_are_named_too(world: World) -> None:
    instruction = world.went()
    number = world.end_to_end_id(instruction.request, 0)
    day = world.at.date()
    # Before any result: the statement already debits, and its balances explain nothing.
    told(world, booked(number, AMOUNTS[0], instruction.message_id), day=day)
    assert _kinds(day) == {"booked_not_reported": "bank", "gap": "bank"}
    told(world, booked("", 5), day=day + timedelta(days=1))
    assert _kinds(day + timedelta(days=1)) == {"fee": "bank", "gap": "bank", "chain": "bank"}
    # Another statement of a day that has one.
    again = told_again(world, day)
    assert again and "other_statement" in set(Break.objects.values_list("kind", flat=True))
    # A return that the bank reports and its statement of that day does not have.
    world.visit()
    payment = world.payments(instruction.request)[1]
    world.stage(7_000_001, says(payment, "returned", reason_code="AC06", bank_reference=""))
    record_outcomes(request_id=instruction.request_id, report_id=7_000_001, by=world.system, at=world.at)
    actions.reconcile(provider=world.provider, by=world.system, at=world.at)
    assert "return_not_booked" in _kinds(None)
    assert BreakLine.objects.filter(difference__kind="return_not_booked").get().expected_fen == AMOUNTS[1]
    for body in (b"<a", b"<b"):
        actions.receive(provider=world.provider, report_no="X1", body=io.BytesIO(body), by=world.system, at=world.at)
    stranger = reports.status_report(transactions=reports.transaction(987_654_321, "RJCT"))
    actions.receive(provider=world.provider, report_no="X2", body=io.BytesIO(stranger), by=world.system, at=world.at)
    assert {"altered_report", "unknown_message"} <= set(_kinds(None))
    assert set(_kinds(None).values()) == {"bank"}


def told_again(world: World, day: date) -> bool:
    agreement = world.provider.agreements.get()
    body = reports.statement(booked("", 9)).decode().replace("51999900000000000001", agreement.statement_account)
    content = io.BytesIO(body.replace("2026-11-23", day.isoformat()).encode())
    return bool(actions.receive(provider=world.provider, report_no="S-2", body=content, by=world.system, at=world.at))


def _kinds(day: date | None) -> dict[str, str]:
    found = Break.objects.all() if day is None else Break.objects.filter(day=day)
    return {one.kind: one.owner for one in found}
