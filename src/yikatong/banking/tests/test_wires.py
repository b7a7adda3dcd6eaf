"""Whole requests over every wire, and what peers do wrong on the way."""

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from tests.faulty_bank import Fault, FaultyBank
from tests.faulty_bank.drop import PASSWORD, Folder, over_sftp
from tests.faulty_bank.http import over_http
from yikatong.banking import actions, connecting
from yikatong.banking.models import BankReport, InstructionEvent, PaymentInstruction
from yikatong.core.refusals import Refused
from yikatong.demo import bank as demo_bank
from yikatong.payments.models import PaymentOutcome, PaymentRequest
from yikatong.payments.tests.world import AMOUNTS

from . import flat_files
from .instructions import DEBTOR_ACCOUNT
from .test_manifest import KEY, STRANGER, registered, signed_by
from .world import OPENING_FEN, World

TOTAL = sum(AMOUNTS)
DAY = timedelta(days=1)


@pytest.fixture
def bank(world: World) -> FaultyBank:
    """A bank of our own beside the world's other one, which nobody speaks with here."""
    made = FaultyBank(seed=1, at=world.at)
    made.open_account(DEBTOR_ACCOUNT, named=demo_bank.iban_of(DEBTOR_ACCOUNT), balance_fen=OPENING_FEN)
    return made


@pytest.fixture
def credentials(world: World, settings: Any, tmp_path: Path) -> Path:
    """Where the credentials of the test lie."""
    settings.STATE_DIR = tmp_path / "state"
    place = Path(django_settings.STATE_DIR) / "credentials"
    place.mkdir(parents=True)
    return place


def kinds(instruction: PaymentInstruction) -> list[str]:
    return list(InstructionEvent.objects.filter(instruction=instruction).values_list("kind", flat=True))


def day_goes_by(world: World, bank: FaultyBank) -> None:
    bank.pass_time(DAY)
    world.at += DAY


def closed_over(world: World, bank: FaultyBank, folder: Folder) -> None:
    """A request goes out and closes over a drop."""
    bank.closed_cards[world.card_number(2)] = "AC04"
    instruction = world.sealed()
    assert actions.send(instruction=instruction, by=world.system, at=world.at) == "unknown"
    for _ in range(2):
        # While the file lies there without a receipt it is neither sent again nor given up.
        assert actions.send(instruction=instruction, by=world.system, at=world.at) == "unknown"
    assert kinds(instruction) == ["sealed", "sending", "unknown"]
    folder.work()
    assert actions.send(instruction=instruction, by=world.system, at=world.at) == "acknowledged"
    world.visit()
    assert PaymentOutcome.objects.filter(result="credited").count() == 5
    day_goes_by(world, bank)
    folder.work()
    assert world.visit().closed == [instruction.request_id]
    assert world.balance("credited") == TOTAL - AMOUNTS[2] and world.balance("suspense") == AMOUNTS[2]
    assert bank.books.paid_twice() == set() and world.visit().reports == []


def test_a_request_goes_out_and_closes_over_a_folder(world: World, bank: FaultyBank, tmp_path: Path) -> None:
    folder = Folder(bank, tmp_path / "drop")
    world.register(transport="folder", transport_url=str(folder.base), dedupes_forever=False)
    closed_over(world, bank, folder)


def test_a_request_goes_out_and_closes_over_sftp(
    world: World, bank: FaultyBank, tmp_path: Path, credentials: Path
) -> None:
    folder = Folder(bank, tmp_path / "drop")
    with over_sftp(folder.base) as (address, host_key):
        (credentials / "bank.json").write_text(json.dumps({"host_key": host_key, "password": PASSWORD}))
        world.register(transport="sftp", transport_url=address, credentials_ref="bank.json")
        closed_over(world, bank, folder)


