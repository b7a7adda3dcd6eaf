"""SHA-256 over stored values in one canonical form, so that two computers get the same digest of the same list."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import BinaryIO

Value = str | int | None


def of_bytes(content: bytes) -> str:
    """Hex digest of a file's bytes."""
    return hashlib.sha256(content).hexdigest()


def of_stream(stream: BinaryIO) -> str:
    """Hex digest of a binary stream, read in pieces from where it stands."""
    running = hashlib.sha256()
    while piece := stream.read(1 << 20):
        running.update(piece)
    return running.hexdigest()


def of_rows(rows: Iterable[Sequence[Value]]) -> str:
    """Hex digest of rows in the order given.

    Each value is written with its kind and its length in bytes, so that no two different rows have one writing:
    text `s3:abc`, whole number `i-5;`, nothing `n`. A row ends with a line feed.
    """
    running = hashlib.sha256()
    for row in rows:
        running.update(b"".join(map(_written, row)) + b"\n")
    return running.hexdigest()


def of_digests(digests: Iterable[str]) -> str:
    """Digest of digests (a batch over its rosters), independent of their order."""
    return of_rows([[digest] for digest in sorted(digests)])


def _written(value: Value) -> bytes:
    if value is None:
        return b"n"
    if isinstance(value, int):
        return b"i%d;" % value
    stored = value.encode("utf-8")
    return b"s%d:%b" % (len(stored), stored)
