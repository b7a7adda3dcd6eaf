"""Sends an instruction: exactly-once effect over at-least-once delivery (RELIABILITY 2.4).

``sending`` is committed before the call and the call happens outside any transaction. Whoever holds the advisory lock
of an instruction is its one sender; found ``sending`` under that lock, the sender before has died and what became of
the call is unknown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO

from django.db import connection, transaction

from yikatong.core import files, sql
from yikatong.core.authz import Actor
from yikatong.payments import actions as payments

from . import manifests, queries, restoring, sealing, sent_log, words
from .connecting import connect
from .models import InstructionEvent, PaymentInstruction
from .transports import Held, Rejected, Unreachable, Wire

Kind = InstructionEvent.Kind


def send(*, instruction: PaymentInstruction, by: Actor, at: datetime) -> str:
    """Send one instruction, or find out what became of an earlier sending; returns where it stands then.

    Safe at any moment and by any number of workers. Raises Refused for what the database does not let go: YK068
    another file has paid already, YK071 altered, YK073 expired, YK074 unknown at a provider that does not dedupe, YK080
    an emergency stop stands, YK083 the database is an older copy, YK084 clocks differ, YK085 cut-off or other fiscal
    year, YK086 a void file was paid.
    """
    restoring.notice(by=by, at=at)
    with _alone(instruction) as alone:
        if not alone:
            return queries.stands(instruction)
        kind = queries.stands(instruction)
        if kind == Kind.SENDING:
            answer(instruction=instruction, kind=Kind.UNKNOWN, note=words.NEVER_SENT, by=by, at=at)
            kind = Kind.UNKNOWN
        if kind == Kind.UNKNOWN and _settled_by_asking(instruction, by, at):
            return queries.stands(instruction)
        if kind in (Kind.SEALED, Kind.UNKNOWN):
            _call(instruction, by, at)
        return queries.stands(instruction)


def ask(*, instruction: PaymentInstruction, by: Actor, at: datetime) -> str:
    """Only find out what became of an earlier sending, and send nothing; returns where it stands then."""
    with _alone(instruction) as alone:
        if alone and queries.stands(instruction) == Kind.SENDING:
            answer(instruction=instruction, kind=Kind.UNKNOWN, note=words.NEVER_SENT, by=by, at=at)
        if alone and queries.stands(instruction) == Kind.UNKNOWN:
            _settled_by_asking(instruction, by, at)
        return queries.stands(instruction)


@transaction.atomic
def answer(*, instruction: PaymentInstruction, kind: str, note: str, by: Actor, at: datetime) -> bool:
    """Append what is known of a sending; returns whether that was news. Raises Refused YK072 when never sent."""
    return bool(sql.call("banking_answer", instruction.pk, kind, note, by.official_id, at))


def held_at_bank(instruction: PaymentInstruction, *, at: datetime) -> Held:
    """Whether the bank has an instruction, by its own word; one that it refused it has. Raises Unreachable."""
    try:
        return status_at_bank(instruction, at=at)
    except Rejected:
        return Held.RECEIVED


def status_at_bank(instruction: PaymentInstruction, *, at: datetime) -> Held:
    """What the bank says of an instruction now. Raises Unreachable, Rejected: it refused it as a whole."""
    return connect(instruction.provider, at=at).status(instruction.message_id, _ends(instruction)[0])


def _settled_by_asking(instruction: PaymentInstruction, by: Actor, at: datetime) -> bool:
    """Ask the bank; RECEIVED settles it. NOT_FOUND is permission to send again only where the bank dedupes for ever, and
    to send anew, under another number, only once the bank can never take the first file any more."""
    try:
        held = status_at_bank(instruction, at=at)
    except Unreachable:
        return True
    except Rejected as refused:
        answer(instruction=instruction, kind=Kind.REFUSED, note=str(refused), by=by, at=at)
        return True
    if held is Held.RECEIVED:
        answer(instruction=instruction, kind=Kind.ACKNOWLEDGED, note="经查询，银行已收到。", by=by, at=at)
        return True
    provider = instruction.provider
    if not provider.dedupes_forever and provider.honors_expiry and _is_past(instruction):
        _send_anew(instruction, by, at)
    return not provider.dedupes_forever


def _is_past(instruction: PaymentInstruction) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_now() > %s + banking_expiry_margin()", [instruction.not_after])
        (past,) = cursor.fetchone()
    return bool(past)


@transaction.atomic
def _send_anew(instruction: PaymentInstruction, by: Actor, at: datetime) -> None:
    """Void the file and seal its lines in a new one together or not at all, so that no line is ever without a file."""
    sql.call("banking_void_unanswered", instruction.pk, by.official_id, at)
    sealing.seal(request_id=instruction.request_id, by=by, at=at)


def _call(instruction: PaymentInstruction, by: Actor, at: datetime) -> None:
    bank = connect(instruction.provider, at=at)
    manifest = manifests.read(instruction=instruction, by=by, at=at)
    body = _begin(instruction=instruction, by=by, at=at)
    _log(instruction)
    kind, note = _submit(bank, body, instruction, manifest)
    answer(instruction=instruction, kind=kind, note=note, by=by, at=at)


@transaction.atomic(durable=True)
def _begin(*, instruction: PaymentInstruction, by: Actor, at: datetime) -> IO[bytes]:
    """Money goes in transit and ``sending`` stands before anything leaves; returns the very bytes that were sealed,
    a stream that is fetched piece by piece."""
    payments.mark_sent(request=instruction.request, by=by, at=at)
    # This machine's own clock, which the database holds against its own (RELIABILITY 2.5); nothing else reads it.
    sql.call("banking_begin_sending", instruction.pk, by.official_id, at, datetime.now(UTC))
    return files.opened(instruction.body, purpose="sending an instruction", by=by, at=at)


def _log(instruction: PaymentInstruction) -> None:
    sequence = instruction.events.order_by("-sequence").values_list("sequence", flat=True)[0]
    first, last = _ends(instruction)
    sent_log.write(
        sent_log.Sending(
            instruction.message_id, sequence, instruction.provider.name, first, last, instruction.count,
            instruction.total_fen,
        )
    )  # fmt: skip


def _submit(bank: Wire, body: IO[bytes], instruction: PaymentInstruction, manifest: bytes) -> tuple[str, str]:
    try:
        receipt = bank.submit(body, instruction.message_id, manifest, instruction.body.name)
    except Unreachable as unknown:
        return Kind.UNKNOWN, str(unknown)
    except Rejected as refused:
        return Kind.REFUSED, str(refused)
    return Kind.ACKNOWLEDGED, "银行先前已收到同一份指令。" if receipt.already_held else ""


def _ends(instruction: PaymentInstruction) -> tuple[str, str]:
    """The first and the last end-to-end id of the file."""
    found = sql.one(
        "banking/end_to_end_ids", fiscal_year=instruction.fiscal_year, first_id=instruction.first_payment_id,
        last_id=instruction.last_payment_id,
    )  # fmt: skip
    return found["first_end_to_end_id"], found["last_end_to_end_id"]


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
