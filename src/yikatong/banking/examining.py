"""Makes an older copy of the database whole again: takes in what the banks have, and gives files back their numbers."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from yikatong.core import sql
from yikatong.core.authz import Actor
from yikatong.core.refusals import Refused
from yikatong.payments import actions as payments

from . import queries, receiving, sealing, sending, sent_log, words
from .models import PaymentInstruction, PaymentProvider, Restoration
from .transports import Held, Rejected, Unreachable


@dataclass
class Examined:
    """What one look at all banks did: files that are here again, and what did not go well, as sentences."""

    adopted: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)


def examine(*, restoration: Restoration, by: Actor, at: datetime) -> Examined:
    """Ask every provider for everything it has and reconcile it; again is harmless. Call outside any transaction.

    First the files that were sent after the copy was made are sealed again under their old numbers, so that the bank's
    results find them; then each bank is asked about each instruction that is not settled, and for all its messages: once
    every file that was sent to it is here or explained.
    """
    done = Examined()
    _seal_lost(done, by, at)
    for provider in queries.paying_providers():
        before = len(done.trouble)
        asked = _ask_about_all(provider, done, by, at)
        if waited_for := _not_here(provider, restoration):
            waits = {"name": provider.name, "count": len(waited_for), "example": waited_for[0]}
            done.trouble.append(words.WAITS_FOR_FILES.format(**waits))
            continue
        done.trouble += receiving.fetch(provider=provider, by=by, at=at).trouble
        since = restoration.recorded_at
        for row in sql.rows("banking/strange_messages", provider_id=provider.pk, since=since):
            sql.call("banking_find_file", provider.pk, row["message_id"], "statement", at)
        if len(done.trouble) == before:
            sql.call("banking_note_visit", provider.pk, asked, by.official_id, at)
    return done


def _seal_lost(done: Examined, by: Actor, at: datetime) -> None:
    """Seal what the log says was sent and the database does not know, where its very payments are still here."""
    numbers: dict[int, dict[tuple[int, int], str]] = {}
    for lost in sent_log.lost(whole=True):
        if PaymentInstruction.objects.filter(message_id=lost.message_id).exists():
            continue
        for row in sql.rows(
            "banking/lost_requests", first_end_to_end_id=lost.first_end_to_end_id,
            last_end_to_end_id=lost.last_end_to_end_id, count=lost.count, total_fen=lost.total_fen,
        ):  # fmt: skip
            numbers.setdefault(row["request_id"], {})[row["first_id"], row["last_id"]] = lost.message_id
    for request_id, told in numbers.items():
        try:
            # As of the day on which it was sealed first: what was booked since then is held against it.
            sealed_at = min(at, *(_day_of(number, at) for number in told.values()))
            sealing.seal(request_id=request_id, numbers=told, by=by, at=sealed_at)
        except Refused as refused:
            done.trouble.append(str(refused))


def _day_of(number: str, at: datetime) -> datetime:
    """The beginning of the day that the number of an instruction names (``sealing``)."""
    day = datetime.strptime(number.split("-")[1], "%Y%m%d")  # noqa: DTZ007  the zone comes next
    return day.replace(tzinfo=at.tzinfo)


def _not_here(provider: PaymentProvider, restoration: Restoration) -> list[str]:
    """The files that were sent to a provider and are neither here nor explained."""
    missing = {row["message_id"] for row in sql.rows("banking/missing_files", restoration_id=restoration.pk)}
    sent = {one.message_id for one in sent_log.lost(whole=True) if one.provider == provider.name}
    return sorted(missing & sent)


def _ask_about_all(provider: PaymentProvider, done: Examined, by: Actor, at: datetime) -> int:
    """Ask about every instruction that is not settled; returns how many. What the bank has was sent, whatever we know."""
    lost = {one.message_id for one in sent_log.lost(whole=True)}
    unsettled = [one for one in queries.unsettled_instructions() if one.provider_id == provider.pk]
    for instruction in unsettled:
        try:
            if queries.stands(instruction) == "sealed" and (
                instruction.message_id in lost or sending.held_at_bank(instruction, at=at) is Held.RECEIVED
            ):
                _adopt(instruction, by, at)
                done.adopted.append(instruction.message_id)
            sending.ask(instruction=instruction, by=by, at=at)
        except (Refused, Unreachable, Rejected) as trouble:
            done.trouble.append(f"{instruction.message_id}：{trouble}")
    return len(unsettled)


@transaction.atomic
def _adopt(instruction: PaymentInstruction, by: Actor, at: datetime) -> None:
    sql.call("banking_find_file", instruction.provider_id, instruction.message_id, "report", at)
    payments.mark_sent(request=instruction.request, by=by, at=at)
    sql.call("banking_adopt", instruction.pk, by.official_id, at)
