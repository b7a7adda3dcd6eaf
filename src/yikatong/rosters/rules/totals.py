"""Totals and subtotals: what they declare and whether their rows make it."""

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import polars as pl

from yikatong.kit import money, text
from yikatong.kit.problems import Problem
from yikatong.kit.sheets import Sheet, column_letter
from yikatong.rosters.rules import layout, units

_MICRO_PER_FEN = 10_000  # sums are kept in millionths of a yuan, so that a tenth of a fen in a cell still counts


@dataclass(frozen=True)
class TotalRow:
    """A total or subtotal row with an amount. `above` counts the data rows of the sheet above it; its table holds the rows from
    `table_start` to before `table_end` in the same count; `column` is the amount's letter."""

    sheet: str | None
    sheet_index: int
    row: int
    column: str
    label: str
    declared_fen: int
    subtotal: bool
    above: int
    table_start: int
    table_end: int

    @property
    def on_top(self) -> bool:
        """Some townships put the total right under the header, above the rows it sums."""
        return self.above == self.table_start < self.table_end


def total_rows(sheet: Sheet, index: int, tables: Sequence[layout.Table]) -> list[TotalRow]:
    """The total rows of a sheet's tables that declare an amount, in order."""
    found, start = [], 0
    for table in tables:
        place, end = table.place("amount"), start + len(table.data_rows)
        for row in table.total_rows if place is not None else []:
            assert place is not None
            cells = sheet.rows[row]
            declared = _declared(sheet, table, row, place)
            if declared is None:
                continue
            words, above = layout.label(cells), start + table.data_rows.search_sorted(row)
            part = layout.is_subtotal(words)
            found.append(
                TotalRow(sheet.name, index, row + 1, column_letter(place), words, declared, part, above, start, end)
            )
        start = end
    return found


def _declared(sheet: Sheet, table: layout.Table, row: int, place: int) -> int | None:
    cell = units.scaled(sheet.rows.column(place, pl.Series([row])), table.factors.get(place)).cell(0)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return round(cell * 100)
    return money.parse_amount(text.without_blanks(cell).lstrip("¥￥").rstrip("元")) if isinstance(cell, str) else None


@dataclass(frozen=True)
class Verdict:
    """What the totals of a file come to."""

    declared_fen: int | None
    problems: list[Problem]


def verdict(totals: Sequence[TotalRow], counted: pl.DataFrame) -> Verdict:
    """Compares each total with its rows. `counted` has sheet_index and counted_micro (millionths of a yuan) for every data row."""
    whole = int(counted["counted_micro"].sum())
    declared: list[int] = []
    problems: list[Problem] = []
    for index in dict.fromkeys(total.sheet_index for total in totals):
        amounts = counted.filter(pl.col("sheet_index") == index)["counted_micro"]
        sums = pl.concat([pl.Series([0], dtype=pl.Int64), amounts.cum_sum()])
        of_sheet, wrong = _of_sheet([total for total in totals if total.sheet_index == index], sums, whole)
        speaks_for_all = any(whole_file for _, whole_file in of_sheet)
        declared = [of_sheet[-1][0]] if speaks_for_all else declared + [fen for fen, _ in of_sheet]
        problems += wrong
    return Verdict(sum(declared) if declared else None, problems)


def _of_sheet(totals: Sequence[TotalRow], sums: pl.Series, whole: int) -> tuple[list[tuple[int, bool]], list[Problem]]:
    """Declared totals of a sheet (and whether one speaks for the whole file), with the problems."""
    grand = [total for total in totals if not total.subtotal] or (list(totals) if len(totals) == 1 else [])
    are_grand, marks = set(map(id, grand)), _Marks(totals, grand)
    at = dict(zip(marks.all, sums.gather(marks.all), strict=True))
    kept: list[tuple[int, int, bool]] = []
    problems = []
    for total in totals:
        is_grand = id(total) in are_grand
        spans = marks.spans_of_grand(total) if is_grand else marks.spans_of_part(total)
        fitting = next((span for span in spans if _equal(total, at[span[1]] - at[span[0]])), None)
        whole_file = is_grand and fitting is None and _equal(total, whole)
        start, end = fitting or marks.expected_span(total, is_grand=is_grand, whole_file=whole_file)
        if fitting is None and not whole_file:
            problems.append(_problem(total, at[end] - at[start]))
        if is_grand:
            # A total of all stands for the totals of the parts before it.
            kept = [item for item in kept if item[0] <= start] + [(end, total.declared_fen, whole_file)]
    return [(fen, whole_file) for _, fen, whole_file in kept], problems


