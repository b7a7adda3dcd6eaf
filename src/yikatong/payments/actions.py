"""The verbs of payments: file, verify, release, send, record what the bank said, close, reissue, refund."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yikatong.batches import queries as batches
from yikatong.core import audit, slots, sql
from yikatong.core.authz import Actor
from yikatong.ledger import actions as ledger

from . import queries, states
from .models import (
    AppliedReport,
    PaymentException,
    PaymentRequest,
    Refund,
    ReportedLine,
    StatementItem,
)

DRAWN_FOR_A_LOOK = 3


@transaction.atomic
def file(*, batch_id: int, by: Actor, at: datetime, seen_digest: str) -> PaymentRequest:
    """The department compares entitlements, batch, plan and drawn money again and files the request (I10).

    Makes the request, one payment for each entitlement, and the clerk's decision in one database function.
    ``seen_digest`` is the batch's digest that the page showed. Raises Refused: YK002 already filed, YK003 other
    digest, YK005 not appointed, YK006 four eyes, YK008 the figures do not agree.
    """
    request_id = sql.call("payments_file", batch_id, seen_digest, by.official_id, at)
    slots.announce("payment_request.filed", request_id=request_id, by=by, at=at)
    return PaymentRequest.objects.get(pk=request_id)


@transaction.atomic
def file_reissue(
    *, batch_id: int, outcome_ids: Sequence[int], by: Actor, at: datetime, note: str = ""
) -> PaymentRequest:
    """The department asks to pay failed or returned payments again, same amount and payee, present card (K1).

    Raises Refused YK061 when one of them is not free to be paid again, else as ``file``.
    """
    request_id = sql.call("payments_file_reissue", batch_id, list(outcome_ids), by.official_id, at, note)
    slots.announce("payment_request.filed", request_id=request_id, by=by, at=at)
    return PaymentRequest.objects.get(pk=request_id)


@transaction.atomic
def take(
    verb: str,
    *,
    request: PaymentRequest,
    by: Actor,
    at: datetime,
    seen_version: int,
    seen_digest: str,
    reason: str = "",
) -> None:
    """Take a step of a request: verify (I11), send_back, file (again after that), release_department/_finance (J6).

    Announces ``payment_request.<state>``; upon ``payment_request.released`` the bank's instruction is built.
    Raises Refused as ``Flow.take`` does; the guards compare entitlements, batch, plan, drawn money and payments again.
    """
    states.REQUEST.take(
        verb, subject=request, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )
    slots.announce(f"payment_request.{request.state}", request_id=request.pk, by=by, at=at)


def release(*, request: PaymentRequest, by: Actor, at: datetime, seen_version: int, seen_digest: str) -> None:
    """Whoever pays by the cycle's mode releases the instruction: the department's cashier or finance's treasurer."""
    verb = f"release_{request.mode}"
    take(verb, request=request, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest)


@transaction.atomic
def mark_sent(*, request: PaymentRequest, by: Actor, at: datetime) -> None:
    """Money goes in transit because the instruction is about to be sent; again is harmless.

    The database lets it go only when three distinct officials filed, verified and released this very digest (YK030).
    """
    kind = "send" if request.kind == PaymentRequest.Kind.FIRST else "reissue"
    ledger.post(kind, ground_id=request.pk, by=by, at=at)


@transaction.atomic
def record_outcomes(*, request_id: int, report_id: int, by: Actor, at: datetime) -> AppliedReport:
    """Apply the lines of a report, staged in ``payments_reportedline``, to a request; again changes nothing.

    Returns what was applied: counts and fen of credited, failed and returned, no-ops and exceptions. The money moves
    in the same database function. Staged lines of the request are cleared. Raises Refused: YK005 not appointed,
    YK064 not sent, YK065 no line of this request.
    """
    applied_id = sql.call("payments_record_outcomes", request_id, report_id, by.official_id, at)
    staged = ReportedLine.objects.filter(report_id=report_id)
    (staged.filter(request_id=request_id) | staged.filter(request_id__isnull=True)).delete()
    slots.announce("payment_request.outcomes_recorded", request_id=request_id, applied_id=applied_id, by=by, at=at)
    return AppliedReport.objects.get(pk=applied_id)


@transaction.atomic
def close(*, request_id: int, statement_id: int, by: Actor, at: datetime) -> PaymentRequest:
    """Close a request against the bank's statement, whose bookings are staged in ``payments_statementitem``.

    Compared as a set: each credited payment has exactly one booking of its amount. Announces
    ``payment_request.closed``. Raises Refused: YK066 bookings differ, YK008 something is unanswered or open.
    """
    sql.call("payments_close", request_id, statement_id, by.official_id, at)
    StatementItem.objects.filter(statement_id=statement_id, request_id=request_id).delete()
    slots.announce("payment_request.closed", request_id=request_id, by=by, at=at)
    return PaymentRequest.objects.get(pk=request_id)


@transaction.atomic
def look_at_some(*, request: PaymentRequest, by: Actor, at: datetime) -> list[batches.Drawn]:
    """Draw three payments of the request at random for a signer to look at, names masked; who saw whom is recorded."""
    queries.request_for(by, request.no)
    drawn = queries.drawn_at_random(request, DRAWN_FOR_A_LOOK)
    seen = [one.entitlement_id for one in drawn]
    audit.record("payment_request.sampled", subject=f"payment_request:{request.pk}", by=by, at=at, entitlements=seen)
    return drawn


@transaction.atomic
def take_exception(
    verb: str, *, problem: PaymentException, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str
) -> None:
    """The department explains an answer that cannot be; finance resolves it or sends the explanation back.

    Once resolved it no longer holds up closing and reissue; it changes no outcome and moves no money.
    """
    states.EXCEPTION.take(
        verb, subject=problem, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )


@transaction.atomic
def prepare_refund(
    *,
    batch_id: int,
    cause: str,
    outcome_ids: Sequence[int],
    voucher_no: str,
    by: Actor,
    at: datetime,
    note: str = "",
) -> Refund:
    """The department gives money in suspense back to the treasury, by cause (K2, K4). Returns the refund, prepared.

    Raises Refused YK067 when one of the outcomes is not free.
    """
    refund_id = sql.call(
        "payments_prepare_refund", batch_id, cause, list(outcome_ids), voucher_no.strip(), by.official_id, at, note
    )
    return Refund.objects.get(pk=refund_id)


@transaction.atomic
def approve_refund(
    *, refund: Refund, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str = ""
) -> None:
    """Finance approves; the money leaves suspense for the treasury."""
    states.REFUND.take(
        "approve", subject=refund, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )
    ledger.post("refund", ground_id=refund.pk, by=by, at=at)


@transaction.atomic
def send_back_refund(
    *, refund: Refund, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str
) -> None:
    """Finance sends the refund back; its payments are free again."""
    states.REFUND.take(
        "send_back", subject=refund, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )
    freed = sql.call("payments_free_claims", refund.pk)
    audit.record("refund.claims_freed", subject=f"refund:{refund.pk}", by=by, at=at, count=freed)
