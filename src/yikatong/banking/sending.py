"""Sends an instruction: exactly-once effect over at-least-once delivery (RELIABILITY 2.4).

``sending`` is committed before the call and the call happens outside any transaction. Whoever holds the advisory lock
of an instruction is its one sender; found ``sending`` under that lock, the sender before has died and what became of
the call is unknown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO

from django.db import connection, transaction

from yikatong.core import files, sql
from yikatong.core.authz import Actor
from yikatong.payments import actions as payments

from . import words
from .connecting import connect
from .models import InstructionEvent, PaymentInstruction
from .transports import Held, Rejected, Unreachable, Wire

Kind = InstructionEvent.Kind


def send(*, instruction: PaymentInstruction, by: Actor, at: datetime) -> str:
    """Send one instruction, or find out what became of an earlier sending; returns where it stands then.

    Safe at any moment and by any number of workers. Raises Refused for what the database does not let go: YK071
    altered, YK073 expired, YK074 unknown at a provider that does not dedupe, YK075 not all files sealed.
    """
    with _alone(instruction) as alone:
        if not alone:
            return stands(instruction)
        kind = stands(instruction)
        if kind == Kind.SENDING:
            answer(instruction=instruction, kind=Kind.UNKNOWN, note=words.NEVER_SENT, by=by, at=at)
            kind = Kind.UNKNOWN
        if kind == Kind.UNKNOWN and _settled_by_asking(instruction, by, at):
            return stands(instruction)
        if kind in (Kind.SEALED, Kind.UNKNOWN):
            _call(instruction, by, at)
        return stands(instruction)


def stands(instruction: PaymentInstruction) -> str:
    """The kind of the latest event."""
    return str(instruction.events.order_by("-sequence").values_list("kind", flat=True)[0])


@transaction.atomic
def answer(*, instruction: PaymentInstruction, kind: str, note: str, by: Actor, at: datetime) -> bool:
    """Append what is known of a sending; returns whether that was news. Raises Refused YK072 when never sent."""
    return bool(sql.call("banking_answer", instruction.pk, kind, note, by.official_id, at))


def _settled_by_asking(instruction: PaymentInstruction, by: Actor, at: datetime) -> bool:
    """Ask the bank; RECEIVED settles it. NOT_FOUND is permission to send only where the bank dedupes for ever."""
    try:
        held = connect(instruction.provider).status(instruction.message_id, _an_end_to_end_id(instruction))
    except Unreachable:
        return True
    if held is Held.RECEIVED:
        answer(instruction=instruction, kind=Kind.ACKNOWLEDGED, note="经查询，银行已收到。", by=by, at=at)
        return True
    return not instruction.provider.dedupes_forever


def _call(instruction: PaymentInstruction, by: Actor, at: datetime) -> None:
    bank = connect(instruction.provider)
    body = _begin(instruction=instruction, by=by, at=at)
    kind, note = _submit(bank, body, instruction.message_id)
    answer(instruction=instruction, kind=kind, note=note, by=by, at=at)


@transaction.atomic(durable=True)
def _begin(*, instruction: PaymentInstruction, by: Actor, at: datetime) -> IO[bytes]:
    """Money goes in transit and ``sending`` stands before anything leaves; returns the very bytes that were sealed,
    a stream that is fetched piece by piece."""
    payments.mark_sent(request=instruction.request, by=by, at=at)
    sql.call("banking_begin_sending", instruction.pk, by.official_id, at)
    return files.opened(instruction.body, purpose="sending an instruction", by=by, at=at)


def _submit(bank: Wire, body: IO[bytes], message_id: str) -> tuple[str, str]:
    try:
        receipt = bank.submit(body, message_id)
    except Unreachable as unknown:
        return Kind.UNKNOWN, str(unknown)
    except Rejected as refused:
        return Kind.REFUSED, str(refused)
    return Kind.ACKNOWLEDGED, "银行先前已收到同一份指令。" if receipt.already_held else ""


def _an_end_to_end_id(instruction: PaymentInstruction) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT end_to_end_id FROM payments_payment WHERE fiscal_year = %s AND id = %s",
            [instruction.fiscal_year, instruction.first_payment_id],
        )
        (found,) = cursor.fetchone()
    return str(found)


@contextmanager
def _alone(instruction: PaymentInstruction) -> Iterator[bool]:
    """Hold the instruction's session lock, or learn that another process does; it goes when the process goes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('banking.send'), %s::integer)", [instruction.pk])
        (alone,) = cursor.fetchone()
    try:
        yield bool(alone)
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('banking.send'), %s::integer)", [instruction.pk])
