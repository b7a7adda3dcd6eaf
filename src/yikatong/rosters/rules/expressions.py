"""Polars expressions that several checks share, besides those of `kit.expressions`, which stand here too. Each takes and gives a column."""

from dataclasses import dataclass

import polars as pl

from yikatong.kit.expressions import BLANK, compact, name_clean, name_key, trimmed, where_not, without_blanks

__all__ = [
    "BLANK", "FULL_WIDTH", "SCIENTIFIC", "Finding", "compact", "digit", "digits", "name_clean", "name_key", "number_text",
    "trimmed", "without_blanks", "yuan",
]  # fmt: skip

_QUOTES = "'’‘`＇"
_SETTLED_NUMBER = r"^[0-9]*X?$"
FULL_WIDTH = dict(zip("０１２３４５６７８９，．", "0123456789,.", strict=True))
SCIENTIFIC = r"(?i)^[0-9]([.][0-9]+)?E[+]?[0-9]+$"


@dataclass(frozen=True)
class Finding:
    """A kind of problem, the field at whose cell it stands (None: the row), the rows that have it, and what to add."""

    kind: str
    field: str | None
    mask: pl.Expr
    note: pl.Expr | None = None


def number_text(column: pl.Expr) -> pl.Expr:
    """An ID or card number without blanks, apostrophes before it, width; capital X. 「="5199…"」 is how systems keep it a text."""
    return where_not(
        _SETTLED_NUMBER,
        column,
        lambda others: compact(others).str.replace(r'^="([^"]*)"$', "${1}").str.strip_chars(_QUOTES).str.to_uppercase(),
    )


def digit(column: pl.Expr, place: int) -> pl.Expr:
    """One digit of a text as a number, null when it is none; a negative place counts from the end."""
    return column.str.slice(place, 1).cast(pl.Int64, strict=False)


def digits(number: pl.Expr, count: int) -> list[pl.Expr]:
    """The decimal digits of a whole number that is not negative, from the left, with zeros in front."""
    return [number // 10**place % 10 for place in range(count - 1, -1, -1)]


def yuan(fen: pl.Expr) -> pl.Expr:
    """`kit.money.plain_yuan` of amounts that are not negative."""
    return pl.format("{}.{}", fen // 100, (fen % 100).cast(pl.String).str.zfill(2))