def test_a_bank_with_text_files_of_its_own_pays_over_a_folder(world: World, bank: FaultyBank, tmp_path: Path) -> None:
    folder = Folder(bank, tmp_path / "drop")
    world.register(transport="folder", transport_url=str(folder.base), format_code=flat_files.BAR)
    instruction = world.sealed()
    assert actions.send(instruction=instruction, by=world.system, at=world.at) == "unknown"
    name = f"DF_{world.at:%Y%m%d}_{instruction.message_id}.txt"
    assert (folder.base / "out" / f"{instruction.message_id}.ok").read_text().split()[1] == name
    _, paid = flat_files.bar_instruction((folder.base / "out" / name).read_bytes())
    told = [flat_files.Answer(one.end_to_end_id, one.amount_fen, "0000", f"R{n}") for n, one in enumerate(paid)]
    day, account = f"{world.at:%Y%m%d}", str(world.provider.agreements.get().statement_account)
    results = flat_files.bar_results(told, instruction.message_id, day=day)
    statement = flat_files.bar_statement(told, OPENING_FEN, day=day, account=account)
    folder.lay("HP_1", results, extension=".txt")
    folder.lay("DZ_1", statement, extension=".txt")
    assert world.visit().closed == [instruction.request_id]
    assert kinds(instruction)[-1] == "acknowledged" and world.balance("credited") == TOTAL


@pytest.mark.parametrize("status", ["RECEIVED", "REFUSED"])
def test_a_receipt_that_the_bank_did_not_sign_changes_nothing(world: World, tmp_path: Path, status: str) -> None:
    bank = FaultyBank(seed=1, at=world.at, signer=signed_by(KEY))
    bank.open_account(DEBTOR_ACCOUNT, named=demo_bank.iban_of(DEBTOR_ACCOUNT), balance_fen=OPENING_FEN)
    folder = Folder(bank, tmp_path / "drop")
    world.register(transport="folder", transport_url=str(folder.base), report_keys=[registered(KEY)])
    instruction = world.sealed()
    told = {
        "file_id": instruction.message_id,
        "status": status,
        "body_sha256": instruction.body_digest,
        "reason": "AC04",
    }
    forged, receipt = json.dumps(told).encode(), folder.base / "in" / f"{instruction.message_id}.receipt"
    receipt.write_bytes(forged)
    receipt.with_name(receipt.name + ".ok").write_bytes(b"")
    for signature in (b"", signed_by(STRANGER)(forged), signed_by(KEY)(b"another receipt")):
        receipt.with_name(receipt.name + ".sig").write_bytes(signature)
        assert actions.send(instruction=instruction, by=world.system, at=world.at) == "unknown"
    note = InstructionEvent.objects.filter(instruction=instruction).order_by("sequence").last()
    assert note is not None and "回执不算数" in note.note and not PaymentOutcome.objects.exists()
    folder.work()
    assert actions.send(instruction=instruction, by=world.system, at=world.at) == "acknowledged"


def test_a_receipt_that_refuses_fails_every_payment(world: World, bank: FaultyBank, tmp_path: Path) -> None:
    folder = Folder(bank, tmp_path / "drop")
    world.register(transport="folder", transport_url=str(folder.base))
    bank.trusted_keys = []
    instruction = world.sealed()
    actions.send(instruction=instruction, by=world.system, at=world.at)
    folder.work()
    assert actions.send(instruction=instruction, by=world.system, at=world.at) == "refused"
    world.visit()
    assert world.balance("suspense") == TOTAL and bank.books.bookings == []


def test_two_workers_read_a_folder_and_each_report_is_taken_once(
    world: World, bank: FaultyBank, tmp_path: Path
) -> None:
    folder = Folder(bank, tmp_path / "drop")
    world.register(transport="folder", transport_url=str(folder.base))
    actions.send(instruction=world.sealed(), by=world.system, at=world.at)
    folder.work()
    visits = [threading.Thread(target=_visit, args=(world,)) for _ in range(3)]
    for visit in visits:
        visit.start()
    for visit in visits:
        visit.join()
    numbers = list(BankReport.objects.values_list("report_no", flat=True))
    assert sorted(numbers) == sorted(set(numbers)) == bank.numbers()
    assert PaymentOutcome.objects.count() == 6 and world.balance("credited") == TOTAL


