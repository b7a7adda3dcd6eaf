"""Lines between and above the rows of people that name a village: 「柳河社区」 alone, 「填报单位：柳河镇前进村」."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from yikatong.kit import text
from yikatong.kit.sheets import Cell, Sheet
from yikatong.rosters.rules.layout import Table

_CELLS_MAX = 4
_LENGTH_MAX = 60
_VILLAGE = re.compile(r"村|社区|居委会")


@dataclass(frozen=True)
class Headings:
    """From which row on (from 0, ascending) which lines stand over the rows and may name their village, one a line."""

    firsts: pl.Series
    lines: pl.Series

    def over(self, rows: pl.Series) -> pl.Series:
        """The lines over some rows."""
        return self.lines.gather(self.firsts.search_sorted(rows, side="right") - 1)


def of_rows(sheet: Sheet, tables: Sequence[Table]) -> Headings:
    """The headings of a sheet. A heading holds until the next one; several without a row of a person between them hold together."""
    people = pl.concat([table.data_rows for table in tables])
    others = {row for table in tables for row in table.total_rows}
    others |= {row for table in tables for row in range(table.header_first, table.header_last + 1)}
    firsts, lines = [0], [""]
    standing: list[str] = []
    people_before = 0
    for row in _between(sheet, people):
        if row in others or not (heading := _heading(sheet.rows[row])):
            continue
        above = people.search_sorted(row)
        standing = [heading] if above > people_before else [heading, *standing]
        people_before = above
        firsts.append(row)
        lines.append("\n".join(standing))
    return Headings(pl.Series(firsts, dtype=pl.Int32), pl.Series(lines, dtype=pl.String))


def _between(sheet: Sheet, people: pl.Series) -> list[int]:
    """The rows that are neither blank nor those of people."""
    aside = pl.DataFrame(
        {"row": pl.int_range(0, len(sheet.rows), dtype=pl.Int32, eager=True), "blank": sheet.rows.blank}
    )
    return (
        aside.filter(~pl.col("blank"))
        .join(people.to_frame("row"), on="row", how="anti", maintain_order="left")["row"]
        .to_list()
    )


def _heading(cells: Sequence[Cell]) -> str | None:
    filled = [cell for cell in cells if cell != ""]
    if not filled or len(filled) > _CELLS_MAX:
        return None
    words = [text.compact(cell) for cell in filled if isinstance(cell, str)]
    return next((word for word in words if len(word) <= _LENGTH_MAX and _VILLAGE.search(word)), None)
