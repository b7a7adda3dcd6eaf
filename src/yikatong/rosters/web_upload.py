"""Doors of an upload in pieces; the page's script knocks at them. Without script a file comes with its form as ever."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from yikatong.core.doors import StaffRequest, door
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound, Refused

from . import resuming
from .models import Upload

REFUSED = 409
_NUMBER_DIGITS_MAX = 12


def _answering(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A refusal is told to the script as a sentence with its code."""

    @wraps(view)
    def answered(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFound:
            raise
        except Refused as refused:
            return JsonResponse({"sentence": str(refused), "code": refused.code}, status=REFUSED)

    return answered


@require_POST
@door(P.ROSTER_EDIT)
@_answering
def begin(request: StaffRequest) -> HttpResponse:
    """Begin, or go on with the same file: which upload it is, and what has arrived."""
    size = request.POST.get("size", "")
    upload = resuming.begin(
        name=request.POST.get("name", ""),
        size=int(size) if size.isdecimal() and len(size) <= _NUMBER_DIGITS_MAX else 0,
        head_digest=request.POST.get("head", "")[:64],
        by=request.actor,
        at=request.at,
    )
    return _state(upload)


@require_POST
@door(P.ROSTER_EDIT)
@_answering
def add(request: StaffRequest, upload_id: int, piece_no: int) -> HttpResponse:
    """One piece, the body of the request."""
    count = resuming.add(
        upload=resuming.upload_for(request.actor, upload_id),
        piece_no=piece_no,
        content=request.body,
        digest=request.headers.get("X-Piece-Digest", ""),
        by=request.actor,
        at=request.at,
    )
    return JsonResponse({"count": count})


@require_POST
@door(P.ROSTER_EDIT)
@_answering
def forget(request: StaffRequest, upload_id: int) -> HttpResponse:
    """Give an upload up, because the file is another one by now."""
    resuming.forget(resuming.upload_for(request.actor, upload_id))
    return JsonResponse({})


def _state(upload: Upload) -> JsonResponse:
    return JsonResponse({"id": upload.pk, "piece_bytes": resuming.PIECE_BYTES, "digests": resuming.digests(upload)})
