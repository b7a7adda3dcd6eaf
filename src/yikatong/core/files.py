"""Storing and opening files, packed and sealed by the vault in pieces, so that no file is ever held whole by anybody.

A bank's messages are the same words a million times over: packed they are a fifteenth, and sealing, writing, backing up
and verifying them cost as much less.
"""

import hashlib
import io
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import IO, cast

import psycopg
from django.db import connection, transaction

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from . import audit, sql, vault
from .authz import Actor
from .beside import Beside
from .models import StoredFile
from .pieces import Pieces

# Every piece but the last has this size: where a byte lies is reckoned from it, so it can never be changed.
PIECE_BYTES = 1 << 20
READ_BYTES = 1 << 16
# The fastest level: higher ones gain little on such texts.
PACKED_LEVEL = 1
# Where the content of a file lay before there were pieces.
WHOLE = "core_storedfile.content"


@transaction.atomic
def store(
    *,
    name: str,
    kind: str,
    content: bytes | IO[bytes] | Iterator[bytes],
    by: Actor,
    at: datetime,
    beside: Beside | None = None,
) -> StoredFile:
    """Keep a file for ever: bytes, a stream that is read to its end from where it stands, or blocks of any size. Returns
    its row.

    ``digest`` is the SHA-256 (hex) of the plain bytes, ``size`` their number. What ``content`` gives may come from
    the same database connection: between two pieces nothing of ours is open. With ``beside`` pieces are written through
    it, and it is settled before the file is told of.
    """
    (row,) = sql.reserve_ids("core_storedfile", 1)
    digest, size, sealed = _keep(row, content, _putting(beside))
    if beside is not None:
        beside.settle()
    file = StoredFile.objects.create(
        pk=row, name=name[:255], kind=kind, digest=digest, size=size, stored_by_id=by.official_id, stored_at=at
    )
    # The digest of the sealed pieces lets verify find an exchanged one without a key.
    kept = {"digest": digest, "size": size, "sealed": sealed}
    audit.record("file.stored", subject=f"file:{row}", by=by, at=at, kind=kind, **kept)
    return file


def _putting(beside: Beside | None) -> Callable[[int, int, bytes], object]:
    if beside is None:
        return _put
    return lambda file_id, number, hidden: beside.do(_put, file_id, number, hidden)


def _keep(
    row: int, content: bytes | IO[bytes] | Iterator[bytes], put: Callable[[int, int, bytes], object]
) -> tuple[str, int, str]:
    """Seal and put all pieces; digest of the plain bytes, their number, and digest of the sealed pieces."""
    plain, sealed = hashlib.sha256(), hashlib.sha256()
    size = 0
    for number, piece in enumerate(_pieces(content)):
        plain.update(piece)
        size += len(piece)
        hidden = vault.seal(zstd.compress(piece, PACKED_LEVEL), place=_place(row), row=number)
        sealed.update(number.to_bytes(4) + hashlib.sha256(hidden).digest())
        put(row, number, hidden)
    return plain.hexdigest(), size, sealed.hexdigest()


def opened(file: StoredFile, *, purpose: str, by: Actor, at: datetime) -> IO[bytes]:
    """A seekable stream of the plain bytes, opened for a stated purpose; one audit event, however often it is rewound.

    Fetches one piece at a time. Asserts that no piece is missing or short and that all of them have the digest they were
    stored with; a piece that was altered, moved or exchanged raises cryptography's InvalidTag.
    """
    audit.record("file.opened", subject=f"file:{file.pk}", by=by, at=at, purpose=purpose)
    if file.content is not None:
        plain = vault.unseal(file.content, place=WHOLE, row=file.pk)
        assert hashlib.sha256(plain).hexdigest() == file.digest, file.pk
        return io.BytesIO(plain)
    return io.BufferedReader(Pieces(file.size, PIECE_BYTES, _Checked(file).fetched), READ_BYTES)


def content(file: StoredFile, *, purpose: str, by: Actor, at: datetime) -> bytes:
    """The plain bytes of a small file at once; otherwise as ``opened``."""
    with opened(file, purpose=purpose, by=by, at=at) as stream:
        return stream.read()


class _Checked:
    """Fetches the pieces of a file; their digest grows as they are read in order for the first time."""

    def __init__(self, file: StoredFile) -> None:
        self._file = file
        self._count = -(-file.size // PIECE_BYTES)
        self._digest = hashlib.sha256()
        self._digested = 0
        if not self._count:
            self._check()

    def fetched(self, number: int) -> bytes:
        piece = zstd.decompress(vault.unseal(_get(self._file.pk, number), place=_place(self._file.pk), row=number))
        assert len(piece) == min(PIECE_BYTES, self._file.size - number * PIECE_BYTES), (self._file.pk, number)
        if number == self._digested:
            self._digest.update(piece)
            self._digested += 1
            if self._digested == self._count:
                self._check()
        return piece

    def _check(self) -> None:
        assert self._digest.hexdigest() == self._file.digest, self._file.pk


def _pieces(content: bytes | IO[bytes] | Iterator[bytes]) -> Iterator[bytes]:
    piece = bytearray()
    for block in _blocks(content):
        for start in range(0, len(block), PIECE_BYTES):
            piece += block[start : start + PIECE_BYTES]
            if len(piece) >= PIECE_BYTES:
                yield bytes(piece[:PIECE_BYTES])
                del piece[:PIECE_BYTES]
    if piece:
        yield bytes(piece)


def _blocks(content: bytes | IO[bytes] | Iterator[bytes]) -> Iterator[bytes]:
    if isinstance(content, bytes):
        return iter((content,))
    if isinstance(content, Iterator) and not hasattr(content, "read"):
        return content
    return iter(partial(cast(IO[bytes], content).read, PIECE_BYTES), b"")


def _place(file_id: int) -> str:
    return f"core_filepiece.content.{file_id}"


def _put(file_id: int, number: int, hidden: bytes) -> None:
    statement = "COPY core_filepiece (file_id, piece_no, content) FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        copy.set_types(("int8", "int4", "bytea"))
        copy.write_row((file_id, number, hidden))


def _get(file_id: int, number: int) -> bytes:
    connection.ensure_connection()
    # Django's own cursor would have the piece sent as text of twice its size.
    with psycopg.Cursor(connection.connection) as cursor:
        statement = "SELECT content FROM core_filepiece WHERE file_id = %s AND piece_no = %s"
        found = cursor.execute(statement, (file_id, number), binary=True).fetchone()
    assert found is not None, (file_id, number)
    return bytes(found[0])
