"""What a message says of files and payments that are not ours, or that it has no say in: for somebody to look at (C07)."""

from datetime import datetime

from yikatong.core import sql
from yikatong.core.authz import Actor

from . import queries, sending
from .formats.adapters import Contents
from .models import InstructionEvent, PaymentInstruction, PaymentProvider


def note(
    provider: PaymentProvider, contents: Contents, report_id: int, accounts: list[int] | None, by: Actor, at: datetime
) -> None:
    """What the bank says it has settles an unknown sending; what is not ours is for somebody to look at."""
    refused = {refusal.message_id for refusal in contents.refusals}
    ours = PaymentInstruction.objects.filter(provider=provider, message_id__in=contents.known_messages)
    for instruction in ours:
        kind = (
            InstructionEvent.Kind.REFUSED if instruction.message_id in refused else InstructionEvent.Kind.ACKNOWLEDGED
        )
        if queries.stands(instruction) in ("sending", "unknown", "acknowledged"):
            sending.answer(instruction=instruction, kind=kind, note="银行回盘写明。", by=by, at=at)
    years = queries.instructed_years()
    whose = {"report_id": report_id, "provider_id": provider.pk, "accounts": accounts}
    strangers = sql.one("banking/lines_without_request", years=years, **whose)
    unknown = contents.known_messages - {instruction.message_id for instruction in ours} - {""}
    for message_id in sorted(unknown):
        sql.call("banking_find_file", provider.pk, message_id, "report", at)
    if strangers["line_count"] or (unknown and not contents.outcome_count):
        example = strangers["example"] or min(unknown)
        count, fen = strangers["line_count"], strangers["line_fen"]
        raise_break("unknown_message", provider, report_id, count, fen, example, by, at, accounts=accounts)


def raise_break(
    kind: str, provider: PaymentProvider, report_id: int, count: int, fen: int, example: str, by: Actor, at: datetime,
    *, accounts: list[int] | None = None,
) -> None:  # fmt: skip
    """A difference about a whole report, under the agreement of the first account that it speaks for, where it says."""
    agreements = provider.agreements.filter(pk__in=accounts) if accounts else provider.agreements
    agreement = agreements.first()
    if agreement is not None:
        sql.call("banking_report_break", kind, report_id, agreement.pk, count, fen, example, by.official_id, at)
