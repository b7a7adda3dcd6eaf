"""Requests that should long have been closed. Whatever else is settled: as long as one is open, somebody is told."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from yikatong.core import authz, sql
from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.slots import InboxItem

from . import overdue, words

# 「到账后次日对账」: results and statement of a file are there two bank days after it at the latest.
CLOSED_WITHIN = timedelta(days=3)
SEEN_BY = (P.BANK_EXCHANGE, P.REQUEST_VERIFY)


def unclosed_requests_for(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """Requests in the actor's area whose first file was sealed over three days ago and which are still open, oldest
    first: request_id, no, area_code, count, total_fen, since, message_id, unanswered_count.
    """
    prefixes = authz.prefixes_seen(actor, SEEN_BY)
    if not prefixes:
        return []
    found = sql.rows("banking/unclosed_requests", until=at - CLOSED_WITHIN)
    return [row for row in found if row["area_code"].startswith(prefixes)]


def waiting(actor: Actor, at: datetime) -> list[InboxItem]:
    """They wait for the bank operator, who asks the bank, and for finance, who may not let the money out of sight.

    Where lines are overdue the operator is told of them already.
    """
    known = {row["no"] for row in overdue.overdue(at)} if actor.may(P.BANK_EXCHANGE) else set()
    return [
        InboxItem(
            title=words.UNCLOSED_TITLE.format(no=row["no"]),
            url=reverse("banking:instruction", args=[row["message_id"]]),
            kind="代发指令",
            what_to_do=_what_to_do(row),
            since=row["since"],
            count=row["count"],
            total_fen=row["total_fen"],
        )
        for row in unclosed_requests_for(actor, at)
        if row["no"] not in known
    ]


def _what_to_do(row: dict[str, Any]) -> str:
    if row["unanswered_count"]:
        return words.UNANSWERED.format(count=row["unanswered_count"])
    return words.UNMATCHED
