"""The manifest under the system's seal, and the bank's signature under its reports (C13)."""

import base64
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.faulty_bank import Fault, FaultyBank
from tests.faulty_bank.http import over_http
from yikatong.banking import actions, manifests, sending, signing
from yikatong.banking.models import BankReport, Break, InstructionManifest
from yikatong.banking.tests.instructions import BEIJING, DEBTOR_ACCOUNT
from yikatong.core import files
from yikatong.core.refusals import Refused
from yikatong.demo import bank as demo_bank
from yikatong.payments.tests.world import AMOUNTS

from .world import OPENING_FEN, World

AT = datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING)
TOTAL = sum(AMOUNTS)
KEY = Ed25519PrivateKey.generate()
STRANGER = Ed25519PrivateKey.generate()


def registered(key: Ed25519PrivateKey, valid_to: str = "2030-12-31") -> dict[str, str]:
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    return {"algorithm": "Ed25519", "public_key": public, "valid_to": valid_to}


def signed_by(key: Ed25519PrivateKey) -> Any:
    return lambda body: key.sign(hashlib.sha256(body).digest())


@pytest.fixture
def signing_bank(world: World) -> Iterator[FaultyBank]:
    """A bank that signs and that looks at our signature, in the place of the world's other one."""
    bank = FaultyBank(seed=1, at=world.at, signer=signed_by(KEY), stranger=signed_by(STRANGER))
    bank.open_account(DEBTOR_ACCOUNT, named=demo_bank.iban_of(DEBTOR_ACCOUNT), balance_fen=OPENING_FEN)
    bank.trusted_keys = [key.public for key in signing.own_keys(at=world.at)]
    with over_http(bank) as address:
        world.register(transport_url=address, report_keys=[registered(KEY)])
        yield bank


def standings() -> list[str]:
    return list(BankReport.objects.order_by("pk").values_list("standing", flat=True))


def test_every_instruction_is_sealed_with_a_manifest_that_the_bank_can_check(
    world: World, signing_bank: FaultyBank
) -> None:
    instruction = world.went()
    kept = InstructionManifest.objects.get(instruction=instruction)
    whole = files.content(kept.file, purpose="test", by=world.system, at=world.at)
    told = manifests.opened(whole, signing.own_keys(at=world.at), at=world.at)
    assert (told["count"], told["total_fen"], told["body_sha256"]) == (6, TOTAL, instruction.body_digest)
    numbers = [int(world.card_number(place)[-8:]) for place in range(6)]
    assert told["card_hash_total"] == sum(numbers) % 10**10
    assert told["request_no"] == instruction.request.no and len(told["batches"][0]["digest"]) == 64
    steps = {one["step"]: one for one in told["approvals"]}
    assert {"approve", "verify", "release_department"} <= set(steps)
    assert steps["verify"]["official"] and steps["verify"]["appointment"] == "finance_reviewer"
    assert len({one["official"] for one in told["approvals"]}) >= 4
    assert datetime.fromisoformat(told["not_after"]) == instruction.not_after
    assert signing_bank.books.credited_fen(world.end_to_end_id(instruction.request, 0)) == AMOUNTS[0]


def test_a_bank_takes_no_instruction_under_another_seal(world: World, signing_bank: FaultyBank) -> None:
    signing_bank.trusted_keys = [STRANGER.public_key().public_bytes_raw()]
    assert actions.send(instruction=world.sealed(), by=world.system, at=world.at) == "refused"
    assert signing_bank.books.bookings == []


def test_signed_reports_and_statements_close_a_request(world: World, signing_bank: FaultyBank) -> None:
    instruction = world.went()
    signing_bank.pass_time(timedelta(days=1))
    world.at += timedelta(days=1)
    assert world.visit().closed == [instruction.request_id]
    assert "unsigned" not in standings()


@pytest.mark.parametrize("fault", [Fault.UNSIGNED, Fault.OTHER_KEY, Fault.ALTERED_BYTES])
def test_what_is_not_signed_by_the_bank_changes_nothing_and_is_shown(
    world: World, signing_bank: FaultyBank, fault: Fault
) -> None:
    signing_bank.want(fault)
    instruction = world.went()
    world.visit()
    assert standings().count("unsigned") == 1 and world.balance("in_transit") == TOTAL
    refused = BankReport.objects.get(standing="unsigned")
    assert refused.sentence and refused.file is not None
    assert Break.objects.get().kind == "unsigned_report"
    assert world.visit().reports == [] and Break.objects.count() == 1
    # What the bank sends anew with its signature is taken.
    signing_bank.pass_time(timedelta(days=2))
    world.at += timedelta(days=2)
    assert world.visit().closed == [instruction.request_id]


