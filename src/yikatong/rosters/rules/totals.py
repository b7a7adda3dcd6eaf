"""Totals and subtotals: what they declare and whether their rows make it."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    kept: list[tuple[int, int, bool]] = []
    problems = []
    for total in totals:
        spans = _spans_of_grand(total, grand) if total in grand else _spans_of_part(total, totals)
        fitting = next((span for span in spans if _equal(total, sums[span[1]] - sums[span[0]])), None)
        whole_file = total in grand and fitting is None and _equal(total, whole)
        start, end = fitting or ((0, spans[0][1]) if whole_file else _expected_span(total, totals, grand))
        if fitting is None and not whole_file:
            problems.append(_problem(total, sums[end] - sums[start]))
        if total in grand:
            # A total of all stands for the totals of the parts before it.
            kept = [item for item in kept if item[0] <= start] + [(end, total.declared_fen, whole_file)]
    return [(fen, whole_file) for _, fen, whole_file in kept], problems


def _spans_of_grand(total: TotalRow, grand: Sequence[TotalRow]) -> list[tuple[int, int]]:
    """Where a grand total may begin: at the top of the sheet, at its table, after the grand total before it."""
    if total.on_top:
        return [(total.table_start, total.table_end)]
    before = [other.above for other in grand if other.row < total.row and not other.on_top]
    return [(start, total.above) for start in (0, total.table_start, *before[-1:])]


def _spans_of_part(total: TotalRow, totals: Sequence[TotalRow]) -> list[tuple[int, int]]:
    """Groups, villages and pages may be nested, so a subtotal may begin at any total above it (or end at any below it)."""
    marks = {0, total.table_start, total.table_end, *(other.above for other in totals)}
    behind = [(start, total.above) for start in sorted(marks, reverse=True) if start <= total.above]
    ahead = [(total.above, end) for end in sorted(marks) if end > total.above]
    return behind + (ahead if any(other.on_top for other in totals if other.table_start == total.table_start) else [])


def _expected_span(total: TotalRow, totals: Sequence[TotalRow], grand: Sequence[TotalRow]) -> tuple[int, int]:
    """What a total that fits nothing is compared with in its message."""
    if total.on_top:
        return total.table_start, total.table_end
    if total in grand:
        several = any(other.above <= total.table_start for other in grand if other.row < total.row)
        return (total.table_start if several else 0), total.above
    return max([total.table_start, *(other.above for other in totals if other.row < total.row)]), total.above


def _equal(total: TotalRow, micro: int) -> bool:
    return total.declared_fen == fen(micro)


def fen(micro: int) -> int:
    """Millionths of a yuan -> fen, half up."""
    return (micro + _MICRO_PER_FEN // 2) // _MICRO_PER_FEN


def _problem(total: TotalRow, micro: int) -> Problem:
    declared, made = money.plain_yuan(total.declared_fen), money.plain_yuan(fen(micro))
    note = f"“{total.label}”写的是 {declared}，明细加起来是 {made}"
    return Problem(total.sheet, total.row, total.column, "TOTAL_MISMATCH", declared, note)
