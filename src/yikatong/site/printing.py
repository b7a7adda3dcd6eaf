"""Lists on paper: the same lists as in Excel, as A4 sheets with sums, digest and room for signatures."""

from datetime import datetime

from django.db import transaction

from yikatong.core import listing, papers
from yikatong.core.authz import Actor
from yikatong.core.listing import Table
from yikatong.core.papers import Paper
from yikatong.core.refusals import Refused

from . import exporting, words
from .exporting import Wanted

# More than a hundred sheets nobody signs; such a list is read in Excel.
ROWS_MAX = 3_000


@transaction.atomic
def printed(page: str, *, by: Actor, at: datetime) -> tuple[Wanted, list[Paper]]:
    """The lists of the page at the address ``page`` on paper, recorded in the audit trail.

    Raises NotFound for a page that is not there for this actor, Refused ``not_a_list`` for one without lists to print and
    ``too_long`` for a list of more than ``ROWS_MAX`` rows.
    """
    found = exporting.wanted(page, by=by, at=at)
    if not found.listing.printed:
        raise Refused(words.PRINT_NOT_A_LIST, code="not_a_list")
    count = found.count
    if count > ROWS_MAX:
        raise Refused(words.PRINT_TOO_LONG.format(count=f"{count:,}", most=f"{ROWS_MAX:,}"), code="too_long")
    lists = [
        papers.written(_title(found, table), [one for one in table.columns if one.on_paper], listing.fetched(rows))
        for table, rows in zip(found.listing.tables, found.rows, strict=True)
    ]
    made = papers.together(lists, signed=found.listing.digest(found.asked))
    exporting.record("list.printed", found, count)
    return found, made


def _title(found: Wanted, table: Table) -> str:
    several = len(found.listing.tables) > 1
    return f"{found.listing.title}（{table.title}）" if several else found.listing.title
