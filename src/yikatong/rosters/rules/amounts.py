"""Checks of money: the accepted forms of an amount, quantity x standard half up to the fen, the standard of the catalog.

Numbers come from spreadsheets as floats; they become whole fen and whole millionths here and nowhere else.
"""

import polars as pl

from yikatong.kit import money
from yikatong.rosters.rules import expressions as x
from yikatong.rosters.rules.expressions import Finding

_AMOUNT = r"^([0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:[.]([0-9]{1,2}))?$"
_QUANTITY = r"^([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:[.]([0-9]{1,12}))?$"
_PLAIN_AMOUNT = r"^[0-9]{1,12}(?:[.][0-9]{1,2})?$"
_PLAIN_QUANTITY = r"^[0-9]{1,8}(?:[.][0-9]{1,6})?$"
_NUMBER_MAX = 1e12  # a float beyond it no longer tells fen apart


def prepare(rows: pl.DataFrame, standard_fen: int | None, *, text_only: bool, periods_usual: int = 1) -> pl.DataFrame:
    """Adds amount_fen, quantity_micro, periods_count, rate_fen, rate_in_file_fen, expected_fen, and the flags
    amount_valid, quantity_valid, amount_written (its form was mended). `text_only`: in a CSV every number is text. `periods_usual`: how many periods
    of the standard the roster pays for by its title, where no column says it; three for a quarter of a monthly program."""
    rows = rows.with_columns(
        amount_fen=_fen("amount"),
        quantity_micro=pl.when(pl.col("quantity_type").is_null()).then(money.MICRO).otherwise(_micro("quantity")),
        periods_count=pl.when(_periods() >= 0).then(_periods()).otherwise(1),
        rate_in_file_fen=_fen("rate", unit=r"元.*$"),
    )
    rows = rows.with_columns(
        amount_valid=pl.col("amount_fen").is_between(1, money.AMOUNT_FEN_MAX),
        quantity_valid=pl.col("quantity_micro").is_not_null(),
        amount_written=(pl.col("amount_type") == "text")
        & (
            pl.lit(not text_only)
            | (pl.col("amount") != pl.col("amount").str.extract(r"^([0-9]+(?:[.][0-9]+)?)$", 1).fill_null(""))
        )
        & pl.col("amount_fen").is_not_null(),
        rate_fen=pl.lit(standard_fen, pl.Int64) if standard_fen is not None else pl.col("rate_in_file_fen"),
    )
    return rows.with_columns(
        expected_fen=_product(pl.col("rate_fen")),
        expected_all_periods_fen=pl.when(pl.col("periods_type").is_null()).then(
            _product(pl.col("rate_fen")) * periods_usual
        ),
        expected_by_file_fen=_product(pl.col("rate_in_file_fen")),
    )


def _fen(field: str, unit: str | None = None) -> pl.Expr:
    number = pl.col(f"{field}_number")
    bounded = pl.when(number.abs() < _NUMBER_MAX).then(number)
    fen = (bounded * 100).round(0).cast(pl.Int64)
    # Noise below a millionth of a yuan comes from binary numbers and is no decimal.
    by_number = pl.when((bounded * 1e6 - fen * 10_000).abs() < 1).then(fen)
    plain, other = _plain_or_other(pl.col(field), _PLAIN_AMOUNT)
    written = x.trimmed(other.str.replace(unit, "") if unit else other)
    whole = written.str.extract(_AMOUNT, 1).str.replace_all(",", "").cast(pl.Int64, strict=False)
    part = written.str.extract(_AMOUNT, 2).fill_null("").str.pad_end(2, "0").cast(pl.Int64, strict=False)
    return (
        pl.when(pl.col(f"{field}_type") == "number")
        .then(by_number)
        .when(pl.col(f"{field}_type") == "text")
        .then(pl.coalesce((plain * 100).round(0).cast(pl.Int64), whole * 100 + part))
    )


