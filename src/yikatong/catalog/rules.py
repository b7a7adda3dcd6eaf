"""Pure rules of the catalog: periods, and what a unit or a name says of a program."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

YEAR_FORM = re.compile(r"^(20\d{2})$", re.ASCII)
QUARTER_FORM = re.compile(r"^(20\d{2})-Q([1-4])$", re.ASCII)
MONTH_FORM = re.compile(r"^(20\d{2})-(0[1-9]|1[0-2])$", re.ASCII)
# A standard without a fixed amount for one machine, case or visit is paid as often as it occurs.
OCCASION_UNITS = ("台", "次", "人次")
EXCLUSION = re.compile(r"（([^（）]+?)除外）$")


@dataclass(frozen=True)
class Period:
    """One round: first and last day, and the fiscal year whose money it is."""

    starts_on: date
    ends_on: date
    fiscal_year: int


def period(cycle_kind: str, label: str) -> Period | None:
    """``("month", "2026-09")`` -> 1 to 30 September 2026; None when the label is no period of that kind (N4)."""
    form = {"year": YEAR_FORM, "quarter": QUARTER_FORM, "month": MONTH_FORM}[cycle_kind]
    found = form.fullmatch(label)
    if found is None:
        return None
    year = int(found[1])
    if cycle_kind == "year":
        first, last = 1, 12
    elif cycle_kind == "quarter":
        first, last = int(found[2]) * 3 - 2, int(found[2]) * 3
    else:
        first = last = int(found[2])
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]), year)


def earliest_pay_day(roster_due_on: date, notice_days: int) -> date:
    """Money cannot be due before the rosters are in and have been posted for the set days (H1)."""
    return roster_due_on + timedelta(days=notice_days + 1)


def measured(unit: str) -> str:
    """「元/亩」 -> 亩: what one standard is for, without remarks in brackets."""
    return unit.split("（", 1)[0].removeprefix("元/").strip()


def quantity_kind(unit: str) -> str:
    """The QuantityKind that a unit means: mu, person, household, or none where each case is decided by itself."""
    what = measured(unit)
    if what in OCCASION_UNITS or "核定" in unit:
        return "none"
    return {"亩": "mu", "户": "household"}.get(what, "person" if what.startswith("人") else "none")


def by_occasion(unit: str, rate_fen: int | None) -> bool:
    """Whether a program may lawfully pay a person several times a cycle: by machine, case or visit."""
    return rate_fen is None and measured(unit) in OCCASION_UNITS


def exclusion(name: str) -> str:
    """「临时救助金（部分急难型临时救助金除外）」 -> 部分急难型临时救助金 (A9); '' when nothing is left out."""
    found = EXCLUSION.search(name)
    return found[1] if found else ""
