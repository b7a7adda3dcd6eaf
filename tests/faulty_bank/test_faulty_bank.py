"""The faulty bank's own books are right, and each of its faults is there to be seen by our own readers."""

import hashlib
import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.faulty_bank import Fault, FaultyBank, NoAnswer
from tests.faulty_bank.http import over_http
from tests.faulty_bank.wire import BankWire
from yikatong.banking.formats import camt053, camt054, pacs004, pain002, stream
from yikatong.banking.formats.refusals import UnreadableBankFile
from yikatong.banking.tests import reports
from yikatong.banking.tests.instructions import BEIJING, DEBTOR_ACCOUNT, card, instruction, row
from yikatong.banking.tests.reports import tuples
from yikatong.banking.transports import Held, Rejected, Unreachable
from yikatong.banking.transports.https import HttpsBank

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING)
READERS = {reader.MESSAGE: reader.read for reader in (pain002, camt053, camt054, pacs004)}
ROWS = [row(n, 10_000 + n) for n in range(6)]
MESSAGE_ID = "QH2026-0001"
BODY = instruction(ROWS, MESSAGE_ID)
DAY = timedelta(days=1)
OPENING_FEN = 1_000_000


def bank_with(*faults: Fault, **terms: Any) -> FaultyBank:
    bank = FaultyBank(seed=1, at=MONDAY, **terms)
    bank.open_account(DEBTOR_ACCOUNT, named=DEBTOR_ACCOUNT, balance_fen=OPENING_FEN)
    for fault in faults:
        bank.want(fault)
    return bank


def manifest_of(body: bytes, not_after: str) -> bytes:
    told = {
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "count": len(ROWS),
        "total_fen": sum(r.amount_fen for r in ROWS),
    }
    return json.dumps({"manifest": told | {"not_after": not_after}}).encode()


def told_by(bank: FaultyBank) -> dict[str, list[tuple[Any, list[Any]]]]:
    """Message name → (head, rows) of each readable message, "unreadable" → the others."""
    found: dict[str, list[tuple[Any, list[Any]]]] = {}
    for letter in bank.mailbox.letters():
        try:
            kind = stream.kind_of(io.BytesIO(letter.body))
            whole: dict[int, tuple[Any, list[Any]]] = {}
            for head, rows in READERS[kind](io.BytesIO(letter.body)):
                whole.setdefault(id(head), (head, []))[1].extend(tuples(rows))
            found.setdefault(kind, []).extend(whole.values())
        except UnreadableBankFile:
            found.setdefault("unreadable", []).append((letter.number, []))
    return found


def credited(bank: FaultyBank) -> list[tuple[str, int]]:
    entries = [entry for _, rows in told_by(bank).get(camt054.MESSAGE, []) for entry in rows]
    return [(entry.end_to_end_id, entry.amount_fen) for entry in entries if entry.side == "debit"]


EVERYBODY = [(one.end_to_end_id, one.amount_fen) for one in ROWS]


def test_a_good_day_books_each_line_once_and_tells_it() -> None:
    bank = bank_with()
    bank.closed_cards[card(3)] = "AC04"
    assert BankWire(bank).submit(BODY, MESSAGE_ID).group_status == "ACTC"
    bank.pass_time(DAY)
    assert credited(bank) == [one for one in EVERYBODY if one[0] != "E3-1"]
    (_, ()), (_, (failed,)) = told_by(bank)[pain002.MESSAGE]
    assert (failed.end_to_end_id, failed.status, failed.reason_code) == ("E3-1", "RJCT", "AC04")
    ((statement, lines),) = told_by(bank)[camt053.MESSAGE]
    paid = sum(line.amount_fen for line in lines)
    assert (statement.opening_fen, statement.closing_fen, len(lines)) == (OPENING_FEN, OPENING_FEN - paid, 5)
    assert statement.gap_fen(debit_fen=paid, credit_fen=0) == 0 and bank.books.paid_twice() == set()


