"""The exchange by files: whole or not at all, once, over a folder and over a real SFTP server (C22)."""

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import paramiko
import pytest

from tests.faulty_bank import Fault, FaultyBank
from tests.faulty_bank.drop import PASSWORD, USER, Folder, over_sftp
from yikatong.banking.transports import Held, Rejected, Unreachable, Wire
from yikatong.banking.transports.folder import FolderBank
from yikatong.banking.transports.sftp import Access, SftpBank

from . import reports
from .instructions import BEIJING, DEBTOR_ACCOUNT, instruction, row

AT = datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING)
ROWS = [row(n) for n in range(3)]
BODY = instruction(ROWS, "Q1")
MANIFEST = json.dumps(
    {
        "manifest": {
            "body_sha256": hashlib.sha256(BODY).hexdigest(),
            "count": 3,
            "total_fen": sum(one.amount_fen for one in ROWS),
            "not_after": "2026-11-24T09:00:00+08:00",
        }
    }
).encode()


class Drop(NamedTuple):
    """A bank with its folder, and our wire to it."""

    bank: FaultyBank
    folder: Folder
    wire: Wire


@pytest.fixture(params=["folder", "sftp", "sftp without posix-rename"])
def drop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Drop]:
    bank = FaultyBank(seed=1, at=AT)
    bank.open_account(DEBTOR_ACCOUNT, named=DEBTOR_ACCOUNT, balance_fen=10_000_000)
    folder = Folder(bank, tmp_path)
    if request.param == "folder":
        yield Drop(bank, folder, FolderBank(tmp_path))
        return
    with over_sftp(tmp_path, knows_posix_rename=request.param == "sftp") as (address, host_key):
        yield Drop(bank, folder, SftpBank(address, Access(host_key, PASSWORD)))


def put(drop: Drop, body: bytes = BODY) -> None:
    """Lay an instruction down; nobody has taken it yet."""
    with pytest.raises(Unreachable, match="还没有回执"):
        drop.wire.submit(body, "Q1", MANIFEST)


def test_an_instruction_lies_there_whole_and_is_known_only_by_its_receipt(drop: Drop) -> None:
    assert drop.wire.status("Q1", "E0-1") is Held.NOT_FOUND
    put(drop)
    out = drop.folder.base / "out"
    assert sorted(one.name for one in out.iterdir()) == ["Q1.manifest", "Q1.ok", "Q1.xml"]
    assert (out / "Q1.xml").read_bytes() == BODY and (out / "Q1.manifest").read_bytes() == MANIFEST
    assert (out / "Q1.ok").read_text() == f"{hashlib.sha256(BODY).hexdigest()} Q1.xml"
    with pytest.raises(Unreachable):
        drop.wire.status("Q1", "E0-1")
    drop.folder.work()
    assert drop.wire.status("Q1", "E0-1") is Held.RECEIVED
    assert drop.wire.submit(io.BytesIO(BODY), "Q1", MANIFEST).message_id == "Q1"
    drop.folder.work()
    assert drop.bank.books.credited_count("E0-1") == 1


def test_other_bytes_never_take_the_place_of_a_file_that_lies_there(drop: Drop) -> None:
    put(drop)
    with pytest.raises(Unreachable, match="另一份文件"):
        drop.wire.submit(instruction(ROWS[:1], "Q1"), "Q1", MANIFEST)
    assert (drop.folder.base / "out" / "Q1.xml").read_bytes() == BODY


def test_a_file_the_bank_took_away_without_a_word_is_not_found_and_may_lie_there_again(drop: Drop) -> None:
    drop.bank.want(Fault.ACKNOWLEDGMENT_LOST)
    put(drop)
    drop.folder.work()
    for one in (drop.folder.base / "out").iterdir():
        one.unlink()
    assert drop.wire.status("Q1", "E0-1") is Held.NOT_FOUND
    put(drop)
    drop.folder.work()
    assert drop.wire.status("Q1", "E0-1") is Held.RECEIVED
    assert drop.bank.books.credited_count("E0-1") == 1


def test_a_receipt_that_refuses_is_definite(drop: Drop) -> None:
    drop.bank.pass_time(timedelta(days=2))
    put(drop)
    drop.folder.work()
    for ask in (lambda: drop.wire.status("Q1", "E0-1"), lambda: drop.wire.submit(BODY, "Q1", MANIFEST)):
        with pytest.raises(Rejected) as refused:
            ask()
        assert refused.value.reason_code == "TM01"
    assert drop.bank.books.bookings == []


