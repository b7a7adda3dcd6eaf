"""The files of cards that the card office sends in the course of the run."""

import csv
import io
from collections.abc import Collection
from datetime import date

from yikatong.kit import card_number

from .plot import Plot

Row = dict[str, str]


def rows(plot: Plot) -> list[Row]:
    """The first file, as it lies in the county's folder."""
    return list(csv.DictReader(io.StringIO(plot.file("cards.csv").decode())))


def second(plot: Plot) -> list[Row]:
    """Two of three cards that were not activated are by now; the rest stay on the chase list."""
    known = rows(plot)
    for number, row in enumerate(row for row in known if row["status"] == "未激活"):
        row["status"] = "正常" if number % 3 else "未激活"
    return known


def third(plot: Plot, *, closed: Collection[str], on: date) -> list[Row]:
    """The cards in ``closed`` are canceled, and their holders have new ones, issued on that day."""
    known = second(plot)
    taken = {row["card_number"] for row in known}
    fresh = []
    for row in known:
        if row["card_number"] in closed:
            number = _free_number(row["card_number"], taken)
            fresh.append(row | {"card_number": number, "issued_on": on.isoformat(), "status": "正常"})
            row["status"] = "注销"
    return known + fresh


def _free_number(number: str, taken: Collection[str]) -> str:
    body = int(number[6:-1])
    candidates = (f"{number[:6]}{body + step:012d}{check}" for step in range(1, 10_000) for check in range(10))
    return next(one for one in candidates if one not in taken and card_number.luhn_holds(one))


def as_bytes(known: list[Row]) -> bytes:
    """Rows as a CSV file in UTF-8."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(known[0]))
    writer.writeheader()
    writer.writerows(known)
    return out.getvalue().encode()
