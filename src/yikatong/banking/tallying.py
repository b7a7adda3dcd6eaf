"""Adds up what the four books of a day say, and looks every day whether they agree (Q2)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Min

from yikatong.core import sql
from yikatong.core.authz import Actor

from .models import ServiceAgreement

# How many days the daily look goes back: over the New Year's and National Day's holidays, and over a long outage.
DAYS_BACK = 40


def tally(*, by: Actor, at: datetime) -> int:
    """Add up reports and statements that came since last time, each account in a transaction of its own.

    Again changes nothing. Returns how many messages were added up.
    """
    return sum(_tally(agreement_id, by, at) for agreement_id in _accounts())


def check_books(*, by: Actor, at: datetime) -> int:
    """The daily look at T+1: a day without statement, a result without ledger transfer, a statement that came late.

    Raises a break for each, once; returns how many are new.
    """
    tally(by=by, at=at)
    return sum(_check(agreement_id, by, at) for agreement_id in _accounts())


def _accounts() -> list[int]:
    found = ServiceAgreement.objects.values("provider", "statement_account").annotate(first=Min("pk"))
    return sorted(found.order_by().values_list("first", flat=True))


@transaction.atomic
def _tally(agreement_id: int, by: Actor, at: datetime) -> int:
    added: int = sql.call("banking_tally", agreement_id, by.official_id, at)
    return added


@transaction.atomic
def _check(agreement_id: int, by: Actor, at: datetime) -> int:
    raised: int | None = sql.call("banking_check_books", agreement_id, DAYS_BACK, by.official_id, at)
    return raised or 0