@pytest.mark.parametrize(
    "told",
    [b"", b"[]", b'{"file_id": "Q2", "status": "RECEIVED"}', b'{"file_id": "Q1", "status": "PERHAPS"}'],
)
def test_a_receipt_that_says_nothing_clear_is_none(drop: Drop, told: bytes) -> None:
    put(drop)
    place = drop.folder.base / "in"
    (place / "Q1.receipt").write_bytes(told)
    (place / "Q1.receipt.ok").write_bytes(b"")
    with pytest.raises(Unreachable):
        drop.wire.status("Q1", "E0-1")


def test_a_receipt_for_other_bytes_is_none(drop: Drop) -> None:
    put(drop)
    place = drop.folder.base / "in"
    (place / "Q1.receipt").write_text(json.dumps({"file_id": "Q1", "status": "RECEIVED", "body_sha256": "0" * 64}))
    (place / "Q1.receipt.ok").write_bytes(b"")
    put(drop)


def test_reports_come_whole_oldest_first_and_nothing_of_the_banks_is_touched(drop: Drop) -> None:
    put(drop)
    drop.folder.work()
    drop.folder.lay("R9", b"<a/>", b"signature")
    before = sorted(one.name for one in (drop.folder.base / "in").iterdir())
    numbers = drop.wire.report_ids()
    assert numbers == ["FB-000001", "FB-000002", "R9"]
    found = {one.report_id: (body, one.signature) for one, body in reports.fetched(drop.wire, numbers[:1])}
    assert list(found) == numbers[1:] and found["R9"] == (b"<a/>", b"signature")
    assert sorted(one.name for one in (drop.folder.base / "in").iterdir()) == before


def test_a_body_without_marker_a_marker_without_body_and_a_body_renamed_late_are_waited_for(drop: Drop) -> None:
    place = drop.folder.base / "in"
    (place / "R1.xml").write_bytes(b"<a/>")
    (place / "R2.ok").write_bytes(b"")
    (place / "R2.xml.tmp").write_bytes(b"<b/>")
    assert drop.wire.report_ids() == [] and list(reports.fetched(drop.wire)) == []
    (place / "R2.xml.tmp").rename(place / "R2.xml")
    (place / "R1.ok").write_bytes(b"")
    assert sorted(drop.wire.report_ids()) == ["R1", "R2"]


def test_a_body_that_is_not_what_its_marker_says_is_left_out_and_shown(drop: Drop) -> None:
    drop.folder.lay("R1", b"<a", marker=hashlib.sha256(b"<a/>").hexdigest().encode())
    drop.folder.lay("R2", b"<b/>")
    found: list[str] = []
    with pytest.raises(Unreachable, match="R1"):
        found.extend(one.report_id for one, _ in reports.fetched(drop.wire))
    assert found == ["R2"]
    (drop.folder.base / "in" / "R1.xml").write_bytes(b"<a/>")
    assert [one.report_id for one, _ in reports.fetched(drop.wire, ("R2",))] == ["R1"]


def test_a_link_or_an_odd_name_is_no_report(drop: Drop, tmp_path: Path) -> None:
    place = drop.folder.base / "in"
    (tmp_path / "secret").write_bytes(b"<a/>")
    (place / "R1.xml").symlink_to(tmp_path / "secret")
    (place / "R1.ok").write_bytes(b"")
    (place / ".hidden.xml").write_bytes(b"<a/>")
    (place / ".hidden.ok").write_bytes(b"")
    assert drop.wire.report_ids() == []


def test_a_place_that_is_not_there_leaves_everything_unknown(drop: Drop) -> None:
    (drop.folder.base / "out").rmdir()
    (drop.folder.base / "in").rmdir()
    asks: list[Callable[[], object]] = [
        lambda: drop.wire.submit(BODY, "Q1", MANIFEST),
        lambda: drop.wire.status("Q1", "E0-1"),
        drop.wire.report_ids,
        lambda: list(reports.fetched(drop.wire)),
    ]
    for ask in asks:
        with pytest.raises(Unreachable):
            ask()


def test_an_sftp_server_under_another_host_key_or_password_is_not_spoken_to(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with over_sftp(tmp_path) as (address, host_key):
        other = paramiko.RSAKey.generate(2048)
        for access in (Access(f"{other.get_name()} {other.get_base64()}", PASSWORD), Access(host_key, "wrong")):
            with pytest.raises(Unreachable):
                SftpBank(address, access).report_ids()
        assert SftpBank(address, Access(host_key, PASSWORD)).report_ids() == []


@pytest.mark.parametrize(
    ("address", "host_key"),
    [
        (f"sftp://{USER}@h/", ""),
        (f"sftp://{USER}@h/", "ssh-ed25519 !!"),
        (f"sftp://{USER}:secret@h/", "ssh-ed25519 AAAA"),
        ("https://h/", "ssh-ed25519 AAAA"),
    ],
)
def test_an_address_or_a_host_key_that_is_none_is_refused(address: str, host_key: str) -> None:
    with pytest.raises(ValueError):
        SftpBank(address, Access(host_key))
