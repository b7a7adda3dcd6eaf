"""What the bank paid against our books, accepted as the payment that it is (C19): two people, and nothing is sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from yikatong.core import slots, sql, tasks
from yikatong.core.acting import action
from yikatong.core.authz import Actor, actor_for

from . import states
from .models import PaymentRequest

# So many of them are shown to whoever signs.
SHOWN = 50


@action
def file_accepted(*, batch_id: int, outcome_ids: Sequence[int], by: Actor, at: datetime, note: str) -> PaymentRequest:
    """The department asks that failed or returned payments, which the bank's statements show as paid, count as paid.

    Of each the statements have to show exactly one debit that did not come back, of its amount, onto the instructed card.
    Raises Refused: YK069 one is not out there or is held otherwise, or no note; YK008 booked more than once, onto another
    card, or an answer of the bank about it is still open; else as ``file``.
    """
    request_id = sql.call("payments_file_accepted", batch_id, list(outcome_ids), by.official_id, at, note)
    slots.announce("payment_request.filed", request_id=request_id, by=by, at=at)
    return PaymentRequest.objects.get(pk=request_id)


@action
def accept(
    *, request: PaymentRequest, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str
) -> None:
    """Finance accepts: suspense becomes credited by the bank's own day and reference, and the request closes.

    Announces ``payment_request.closed``. Raises Refused as ``Flow.take`` does; the statements are asked again.
    """
    states.REQUEST.take(
        "accept", subject=request, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )
    # Two people decided; what follows from it is the system's own duty.
    machine = actor_for(tasks.machine(), at.date())
    sql.call("payments_settle_accepted", request.pk, machine.official_id, at)
    request.refresh_from_db()
    slots.announce("payment_request.closed", request_id=request.pk, by=machine, at=at)


def accepted_lines(request: PaymentRequest) -> list[dict[str, Any]]:
    """What the bank paid of each, at most ``SHOWN``: name, village_name, group_no, amount_fen, card_tail, end_to_end_id,
    booked_on, bank_reference."""
    if request.kind != PaymentRequest.Kind.ACCEPTED:
        return []
    return sql.rows("payments/accepted_lines", request=request.pk, fiscal_year=request.fiscal_year, rows_max=SHOWN)