def test_the_same_calls_give_the_same_bytes() -> None:
    faults = dict.fromkeys(Fault, 0.3)
    told = []
    for _ in range(2):
        bank = FaultyBank(seed=7, at=MONDAY, faults=faults)
        bank.open_account(DEBTOR_ACCOUNT, named=DEBTOR_ACCOUNT, balance_fen=OPENING_FEN)
        for message_id in ("A1", "A2", "A3"):
            try:
                bank.submit(message_id, instruction(ROWS, message_id))
            except NoAnswer:
                pass
            bank.pass_time(DAY)
        bank.pass_time(DAY * 6)
        told.append([(letter.number, letter.body) for letter in bank.mailbox.letters()])
    assert told[0] == told[1] and len(told[0]) > 6


@pytest.mark.parametrize(
    ("fault", "held_now", "credits_at_last"),
    [
        (Fault.REQUEST_LOST, Held.NOT_FOUND, 0),
        (Fault.ARRIVES_LATE, Held.NOT_FOUND, 1),
        (Fault.ACKNOWLEDGMENT_LOST, Held.RECEIVED, 1),
        (Fault.ANSWERS_LATE, Held.RECEIVED, 1),
    ],
)
def test_a_lost_call_says_nothing_about_what_became_of_it(fault: Fault, held_now: Held, credits_at_last: int) -> None:
    bank = bank_with(fault)
    wire = BankWire(bank)
    with pytest.raises(Unreachable):
        wire.submit(BODY, MESSAGE_ID)
    assert wire.status(MESSAGE_ID, "E0-1") is held_now
    bank.pass_time(DAY)
    assert [bank.books.credited_count(one.end_to_end_id) for one in ROWS] == [credits_at_last] * 6


def test_what_the_network_doubles_is_paid_twice_only_where_the_bank_does_not_dedupe() -> None:
    for dedupes, times in ((True, 1), (False, 2)):
        bank = bank_with(Fault.NETWORK_DUPLICATE, dedupes_forever=dedupes)
        BankWire(bank).submit(BODY, MESSAGE_ID)
        bank.pass_time(DAY)
        assert bank.books.credited_count("E0-1") == times
        assert (bank.books.paid_twice() == set()) is dedupes


def test_other_bytes_expired_or_wrong_totals_are_refused() -> None:
    bank = bank_with()
    wire = BankWire(bank)
    wire.submit(BODY, MESSAGE_ID)
    assert wire.submit(BODY, MESSAGE_ID).already_held
    with pytest.raises(Rejected) as other:
        wire.submit(instruction(ROWS[:2], MESSAGE_ID), MESSAGE_ID)
    assert other.value.reason_code == "DU01"
    late = manifest_of(instruction(ROWS, "Q2"), "2026-11-22T00:00:00+08:00")
    with pytest.raises(Rejected) as expired:
        wire.submit(instruction(ROWS, "Q2"), "Q2", late)
    assert expired.value.reason_code == "TM01"
    with pytest.raises(Rejected) as summed:
        wire.submit(BODY.replace(MESSAGE_ID.encode(), b"Q3").replace(b"100.05", b"100.06"), "Q3")
    assert summed.value.reason_code == "AM10"
    assert bank.books.credited_count("E0-1") == 1


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault.UNKNOWN_CODE, pain002.MESSAGE),
        (Fault.EMPTY_CODE, pain002.MESSAGE),
        (Fault.SPACED_CODE, pain002.MESSAGE),
        (Fault.FAILS, pain002.MESSAGE),
        (Fault.FAIL_THEN_OK, pain002.MESSAGE),
        (Fault.OK_THEN_FAIL, pain002.MESSAGE),
        (Fault.LATE_RETURN, pacs004.MESSAGE),
        (Fault.RETURNED_TWICE, pacs004.MESSAGE),
        (Fault.RETURN_BEFORE_CREDIT, pacs004.MESSAGE),
        (Fault.CUT_SHORT, "unreadable"),
        (Fault.ALTERED_BYTES, "unreadable"),
        (Fault.SUM_WRONG, "unreadable"),
    ],
)
def test_each_fault_of_a_line_or_a_message_is_there_to_be_read(fault: Fault, message: str) -> None:
    bank = bank_with(fault)
    bank.submit(MESSAGE_ID, BODY)
    bank.pass_time(DAY * 5)
    assert bank.chances.happened[fault] == 1
    told = told_by(bank)[message]
    assert any(rows for _, rows in told) or message == "unreadable"
    # What is broken comes again, whole.
    assert {name for name, _ in credited(bank)} >= {
        one.end_to_end_id for one in ROWS if bank.books.of(one.end_to_end_id)
    }


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault.LINE_MISSING, 5),
        (Fault.LINE_TWICE, 7),
        (Fault.UNKNOWN_LINE, 7),
        (Fault.TWO_REFERENCES, 7),
        (Fault.PARTIAL, 6),
        (Fault.HELD_BACK, 6),
        (Fault.AMOUNT_OFF, 6),
        (Fault.AMOUNTS_SWAPPED, 6),
        (Fault.DELIVERED_TWICE, 12),
        (Fault.OTHER_BODY, 12),
    ],
)
def test_each_misreport_leaves_the_books_right(fault: Fault, told: int) -> None:
    bank = bank_with(fault)
    bank.submit(MESSAGE_ID, BODY)
    bank.pass_time(DAY * 2)
    assert len(credited(bank)) == told and bank.chances.happened[fault] == 1
    assert [bank.books.credited_fen(one.end_to_end_id) for one in ROWS] == [one.amount_fen for one in ROWS]


