"""Posting a completed roster, recording and deciding objections, proving and sealing (H1–H5, L11)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from yikatong.core import audit, authz, files, slots
from yikatong.core.acting import action
from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.refusals import Refused, explained

from . import rules, words
from .models import NoticeProof, Objection, PublicNotice
from .states import FLOW, OBJECTION_FLOW


@action
def post(*, roster: Any, by: Actor, at: datetime, seen_digest: str) -> PublicNotice:
    """Post a completed roster for its cycle's notice days, bound to the digest that the clerk saw (H1, H3).

    Raises Refused: YK110 not completed, ``already_posted``, YK003 another digest, YK005 not this township's clerk.
    """
    authz.require(by, P.NOTICE_POST, area_code=roster.area_code, agency_id=roster.agency_id)
    if roster.state != "completed":
        raise Refused(words.NOT_COMPLETED, code="YK110")
    if PublicNotice.objects.filter(roster_id=roster.pk, state__in=("posted", "sealed")).exists():
        raise Refused(words.ALREADY_POSTED, code="already_posted")
    # The days, figures and digest are written by the database from the roster and its cycle; these only fill the row.
    notice = PublicNotice(
        roster_id=roster.pk,
        roster_version=roster.version,
        posted_on=at.date(),
        until_on=at.date() + timedelta(days=1),
        area_code=roster.area_code,
        agency_id=roster.agency_id,
    )
    with explained():
        notice.save(force_insert=True)
    notice.refresh_from_db()
    FLOW.take("post", subject=notice, by=by, at=at, seen_version=0, seen_digest=seen_digest)
    slots.announce("notice.posted", notice_id=notice.pk, roster_id=notice.roster_id, by=by, at=at)
    return notice


@action
def raise_objection(
    *, notice: PublicNotice, row_key: str, text: str, raised_by_name: str = "", by: Actor, at: datetime
) -> Objection:
    """Record that somebody says one line is wrong; the line waits, the rest goes on (H4). The name may stay unsaid.

    Raises Refused: ``no_text``, ``open_objection``, YK111 no such line, YK008 the notice has ended, YK005 not the
    actor's village.
    """
    if not text.strip():
        raise Refused(words.NO_TEXT, code="no_text")
    if Objection.objects.filter(notice=notice, row_key=row_key, state="raised").exists():
        raise Refused(words.OPEN_OBJECTION, code="open_objection")
    objection = Objection(
        notice=notice,
        roster_id=notice.roster_id,
        row_key=row_key,
        line_id=0,
        text=text.strip(),
        raised_by_name=raised_by_name.strip(),
        raised_at=at,
        area_code=notice.area_code,
        agency_id=notice.agency_id,
    )
    with explained():
        objection.save(force_insert=True)
    objection.refresh_from_db()
    OBJECTION_FLOW.take("raise", subject=objection, by=by, at=at, seen_version=0)
    slots.announce("objection.raised", objection_id=objection.pk, roster_id=objection.roster_id, by=by, at=at)
    return objection


@transaction.atomic
def decide(*, objection: Objection, verb: str, reason: str, by: Actor, at: datetime, seen_version: int) -> None:
    """The township's leader upholds (the line stays out) or dismisses (the line is back), with the reason.

    Raises Refused: YK006 the same hands recorded it, YK007 without a reason, and what ``Flow.take`` raises.
    """
    assert verb in ("uphold", "dismiss"), verb
    OBJECTION_FLOW.take(verb, subject=objection, by=by, at=at, seen_version=seen_version, reason=reason)
    slots.announce("objection.decided", objection_id=objection.pk, roster_id=objection.roster_id, by=by, at=at)


@transaction.atomic
def add_proof(
    *, notice: PublicNotice, filename: str, content: bytes, village_code: str, by: Actor, at: datetime
) -> NoticeProof:
    """Keep a photograph or scan of the notice on the board; ``village_code`` '' is the township's board (H4).

    Raises Refused: ``proof_type``, ``proof_size``, YK112 the notice does not hang; NotFound for another's village.
    """
    authz.require(by, P.NOTICE_PROVE, area_code=village_code or notice.area_code)
    rules.check_proof(content)
    file = files.store(name=filename, kind="notice_proof", content=content, by=by, at=at)
    proof = NoticeProof(notice=notice, file=file, village_code=village_code, added_by_id=by.official_id, added_at=at)
    with explained():
        proof.save(force_insert=True)
    subject = f"public_notice:{notice.pk}"
    audit.record("notice.proved", subject=subject, by=by, at=at, proof=proof.pk, digest=file.digest)
    return proof


@transaction.atomic
def seal(*, notice: PublicNotice, by: Actor, at: datetime, seen_version: int, seen_digest: str) -> None:
    """The township's leader seals what was posted, after the period, with proof; open objections stay out (H4).

    Raises Refused: YK008 the period has not ended, there is no proof, or the roster differs; YK006 four eyes.
    """
    FLOW.take("seal", subject=notice, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest)
    slots.announce("notice.sealed", notice_id=notice.pk, roster_id=notice.roster_id, by=by, at=at)


@transaction.atomic
def withdraw_for(*, roster_id: int, by: Actor, at: datetime) -> None:
    """Take down the live notice of a roster that was sent back: a new one is needed. Nothing to do without one."""
    for notice in PublicNotice.objects.filter(roster_id=roster_id, state__in=("posted", "sealed")):
        FLOW.take(
            "withdraw",
            subject=notice,
            by=by,
            at=at,
            seen_version=notice.version,
            reason=words.WITHDRAWN_REASON,
        )
