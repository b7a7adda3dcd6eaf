"""Complaints about banks: recorded where people come, answered by the bank, closed by finance (S3)."""

import re
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yikatong.core.authz import Actor, require
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound, Refused

from . import service, words
from .models import ServiceComplaint
from .states import COMPLAINT

# As long as the last digits of an ID number, a card number or a telephone number: none of them belongs into a text.
NUMBER = re.compile(r"[0-9]{9}")


@transaction.atomic
def record_complaint(
    *, provider_id: int, kind: str, text: str, complainant_name: str, happened_on: date, by: Actor, at: datetime
) -> ServiceComplaint:
    """Record what somebody says of a bank, in the recorder's area.

    Raises Refused: ``no_text``, ``number`` the text holds a long number, ``future``; NotFound for a bank that does not
    pay here or an actor who may not record.
    """
    post = next(iter(by.posts_with(P.COMPLAINT_RECORD)), None)
    if post is None or provider_id not in {one.pk for one in service.providers_for(by)}:
        raise NotFound
    require(by, P.COMPLAINT_RECORD, area_code=post.area_code)
    if not text.strip():
        raise Refused(words.COMPLAINT_TEXT, code="no_text")
    if NUMBER.search(text):
        raise Refused(words.COMPLAINT_NUMBER, code="number")
    if happened_on > at.date():
        raise Refused(words.COMPLAINT_DAY, code="future")
    complaint = ServiceComplaint.objects.create(
        provider_id=provider_id, kind=kind, text=text.strip(), complainant_name=complainant_name.strip(),
        happened_on=happened_on, recorded_at=at, area_code=post.area_code, agency_id=post.agency_id,
    )  # fmt: skip
    complaint.refresh_from_db()
    COMPLAINT.take("record", subject=complaint, by=by, at=at, seen_version=0)
    return complaint


@transaction.atomic
def decide_complaint(verb: str, *, complaint: ServiceComplaint, by: Actor, at: datetime, **seen: Any) -> None:
    """answer by the bank, close or send_back by finance; ``seen`` is seen_version, seen_digest, reason."""
    COMPLAINT.take(verb, subject=complaint, by=by, at=at, **seen)
