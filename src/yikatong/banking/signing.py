"""Signatures that outlive a connection: the system's own seal under every manifest, a bank's under its reports.

A signature names its algorithm and its key, so that SM2 from a cryptographic machine can stand beside Ed25519 without
a change of format. The private keys lie in a file beside those of the vault, never in the database.
"""

import base64
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from yikatong.core.refusals import Refused

from . import words

ED25519 = "Ed25519"
KEY_FILE = "bank-seal-keys.json"
VALID_DAYS = 3 * 365


class BadSignature(Exception):
    """Nothing that was signed by one of the keys; ``str`` is the Chinese sentence to show."""


class KeyExpired(Refused):
    """The system's own key is past its day; nothing is signed with it."""

    code = "seal_key_expired"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key by which a signature is judged until the end of ``valid_to``. ``public`` is the raw key."""

    algorithm: str
    public: bytes
    valid_to: date

    @property
    def key_id(self) -> str:
        """The first 16 hex digits of the SHA-256 of the raw key."""
        return hashlib.sha256(self.public).hexdigest()[:16]


def _ed25519_holds(public: bytes, signature: bytes, content: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


# SM2 joins here together with the machine that holds its key.
ALGORITHMS: dict[str, Callable[[bytes, bytes, bytes], bool]] = {ED25519: _ed25519_holds}


def sign(content: bytes, *, at: datetime) -> dict[str, str]:
    """Sign with the newest key, made at the first call: ``algorithm``, ``key_id`` and ``value`` (base64).

    Raises KeyExpired.
    """
    private, key = _newest(at)
    if at.date() > key.valid_to:
        raise KeyExpired(words.KEY_EXPIRED.format(key=key.key_id, day=key.valid_to))
    value = base64.b64encode(private.sign(content)).decode()
    return {"algorithm": key.algorithm, "key_id": key.key_id, "value": value}


def own_keys(*, at: datetime) -> list[PublicKey]:
    """The public keys of this system, oldest first; the last one signs."""
    _newest(at)
    return [_public(told) for told in _told()]


def renew(*, at: datetime) -> PublicKey:
    """Make a new key, which signs from now on. The old ones stay, for what they have signed."""
    _write([*_told(), _made(at)], may_replace=True)
    return own_keys(at=at)[-1]


def check(content: bytes, signature: dict[str, Any], keys: Iterable[PublicKey], *, at: datetime) -> None:
    """Raise BadSignature unless ``signature`` (as ``sign`` gives it) is that of one of ``keys``, still valid."""
    key = {one.key_id: one for one in keys}.get(str(signature.get("key_id")))
    if key is None or key.algorithm != signature.get("algorithm"):
        raise BadSignature(words.SIGNED_BY_STRANGER)
    _hold(key, _decoded(str(signature.get("value"))), content, at)


def check_detached(digest: str, signature: bytes, keys: Iterable[PublicKey], *, at: datetime) -> None:
    """Raise BadSignature unless a detached signature over a file's SHA-256 (hex here, 32 bytes signed) is that of one of
    ``keys``, still valid. ``signature`` is raw (64 bytes) or base64 of it.

    The digest is signed and not the file, so that nobody has to hold a file of any size whole.
    """
    if not signature.strip():
        raise BadSignature(words.NOT_SIGNED)
    raw = signature if len(signature) == 64 else _decoded(signature.decode("ascii", "replace"))
    content = bytes.fromhex(digest)
    for key in keys:
        if ALGORITHMS[key.algorithm](key.public, raw, content):
            _hold(key, raw, content, at)
            return
    raise BadSignature(words.SIGNED_BY_STRANGER)


def unsigned(keys: Sequence[dict[str, str]], digest: str, signature: bytes, *, at: datetime) -> str:
    """Why a file of a provider counts for nothing; empty where one of its registered keys signed it, or it has none."""
    if not keys:
        return ""
    try:
        check_detached(digest, signature, map(registered, keys), at=at)
    except BadSignature as bad:
        return str(bad)
    return ""


def registered(told: dict[str, str]) -> PublicKey:
    """A provider's key as it is registered: ``algorithm``, ``public_key`` (base64), ``valid_to``. Raises ValueError."""
    algorithm, public = told["algorithm"], base64.b64decode(told["public_key"], validate=True)
    if algorithm not in ALGORITHMS or len(public) != 32:
        raise ValueError(algorithm)
    return PublicKey(algorithm, public, date.fromisoformat(told["valid_to"]))


def _hold(key: PublicKey, raw: bytes, content: bytes, at: datetime) -> None:
    if at.date() > key.valid_to:
        raise BadSignature(words.SIGNED_BY_EXPIRED.format(key=key.key_id, day=key.valid_to))
    if not ALGORITHMS[key.algorithm](key.public, raw, content):
        raise BadSignature(words.SIGNED_OTHERWISE)


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value.strip(), validate=True)
    except ValueError:
        return b""


def _newest(at: datetime) -> tuple[Ed25519PrivateKey, PublicKey]:
    if not _place().exists():
        _write([_made(at)], may_replace=False)
    told = _told()[-1]
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(told["private"])), _public(told)


def _made(at: datetime) -> dict[str, str]:
    private = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
    return {"algorithm": ED25519, "private": private, "valid_to": (at.date() + timedelta(days=VALID_DAYS)).isoformat()}


def _public(told: dict[str, str]) -> PublicKey:
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(told["private"]))
    return PublicKey(told["algorithm"], private.public_key().public_bytes_raw(), date.fromisoformat(told["valid_to"]))


def _place() -> Path:
    # Beside the keys of the vault, which are no more for others to see.
    return Path(settings.YIKATONG_KEYS).with_name(KEY_FILE)


def _told() -> list[dict[str, str]]:
    keys: list[dict[str, str]] = json.loads(_place().read_text(encoding="ascii"))["keys"]
    return keys


def _write(keys: list[dict[str, str]], *, may_replace: bool) -> None:
    """Readable by its owner only; of two processes that make the first key at once, both go on with the first one's."""
    place = _place()
    handle, fresh = tempfile.mkstemp(dir=place.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump({"keys": keys}, file)
            file.flush()
            os.fsync(file.fileno())
        if may_replace:
            os.replace(fresh, place)
        else:
            os.link(fresh, place)
    except FileExistsError:
        pass
    finally:
        Path(fresh).unlink(missing_ok=True)
