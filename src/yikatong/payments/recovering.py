"""Money wrongly paid comes back (K5): demand, receipts by voucher, and the refund of what came in."""

from collections.abc import Sequence
from datetime import date, datetime

from yikatong.core import sql
from yikatong.core.acting import action
from yikatong.core.authz import Actor
from yikatong.core.refusals import Refused
from yikatong.ledger import actions as ledger

from . import words
from .models import Recovery, RecoveryReceipt, Refund
from .states import RECEIPT, RECOVERY


@action
def prepare_recovery(
    *,
    batch_id: int,
    payment_id: int,
    cause: str,
    amount_fen: int,
    demanded_on: date,
    due_on: date,
    reason: str,
    by: Actor,
    at: datetime,
) -> Recovery:
    """The department demands back what was wrongly credited; finance has to approve. Returns the recovery, prepared.

    ``amount_fen`` is at most what was credited, less what other demands ask for; ``reason`` names the evidence.
    Raises Refused: YK090 not credited, not closed or too much, YK005 not this department's clerk, YK006 four eyes.
    """
    _require_evidence(reason=reason, demanded_on=demanded_on, due_on=due_on, amount_fen=amount_fen)
    recovery_id = sql.call(
        "payments_prepare_recovery",
        batch_id,
        payment_id,
        cause,
        amount_fen,
        demanded_on,
        due_on,
        reason,
        by.official_id,
        at,
    )
    return Recovery.objects.get(pk=recovery_id)


def _require_evidence(*, reason: str, demanded_on: date, due_on: date, amount_fen: int) -> None:
    # The table has these as CHECKs; here they are told kindly.
    if not reason.strip():
        raise Refused(words.NEED_REASON, code="YK092")
    if due_on < demanded_on:
        raise Refused(words.DUE_BEFORE_DEMAND, code="YK092")
    if amount_fen <= 0:
        raise Refused(words.NEED_AMOUNT, code="YK092")


@action
def decide_recovery(
    verb: str, *, recovery: Recovery, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str = ""
) -> None:
    """Finance approves, sends back, or withdraws an approved demand; what came in until then stays recovered."""
    RECOVERY.take(
        verb, subject=recovery, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )


@action
def record_receipt(
    *, recovery: Recovery, amount_fen: int, voucher_no: str, received_on: date, by: Actor, at: datetime
) -> RecoveryReceipt:
    """The department records one payment in, by its voucher; finance confirms that it arrived.

    Raises Refused: YK091 the demand is not approved, YK092 more than was demanded, a voucher twice or a later day.
    """
    if not voucher_no.strip():
        raise Refused(words.NEED_RECEIPT_VOUCHER, code="YK092")
    if amount_fen <= 0:
        raise Refused(words.NEED_AMOUNT, code="YK092")
    receipt_id = sql.call(
        "payments_record_receipt", recovery.pk, amount_fen, voucher_no, received_on, by.official_id, at
    )
    return RecoveryReceipt.objects.get(pk=receipt_id)


@action
def confirm_receipt(
    *, receipt: RecoveryReceipt, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str = ""
) -> None:
    """Finance confirms the money: it moves from credited to suspense, whence it goes to the treasury this month."""
    RECEIPT.take(
        "confirm", subject=receipt, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )
    ledger.post("recover", ground_id=receipt.pk, by=by, at=at)


@action
def send_back_receipt(
    *, receipt: RecoveryReceipt, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str
) -> None:
    """Finance did not find the money: the receipt no longer counts."""
    RECEIPT.take(
        "send_back", subject=receipt, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )


@action
def prepare_receipt_refund(
    *, batch_id: int, receipt_ids: Sequence[int], voucher_no: str, by: Actor, at: datetime, note: str = ""
) -> Refund:
    """The department gives recovered money to the treasury, due by the end of the month it came in (K4).

    The refund goes on as every other one. Raises Refused YK067 when a receipt is not confirmed or already given back.
    """
    if not voucher_no.strip():
        raise Refused(words.NEED_VOUCHER, code="YK092")
    refund_id = sql.call(
        "payments_prepare_receipt_refund", batch_id, list(receipt_ids), voucher_no.strip(), by.official_id, at, note
    )
    return Refund.objects.get(pk=refund_id)
