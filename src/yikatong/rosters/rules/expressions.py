"""Polars expressions that several checks share. Each takes and gives a column; the scalar twins stand in `kit`."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from yikatong.kit import names, text

# White space and what cannot be seen, in the writing of Rust's regular expressions.
BLANK = r"[\s" + "".join(rf"\x{{{first:X}}}-\x{{{last:X}}}" for first, last in text.INVISIBLE) + "]"
_DOTS = "[" + "".join(rf"\x{{{ord(dot):04X}}}" for dot in names.OTHER_DOTS) + "]"
_QUOTES = "'’‘`＇"
# Visible ASCII and common ideographs: NFKC leaves them as they are. Nearly all cells are made of nothing else, and looking is five
# times cheaper than normalizing, so only the others are normalized (an expression does nothing for a null).
_SETTLED = r"^[!-~\x{4E00}-\x{9FFF}]*$"
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


def without_blanks(column: pl.Expr) -> pl.Expr:
    """`kit.text.without_blanks`."""
    return column.str.replace_all(BLANK, "")


def compact(column: pl.Expr) -> pl.Expr:
    """`kit.text.compact`."""
    return _where_not(_SETTLED, column, lambda others: without_blanks(others.str.normalize("NFKC")))


def trimmed(column: pl.Expr) -> pl.Expr:
    """Half-width, without blanks at both ends; blanks inside stay."""
    return _where_not(
        _SETTLED,
        column,
        lambda others: others.str.normalize("NFKC").str.replace(rf"^{BLANK}+", "").str.replace(rf"{BLANK}+$", ""),
    )


def number_text(column: pl.Expr) -> pl.Expr:
    """An ID or card number without blanks, apostrophes before it, width; capital X. 「="5199…"」 is how systems keep it a text."""
    return _where_not(
        _SETTLED_NUMBER,
        column,
        lambda others: compact(others).str.replace(r'^="([^"]*)"$', "${1}").str.strip_chars(_QUOTES).str.to_uppercase(),
    )


def _where_not(settled: str, column: pl.Expr, change: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Changes the texts that a pattern does not know as settled."""
    return pl.coalesce(change(pl.when(~column.str.contains(settled)).then(column)), column)


def name_clean(column: pl.Expr) -> pl.Expr:
    """`kit.names.clean`."""
    return _where_not(
        r"^[\x{4E00}-\x{9FFF}]*$", column, lambda others: without_blanks(others).str.replace_all(_DOTS, names.DOT)
    )


def name_key(column: pl.Expr) -> pl.Expr:
    """`kit.names.key`."""
    return _where_not(
        r"^[\x{4E00}-\x{9FFF}]*$",
        column,
        lambda others: name_clean(others).str.normalize("NFKC").str.replace_all(_DOTS, names.DOT).str.to_uppercase(),
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