def _visit(world: World) -> None:
    from django.db import connection

    try:
        actions.fetch(provider=world.provider, by=world.system, at=world.at)
    finally:
        connection.close()


@pytest.mark.parametrize("dedupes", [True, False])
@pytest.mark.parametrize("fault", [Fault.ANSWERS_LATE, Fault.ACKNOWLEDGMENT_LOST])
def test_a_bank_that_books_and_does_not_answer_in_time_is_never_sent_a_second_copy(
    world: World, bank: FaultyBank, fault: Fault, dedupes: bool
) -> None:
    bank.dedupes_forever = dedupes
    bank.want(fault)
    with over_http(bank) as address:
        world.register(transport_url=address, dedupes_forever=dedupes)
        instruction = world.sealed()
        assert actions.send(instruction=instruction, by=world.system, at=world.at) == "unknown"
        for _ in range(4):
            assert actions.send(instruction=instruction, by=world.system, at=world.at) == "acknowledged"
        assert kinds(instruction) == ["sealed", "sending", "unknown", "acknowledged"]
        day_goes_by(world, bank)
        assert world.visit().closed == [instruction.request_id]
    assert [bank.books.credited_count(world.end_to_end_id(instruction.request, place)) for place in range(6)] == [1] * 6


def test_a_copy_still_on_its_way_is_not_sent_again_where_the_bank_does_not_dedupe(
    world: World, bank: FaultyBank
) -> None:
    bank.dedupes_forever = False
    bank.want(Fault.ARRIVES_LATE)
    with over_http(bank) as address:
        world.register(transport_url=address, dedupes_forever=False)
        instruction = world.sealed()
        for _ in range(3):
            assert actions.send(instruction=instruction, by=world.system, at=world.at) == "unknown"
        bank.pass_time(timedelta(hours=7))
        assert actions.send(instruction=instruction, by=world.system, at=world.at) == "acknowledged"
    assert bank.books.credited_count(world.end_to_end_id(instruction.request, 0)) == 1


def test_one_line_of_a_statement_that_is_not_ours_stops_only_itself(world: World, bank: FaultyBank) -> None:
    bank.want(Fault.STATEMENT_UNKNOWN_LINE)
    with over_http(bank) as address:
        world.register(transport_url=address)
        instruction = world.went()
        day_goes_by(world, bank)
        assert world.visit().closed == [instruction.request_id]
    assert PaymentRequest.objects.get(pk=instruction.request_id).state == "closed"


BAD_CHANNELS: list[tuple[dict[str, Any], str]] = [
    ({"transport": "fax"}, "transport"),
    ({"transport_url": "http://bank.example"}, "https://"),
    ({"transport": "folder", "transport_url": "drop"}, "完整路径"),
    ({"transport": "folder", "transport_url": "/a/../b"}, "完整路径"),
    ({"transport": "sftp", "transport_url": "sftp://bank.example/"}, "sftp://"),
    ({"transport": "sftp", "transport_url": "sftp://u:p@bank.example/"}, "不含密码"),
    ({"report_keys": [{"algorithm": "Ed25519"}]}, "公钥"),
    ({"report_keys": [{"algorithm": "RSA", "public_key": "", "valid_to": "2030-01-01"}]}, "公钥"),
    ({"report_keys": [{"algorithm": "Ed25519", "public_key": "AAAA", "valid_to": "2030-01-01"}]}, "公钥"),
]


def test_a_channel_that_cannot_be_is_not_registered(world: World) -> None:
    before = world.provider.transport_url
    for terms, sentence in BAD_CHANNELS:
        with pytest.raises(Refused, match=sentence):
            world.register(**terms)
    assert world.provider.transport_url == before


def test_sftp_without_a_host_key_is_not_connected(world: World) -> None:
    world.register(transport="sftp", transport_url="sftp://u@bank.example/drop")
    with pytest.raises(Refused, match="主机公钥"):
        connecting.connect(world.provider, at=world.at)
