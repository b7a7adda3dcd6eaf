"""Units of a table's columns. Amounts in 万元 and areas in 分 or 公顷 become yuan and mu before anything is computed."""

import re
from decimal import Decimal
from itertools import repeat
from operator import mul

import polars as pl

from yikatong.kit import sheets, text
from yikatong.kit.sheets import Column, Sheet
from yikatong.rosters.rules import expressions as x
from yikatong.rosters.rules.layout import Table

_TEN_THOUSAND = re.compile(r"万元(?!以)")
_AREA_UNITS = (
    (re.compile(r"[(\[【/:]分[)\]】]?$"), Decimal("0.1")),
    (re.compile(r"[(\[【/:]公顷[)\]】]?$"), Decimal(15)),
)
_NUMBER = r"^-?[0-9]+(?:\.[0-9]+)?$"


def factors(sheet: Sheet, table: Table) -> dict[int, Decimal]:
    """What the columns of a table (from 0) are multiplied with whose header, or a line 「单位：万元」 above it, names a larger or
    smaller unit."""
    places = {name: table.place(name) for name in ("amount", "rate", "quantity")}
    found = {place: _factor(sheet, table, name, place) for name, place in places.items() if place is not None}
    return {place: factor for place, factor in found.items() if factor is not None}


def _factor(sheet: Sheet, table: Table, name: str, place: int) -> Decimal | None:
    header = text.compact("".join(table.headers[place]))
    if name == "quantity":
        return next((factor for unit, factor in _AREA_UNITS if unit.search(header)), None)
    if "元" in header:
        return Decimal(10_000) if _TEN_THOUSAND.search(header) else None
    return Decimal(10_000) if _unit_above(sheet, table.header_first) else None


def _unit_above(sheet: Sheet, before: int) -> bool:
    over = pl.int_range(0, before, dtype=pl.Int32, eager=True)
    for place in range(sheet.rows.width):
        written = sheet.rows.column(place, over).text
        lines = written.filter(written.str.contains("万", literal=True))
        if any(re.search(r"单位[:：]?.{0,6}万元", text.compact(line)) for line in lines):
            return True
    return False


def scaled(column: Column, factor: Decimal | None) -> Column:
    """A column in yuan or mu: its numbers, and its texts that are plain numbers, multiplied exactly."""
    if factor is None:
        return column
    numbers = column.numbers_or_null()
    # Decimal of the shortest text keeps 1.2345 万元 at exactly 12345 yuan.
    products = list(map(float, map(mul, map(Decimal, map(repr, numbers.drop_nulls())), repeat(factor))))
    column = column.replaced(numbers.is_not_null(), sheets.column(products))
    bare = column.text.to_frame("v").select(x.compact(pl.col("v"))).to_series()
    written = column.is_text() & bare.str.contains(_NUMBER)
    texts = map("{:f}".format, map(Decimal.normalize, map(mul, map(Decimal, bare.filter(written)), repeat(factor))))
    return column.replaced(written, sheets.column(list(texts)))