def test_an_unsigned_statement_closes_nothing(world: World, signing_bank: FaultyBank) -> None:
    signing_bank.want(Fault.STATEMENT_UNSIGNED)
    world.went()
    signing_bank.pass_time(timedelta(hours=16))
    assert world.visit().closed == []
    assert standings().count("unsigned") == 1 and world.balance("credited") == TOTAL


def test_the_same_bytes_are_taken_once_they_are_signed(world: World) -> None:
    world.register(report_keys=[registered(KEY)])
    told: dict[str, Any] = {"provider": world.provider, "report_no": "X1", "by": world.system, "at": world.at}
    body = b"<a"
    first = actions.receive(body=io.BytesIO(body), **told)
    assert (first.standing, "没有签名" in first.sentence) == ("unsigned", True)
    assert actions.receive(body=io.BytesIO(body), **told).pk == first.pk
    signature = base64.b64encode(signed_by(KEY)(body))
    again = actions.receive(body=io.BytesIO(body), signature=signature, **told)
    assert again.standing == "unreadable" and again.pk != first.pk
    assert actions.receive(body=io.BytesIO(body), **told).pk == again.pk


def test_a_key_that_has_expired_signs_nothing_any_more(world: World) -> None:
    world.register(report_keys=[registered(KEY, "2020-01-01")])
    report = actions.receive(
        provider=world.provider, report_no="X1", body=io.BytesIO(b"<a"), by=world.system, at=world.at,
        signature=signed_by(KEY)(b"<a"),
    )  # fmt: skip
    assert report.standing == "unsigned" and "到期" in report.sentence


def test_our_own_expired_key_seals_nothing_until_it_is_renewed(world: World) -> None:
    old = signing.own_keys(at=world.at)[-1]
    late = world.at + timedelta(days=4 * 365)
    with pytest.raises(signing.KeyExpired):
        signing.sign(b"x", at=late)
    new = signing.renew(at=late)
    signature = signing.sign(b"x", at=late)
    assert signature["key_id"] == new.key_id != old.key_id
    keys = signing.own_keys(at=late)
    assert [key.key_id for key in keys][-2:] == [old.key_id, new.key_id]
    signing.check(b"x", signature, keys, at=late)
    for content, told, by in ((b"y", signature, keys), (b"x", signature, keys[:-1]), (b"x", {}, keys)):
        with pytest.raises(signing.BadSignature):
            signing.check(content, told, by, at=late)
    with pytest.raises(signing.BadSignature):
        signing.check(b"x", signature | {"algorithm": "SM2"}, keys, at=late)


def test_a_manifest_that_was_altered_opens_to_nobody(settings: Any, tmp_path: Path) -> None:
    settings.YIKATONG_KEYS = str(tmp_path / "keys.json")
    keys = signing.own_keys(at=AT)
    content = {"file_id": "Q1", "count": 2}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    whole = json.dumps({"manifest": content, "signature": signing.sign(canonical, at=AT)}).encode()
    assert manifests.opened(whole, keys, at=AT) == content
    for altered in (whole.replace(b"Q1", b"Q2"), b"{}", b"<a", whole.replace(b"Ed25519", b"SM2")):
        with pytest.raises(signing.BadSignature):
            manifests.opened(altered, keys, at=AT)


def test_a_manifest_is_sealed_once_and_only_with_its_instruction(world: World) -> None:
    instruction = world.sealed()
    kept = InstructionManifest.objects.get()
    with world.app() as app, pytest.raises(psycopg.Error) as refused:
        app.execute(
            "SELECT banking_seal_manifest(%s, %s, %s, now())", [instruction.pk, kept.file_id, world.system.official_id]
        )
    assert refused.value.sqlstate == "YK078"
    with world.app() as app, pytest.raises(psycopg.Error) as closed:
        app.execute("INSERT INTO banking_instructionmanifest (instruction_id, file_id, digest) VALUES (1, 1, '')")
    assert closed.value.sqlstate == "42501"


@pytest.mark.tampers
def test_an_instruction_without_its_manifest_is_not_sent(world: World) -> None:
    instruction = world.sealed()
    world.run("ALTER TABLE banking_instructionmanifest DISABLE TRIGGER USER")
    world.run("DELETE FROM banking_instructionmanifest")
    with pytest.raises(Refused) as refused:
        actions.send(instruction=instruction, by=world.system, at=world.at)
    assert refused.value.code == "manifest_broken"
    with pytest.raises(Refused) as stopped:
        sending._begin(instruction=instruction, by=world.system, at=world.at)
    assert stopped.value.code == "YK071"
