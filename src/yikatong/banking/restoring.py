"""Restore mode: noticing that the database is an older copy of itself, entering, explaining, leaving (RELIABILITY 2.5).

What is done in between, with the banks, stands in ``examining``.
"""

from datetime import datetime

from django.db import transaction

from yikatong.core import slots, sql
from yikatong.core.authz import Actor, actor_for
from yikatong.core.models import Official

from . import queries, sent_log, words
from .models import PaymentProvider, Restoration


def notice(*, by: Actor, at: datetime) -> Restoration | None:
    """Enter the restore mode by itself when sendings stand in the log that the database does not know.

    Call outside any transaction: what was noticed must stay, whatever becomes of the caller.
    """
    found = queries.restoration_standing()
    if found is not None:
        return found
    lost = sent_log.lost()
    if not lost:
        return None
    reason = words.LOST_SENDINGS.format(example=lost[0].message_id, count=len(lost))
    return enter(reason=reason, noticed=Restoration.Noticed.SENT_LOG, by=by, at=at)


@transaction.atomic
def enter(*, reason: str, by: Actor, at: datetime, noticed: str = Restoration.Noticed.COMMAND) -> Restoration:
    """Send nothing from now on; entered already, nothing changes. Raises Refused YK007 without a reason."""
    restoration_id = sql.call("banking_enter_restoration", reason, noticed, by.official_id, at)
    providers = dict(PaymentProvider.objects.values_list("name", "pk"))
    for sending in sent_log.lost(whole=True):
        sql.call("banking_find_file", providers.get(sending.provider), sending.message_id, "sent_log", at)
    return Restoration.objects.get(pk=restoration_id)


@transaction.atomic
def explain(*, message_id: str, note: str, by: Actor, at: datetime) -> None:
    """A supervisor says why a file that the bank knows need not be here. Raises Refused YK005, YK007."""
    sql.call("banking_explain_file", message_id, note, by.official_id, at)


@transaction.atomic
def leave(*, first: Official, second: Official, reason: str, at: datetime) -> Restoration:
    """Two supervisors end the restore mode, once everything is accounted for.

    Raises Refused: YK004 not in it, YK005 one of them may not, YK006 the same person, YK087 what is still missing.
    """
    restoration_id = sql.call("banking_leave_restoration", first.pk, second.pk, reason, at)
    slots.announce("sending.resumed", by=actor_for(first, at.date()), at=at)
    return Restoration.objects.get(pk=restoration_id)


def missing() -> list[str]:
    """Why the restore mode cannot be left yet, as sentences: what no provider was asked, which files are not here."""
    found = queries.restoration_standing()
    if found is None:
        return []
    objection = sql.call("banking_restoration_objection", found.pk)
    rows = sql.rows("banking/missing_files", restoration_id=found.pk)
    return ([str(objection)] if objection else []) + [
        words.MISSING_FILE.format(message=row["message_id"], source=row["source_words"]) for row in rows
    ]
