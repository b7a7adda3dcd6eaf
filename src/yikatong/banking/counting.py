"""人卡钱台账: counts the fiscal years of which something has happened since they were counted last (Q4, Q5)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from yikatong.core import sql
from yikatong.core.authz import Actor

EVERYWHERE = ("%",)


def years_to_count(places: Sequence[str]) -> list[dict[str, Any]]:
    """Which counties' years are to be counted (anew) in areas whose codes are LIKE ``places``: county_code, fiscal_year."""
    return sql.rows("banking/years_to_count", places=list(places))


def count_years(*, places: Sequence[str] = EVERYWHERE, by: Actor, at: datetime) -> int:
    """Count them, each in a transaction of its own; returns how many. Again changes nothing."""
    return sum(_count(one["county_code"], one["fiscal_year"], by, at) for one in years_to_count(places))


@transaction.atomic
def _count(county_code: str, fiscal_year: int, by: Actor, at: datetime) -> int:
    return int(sql.call("banking_count_year", county_code, fiscal_year, by.official_id, at))
