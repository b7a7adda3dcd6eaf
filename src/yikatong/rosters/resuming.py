"""Uploads over a bad line: a file arrives in pieces, goes on after any break, and is then received like any other file.

Pieces come in order, each with its digest, and lie sealed until the whole is received. They outlive a closed browser and
a restarted server, and are removed after a day.
"""

import hashlib
import io
from datetime import datetime, timedelta
from typing import IO

from django.db import transaction

from yikatong.core import sql, vault
from yikatong.core.acting import action
from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.pieces import Pieces
from yikatong.core.refusals import NotFound, Refused

from . import uploads, words
from .models import Upload, UploadPiece

PIECE_BYTES = 512 << 10
OPEN_MAX = 3
IDLE = timedelta(minutes=10)
KEPT = timedelta(days=1)
READ_BYTES = 64 << 10
_LOCK = 5


class OutOfOrder(Refused):
    """The piece is not the one that is due; the sender asks again how far the upload is."""

    code = "piece_order"


@action
def begin(*, name: str, size: int, head_digest: str, by: Actor, at: datetime) -> Upload:
    """Begin to send a file, or go on with the same one. ``head_digest``: SHA-256 (hex) of its first piece.

    Raises Refused ``file_size``, ``too_many`` while so many others of this official are under way; one that has not moved
    for ten minutes gives way.
    """
    if not by.may(P.ROSTER_EDIT):
        raise NotFound
    uploads.check_bytes(size)
    forget_old(at=at)
    sql.call("pg_advisory_xact_lock", _LOCK, by.official_id)
    same = Upload.objects.filter(
        official_id=by.official_id, name=name[:255], size=size, head_digest=head_digest
    ).first()
    if same is not None:
        Upload.objects.filter(pk=same.pk).update(touched_at=at)
        return same
    others = Upload.objects.filter(official_id=by.official_id).order_by("touched_at")
    if len(others) >= OPEN_MAX:
        if others[0].touched_at > at - IDLE:
            raise Refused(words.TOO_MANY_UPLOADS.format(count=OPEN_MAX), code="too_many")
        forget(others[0])
    return Upload.objects.create(
        official_id=by.official_id, name=name[:255], size=size, head_digest=head_digest, begun_at=at, touched_at=at
    )


def upload_for(actor: Actor, upload_id: int) -> Upload:
    """An upload of the actor's own. Raises NotFound."""
    found = Upload.objects.filter(pk=upload_id, official_id=actor.official_id).first()
    if found is None:
        raise NotFound
    return found


def digests(upload: Upload) -> list[str]:
    """The digests of the pieces that have arrived, in order: the sender sees by them whether its file is still the same."""
    return list(UploadPiece.objects.filter(upload=upload).values_list("digest", flat=True))


@action
def add(*, upload: Upload, piece_no: int, content: bytes, digest: str, by: Actor, at: datetime) -> int:
    """Take the next piece; returns how many have arrived. One that is there already is taken as told if it is the same.

    Raises NotFound for another official's, OutOfOrder, Refused ``piece_size``, ``piece_digest``, ``piece_differs``.
    """
    locked = Upload.objects.select_for_update().filter(pk=upload.pk, official_id=by.official_id).first()
    if locked is None:
        raise NotFound
    known = digests(locked)
    if piece_no < len(known):
        if known[piece_no] != digest:
            raise Refused(words.OTHER_FILE, code="piece_differs")
        return len(known)
    if piece_no > len(known):
        raise OutOfOrder(words.PIECE_LOST)
    if not content or len(content) != min(PIECE_BYTES, locked.size - piece_no * PIECE_BYTES):
        raise Refused(words.PIECE_LOST, code="piece_size")
    if hashlib.sha256(content).hexdigest() != digest or (piece_no == 0 and digest != locked.head_digest):
        raise Refused(words.PIECE_LOST, code="piece_digest")
    sealed = vault.seal(content, place=_place(locked.pk), row=piece_no)
    UploadPiece.objects.create(upload=locked, piece_no=piece_no, digest=digest, content=sealed)
    Upload.objects.filter(pk=locked.pk).update(touched_at=at)
    return piece_no + 1


def is_whole(upload: Upload) -> bool:
    """Whether every piece has arrived."""
    return UploadPiece.objects.filter(upload=upload).count() == -(-upload.size // PIECE_BYTES)


def opened(upload: Upload) -> IO[bytes]:
    """The file as a seekable stream that holds one piece. Raises Refused ``not_whole`` while pieces are missing."""
    if not is_whole(upload):
        raise Refused(words.NOT_WHOLE, code="not_whole")

    def fetched(number: int) -> bytes:
        piece = UploadPiece.objects.get(upload=upload, piece_no=number)
        return vault.unseal(piece.content, place=_place(upload.pk), row=number)

    return io.BufferedReader(Pieces(upload.size, PIECE_BYTES, fetched), READ_BYTES)


def forget(upload: Upload) -> None:
    """Remove an upload and its pieces: it was received, given up, or lay about too long."""
    UploadPiece.objects.filter(upload=upload).delete()
    Upload.objects.filter(pk=upload.pk).delete()


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Remove what was begun more than a day ago; returns how many uploads."""
    old = list(Upload.objects.filter(begun_at__lt=at - KEPT))
    for upload in old:
        forget(upload)
    return len(old)


def _place(upload_id: int) -> str:
    return f"rosters_uploadpiece.content.{upload_id}"
