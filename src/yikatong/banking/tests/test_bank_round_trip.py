"""One instruction to the real mock-bank process and back, read with our own readers."""

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from yikatong.banking.formats import camt053, camt054, pacs004, pain002, stream
from yikatong.banking.tests import reports
from yikatong.banking.tests.instructions import BEIJING, DEBTOR_ACCOUNT, card, instruction, row
from yikatong.banking.tests.reports import tuples
from yikatong.banking.transports import Held, Receipt, Rejected, Unreachable
from yikatong.banking.transports.https import HttpsBank
from yikatong.demo import bank as demo_bank

OPENING_FEN = 100_000_000
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING)
READERS = {reader.MESSAGE: reader.read for reader in (pain002, camt053, camt054, pacs004)}


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[demo_bank.BankProcess]:
    running = demo_bank.start(tmp_path / "bank", clock_at=MONDAY)
    try:
        running.control.open_debtor_account(DEBTOR_ACCOUNT, name="青禾县农业农村局", balance_fen=OPENING_FEN)
        yield running
    finally:
        running.stop()


def reports_of(bank: demo_bank.BankProcess, known: set[str] = frozenset()) -> dict[str, list[tuple[Any, list]]]:  # type: ignore[assignment]
    """Message name → its (head, rows) pairs; our own account only, for every held card gets statements too."""
    found: dict[str, list[tuple[Any, list]]] = {}
    ours = demo_bank.iban_of(DEBTOR_ACCOUNT)
    for report in HttpsBank(bank.url).fetch_reports(known):
        whole: dict[int, tuple[Any, list]] = {}
        with report.body:
            kind = stream.kind_of(report.body)
            for head, rows in READERS[kind](report.body):
                whole.setdefault(id(head), (head, []))[1].extend(tuples(rows))
        told = [(head, rows) for head, rows in whole.values() if getattr(head, "account", ours) == ours]
        found.setdefault(kind, []).extend(told)
    return found


def test_fifty_payments_go_out_and_every_fen_comes_back_told(bank: demo_bank.BankProcess) -> None:
    rows = [row(n, 10_000 + n) for n in range(50)]
    for n in (3, 4):
        bank.control.open_card(card(n), "closed-account")
    bank.control.open_card(card(5), "bad-bank-id")
    bank.control.open_card(card(6), "accept")
    bank.control.return_later(DEBTOR_ACCOUNT, end_to_end_id="E7-1", reason="AC06", business_days=2)
    failed = {"E3-1": "AC04", "E4-1": "AC04", "E5-1": "RC01"}
    paid_fen = sum(r.amount_fen for r in rows if r.end_to_end_id not in failed)

    assert HttpsBank(bank.url).submit(instruction(rows), "QH2026-0001") == Receipt("QH2026-0001", False, "PART")
    told = reports_of(bank)
    head, statuses = told[pain002.MESSAGE][0]
    assert (head.original_message_id, head.group_status, head.original_count) == ("QH2026-0001", "PART", 50)
    assert head.original_total_fen == sum(r.amount_fen for r in rows)
    assert {s.end_to_end_id: s.reason_code for s in statuses if s.status == "RJCT"} == failed
    assert len(statuses) == 50

    _, entries = told[camt054.MESSAGE][0]
    assert {(e.end_to_end_id, e.amount_fen) for e in entries} == {
        (r.end_to_end_id, r.amount_fen) for r in rows if r.end_to_end_id not in failed
    }
    assert {e.side for e in entries} == {"debit"} and {e.original_message_id for e in entries} == {"QH2026-0001"}
    assert {e.end_to_end_id: e.creditor_account for e in entries}["E8-1"] == card(8)
    assert {e.end_to_end_id: e.creditor_account for e in entries}["E6-1"] == demo_bank.iban_of(card(6))
    assert camt053.MESSAGE not in told

    assert bank.control.advance(1) == date(2026, 11, 24)
    statement, lines = reports_of(bank)[camt053.MESSAGE][0]
    assert (statement.day, statement.opening_fen) == (date(2026, 11, 23), OPENING_FEN)
    assert statement.closing_fen == OPENING_FEN - paid_fen
    assert statement.gap_fen(debit_fen=sum(e.amount_fen for e in lines), credit_fen=0) == 0
    assert {(e.end_to_end_id, e.bank_reference) for e in lines} == {
        (e.end_to_end_id, e.bank_reference) for e in entries
    }


def test_a_blocked_card_is_paid_and_returned_two_business_days_later(bank: demo_bank.BankProcess) -> None:
    bank.control.return_later(DEBTOR_ACCOUNT, end_to_end_id="E2-1", reason="AC06", business_days=2)
    assert HttpsBank(bank.url).submit(instruction([row(1), row(2)]), "QH2026-0001").group_status == "ACCP"
    bank.control.advance(1)
    assert pacs004.MESSAGE not in reports_of(bank)
    bank.control.advance(2)
    told = reports_of(bank)
    head, (returned,) = told[pacs004.MESSAGE][0]
    assert (head.original_message_id, returned.end_to_end_id, returned.reason_code) == ("QH2026-0001", "E2-1", "AC06")
    (credit,) = (e for _, entries in told[camt054.MESSAGE] for e in entries if e.side == "credit")
    assert (credit.end_to_end_id, credit.amount_fen, credit.return_reason) == ("E2-1", returned.amount_fen, "AC06")
    assert credit.bank_reference == returned.bank_reference
    last, lines = told[camt053.MESSAGE][-1]
    assert last.day == date(2026, 11, 25) and [e.side for e in lines] == ["credit"]
    assert last.closing_fen == OPENING_FEN - 12_345


