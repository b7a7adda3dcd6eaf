"""A list on A4 paper: cut into sheets that fit, each with its heads and its sum, the whole with its sum and digest.

A browser repeats heads but cannot sum a page, so the pages are made here, by the room that each row needs.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from yikatong.kit import digest, money, qr
from yikatong.kit.workbooks import Kind

from .listing import Column

# Half-width signs that fit a line of A4 between its margins at the size of print.css, standing and lying.
SIGNS_ACROSS = {False: 100, True: 148}
# Rows of one line that fit a sheet under its heads; the first sheet carries the title, the last the signatures.
LINES_DOWN = {False: (30, 32), True: (18, 19)}
LINES_OF_END = 9
ROWS_WITH_END = 3
_SIGNS = {Kind.TEXT: 14, Kind.YUAN: 14, Kind.QUANTITY: 9, Kind.COUNT: 8, Kind.DAY: 11, Kind.MOMENT: 17}
_SUMMED = (Kind.YUAN, Kind.COUNT)
_WORDS = (Kind.TEXT, Kind.DAY, Kind.MOMENT)


@dataclass(frozen=True)
class Head:
    """The head of a printed column: its words, whether numbers stand below, and its share of the width in percent."""

    words: str
    is_number: bool
    percent: int


@dataclass(frozen=True)
class Sheet:
    """One page: its number, its rows as (running number, cells), a cell being (text, whether it is a number), and its sums by
    column, '' where nothing is summed."""

    number: int
    lines: list[tuple[int, list[tuple[str, bool]]]]
    sums: list[str]


@dataclass(frozen=True)
class Paper:
    """A whole printed list. ``total_fen`` is the sum of the column of money ``total_name``, ``amount_words`` the same in
    capitals; None and '' where there is no money."""

    title: str
    heads: list[Head]
    sheets: list[Sheet]
    row_count: int
    sums: list[str]
    total_name: str
    total_fen: int | None
    amount_words: str
    digest: str
    is_wide: bool

    @property
    def is_summed(self) -> bool:
        """Whether any column adds up, so that sheets have sums to show."""
        return any(self.sums)

    @property
    def code(self) -> SafeString:
        """The QR code: what the list is, how many rows and how much money it has, and its digest."""
        amount = "" if self.total_fen is None else f"，{self.total_name}合计 {money.format_yuan(self.total_fen)} 元"
        return mark_safe(qr.svg(f"{self.title}\n{self.row_count} 行{amount}\n指纹 {self.digest}"))  # noqa: S308  our own SVG


def lies_across(columns: Sequence[Column]) -> bool:
    """Whether so many columns need the paper's long side."""
    return sum(min(_signs(column), 30) for column in columns) + 6 > SIGNS_ACROSS[False]


def paper(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    signed: str = "",
    wide: bool | None = None,
    rows_before: int = 0,
) -> Paper:
    """``rows`` on paper. ``signed`` is the digest that the list was signed by; without one the printed texts have theirs.

    ``wide`` lays the paper across, for lists that are printed together with a wide one; by itself as the columns need.
    ``rows_before`` is after how many rows the running numbers go on, where this is not the first volume.
    """
    wide = lies_across(columns) if wide is None else wide
    values = [[column.of(row) for column in columns] for row in rows]
    texts = [[_text(value, column.kind) for value, column in zip(row, columns, strict=True)] for row in values]
    shares = _shares(columns, wide)
    numeric = [column.kind not in _WORDS for column in columns]
    sheets = [
        Sheet(
            number,
            [(rows_before + at + 1, list(zip(texts[at], numeric, strict=True))) for at in range(start, end)],
            _sums(columns, values[start:end]),
        )
        for number, (start, end) in enumerate(_cuts(texts, shares, wide), 1)
    ]
    money_at = [place for place, one in enumerate(columns) if one.kind is Kind.YUAN and one.adds_up and one.is_total]
    total = sum(row[money_at[-1]] or 0 for row in values) if money_at else None
    total_name = columns[money_at[-1]].head.removesuffix("（元）") if money_at else ""
    heads = [
        Head(one.head, one.kind not in _WORDS, share * 100 // SIGNS_ACROSS[wide])
        for one, share in zip(columns, shares, strict=True)
    ]
    return Paper(
        title, heads, sheets, len(values), _sums(columns, values), total_name, total,
        "" if total is None else money.capital(total), signed or digest.of_rows(texts), wide,
    )  # fmt: skip


def _signs(column: Column) -> int:
    return max(column.width or _SIGNS[column.kind], _length(column.head) + 2)


def _shares(columns: Sequence[Column], wide: bool) -> list[int]:
    """How many signs each column may have in a line, so that together they fill the paper."""
    room = SIGNS_ACROSS[wide] * 94 // 100
    # Six percent are the running number's.
    asked = [min(_signs(column), 60) for column in columns]
    return [max(one * room // sum(asked), 4) for one in asked]


def _cuts(texts: list[list[str]], shares: list[int], wide: bool) -> Iterator[tuple[int, int]]:
    """Where each sheet begins and ends among the rows."""
    first, other = LINES_DOWN[wide]
    begun, room = 0, first
    for place, row in enumerate(texts):
        need = max(-(-_length(text) // max(share - 2, 2)) or 1 for text, share in zip(row, shares, strict=True))
        if need > room and place > begun:
            yield begun, place
            begun, room = place, other
        room -= need
    # The signatures need room too: where they have none, they go on a sheet with the last rows.
    if room < LINES_OF_END and len(texts) - begun > ROWS_WITH_END:
        kept = len(texts) - ROWS_WITH_END
        yield begun, kept
        begun = kept
    yield begun, len(texts)


def _sums(columns: Sequence[Column], values: list[list[Any]]) -> list[str]:
    return [
        _text(sum(row[place] or 0 for row in values), column.kind) if column.kind in _SUMMED and column.adds_up else ""
        for place, column in enumerate(columns)
    ]


def _text(value: Any, kind: Kind) -> str:
    if value is None or value == "":
        return ""
    if kind is Kind.YUAN:
        return money.format_yuan(value)
    if kind is Kind.QUANTITY:
        return money.format_quantity(value)
    if kind is Kind.COUNT:
        return f"{value:,}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _length(text: str) -> int:
    """The width of a text in half-width signs; Chinese ones are two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
