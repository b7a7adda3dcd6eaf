"""The faults of the bank exchange by their numbers (RELIABILITY 3): C13 signatures, and C18 to C22, through the real actions."""

import base64
import hashlib
import io
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.faulty_bank import Fault
from tests.faulty_bank.wire import BankWire
from tests.simulation import crashes, steps
from tests.simulation.history import History
from tests.simulation.invariants import rows_of
from tests.simulation.place import Place
from yikatong.banking import actions as banking
from yikatong.banking import manifests, receiving, sending
from yikatong.banking.models import BankReport, Break, PaymentInstruction, PaymentProvider
from yikatong.banking.tests import flat_files
from yikatong.banking.transports.folder import FolderBank
from yikatong.core import files
from yikatong.core.refusals import Refused
from yikatong.payments import actions as payments
from yikatong.payments.models import Payment, PaymentRequest
from yikatong.registry import actions as registry
from yikatong.registry.models import Card, Person

from .scenes import days, events, kinds, results, scene, sent, state, stuck

KEY, STRANGER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()


def signed(key: Ed25519PrivateKey, body: bytes) -> bytes:
    return base64.b64encode(key.sign(hashlib.sha256(body).digest()))


def received(history: History, number: str, body: bytes, signature: bytes = b"") -> BankReport:
    return banking.receive(
        provider=PaymentProvider.objects.get(), report_no=number, body=io.BytesIO(body), signature=signature,
        by=history.as_("system"), at=history.at,
    )  # fmt: skip


def register_key(history: History, valid_to: str) -> None:
    public = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
    key = f'[{{"algorithm": "Ed25519", "public_key": "{public}", "valid_to": "{valid_to}"}}]'
    history.owner_runs("UPDATE banking_paymentprovider SET report_keys = %s::jsonb", key)


def test_c13_a_signature_missing_of_another_key_or_over_other_bytes_changes_nothing(lived: Place) -> None:
    with scene(lived) as history:
        register_key(history, "2030-12-31")
        sent(history)
        history.pass_time(24)
        told = [letter.body for letter in history.bank.mailbox.letters()]
        for number, body in enumerate(told):
            for place_no, signature in enumerate((b"", signed(STRANGER, body), signed(KEY, body + b" "), b"no base64")):
                assert received(history, f"W{number}-{place_no}", body, signature).standing == "unsigned"
        assert results() == [] and Break.objects.filter(kind="unsigned_report").exists()
        for number, body in enumerate(told):
            assert received(history, f"R{number}", body, signed(KEY, body)).standing != "unsigned"
        assert results() == ["credited"] * 2


def test_c13_the_right_key_after_its_last_day_signs_nothing(lived: Place) -> None:
    with scene(lived) as history:
        register_key(history, "2026-03-01")
        sent(history)
        history.pass_time(24)
        for letter in history.bank.mailbox.letters():
            report = received(history, letter.number, letter.body, signed(KEY, letter.body))
            assert report.standing == "unsigned"
        assert results() == []


def test_c18_a_changed_card_is_not_paid_without_a_second_person_nor_before_its_days(lived: Place) -> None:
    with scene(lived, Fault.SPACED_CODE, size=1) as history:
        sent(history)
        days(history, 3)
        (one,) = stuck(history)
        person, failed_card = Payment.objects.values_list("payee_id", "card_id").get(request_id=history.requests[0])
        steps.add_card(history, person, failed_card)
        clerk = history.as_("township_clerk")
        change = registry.propose_card_change(
            person=Person.objects.get(pk=person), card=Card.objects.filter(person_id=person).latest("id"),
            reason="原卡销户", confirmed_on=history.at.date(), by=clerk, at=history.at,
        )  # fmt: skip
        seen: dict[str, Any] = {"seen_version": change.version, "seen_digest": change.digest}
        with pytest.raises(Refused):
            registry.approve_card_change(change=change, by=clerk, at=history.at, **seen)
        assert pays_again(history, one) == "YK061"
        registry.approve_card_change(change=change, by=history.as_("department_reviewer"), at=history.at, **seen)
        # Two have agreed; the card still cools, and neither of them may say that it need not. That it is paid after its
        # days, or when a third one hastens it, is told in ``payments/tests/test_changed_cards.py``.
        assert (stuck(history)[0].obstacle, pays_again(history, one)) == ("cooling", "YK061")
        change.refresh_from_db()
        hasten: dict[str, Any] = {
            "verb": "hasten", "change": change, "at": history.at, "reason": "银行当面核实过",
            "seen_version": change.version, "seen_digest": change.digest,
        }  # fmt: skip
        with pytest.raises(Refused):
            registry.decide_card_change(by=history.as_("department_reviewer"), **hasten)
        assert (stuck(history)[0].obstacle, pays_again(history, one)) == ("cooling", "YK061")


def pays_again(history: History, one: Any) -> str:
    """With what a reissue is refused; nothing when it is filed."""
    try:
        payments.file_reissue(
            batch_id=one.batch_id, outcome_ids=[one.outcome_id], by=history.as_("department_clerk"), at=history.at,
            note="已换卡",
        )  # fmt: skip
    except Refused as refused:
        return str(refused.code)
    return ""


