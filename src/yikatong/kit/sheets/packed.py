"""The rows of a sheet, packed by the column: a million rows take what their text takes, compressed, and no object a cell.

A caller that wants single rows gets them one by one as lists; whoever works on all rows asks for columns.
"""

import io
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice, pairwise, zip_longest
from typing import overload

import polars as pl

from yikatong.kit.sheets import cells
from yikatong.kit.sheets.cells import Column
from yikatong.kit.sheets.model import Cell

PART_ROWS = 50_000
CHUNK_ROWS = 2_000  # as lists of cells so many rows still fit the cache of a processor
_PARTS_OPEN = 2


@dataclass(frozen=True)
class Part:
    """Some rows one under the other, `first` from 0, with all their columns open."""

    first: int
    columns: Sequence[Column]
    height: int

    def column(self, place: int) -> Column:
        """A column; empty cells beyond the last."""
        return self.columns[place] if place < len(self.columns) else cells.empty(self.height)


class Rows(Sequence[list[Cell]]):
    """All rows of a sheet. lengths: how many cells each has (UInt32); blank: whether it has nothing but empty cells (Boolean)."""

    def __init__(self, packed: Sequence[tuple[int, bytes]], lengths: pl.Series, blank: pl.Series) -> None:
        """`packed`: height and packed columns of each part."""
        self._packed = packed
        self._firsts = list(accumulate((height for height, _ in packed), initial=0))
        self._open: dict[int, Part] = {}
        self.lengths, self.blank = lengths, blank

    @property
    def width(self) -> int:
        """Cells of the longest row."""
        longest = self.lengths.max()
        return longest if isinstance(longest, int) else 0

    def __len__(self) -> int:
        return self.lengths.len()

    @overload
    def __getitem__(self, at: int) -> list[Cell]: ...
    @overload
    def __getitem__(self, at: slice) -> list[list[Cell]]: ...
    def __getitem__(self, at: int | slice) -> list[Cell] | list[list[Cell]]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        number = at + len(self) if at < 0 else at
        if not 0 <= number < len(self):
            raise IndexError(at)
        part = self._part(bisect_right(self._firsts, number) - 1)
        inside = number - part.first
        length = self.lengths[number]
        found = [column.cell(inside) for column in part.columns[:length]]
        return found + [""] * (length - len(found))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def parts(self, first: int = 0) -> Iterator[Part]:
        """The parts that reach to a row or beyond, in order."""
        for index in range(len(self._packed)):
            if self._firsts[index + 1] > first:
                yield self._part(index)

    def column(self, place: int, numbers: pl.Series) -> Column:
        """The cells of a column in some rows (counted from 0, in any order)."""
        if not numbers.is_sorted():
            order = numbers.arg_sort()
            return self.column(place, numbers.gather(order)).gathered(order.arg_sort())
        if numbers.is_empty():
            return cells.empty(0)
        starts = [numbers.search_sorted(first, side="left") for first in self._firsts]
        found = [
            self._part(index).column(place).gathered(numbers[start:end] - self._firsts[index])
            for index, (start, end) in enumerate(pairwise(starts))
            if start < end
        ]
        return cells.joined(found)

    def window(self, header: int, left: int, right: int) -> "Rows":
        """The same rows in which, from a row on, only the columns from `left` to before `right` are filled. Their lengths stay,
        because a torn row is torn for every table on it."""
        packed, blanks = [], []
        for part in self.parts():
            over = pl.int_range(part.first, part.first + part.height, eager=True) < header
            shown = [
                column if left <= place < right else _only(column, over) for place, column in enumerate(part.columns)
            ]
            packed.append((part.height, _packed(shown)))
            blanks.append(_blank(shown, part.height))
        return Rows(packed, self.lengths, pl.concat(blanks))

    def _part(self, index: int) -> Part:
        if index not in self._open:
            while len(self._open) >= _PARTS_OPEN:
                del self._open[next(iter(self._open))]
            height, packed = self._packed[index]
            self._open[index] = Part(self._firsts[index], _unpacked(packed), height)
        return self._open[index]


def rows(source: Iterable[list[Cell]]) -> Rows:
    """Rows from lists of cells."""
    iterator, builder = iter(source), Builder()
    while chunk := list(islice(iterator, CHUNK_ROWS)):
        builder.add(chunk)
    return builder.rows()


class Builder:
    """Takes rows as they are read, some thousand at a time, packs them, and lets go of them."""

    def __init__(self) -> None:
        self._packed: list[tuple[int, bytes]] = []
        self._lengths: list[pl.Series] = [pl.Series(dtype=pl.UInt32)]
        self._blanks: list[pl.Series] = [pl.Series(dtype=pl.Boolean)]
        self._waiting: list[Part] = []
        self._height = 0

    def add(self, chunk: Sequence[list[Cell]], lengths: Sequence[int] | None = None) -> None:
        """More rows; `lengths` where the lists were cut."""
        if self._height + len(chunk) > PART_ROWS:
            self._pack()
        columns = [cells.column(values) for values in zip_longest(*chunk, fillvalue="")]
        self._lengths.append(pl.Series(list(map(len, chunk)) if lengths is None else lengths, dtype=pl.UInt32))
        self._blanks.append(_blank(columns, len(chunk)))
        self._waiting.append(Part(0, columns, len(chunk)))
        self._height += len(chunk)

    def rows(self) -> Rows:
        """All that was added."""
        self._pack()
        return Rows(self._packed, pl.concat(self._lengths), pl.concat(self._blanks))

    def _pack(self) -> None:
        if self._height:
            width = max(len(part.columns) for part in self._waiting)
            columns = [cells.joined([part.column(place) for part in self._waiting]) for place in range(width)]
            self._packed.append((self._height, _packed(columns)))
        self._waiting, self._height = [], 0


def _only(column: Column, kept: pl.Series) -> Column:
    """A column that is empty where it is not kept."""
    text = column.text.zip_with(kept, cells.empty(len(column)).text)
    kinds = (
        None if column.kinds is None else column.kinds.zip_with(kept, cells.filled(cells.TEXT, len(column), pl.UInt8()))
    )
    return Column(text, kinds, column.numbers)


def _blank(columns: Sequence[Column], height: int) -> pl.Series:
    blank = cells.filled(True, height, pl.Boolean())
    for column in columns:
        blank &= column.text == ""
    return blank


def _packed(columns: Sequence[Column]) -> bytes:
    series = [
        one.alias(f"{letter}{place}")
        for place, column in enumerate(columns)
        for letter, one in (("t", column.text), ("k", column.kinds), ("n", column.numbers))
        if one is not None
    ]
    stream = io.BytesIO()
    pl.DataFrame(series).write_ipc(stream, compression="lz4")
    return stream.getvalue()


def _unpacked(packed: bytes) -> list[Column]:
    frame = pl.read_ipc(io.BytesIO(packed))
    names = set(frame.columns)
    width = sum(name.startswith("t") for name in names)
    return [
        Column(frame[f"t{place}"], *(frame[f"{one}{place}"] if f"{one}{place}" in names else None for one in "kn"))
        for place in range(width)
    ]
