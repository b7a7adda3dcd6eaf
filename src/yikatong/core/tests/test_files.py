"""Stored files: in pieces and whole, streamed in and out, and what is found when somebody lays hands on them."""

import hashlib
import io
from typing import Any

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from yikatong.core import audit, files, proofs, vault
from yikatong.core.models import AuditEvent, FilePiece, StoredFile
from yikatong.core.pieces import Pieces


class Trickle(io.RawIOBase):
    """Gives a few bytes at a time, as a wire does."""

    def __init__(self, content: bytes, step: int) -> None:
        self._left, self._step = io.BytesIO(content), step

    def read(self, size: int = -1) -> bytes:
        return self._left.read(min(size, self._step))


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PIECE_BYTES", 100)
    monkeypatch.setattr(files, "READ_BYTES", 16)


@pytest.fixture
def kept(cast: Any, at: Any) -> Any:
    def keep(content: Any) -> StoredFile:
        return files.store(name="a.xml", kind="test", content=content, by=cast["liuhe.jingban"], at=at)

    return keep


@pytest.fixture
def opened(cast: Any, at: Any) -> Any:
    return lambda file: files.opened(file, purpose="test", by=cast["liuhe.jingban"], at=at)


def findings() -> set[str]:
    return {finding.subject for finding in proofs.verify() if finding.check == "core/files"}


@pytest.mark.django_db
@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 200, 1_234])
def test_a_file_comes_out_as_it_went_in(size: int, kept: Any, opened: Any) -> None:
    plain = bytes(number % 251 for number in range(size))
    for content in (plain, io.BytesIO(plain), Trickle(plain, 7), iter([plain[:50], b"", plain[50:]])):
        file = kept(content)
        assert (file.size, file.digest) == (size, hashlib.sha256(plain).hexdigest())
        assert [piece.piece_no for piece in file.pieces.all()] == list(range(-(-size // 100)))
        assert opened(file).read() == plain
    assert findings() == set()


@given(seeks=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 300)), max_size=8))
def test_any_part_is_read_again(seeks: list[tuple[int, int]]) -> None:
    plain = bytes(number % 251 for number in range(333))
    reader = io.BufferedReader(_pieces_of(plain), 16)
    for start, length in seeks:
        reader.seek(start)
        assert reader.tell() == start and reader.read(length) == plain[start : start + length]
    reader.seek(-3, io.SEEK_END)
    assert reader.read() == plain[-3:]


def _pieces_of(plain: bytes) -> Pieces:
    """A reader over pieces that need no database."""
    return Pieces(len(plain), 100, lambda number: plain[number * 100 : number * 100 + 100])


@pytest.mark.django_db
def test_opening_is_recorded_once_and_the_stream_may_be_rewound(kept: Any, opened: Any) -> None:
    file = kept(b"x" * 250)
    stream = opened(file)
    assert stream.read() == b"x" * 250
    stream.seek(0)
    assert stream.read() == b"x" * 250
    assert AuditEvent.objects.filter(name="file.opened", subject=f"file:{file.pk}").count() == 1


@pytest.mark.django_db
@pytest.mark.tampers
def test_a_file_stored_before_there_were_pieces_is_read_and_verified(cast: Any, at: Any, opened: Any) -> None:
    by = cast["liuhe.jingban"]
    plain, row = b"whole" * 100, 1_000_000
    digest, hidden = hashlib.sha256(plain).hexdigest(), vault.seal(plain, place=files.WHOLE, row=row)
    file = StoredFile.objects.create(
        pk=row,
        name="old",
        kind="test",
        digest=digest,
        size=500,
        content=hidden,
        stored_by_id=by.official_id,
        stored_at=at,
    )
    sealed = hashlib.sha256(hidden).hexdigest()
    audit.record(
        "file.stored", subject=f"file:{row}", by=by, at=at, kind="test", digest=digest, size=500, sealed=sealed
    )
    assert opened(StoredFile.objects.get(pk=row)).read() == plain and findings() == set()
    FilePiece.objects.create(file=file, piece_no=0, content=b"1")
    assert findings() == {f"file:{row}"}


@pytest.mark.django_db
def test_the_application_changes_no_piece(kept: Any) -> None:
    file = kept(b"x" * 250)
    for change in ("UPDATE core_filepiece SET piece_no = 9", "DELETE FROM core_filepiece"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert file.pieces.count() == 3


CHANGES = (
    "DELETE FROM core_filepiece WHERE piece_no = 2 AND file_id = %s",
    "DELETE FROM core_filepiece WHERE piece_no = 1 AND file_id = %s",
    "UPDATE core_filepiece SET piece_no = piece_no + 1 WHERE piece_no = 2 AND file_id = %s",
    "UPDATE core_filepiece SET content = content || '\\x00' WHERE piece_no = 0 AND file_id = %s",
    "UPDATE core_storedfile SET size = 150 WHERE id = %s",
    "UPDATE core_storedfile SET digest = repeat('0', 64) WHERE id = %s",
)


@pytest.mark.tampers
def test_what_was_done_to_a_piece_is_found_by_reading_and_by_verify(
    fresh_database: Any, kept: Any, opened: Any
) -> None:
    stored = [kept(b"x" * 250) for _ in CHANGES]
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE core_filepiece DISABLE TRIGGER USER")
        owner.execute("ALTER TABLE core_storedfile DISABLE TRIGGER USER")
        for file, change in zip(stored, CHANGES, strict=True):
            owner.execute(change, [file.pk])
    assert findings() == {f"file:{file.pk}" for file in stored}
    for file in stored:
        with pytest.raises((AssertionError, InvalidTag)):
            opened(StoredFile.objects.get(pk=file.pk)).read()