class _Marks:
    """Where the totals of a sheet may begin and end. Sorted once: there may be a subtotal for each of thousands of groups."""

    def __init__(self, totals: Sequence[TotalRow], grand: Sequence[TotalRow]) -> None:
        self._above = sorted({0, *(total.above for total in totals)})
        self.all = sorted({*self._above, *(edge for total in totals for edge in (total.table_start, total.table_end))})
        self._topped = {total.table_start for total in totals if total.on_top}
        self._all = _Before(totals)
        self._grand = _Before(grand)
        self._grand_below = _Before([total for total in grand if not total.on_top])

    def spans_of_grand(self, total: TotalRow) -> Iterator[tuple[int, int]]:
        """Where a grand total may begin: at the top of the sheet, at its table, after the grand total before it."""
        if total.on_top:
            yield total.table_start, total.table_end
            return
        yield from ((start, total.above) for start in (0, total.table_start, *self._grand_below.last(total)))

    def spans_of_part(self, total: TotalRow) -> Iterator[tuple[int, int]]:
        """Groups, villages and pages may be nested, so a subtotal may begin at any total above it (or end at any below it)."""
        place = bisect_right(self._above, total.above)
        own = (total.table_start, total.table_end)
        above = (self._above[at] for at in range(place - 1, -1, -1))
        mine = sorted((mark for mark in own if mark <= total.above), reverse=True)
        yield from ((start, total.above) for start in heapq.merge(above, mine, reverse=True))
        if total.table_start in self._topped:
            below = (self._above[at] for at in range(place, len(self._above)))
            mine = sorted(mark for mark in own if mark > total.above)
            yield from ((total.above, end) for end in heapq.merge(below, mine))

    def expected_span(self, total: TotalRow, *, is_grand: bool, whole_file: bool) -> tuple[int, int]:
        """What a total that fits nothing of its sheet is compared with in its message."""
        if total.on_top:
            return (0 if whole_file else total.table_start), total.table_end
        if whole_file:
            return 0, total.above
        if is_grand:
            several = self._grand.lowest(total, total.above + 1) <= total.table_start
            return (total.table_start if several else 0), total.above
        return self._all.highest(total, total.table_start), total.above


class _Before:
    """What stands above a total among some totals, which come in the order of their rows."""

    def __init__(self, totals: Sequence[TotalRow]) -> None:
        self._rows = [total.row for total in totals]
        self._above = [total.above for total in totals]
        self._lowest = list(accumulate(self._above, min))
        self._highest = list(accumulate(self._above, max))

    def _count(self, total: TotalRow) -> int:
        return bisect_left(self._rows, total.row)

    def last(self, total: TotalRow) -> list[int]:
        """`above` of the nearest one before it, if there is any."""
        count = self._count(total)
        return self._above[count - 1 : count]

    def lowest(self, total: TotalRow, least: int) -> int:
        """The smallest `above` before it, at most `least`."""
        count = self._count(total)
        return min(least, self._lowest[count - 1]) if count else least

    def highest(self, total: TotalRow, least: int) -> int:
        """The largest `above` before it, at least `least`."""
        count = self._count(total)
        return max(least, self._highest[count - 1]) if count else least


def _equal(total: TotalRow, micro: int) -> bool:
    return total.declared_fen == fen(micro)


def fen(micro: int) -> int:
    """Millionths of a yuan -> fen, half up."""
    return (micro + _MICRO_PER_FEN // 2) // _MICRO_PER_FEN


def _problem(total: TotalRow, micro: int) -> Problem:
    declared, made = money.plain_yuan(total.declared_fen), money.plain_yuan(fen(micro))
    note = f"“{total.label}”写的是 {declared}，明细加起来是 {made}"
    return Problem(total.sheet, total.row, total.column, "TOTAL_MISMATCH", declared, note)
