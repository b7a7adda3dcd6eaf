"""Lines the bank owes an answer for longer than agreed (C06): named, asked about, never guessed."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from yikatong.core import sql
from yikatong.core.authz import Actor

from . import queries, sending
from .models import Inquiry, PaymentInstruction
from .transports import Held, Rejected, Unreachable

ASKED_EVERY = timedelta(days=1)


def overdue(at: datetime) -> list[dict[str, Any]]:
    """By instruction: instruction_id, message_id, no, area_code, agency_id, agency_name, provider_name, line_count,
    line_fen, due_at, and asked_at and answer of the latest inquiry (None: never asked)."""
    return sql.rows("banking/overdue_lines", at=at)


def overdue_for(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """Those among the instructions that the actor may see."""
    seen = set(queries.instructions_for(actor).filter(request__state="released").values_list("pk", flat=True))
    return [row for row in overdue(at) if row["instruction_id"] in seen]


def inquire(*, by: Actor, at: datetime) -> list[Inquiry]:
    """Ask the banks about every overdue instruction, each at most once a day, and record what they say.

    Call outside any transaction. Changes no line: only a result does.
    """
    asked = []
    for row in overdue(at):
        if row["asked_at"] is None or row["asked_at"] <= at - ASKED_EVERY:
            instruction = PaymentInstruction.objects.select_related("provider").get(pk=row["instruction_id"])
            asked.append(_record(instruction, row["line_count"], row["line_fen"], by, at))
    return asked


def ask(*, instruction: PaymentInstruction, by: Actor, at: datetime) -> Inquiry:
    """Ask the bank about one instruction now, and record what it says. Call outside any transaction."""
    return _record(instruction, instruction.count, instruction.total_fen, by, at)


def _answer(instruction: PaymentInstruction, at: datetime) -> str:
    try:
        held = sending.status_at_bank(instruction, at=at)
    except Unreachable:
        return str(Inquiry.Answer.NO_ANSWER)
    except Rejected:
        return str(Inquiry.Answer.REFUSED)
    return str(Inquiry.Answer.RECEIVED if held is Held.RECEIVED else Inquiry.Answer.NOT_FOUND)


def _record(instruction: PaymentInstruction, count: int, total_fen: int, by: Actor, at: datetime) -> Inquiry:
    answer = _answer(instruction, at)
    with transaction.atomic():
        inquiry_id = sql.call("banking_record_inquiry", instruction.pk, answer, count, total_fen, by.official_id, at)
    return Inquiry.objects.get(pk=inquiry_id)