@pytest.mark.parametrize(
    ("fault", "lines", "gap", "count"),
    [
        (Fault.STATEMENT_ALTERED, 6, True, 1),
        (Fault.STATEMENT_LINE_MISSING, 5, True, 1),
        (Fault.STATEMENT_UNKNOWN_LINE, 7, False, 1),
        (Fault.STATEMENT_TWICE, 6, False, 2),
        (Fault.STATEMENT_UNSIGNED, 6, False, 2),
    ],
)
def test_each_fault_of_a_statement_is_there_to_be_read(fault: Fault, lines: int, gap: bool, count: int) -> None:
    bank = bank_with(fault)
    bank.submit(MESSAGE_ID, BODY)
    bank.pass_time(DAY * 3)
    found = told_by(bank)[camt053.MESSAGE]
    statement, rows = found[0]
    assert (len(found), len(rows)) == (count, lines)
    assert bool(statement.gap_fen(debit_fen=sum(one.amount_fen for one in rows), credit_fen=0)) is gap


def test_what_the_bank_does_wrong_by_itself_is_known_as_its_own() -> None:
    bank = bank_with(Fault.BOOKS_TWICE)
    bank.submit(MESSAGE_ID, BODY)
    assert bank.books.credited_count("E0-1") == 2 and bank.books.paid_twice() == set()
    refused = bank_with(Fault.REQUEST_LOST)
    with pytest.raises(NoAnswer):
        refused.submit(MESSAGE_ID, BODY)
    refused.pay_anyway(MESSAGE_ID)
    assert refused.books.credited_count("E0-1") == 1


def test_signatures_are_left_out_or_somebody_elses() -> None:
    bank = bank_with(Fault.UNSIGNED, signer=lambda body: b"ours", stranger=lambda body: b"theirs")
    bank.submit(MESSAGE_ID, BODY)
    bank.want(Fault.OTHER_KEY)
    bank.return_payment("E0-1")
    bank.pass_time(DAY * 2)
    assert [letter.signature for letter in bank.mailbox.letters()].count(b"") == 1
    assert [letter.signature for letter in bank.mailbox.letters()].count(b"theirs") == 1


def test_over_http_it_speaks_to_the_real_transport() -> None:
    bank = bank_with(Fault.ACKNOWLEDGMENT_LOST)
    with over_http(bank) as address:
        wire = HttpsBank(address)
        with pytest.raises(Unreachable):
            wire.submit(BODY, MESSAGE_ID)
        assert wire.status(MESSAGE_ID, "E0-1") is Held.RECEIVED
        assert wire.status("Q9", "E77-1") is Held.NOT_FOUND
        assert wire.submit(BODY, MESSAGE_ID).already_held
        bank.pass_time(DAY)
        numbers = wire.report_ids()
        assert [report.report_id for report, _ in reports.fetched(wire, numbers[:1])] == numbers[1:]
