"""Rows that are beyond doubt rows of a person, told by the column: they hold a long number where numbers of persons stand."""

from collections.abc import Sequence

import polars as pl

from yikatong.kit.sheets import Column, Part, Rows

EXAMPLES = ("例", "示例", "样例", "例：", "举例")
_LONG_NUMBER = r"\d{11,}"
_NUMBER_MIN = 1e9


def with_numbers(rows: Rows, first: int, places: Sequence[int]) -> pl.Series:
    """Which rows from a row on have a text with eleven digits, or as large a number, in one of the columns (from 0) of ID and
    card numbers, and are no example. Boolean, one for each of those rows. No header holds such a cell."""
    found = [_of_part(part, places)[max(0, first - part.first) :] for part in rows.parts(first)]
    return pl.concat([pl.Series(dtype=pl.Boolean), *found])


def _of_part(part: Part, places: Sequence[int]) -> pl.Series:
    plain = pl.Series([False], dtype=pl.Boolean).new_from_index(0, part.height)
    for place in places:
        plain |= _is_number(part.column(place))
    for place in (0, 1):
        plain &= ~(part.column(place).text.is_in(EXAMPLES) & part.column(place).is_text())
    return plain


def _is_number(column: Column) -> pl.Series:
    numbers = column.numbers_or_null()
    return (column.is_text() & column.text.str.contains(_LONG_NUMBER)) | (
        (numbers.abs() >= _NUMBER_MIN) & numbers.is_not_nan()
    ).fill_null(False)
