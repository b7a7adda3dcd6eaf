"""Cells one under the other: a column of a sheet as series, and single cells back from it.

A cell is kept as its text (`shown`), its kind, and its number; the last two only for columns that hold more than text. All of it
is made and read by calls over whole columns, because a sheet may have ten million cells.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import compress

import polars as pl

from yikatong.kit.sheets.model import Cell, CellError

TEXT, NUMBER, WHOLE, BOOL, DAY, MOMENT, TIME, SPAN, ERROR = range(9)
_KINDS: dict[type, int] = {
    str: TEXT, float: NUMBER, int: WHOLE, bool: BOOL, date: DAY, datetime: MOMENT, time: TIME, timedelta: SPAN,
    CellError: ERROR,
}  # fmt: skip
_WHOLE_MAX = 1e15  # a float beyond it is shown with an exponent


@dataclass(frozen=True)
class Column:
    """text: String, '' for an empty cell. kinds: UInt8 of the codes above, None when every cell is text. numbers: Float64,
    null where the cell is no number (a time span counts its seconds), None when no cell is one."""

    text: pl.Series
    kinds: pl.Series | None = None
    numbers: pl.Series | None = None

    def __len__(self) -> int:
        return self.text.len()

    def gathered(self, at: pl.Series) -> "Column":
        """The cells at some places, in their order."""
        kinds = None if self.kinds is None else self.kinds.gather(at)
        numbers = None if self.numbers is None else self.numbers.gather(at)
        return Column(self.text.gather(at), kinds, numbers)

    def replaced(self, chosen: pl.Series, by: "Column") -> "Column":
        """The cells with the chosen ones (Boolean) replaced by others, in their order."""
        places = pl.concat([(~chosen).arg_true(), chosen.arg_true()])
        return joined([self.filtered(~chosen), by]).gathered(places.arg_sort())

    def filtered(self, chosen: pl.Series) -> "Column":
        """The chosen cells (Boolean)."""
        return self.gathered(chosen.arg_true())

    def cells(self) -> list[Cell]:
        """The cells one by one, for a few."""
        return [self.cell(at) for at in range(len(self))]

    def cell(self, at: int) -> Cell:
        """One cell."""
        text: str = self.text[at]
        return (
            text
            if self.kinds is None
            else _cell(text, self.kinds[at], None if self.numbers is None else self.numbers[at])
        )

    def kinds_or_text(self) -> pl.Series:
        """The kind of every cell."""
        return filled(TEXT, len(self), pl.UInt8()) if self.kinds is None else self.kinds

    def numbers_or_null(self) -> pl.Series:
        """The number of every cell that is a number, true or false and time spans left out."""
        if self.numbers is None:
            return filled(None, len(self), pl.Float64())
        numeric = self.kinds_or_text().is_in([NUMBER, WHOLE])
        return self.numbers.zip_with(numeric, filled(None, len(self), pl.Float64()))

    def is_text(self) -> pl.Series:
        """Which cells are strings, errors among them."""
        return self.kinds_or_text().is_in([TEXT, ERROR])


def filled(value: object, count: int, kind: pl.DataType) -> pl.Series:
    """One value so many times."""
    return pl.Series([value], dtype=kind).new_from_index(0, count)


def empty(count: int) -> Column:
    """So many empty cells."""
    return Column(filled("", count, pl.String()))


def joined(columns: Sequence[Column]) -> Column:
    """Columns one under the other."""
    if len(columns) == 1:
        return columns[0]
    kinds = numbers = None
    if any(column.kinds is not None for column in columns):
        kinds = pl.concat([column.kinds_or_text() for column in columns])
    if any(column.numbers is not None for column in columns):
        nothing = (filled(None, len(column), pl.Float64()) for column in columns)
        numbers = pl.concat(
            [none if column.numbers is None else column.numbers for column, none in zip(columns, nothing, strict=True)]
        )
    return Column(pl.concat([column.text for column in columns]), kinds, numbers)


def column(values: Sequence[Cell]) -> Column:
    """A column of Python cells."""
    types = set(map(type, values))
    if types <= {str}:
        return Column(pl.Series(values, dtype=pl.String))
    codes = list(map(_KINDS.__getitem__, map(type, values)))
    kinds = pl.Series(codes, dtype=pl.UInt8)
    text, numbers, places = [], [], []
    for kind in kinds.unique(maintain_order=True):
        chosen = kinds == kind
        of_kind = list(compress(values, chosen))
        places.append(chosen.arg_true())
        text.append(_text(kind, of_kind))
        numbers.append(_numbers(kind, of_kind))
    order = pl.concat(places).arg_sort()
    return Column(pl.concat(text).gather(order), kinds, pl.concat(numbers).gather(order))


def _text(kind: int, values: list[Cell]) -> pl.Series:
    """`shown` of cells of one kind."""
    if kind == NUMBER:
        return number_texts(pl.Series(values, dtype=pl.Float64))
    written = pl.Series(list(map(str, values)), dtype=pl.String)
    if kind == BOOL:
        return written.str.to_uppercase()
    return written.str.strip_suffix(" 00:00:00") if kind == MOMENT else written


def number_texts(numbers: pl.Series) -> pl.Series:
    """`shown` of floats: whole ones without a point, others with at most 15 digits."""
    whole = (numbers == numbers.floor()) & (numbers.abs() < _WHOLE_MAX)
    by_whole = numbers.zip_with(whole, filled(0.0, numbers.len(), pl.Float64())).cast(pl.Int64).cast(pl.String)
    if whole.all():
        return by_whole
    others = pl.Series(list(map("{:.15g}".format, numbers.filter(~whole))), dtype=pl.String)
    order = pl.concat([whole.arg_true(), (~whole).arg_true()]).arg_sort()
    return pl.concat([by_whole.filter(whole), others]).gather(order)


def _numbers(kind: int, values: list[Cell]) -> pl.Series:
    if kind == SPAN:
        return pl.Series(list(map(timedelta.total_seconds, values)), dtype=pl.Float64)  # type: ignore[arg-type]
    if kind in (NUMBER, WHOLE):
        return pl.Series(list(map(float, values)), dtype=pl.Float64)  # type: ignore[arg-type]
    return filled(None, len(values), pl.Float64())


def _cell(text: str, kind: int, number: float | None) -> Cell:
    """The cell that was kept."""
    match kind:
        case _ if kind == TEXT:
            return text
        case _ if kind == NUMBER:
            assert number is not None
            return number
        case _ if kind == SPAN:
            assert number is not None
            return timedelta(seconds=number)
        case _:
            return _READ_BACK[kind](text)


_READ_BACK: dict[int, Callable[[str], Cell]] = {
    WHOLE: int,
    BOOL: "TRUE".__eq__,
    DAY: date.fromisoformat,
    MOMENT: datetime.fromisoformat,
    TIME: time.fromisoformat,
    ERROR: CellError,
}
