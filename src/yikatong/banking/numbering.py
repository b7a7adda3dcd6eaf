"""Messages of a bank that numbers them without gaps: what comes after a missing one waits for it (C03)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Series:
    """What is known of a provider's numbered messages. ``pattern`` has the groups ``series`` and ``number``; empty: the
    provider does not number them, and nothing ever waits. The first number of a series is 1."""

    pattern: str
    last: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, pattern: str, known: Iterable[str]) -> "Series":
        """The series as far as they are complete in what is known."""
        series = cls(pattern)
        numbers: dict[str, set[int]] = {}
        for report_no in known:
            if place := series._place(report_no):
                numbers.setdefault(place[0], set()).add(place[1])
        for name, seen in numbers.items():
            series.last[name] = next(number for number in range(len(seen) + 1) if number + 1 not in seen)
        return series

    def may_take(self, report_no: str) -> bool:
        """Whether the message is the next of its series (or a known one again, or not numbered); else it waits."""
        place = self._place(report_no)
        if place is None:
            return True
        name, number = place
        if number > self.last.get(name, 0) + 1:
            self.waiting[name] = self.waiting.get(name, 0) + 1
            return False
        self.last[name] = max(self.last.get(name, 0), number)
        return True

    def missing(self) -> dict[str, int]:
        """By series the number that others wait for."""
        return {name: self.last.get(name, 0) + 1 for name in self.waiting}

    def _place(self, report_no: str) -> tuple[str, int] | None:
        found = re.fullmatch(self.pattern, report_no) if self.pattern else None
        return (found["series"], int(found["number"])) if found else None
