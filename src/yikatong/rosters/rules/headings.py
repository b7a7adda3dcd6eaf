"""Lines between and above the rows of people that name a village: 「柳河社区」 alone, 「填报单位：柳河镇前进村」."""

import re
from collections.abc import Sequence

from yikatong.kit import text
from yikatong.kit.sheets import Cell, Sheet
from yikatong.rosters.rules.layout import Table

_CELLS_MAX = 4
_LENGTH_MAX = 60
_VILLAGE = re.compile(r"村|社区|居委会")


def of_rows(sheet: Sheet, tables: Sequence[Table]) -> dict[int, str]:
    """Row (from 0) -> the lines that stand over it and may name its village, one a line. A heading holds until the next one."""
    people = {row for table in tables for row in table.data_rows}
    others = {row for table in tables for row in table.total_rows}
    others |= {row for table in tables for row in range(table.header_first, table.header_last + 1)}
    found: dict[int, str] = {}
    lines: list[str] = []
    used = False
    for row, cells in enumerate(sheet.rows):
        if row in people:
            found[row], used = "\n".join(lines), True
        elif row not in others and (heading := _heading(cells)):
            lines, used = [heading] if used else [heading, *lines], False
    return found


def _heading(cells: Sequence[Cell]) -> str | None:
    filled = [cell for cell in cells if cell != ""]
    if not filled or len(filled) > _CELLS_MAX:
        return None
    words = [text.compact(cell) for cell in filled if isinstance(cell, str)]
    return next((word for word in words if len(word) <= _LENGTH_MAX and _VILLAGE.search(word)), None)
