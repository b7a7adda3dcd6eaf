"""Fen and the decimal strings of ISO 20022, by whole numbers only."""

import re

import polars as pl

from yikatong.banking.formats.refusals import UnreadableBankFile

CURRENCY = "CNY"

# Fifteen digits of yuan are more than a province pays and still fit a bigint in fen.
_PATTERN = r"([0-9]{1,15})(?:\.([0-9]{1,2})0*)?"
_YUAN = re.compile(_PATTERN)


def yuan_text(fen: int) -> str:
    """Whole fen as ISO 20022 writes an amount: 12345 becomes ``123.45``. Negative amounts do not exist on the wire."""
    if fen < 0:
        raise ValueError(f"an amount on the wire has no sign: {fen}")
    return f"{fen // 100}.{fen % 100:02d}"


def fen_of(text: str, *, where: str, currency: str | None = CURRENCY) -> int:
    """The fen of an amount such as ``123.45``; zeros past the second decimal are allowed, other digits are not.

    ``where`` names the element for the sentence. ``currency`` is what the file states, None where it states none
    (sums carry none). Raises UnreadableBankFile.
    """
    if currency is not None and currency != CURRENCY:
        raise UnreadableBankFile(f"{where}的币种是“{currency or '空'}”，这里只收人民币（CNY）。请银行核对后重发。")
    match = _YUAN.fullmatch(text)
    if match is None:
        raise UnreadableBankFile(f"{where}的金额“{text[:30]}”读不成以元为单位、最多两位小数的数。请银行核对后重发。")
    yuan, cents = match.groups()
    return int(yuan) * 100 + int((cents or "").ljust(2, "0"))


def fen_column(texts: pl.Expr) -> pl.Expr:
    """A column of amounts as ``fen_of`` reads them, null where it would refuse."""
    yuan, cents = (texts.str.extract(f"^{_PATTERN}$", group) for group in (1, 2))
    return yuan.cast(pl.Int64) * 100 + cents.fill_null("").str.pad_end(2, "0").cast(pl.Int64)


def yuan_column(fen: pl.Expr) -> pl.Expr:
    """A column of whole fen, none of them negative, as ``yuan_text`` writes them."""
    return pl.format("{}.{}", fen // 100, (fen % 100).cast(pl.String).str.zfill(2))