def _micro(field: str) -> pl.Expr:
    number = pl.col(f"{field}_number")
    by_number = pl.when(number.is_between(0, 1e9)).then((number * money.MICRO).round(0).cast(pl.Int64))
    plain, other = _plain_or_other(pl.col(field), _PLAIN_QUANTITY)
    written = x.trimmed(other)
    whole = written.str.extract(_QUANTITY, 1).str.replace_all(",", "").cast(pl.Int64, strict=False)
    decimals = (
        written.str.extract(_QUANTITY, 2).fill_null("").str.pad_end(7, "0").str.slice(0, 7).cast(pl.Int64, strict=False)
    )
    by_text = whole * money.MICRO + (decimals + 5) // 10
    return (
        pl.when(pl.col(f"{field}_type") == "number")
        .then(by_number)
        .when(pl.col(f"{field}_type") == "text")
        .then(pl.coalesce((plain * money.MICRO).round(0).cast(pl.Int64), by_text))
    )


def _plain_or_other(written: pl.Expr, pattern: str) -> tuple[pl.Expr, pl.Expr]:
    """Texts of a plain form as numbers (14 digits at most, so that their fen or millionths are exact), and the others."""
    is_plain = written.str.contains(pattern)
    return pl.when(is_plain).then(written).cast(pl.Float64, strict=False), pl.when(~is_plain).then(written)


def _periods() -> pl.Expr:
    return (
        x.compact(pl.col("periods"))
        .str.extract(r"^([0-9]{1,4})(?:[.]0*)?(?:个?月|天|日|个?季度?)?$", 1)
        .cast(pl.Int64, strict=False)
    )


def counted(*, text_only: bool) -> pl.Expr:
    """What a total counts of a cell: a number as it is (also negative), text in an accepted form; anything else is nothing."""
    number = pl.col("amount_number")
    if text_only:
        written = x.trimmed(pl.col("amount"))
        number = written.str.extract(r"^(-?[0-9]{1,15}(?:[.][0-9]+)?)$", 1).cast(pl.Float64, strict=False)
    by_number = pl.when(number.abs() < _NUMBER_MAX).then((number * 1e6).round(0).cast(pl.Int64))
    return by_number.fill_null(_fen("amount") * 10_000).fill_null(0)


def _product(rate: pl.Expr) -> pl.Expr:
    """`kit.money.multiply`, in 128 bits because millionths times fen outgrow 64."""
    wide = pl.col("quantity_micro").cast(pl.Int128) * pl.col("periods_count").cast(pl.Int128) * rate.cast(pl.Int128)
    return ((wide + money.MICRO // 2) // money.MICRO).cast(pl.Int64, strict=False)


def findings(standard_fen: int | None) -> list[Finding]:
    """What is wrong with amounts, over a frame that `prepare` made."""
    amount, expected, by_file = pl.col("amount_fen"), pl.col("expected_fen"), pl.col("expected_by_file_fen")
    standard = pl.lit(standard_fen, pl.Int64)
    filled = pl.col("rate_type").is_not_null() & (pl.col("rate_type") != "empty")
    other_standard = filled & (pl.col("rate_in_file_fen").fill_null(-1) != standard)
    # Without a standard in the catalog and in the file the amount is decided case by case.
    fits = (
        (amount == expected)
        | (amount == pl.col("expected_all_periods_fen")).fill_null(False)
        | (other_standard.fill_null(False) & (amount == by_file)).fill_null(False)
    )
    invalid = pl.col("amount_type").is_not_null() & ~pl.col("amount_valid").fill_null(False)
    written = x.trimmed(pl.col("amount")).fill_null("")
    note = pl.when(written == "").then(pl.lit("格子是空的")).otherwise(pl.format("写的是“{}”", written))
    return [
        Finding("AMOUNT_INVALID", "amount", invalid, note),
        Finding(
            "AMOUNT_MISMATCH",
            "amount",
            pl.col("amount_valid") & pl.col("quantity_valid") & ~fits,
            pl.format("应为 {}", x.yuan(expected)),
        ),
        Finding("QUANTITY_INVALID", "quantity", pl.col("quantity_type").is_not_null() & ~pl.col("quantity_valid")),
        Finding("STANDARD_MISMATCH", "rate", other_standard, pl.format("清单上是 {}", x.yuan(standard))),
        Finding(
            "AMOUNT_FIXED",
            "amount",
            pl.col("amount_valid") & pl.col("amount_written"),
            pl.format("改成 {}", x.yuan(amount)),
        ),
    ]
