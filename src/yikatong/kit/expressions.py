"""Polars expressions that say of a whole column what the scalar rules of `kit` say of one value: each names its twin.

Tests hold them against their twins. Null stays null, and a check of it does not hold; nothing raises.
"""

from collections.abc import Callable

import polars as pl

from yikatong.kit import card_number, id_number, names, text
from yikatong.kit.money import MICRO

# White space and what cannot be seen, in the writing of Rust's regular expressions.
BLANK = r"[\s" + "".join(rf"\x{{{first:X}}}-\x{{{last:X}}}" for first, last in text.INVISIBLE) + "]"
_DOTS = "[" + "".join(rf"\x{{{ord(dot):04X}}}" for dot in names.OTHER_DOTS) + "]"
# Visible ASCII and common ideographs: NFKC leaves them as they are. Nearly all cells are made of nothing else, and looking is five
# times cheaper than normalizing, so only the others are normalized (an expression does nothing for a null).
_SETTLED = r"^[!-~\x{4E00}-\x{9FFF}]*$"
_SETTLED_NAME = r"^[\x{4E00}-\x{9FFF}]*$"
_FULL_WIDTH, _HALF_WIDTH = "０１２３４５６７８９，．", "0123456789,."
_QUANTITY = r"^([0-9]+|[0-9]{1,3}(,[0-9]{3})+)([.][0-9]{1,12})?$"
_WHOLE_DIGITS_MAX = 12  # so that millionths fit into 64 bits
_DECIMALS = len(str(MICRO)) - 1


def without_blanks(column: pl.Expr) -> pl.Expr:
    """`text.without_blanks`."""
    return column.str.replace_all(BLANK, "")


def compact(column: pl.Expr) -> pl.Expr:
    """`text.compact`."""
    return where_not(_SETTLED, column, lambda others: without_blanks(others.str.normalize("NFKC")))


def trimmed(column: pl.Expr) -> pl.Expr:
    """Half-width, without blanks at both ends; blanks inside stay."""
    return where_not(
        _SETTLED,
        column,
        lambda others: others.str.normalize("NFKC").str.replace(rf"^{BLANK}+", "").str.replace(rf"{BLANK}+$", ""),
    )


def where_not(settled: str, column: pl.Expr, change: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Changes the texts that a pattern does not know as settled."""
    return pl.coalesce(change(pl.when(~column.str.contains(settled)).then(column)), column)


def name_clean(column: pl.Expr) -> pl.Expr:
    """`names.clean`."""
    return where_not(_SETTLED_NAME, column, lambda others: without_blanks(others).str.replace_all(_DOTS, names.DOT))


def name_key(column: pl.Expr) -> pl.Expr:
    """`names.key`."""
    return where_not(
        _SETTLED_NAME,
        column,
        lambda others: name_clean(others).str.normalize("NFKC").str.replace_all(_DOTS, names.DOT).str.to_uppercase(),
    )


def masked_number(column: pl.Expr) -> pl.Expr:
    """`masking.id_number` and `masking.mobile`."""
    front, back = 3, 4
    length = column.str.len_chars().cast(pl.Int64)
    inner = column.str.slice(front, pl.max_horizontal(length - front - back, 0)).str.replace_all(r"[\s\S]", "*")
    return (
        pl.when(length > front + back)
        .then(column.str.slice(0, front) + inner + column.str.slice(length - back))
        .otherwise(column.str.replace_all(r"[\s\S]", "*"))
    )


def day(column: pl.Expr) -> pl.Expr:
    """The date of a text like 2026-01-31; null for anything else."""
    written = column.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$") & (column.str.slice(0, 4) != "0000")
    return pl.when(written).then(column.str.to_date("%Y-%m-%d", strict=False))


def is_id_number(column: pl.Expr) -> pl.Expr:
    """`id_number.has_form`, the check digit of `id_number.check_digit`, and a birth date that `id_number.birth_date` knows."""
    first_17 = column.str.slice(0, 17).cast(pl.Int64, strict=False)
    last = column.str.slice(17, 1)
    # The check digit, X for ten, is what makes the weighted sum leave 1 when divided by 11 (GB 11643, ISO 7064 MOD 11-2).
    total = pl.when(last == "X").then(10).otherwise(last.cast(pl.Int64, strict=False))
    for place, weight in enumerate(id_number.WEIGHTS):
        total = total + first_17 // 10 ** (16 - place) % 10 * weight
    born = column.str.slice(6, 8)
    return (
        column.str.contains(r"^[0-9]{17}[0-9X]$")
        & (total % 11 == 1).fill_null(False)
        & (born.str.slice(0, 4) != "0000")
        & born.str.to_date("%Y%m%d", strict=False).is_not_null()
    )


def is_card_number(column: pl.Expr) -> pl.Expr:
    """`card_number.has_form` and `card_number.luhn_holds`."""
    number = column.str.slice(0, 18).cast(pl.Int64, strict=False)
    total = column.str.slice(18, 1).cast(pl.Int64, strict=False)
    for place in range(card_number.LENGTH - 1):
        digit = number // 10**place % 10
        total = total + (digit if place % 2 else digit * 2 - (digit > 4).cast(pl.Int64) * 9)
    return column.str.contains(rf"^[0-9]{{{card_number.LENGTH}}}$") & (total % 10 == 0).fill_null(False)


def quantity_micro(column: pl.Expr) -> pl.Expr:
    """`money.parse_quantity`, null too for a whole part of more than 12 digits after its leading zeros."""
    plain = column.str.strip_chars().str.replace_many(list(_FULL_WIDTH), list(_HALF_WIDTH))
    digits = plain.str.replace_all(",", "", literal=True)
    whole, decimals = digits.str.extract("^0*([0-9]+)"), digits.str.extract("[.]([0-9]+)$").fill_null("")
    micro = decimals.str.slice(0, _DECIMALS).str.pad_end(_DECIMALS, "0").cast(pl.Int64, strict=False)
    half_up = (decimals.str.slice(_DECIMALS, 1).cast(pl.Int64, strict=False).fill_null(0) >= 5).cast(pl.Int64)
    held = plain.str.contains(_QUANTITY) & (whole.str.len_chars() <= _WHOLE_DIGITS_MAX)
    return pl.when(held).then(whole.cast(pl.Int64, strict=False) * MICRO + micro + half_up)
