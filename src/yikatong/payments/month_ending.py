"""The end of a month: suspense is zero, or each fen has an owner and a reason, and two of the finance bureau sign it."""

from datetime import datetime

from yikatong.core import sql
from yikatong.core.acting import action
from yikatong.core.authz import Actor

from .models import MonthEnd
from .states import MONTH_END


@action
def prepare_month_end(*, year: int, month: int, by: Actor, at: datetime) -> MonthEnd:
    """The treasury writes the month's table for its county, as the ledger stood at the month's last moment.

    Raises Refused: YK094 the month is not over, something sent is not yet closed against the statement, it was done
    before, or lines and ledger differ; YK005 not appointed.
    """
    month_end_id = sql.call("payments_prepare_month_end", year, month, by.official_id, at)
    return MonthEnd.objects.get(pk=month_end_id)


@action
def decide_month_end(
    verb: str, *, month_end: MonthEnd, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str = ""
) -> None:
    """Another official of the finance bureau signs the table, or sends it back to be written anew."""
    MONTH_END.take(
        verb, subject=month_end, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )
