"""Storing and opening files, sealed by the vault."""

import hashlib
from datetime import datetime

from . import audit, sql, vault
from .authz import Actor
from .models import StoredFile

PLACE = "core_storedfile.content"


def store(*, name: str, kind: str, content: bytes, by: Actor, at: datetime) -> StoredFile:
    """Keep a file for ever. Returns its row; ``digest`` is the SHA-256 (hex) of ``content``."""
    (row,) = sql.reserve_ids("core_storedfile", 1)
    sealed = vault.seal(content, place=PLACE, row=row)
    file = StoredFile.objects.create(
        pk=row,
        name=name[:255],
        kind=kind,
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=sealed,
        stored_by_id=by.official_id,
        stored_at=at,
    )
    # The digest of the sealed bytes lets verify find an exchanged file without a key.
    kept = {"digest": file.digest, "size": file.size, "sealed": hashlib.sha256(sealed).hexdigest()}
    audit.record("file.stored", subject=f"file:{row}", by=by, at=at, kind=kind, **kept)
    return file


def content(file: StoredFile, *, purpose: str, by: Actor, at: datetime) -> bytes:
    """The plain bytes, opened for a stated purpose; asserts that they still have the digest they were stored with."""
    audit.record("file.opened", subject=f"file:{file.pk}", by=by, at=at, purpose=purpose)
    plain = vault.unseal(file.content, place=PLACE, row=file.pk)
    assert hashlib.sha256(plain).hexdigest() == file.digest, file.pk
    return plain