def test_c19_a_voided_file_that_the_bank_pays_is_an_alarm_and_waits_for_people(lived: Place) -> None:
    with scene(lived, Fault.REQUEST_LOST, dedupes=False) as history:
        sent(history)
        instruction = PaymentInstruction.objects.get()
        system, at = history.as_("system"), history.at
        body = files.opened(instruction.body, purpose="test", by=system, at=at).read()
        manifest = manifests.read(instruction=instruction, by=system, at=at)
        history.pass_time(24 * 6)
        banking.send_waiting(by=system, at=history.at)
        assert "void" in events()
        history.bank.want(Fault.PAYS_EXPIRED)
        BankWire(history.bank).submit(body, instruction.message_id, manifest)
        history.pass_time(24)
        steps.visit(history, is_calm=True)
        assert kinds() == {"paid_though_void"} and Break.objects.filter(kind="paid_though_void").exists()
        assert (results(), state(history)) == ([], "released")
        # What goes out in its place is held as well: otherwise the same people were paid twice.
        days(history, 2)
        debits = [one.end_to_end_id for one in history.bank.books.bookings if one.side == "debit" and one.message_id]
        assert sorted(debits) == sorted(
            Payment.objects.filter(request_id=history.requests[0]).values_list("end_to_end_id", flat=True)
        )


def test_c20_a_question_mark_in_the_banks_file_changes_nothing(lived: Place) -> None:
    with scene(lived) as history:
        history.owner_runs("UPDATE banking_paymentprovider SET format_code = %s", flat_files.BAR)
        steps.seal(history, is_calm=True)
        instruction, system = PaymentInstruction.objects.get(), history.as_("system")
        with files.opened(instruction.body, purpose="test", by=system, at=history.at) as body:
            paid = flat_files.bar_instruction(body.read())[1]
        sending._begin(instruction=instruction, by=system, at=history.at).close()
        told = [flat_files.Answer(one.end_to_end_id, one.amount_fen, "0000", f"R{one.amount_fen}") for one in paid]
        report = flat_files.bar_results(told, instruction.message_id, day=f"{history.at:%Y%m%d}")
        assert report.count("张?".encode("gbk")) == 2
        # Nothing else than the number of the payment tells whose it is.
        assert received(history, "HP_1.txt", report).standing == "applied"
        found = rows_of(
            "SELECT payment.end_to_end_id, outcome.result, outcome.bank_reference FROM payments_paymentoutcome AS outcome"
            " INNER JOIN payments_payment AS payment ON payment.id = outcome.payment_id ORDER BY 1"
        )
        assert found == sorted((one.end_to_end_id, "credited", f"R{one.amount_fen}") for one in paid)


def test_c21_one_line_goes_and_no_line_is_refused(lived: Place) -> None:
    with scene(lived, size=1) as history:
        sent(history)
        system, clerk = history.as_("system"), history.as_("department_clerk")
        assert banking.seal(request_id=history.requests[0], by=system, at=history.at) == []
        days(history, 2)
        assert state(history) == "closed"
        batch_id = PaymentRequest.objects.get(pk=history.requests[0]).batch_id
        with pytest.raises(Refused):
            payments.file_reissue(batch_id=batch_id, outcome_ids=[], by=clerk, at=history.at, note="无")
        # Even the owner cannot make an instruction of nothing.
        with pytest.raises(Exception, match="check constraint"):
            history.owner_runs(
                "INSERT INTO banking_paymentinstruction SELECT (jsonb_populate_record(sent, %s::jsonb)).*"
                " FROM banking_paymentinstruction AS sent LIMIT 1",
                '{"id": 999, "message_id": "YK519999-20260302-1-9", "count": 0, "total_fen": 0}',
            )


def test_c22_marker_before_body_and_two_readers_it_is_read_once_and_whole(lived: Place, tmp_path: Path) -> None:
    with scene(lived) as history:
        sent(history)
        history.pass_time(24)
        (tmp_path / "in").mkdir()
        letters = history.bank.mailbox.letters()
        with mock.patch.object(receiving, "connect", return_value=FolderBank(tmp_path)):
            for letter in letters:
                (tmp_path / "in" / f"{letter.number}.ok").write_bytes(hashlib.sha256(letter.body).hexdigest().encode())
                (tmp_path / "in" / f"{letter.number}.xml.tmp").write_bytes(letter.body)
            steps.visit(history, is_calm=True)
            assert not BankReport.objects.exists()
            for letter in letters:
                (tmp_path / "in" / f"{letter.number}.xml.tmp").rename(tmp_path / "in" / f"{letter.number}.xml")
            rival = crashes.Rival(lambda: banking.fetch_and_reconcile(by=history.as_("system"), at=history.at))
            history.commits.at(1, crashes.racing(rival))
            steps.visit(history, is_calm=True)
            assert rival.error is None
        assert BankReport.objects.count() == len(letters)
        assert (results(), state(history)) == (["credited"] * 2, "closed")
