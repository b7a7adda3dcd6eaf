"""A list on A4 paper: cut into sheets that fit, each with its heads and its sum, the whole with its sum and digest.

A browser repeats heads but cannot sum a page, so the pages are made here, by the room that each row needs.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from yikatong.kit import digest, money, qr
from yikatong.kit.workbooks import Kind

from .listing import Column

# Half-width signs that fit a line of A4 between its margins at the size of print.css, standing and lying.
SIGNS_ACROSS = {False: 100, True: 148}
# Tenths of a millimeter that a row of one line takes, and each further line of it.
ROW_HEIGHT, LINE_HEIGHT = 71, 48
# Rows of one line that fit a sheet under its heads; the first sheet carries the title, the last the signatures.
ROWS_DOWN = {False: (30, 32), True: (18, 19)}
ROWS_OF_END = 7
ROWS_WITH_END = 3
# Room beside the words of a cell; more than ``SIGNS_MAX`` signs go on in the next line, and more than ``SIGNS_TO_TURN``
# do not turn the paper.
SIGNS_BESIDE, SIGNS_MAX, SIGNS_TO_TURN, SIGNS_MIN = 2, 60, 30, 8
_SUMMED = (Kind.YUAN, Kind.COUNT, Kind.QUANTITY)
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


@dataclass(frozen=True)
class Written:
    """A list in words: its values, their texts as they are printed, how wide each of these is, and how many signs each column
    asks for."""

    title: str
    columns: Sequence[Column]
    values: list[list[Any]]
    texts: list[list[str]]
    lengths: list[list[int]]
    signs: list[int]

    @property
    def lies_across(self) -> bool:
        """Whether so much needs the paper's long side."""
        return sum(min(one, SIGNS_TO_TURN) for one in self.signs) > _room(wide=False)


def written(title: str, columns: Sequence[Column], rows: Iterable[Any]) -> Written:
    """``rows`` in words; a column asks for as much as its longest cell, head or sum."""
    values = [[column.of(row) for column in columns] for row in rows]
    texts = [[_text(value, column.kind) for value, column in zip(row, columns, strict=True)] for row in values]
    lengths = [[_length(text) for text in row] for row in texts]
    about = [[_length(column.head) for column in columns], [_length(text) for text in _sums(columns, values)]]
    signs = [min(max(column) + SIGNS_BESIDE, SIGNS_MAX) for column in zip(*about, *lengths, strict=True)]
    return Written(title, columns, values, texts, lengths, signs)


def paper(
    title: str, columns: Sequence[Column], rows: Iterable[Any], *, signed: str = "", rows_before: int = 0
) -> Paper:
    """``rows`` on paper, across if they need it. ``signed`` is the digest that the list was signed by; without one the printed
    texts have theirs. ``rows_before`` is after how many rows the running numbers go on, where this is not the first volume."""
    return together([written(title, columns, rows)], signed=signed, rows_before=rows_before)[0]


def together(lists: Sequence[Written], *, signed: str = "", rows_before: int = 0) -> list[Paper]:
    """Lists on paper that lies the same way for all of them; ``signed`` and ``rows_before`` as in ``paper``."""
    wide = any(one.lies_across for one in lists)
    return [_paper(one, signed, rows_before, wide=wide) for one in lists]


def _paper(told: Written, signed: str, rows_before: int, *, wide: bool) -> Paper:
    columns, values, texts = told.columns, told.values, told.texts
    shares = _shares(told, wide=wide)
    numeric = [column.kind not in _WORDS for column in columns]
    sheets = [
        Sheet(
            number,
            [(rows_before + at + 1, list(zip(texts[at], numeric, strict=True))) for at in range(start, end)],
            _sums(columns, values[start:end]),
        )
        for number, (start, end) in enumerate(_cuts(told.lengths, shares, wide), 1)
    ]
    money_at = [place for place, one in enumerate(columns) if one.kind is Kind.YUAN and one.adds_up and one.is_total]
    total = sum(row[money_at[-1]] or 0 for row in values) if money_at else None
    total_name = columns[money_at[-1]].head.removesuffix("（元）") if money_at else ""
    heads = [
        Head(one.head, one.kind not in _WORDS, share * 100 // SIGNS_ACROSS[wide])
        for one, share in zip(columns, shares, strict=True)
    ]
    return Paper(
        told.title, heads, sheets, len(values), _sums(columns, values), total_name, total,
        "" if total is None else money.capital(total), signed or digest.of_rows(told.texts), wide,
    )  # fmt: skip


def _room(*, wide: bool) -> int:
    """Six percent are the running number's."""
    return SIGNS_ACROSS[wide] * 94 // 100


def _shares(told: Written, *, wide: bool) -> list[int]:
    """How many signs each column has in a line, so that together they fill the paper: where there is too little room, the
    longest words give way; numbers and codes are not broken."""
    room, words = _room(wide=wide), [not all(map(str.isascii, column)) for column in zip(*told.texts, strict=True)]
    asked, most = told.signs, SIGNS_MAX
    while words and sum(asked) > room and most > SIGNS_MIN:
        most -= 1
        asked = [min(one, most) if is_text else one for one, is_text in zip(told.signs, words, strict=True)]
    return [max(one * room // sum(asked), SIGNS_MIN // 2) for one in asked]


def _cuts(lengths: list[list[int]], shares: list[int], wide: bool) -> Iterator[tuple[int, int]]:
    """Where each sheet begins and ends among the rows."""
    first, other = (rows * ROW_HEIGHT for rows in ROWS_DOWN[wide])
    begun, room = 0, first
    rooms = [max(share - 2, 2) for share in shares]
    for place, row in enumerate(lengths):
        lines = max([-(-length // room_of) or 1 for length, room_of in zip(row, rooms, strict=True)])
        need = ROW_HEIGHT + (lines - 1) * LINE_HEIGHT
        if need > room and place > begun:
            yield begun, place
            begun, room = place, other
        room -= need
    # The signatures need room too: where they have none, they go on a sheet with the last rows.
    if room < ROWS_OF_END * ROW_HEIGHT and len(lengths) - begun > ROWS_WITH_END:
        kept = len(lengths) - ROWS_WITH_END
        yield begun, kept
        begun = kept
    yield begun, len(lengths)


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
    return sum(map(_width, text))


@cache
def _width(sign: str) -> int:
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
