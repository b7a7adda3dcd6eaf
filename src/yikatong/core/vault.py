"""Sealed values: AES-256-GCM bound to table, column and row, and keyed blind indexes for looking them up.

A sealed value is: algorithm (1 byte) · key version (1 byte) · nonce (12 bytes) · ciphertext with tag. Keys come from
a file outside the database (``YIKATONG_KEYS``), made by ``make_keys``. Doors get masked values; a set is opened for a
stated purpose by ``open_many``, one value by ``reveal``; both leave an audit event (T1–T3, RELIABILITY 2.7).
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

import polars as pl
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from . import audit
from .authz import Actor

AES_256_GCM = 1
NONCE_BYTES = 12


class Keys:
    """The key ring: sealing keys by version, the newest used for sealing, and the key of the blind index."""

    def __init__(self, path: Path) -> None:
        ring = json.loads(path.read_text(encoding="ascii"))
        self.sealing = {int(version): AESGCM(base64.b64decode(key)) for version, key in ring["sealing"].items()}
        self.newest = max(self.sealing)
        self.index = base64.b64decode(ring["index"])


def make_keys(path: Path) -> None:
    """Write a new key ring, readable by its owner only. Raises FileExistsError rather than lose an old one."""
    ring = {
        "sealing": {"1": base64.b64encode(secrets.token_bytes(32)).decode()},
        "index": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(ring, file)


@cache
def _keys() -> Keys:
    return Keys(Path(settings.YIKATONG_KEYS))


def seal(value: bytes, *, place: str, row: int) -> bytes:
    """Encrypt one value for ``place`` ("table.column") and row id."""
    keys = _keys()
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = keys.sealing[keys.newest].encrypt(nonce, value, f"{place}.{row}".encode())
    return bytes((AES_256_GCM, keys.newest)) + nonce + sealed


def unseal(sealed: bytes | memoryview, *, place: str, row: int) -> bytes:
    """Decrypt one value; raises cryptography's InvalidTag if it was altered or moved to another row."""
    raw = bytes(sealed)
    assert raw[0] == AES_256_GCM, f"unknown algorithm {raw[0]}"
    return _keys().sealing[raw[1]].decrypt(raw[2 : 2 + NONCE_BYTES], raw[2 + NONCE_BYTES :], f"{place}.{row}".encode())


def seal_series(values: pl.Series, *, place: str, rows: pl.Series) -> pl.Series:
    """Encrypt a column of texts or bytes for their row ids; null stays null. As ``seal``, by the column."""
    keys = _keys()
    plain = values.drop_nulls().cast(pl.Binary).to_list()
    noise = secrets.token_bytes(NONCE_BYTES * len(plain))
    nonces = [noise[start : start + NONCE_BYTES] for start in range(0, len(noise), NONCE_BYTES)]
    sealed = map(keys.sealing[keys.newest].encrypt, nonces, plain, _bindings(place, rows.filter(values.is_not_null())))
    head = bytes((AES_256_GCM, keys.newest))
    whole = pl.Series(
        [head + nonce + value for nonce, value in zip(nonces, sealed, strict=True)], dtype=pl.Binary, strict=True
    )
    return _spread(whole, values)


def _bindings(place: str, rows: pl.Series) -> list[bytes]:
    """What each value is bound to, as ``seal`` writes it."""
    return pl.select(pl.format(place + ".{}", rows)).to_series().cast(pl.Binary).to_list()


def _spread(filled: pl.Series, like: pl.Series) -> pl.Series:
    """The values of ``filled`` in order at the places where ``like`` has one, null elsewhere."""
    if len(filled) == len(like):
        return filled.alias(like.name)
    present = like.is_not_null()
    place = pl.select(pl.when(present).then(present.cast(pl.UInt32).cum_sum() - 1)).to_series()
    return filled.gather(place).alias(like.name)


def index_series(values: pl.Series, *, kind: str) -> pl.Series:
    """Blind indexes of a column of texts, as ``index`` gives them; null stays null."""
    inner, outer = _padded()
    texts = pl.select(pl.lit(f"{kind}:") + values.drop_nulls()).to_series().cast(pl.Binary).to_list()
    found = []
    # HMAC-SHA-256 by its definition with both padded keys hashed once: three times as fast as hmac.digest.
    for text in texts:
        first = inner.copy()
        first.update(text)
        second = outer.copy()
        second.update(first.digest())
        found.append(second.digest())
    return _spread(pl.Series(found, dtype=pl.Binary), values)


@cache
def _padded() -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """SHA-256 over the inner and the outer padded key (RFC 2104)."""
    key = _keys().index.ljust(64, b"\0")
    assert len(key) == 64, "the key of the blind index is longer than a block of SHA-256"
    return hashlib.sha256(bytes(byte ^ 0x36 for byte in key)), hashlib.sha256(bytes(byte ^ 0x5C for byte in key))


def index(value: str, *, kind: str) -> bytes:
    """The keyed blind index (HMAC-SHA-256, 32 bytes) by which a value of that kind is found again."""
    return hmac.digest(_keys().index, f"{kind}:{value}".encode(), hashlib.sha256)


def open_many(
    sealed: Sequence[tuple[int, bytes | memoryview | None]],
    *,
    place: str,
    purpose: str,
    subject: str,
    by: Actor,
    at: datetime,
) -> list[str | None]:
    """Open a set of (row id, sealed value) for a stated purpose; one audit event for the whole set."""
    audit.record("vault.opened", subject=subject, by=by, at=at, place=place, purpose=purpose, count=len(sealed))
    return [None if value is None else unseal(value, place=place, row=row).decode() for row, value in sealed]


def open_series(
    sealed: pl.Series, *, rows: pl.Series, place: str, purpose: str, subject: str, by: Actor, at: datetime
) -> pl.Series:
    """Open a column of sealed values (binary) of the row ids ``rows``; one audit event for the whole set."""
    audit.record("vault.opened", subject=subject, by=by, at=at, place=place, purpose=purpose, count=len(sealed))
    return unseal_series(sealed, rows=rows, place=place)


def unseal_series(sealed: pl.Series, *, rows: pl.Series, place: str) -> pl.Series:
    """Decrypt a column whose opening the caller has recorded; raises InvalidTag if a value was altered or moved."""
    present = sealed.drop_nulls()
    filled = rows.filter(sealed.is_not_null())
    heads = present.bin.slice(0, 2)
    opened: list[pl.Series] = []
    places: list[pl.Series] = []
    for head in heads.unique().to_list():
        assert head[0] == AES_256_GCM, f"unknown algorithm {head[0]}"
        mine = heads == pl.Series([head], dtype=pl.Binary)
        values = present.filter(mine)
        plain = map(
            _keys().sealing[head[1]].decrypt,
            values.bin.slice(2, NONCE_BYTES).to_list(),
            values.bin.slice(2 + NONCE_BYTES).to_list(),
            _bindings(place, filled.filter(mine)),
        )
        opened.append(pl.Series(list(plain), dtype=pl.Binary).cast(pl.String))
        places.append(mine.arg_true())
    if not opened:
        return pl.Series(sealed.name, [None] * len(sealed), dtype=pl.String)
    return _spread(pl.concat(opened).gather(pl.concat(places).arg_sort()), sealed)


def reveal(
    sealed: bytes | memoryview, *, place: str, row: int, reason: str, subject: str, by: Actor, at: datetime
) -> str:
    """Open one value with a reason that stays in the audit trail."""
    audit.record("vault.revealed", subject=subject, by=by, at=at, place=place, row=row, reason=reason)
    return unseal(sealed, place=place, row=row).decode()
