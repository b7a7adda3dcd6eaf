"""Units of a table's columns. Amounts in 万元 and areas in 分 or 公顷 become yuan and mu before anything is computed."""

import re
from decimal import Decimal

from yikatong.kit import text
from yikatong.kit.sheets import Cell, Sheet, shown
from yikatong.rosters.rules.layout import Table

_TEN_THOUSAND = re.compile(r"万元(?!以)")
_AREA_UNITS = (
    (re.compile(r"[(\[【/:]分[)\]】]?$"), Decimal("0.1")),
    (re.compile(r"[(\[【/:]公顷[)\]】]?$"), Decimal(15)),
)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def to_yuan_and_mu(sheet: Sheet, table: Table) -> None:
    """Changes the cells of a table's rows in place where the header, or a line 「单位：万元」 above it, names a larger or smaller unit."""
    for name in ("amount", "rate", "quantity"):
        place = table.place(name)
        factor = _factor(sheet, table, name, place) if place is not None else None
        if factor is None or place is None:
            continue
        for row in (*table.data_rows, *table.total_rows):
            if place < len(sheet.rows[row]):
                sheet.rows[row][place] = _scaled(sheet.rows[row][place], factor)


def _factor(sheet: Sheet, table: Table, name: str, place: int) -> Decimal | None:
    header = text.compact("".join(table.headers[place]))
    if name == "quantity":
        return next((factor for unit, factor in _AREA_UNITS if unit.search(header)), None)
    if "元" in header:
        return Decimal(10_000) if _TEN_THOUSAND.search(header) else None
    above = (text.compact(shown(cell)) for row in sheet.rows[: table.header_first] for cell in row if cell != "")
    return Decimal(10_000) if any(re.search(r"单位[:：]?.{0,6}万元", line) for line in above) else None


def _scaled(cell: Cell, factor: Decimal) -> Cell:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, (int, float)):
        # Decimal of the shortest text keeps 1.2345 万元 at exactly 12345 yuan.
        return float(Decimal(repr(cell)) * factor)
    if isinstance(cell, str) and _NUMBER.fullmatch(text.compact(cell)):
        return f"{(Decimal(text.compact(cell)) * factor).normalize():f}"
    return cell
