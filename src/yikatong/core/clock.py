"""The database's clock, plus the demo's offset in the demo. Only doors read it; all else is told ``at``."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This moment by the database's clock, in Asia/Shanghai. Outside the demo the offset is always zero."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_now()")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(SHANGHAI)


def today() -> date:
    """The business day in Asia/Shanghai."""
    return now().date()


def step_forward(*, days: int) -> None:
    """Move the demo's clock forward. The database refuses (YK010) anywhere but in the demo."""
    from . import sql

    sql.call("core_step_clock", days)
