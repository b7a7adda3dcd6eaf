"""Totals and subtotals: what they declare and whether their rows make it."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from yikatong.kit import money, text
from yikatong.kit.problems import Problem
from yikatong.kit.sheets import Cell, Sheet, column_letter
from yikatong.rosters.rules import layout

_MICRO_PER_FEN = 10_000  # sums are kept in millionths of a yuan, so that a tenth of a fen in a cell still counts


@dataclass(frozen=True)
class TotalRow:
    """A total or subtotal row with an amount. `rows_before` counts the data rows of the sheet above it, `table_start` those
    above its table's header; `column` is the amount's letter."""

    sheet: str | None
    sheet_index: int
    row: int
    column: str
    label: str
    declared_fen: int
    subtotal: bool
    rows_before: int
    table_start: int


def total_rows(sheet: Sheet, index: int, tables: Sequence[layout.Table]) -> list[TotalRow]:
    """The total rows of a sheet's tables that declare an amount, in order."""
    found, start = [], 0
    for table in tables:
        place = table.place("amount")
        for row in table.total_rows if place is not None else []:
            cells = sheet.rows[row]
            declared = _declared(cells[place]) if place is not None and place < len(cells) else None
            if place is None or declared is None:
                continue
            words = layout.label(cells)
            before = start + sum(number < row for number in table.data_rows)
            found.append(
                TotalRow(
                    sheet.name,
                    index,
                    row + 1,
                    column_letter(place),
                    words,
                    declared,
                    layout.is_subtotal(words),
                    before,
                    start,
                )
            )
        start += len(table.data_rows)
    return found


def _declared(cell: Cell) -> int | None:
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
    by_sheet = counted.partition_by("sheet_index", as_dict=True, maintain_order=True)
    for index in dict.fromkeys(total.sheet_index for total in totals):
        rows = by_sheet.get((index,))
        sums = [0, *(rows["counted_micro"].cum_sum().to_list() if rows is not None else [])]
        of_sheet, wrong = _of_sheet([total for total in totals if total.sheet_index == index], sums, whole)
        speaks_for_all = any(whole_file for _, whole_file in of_sheet)
        declared = [of_sheet[-1][0]] if speaks_for_all else declared + [fen for fen, _ in of_sheet]
        problems += wrong
    return Verdict(sum(declared) if declared else None, problems)


def _of_sheet(
    totals: Sequence[TotalRow], sums: Sequence[int], whole: int
) -> tuple[list[tuple[int, bool]], list[Problem]]:
    """Declared totals of a sheet (and whether one speaks for the whole file), with the problems."""
    grand = [total for total in totals if not total.subtotal] or (list(totals) if len(totals) == 1 else [])
    kept: list[tuple[int, int, bool]] = []
    problems = []
    boundaries = {0, *(total.rows_before for total in totals), *(total.table_start for total in totals)}
    for total in totals:
        made = {start: sums[total.rows_before] - sums[start] for start in boundaries if start <= total.rows_before}
        if total not in grand:
            if not any(_equal(total, micro) for micro in made.values()):
                last = max((t.rows_before for t in totals if t.row < total.row), default=0)
                problems.append(_problem(total, made[max(last, total.table_start)]))
            continue
        start, whole_file = _start(total, grand, made, whole)
        if start is None:
            start = total.table_start if kept and total.table_start else 0
            problems.append(_problem(total, made[start]))
        kept = [item for item in kept if item[0] < start] + [(total.rows_before - 1, total.declared_fen, whole_file)]
    return [(fen, whole_file) for _, fen, whole_file in kept], problems


def _start(total: TotalRow, grand: Sequence[TotalRow], made: dict[int, int], whole: int) -> tuple[int | None, bool]:
    """Above how many rows of the sheet a grand total begins: at the top, at its table, after the grand total before it."""
    before = [other.rows_before for other in grand if other.row < total.row]
    for start in (0, total.table_start, *before[-1:]):
        if start in made and _equal(total, made[start]):
            return start, False
    return (0, True) if _equal(total, whole) else (None, False)


def _equal(total: TotalRow, micro: int) -> bool:
    return total.declared_fen == _fen(micro)


def _fen(micro: int) -> int:
    return (micro + _MICRO_PER_FEN // 2) // _MICRO_PER_FEN


def _problem(total: TotalRow, micro: int) -> Problem:
    declared, made = money.plain_yuan(total.declared_fen), money.plain_yuan(_fen(micro))
    note = f"“{total.label}”写的是 {declared}，明细加起来是 {made}"
    return Problem(total.sheet, total.row, total.column, "TOTAL_MISMATCH", declared, note)