def test_an_answer_may_be_late_by_bank_time(bank: demo_bank.BankProcess) -> None:
    bank.delay_answers(timedelta(hours=20))
    assert HttpsBank(bank.url).submit(instruction([row(1)]), "QH2026-0001").group_status == "ACCP"
    told = reports_of(bank)
    assert pain002.MESSAGE not in told and camt054.MESSAGE in told
    known = set(HttpsBank(bank.url).report_ids())
    bank.control.advance(1)
    assert pain002.MESSAGE in reports_of(bank, known)


def test_a_file_for_tomorrow_is_accepted_today_and_booked_tomorrow(bank: demo_bank.BankProcess) -> None:
    body = instruction([row(1)], requested_on=date(2026, 11, 24))
    HttpsBank(bank.url).submit(body, "QH2026-0001")
    assert set(reports_of(bank)) == {pain002.MESSAGE}
    bank.control.advance(1)
    (_, (entry,)), *_ = reports_of(bank)[camt054.MESSAGE]
    assert entry.booked_on == date(2026, 11, 24)


def test_a_silent_bank_books_but_reports_nothing(bank: demo_bank.BankProcess) -> None:
    bank.control.set_debtor_behaviour(DEBTOR_ACCOUNT, "silent")
    HttpsBank(bank.url).submit(instruction([row(1)]), "QH2026-0001")
    assert set(reports_of(bank)) == {camt054.MESSAGE}


def test_a_statement_with_a_hole_shows_its_gap(bank: demo_bank.BankProcess) -> None:
    bank.control.set_debtor_behaviour(DEBTOR_ACCOUNT, "statement-gap")
    HttpsBank(bank.url).submit(instruction([row(1), row(2)]), "QH2026-0001")
    bank.control.advance(1)
    head, lines = reports_of(bank)[camt053.MESSAGE][0]
    assert len(lines) == 1 and head.gap_fen(debit_fen=lines[0].amount_fen, credit_fen=0) == -12_345


def test_money_drawn_down_shows_on_the_statement(bank: demo_bank.BankProcess) -> None:
    bank.control.top_up(DEBTOR_ACCOUNT, amount_fen=777, note="用款计划下达")
    bank.control.advance(1)
    head, (line,) = reports_of(bank)[camt053.MESSAGE][0]
    assert (line.side, line.amount_fen, line.return_reason) == ("credit", 777, "")
    assert head.closing_fen == OPENING_FEN + 777


def test_the_same_bytes_again_are_already_held_and_pay_nothing_twice(bank: demo_bank.BankProcess) -> None:
    wire, body = HttpsBank(bank.url), instruction([row(1)])
    assert not wire.submit(io.BytesIO(body), "QH2026-0001").already_held
    assert wire.submit(io.BytesIO(body), "QH2026-0001").already_held
    bank.control.advance(1)
    told = reports_of(bank)
    assert told[camt053.MESSAGE][0][0].closing_fen == OPENING_FEN - 12_345
    # The bank reports the copy's refusal under the same message id; it must not be taken for the instruction's own.
    assert [head.is_duplicate_notice for head, _ in told[pain002.MESSAGE]] == [False, True]


def test_the_bank_can_be_asked_whether_it_has_an_instruction(bank: demo_bank.BankProcess) -> None:
    wire = HttpsBank(bank.url)
    assert wire.status("QH2026-0001", "E1-1") is Held.NOT_FOUND
    wire.submit(instruction([row(1)]), "QH2026-0001")
    assert wire.status("QH2026-0001", "E1-1") is Held.RECEIVED
    assert wire.status("QH2026-0002", "E1-1") is Held.NOT_FOUND


def test_a_file_refused_as_a_whole_is_definite(bank: demo_bank.BankProcess) -> None:
    bank.control.set_debtor_behaviour(DEBTOR_ACCOUNT, "reject-file")
    with pytest.raises(Rejected) as refused:
        HttpsBank(bank.url).submit(instruction([row(1)]), "QH2026-0001")
    assert refused.value.reason_code == "FF01"
    head, rows = reports_of(bank)[pain002.MESSAGE][0]
    assert (head.group_status, head.reason_code, rows) == ("RJCT", "FF01", [])


def test_the_bank_goes_on_where_it_stopped_and_owes_no_statement(bank: demo_bank.BankProcess) -> None:
    HttpsBank(bank.url).submit(instruction([row(1)]), "QH2026-0001")
    bank.stop()
    with pytest.raises(Unreachable):
        HttpsBank(bank.url).submit(instruction([row(1)]), "QH2026-0001")
    again = demo_bank.start(bank.folder, clock_at=MONDAY + timedelta(days=2))
    try:
        assert again.control.now().date() == date(2026, 11, 25)
        days = [head.day for head, _ in reports_of(again)[camt053.MESSAGE]]
        assert days == [date(2026, 11, 23), date(2026, 11, 24)]
    finally:
        again.stop()


def test_reports_are_not_taken_away_by_fetching(bank: demo_bank.BankProcess) -> None:
    wire = HttpsBank(bank.url)
    wire.submit(instruction([row(1)]), "QH2026-0001")
    first = [(report.report_id, report.sha256) for report, _ in reports.fetched(wire)]
    assert first and first == [(report.report_id, report.sha256) for report, _ in reports.fetched(wire)]
    assert not list(reports.fetched(wire, {report_id for report_id, _ in first}))
