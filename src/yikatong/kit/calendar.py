"""Days and working days. Public holidays are loaded data; a year without data refuses, it does not guess."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


class HolidaysMissing(Exception):
    """The holidays of a year were never loaded (《全国年节及纪念日放假办法》; the State Council announces each year)."""

    def __init__(self, year: int) -> None:
        super().__init__(f"没有 {year} 年的节假日安排，算不出工作日。请系统管理员先导入国务院办公厅公布的放假安排。")
        self.year = year


@dataclass(frozen=True)
class WorkingDays:
    """Holidays and make-up working days of the years that were loaded."""

    years: frozenset[int]
    holidays: frozenset[date] = field(default_factory=frozenset)
    made_up: frozenset[date] = field(default_factory=frozenset)

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]]) -> "WorkingDays":
        """Rows with `date` (YYYY-MM-DD) and `kind` (`holiday` or `workday`); each year named by a row counts as loaded."""
        kinds: dict[str, set[date]] = {"holiday": set(), "workday": set()}
        for row in rows:
            kinds[row["kind"]].add(date.fromisoformat(row["date"]))
        years = {day.year for days in kinds.values() for day in days}
        return cls(frozenset(years), frozenset(kinds["holiday"]), frozenset(kinds["workday"]))

    def is_working(self, day: date) -> bool:
        """Whether offices work on a day; raises HolidaysMissing for a year without data."""
        if day.year not in self.years:
            raise HolidaysMissing(day.year)
        if day in self.made_up:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def after(self, start: date, days: int) -> date:
        """The day on which a term of so many working days ends; the day it starts does not count (《民法典》第二百零一条)."""
        day = start
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_working(day)
        return day


def after(start: date, days: int) -> date:
    """The last of so many calendar days; the starting day does not count."""
    return start + timedelta(days=days)


def days_left(today: date, due: date) -> int:
    """How many days remain; negative when overdue."""
    return (due - today).days


def month_end(day: date) -> date:
    """The last day of the month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def year_end(day: date) -> date:
    """31 December of the year."""
    return day.replace(month=12, day=31)
