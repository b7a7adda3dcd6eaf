"""Fen and the decimal strings of ISO 20022, by whole numbers only."""

import re

from yikatong.banking.formats.refusals import UnreadableBankFile

CURRENCY = "CNY"

# Fifteen digits of yuan are more than a province pays and still fit a bigint in fen.
_YUAN = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2})0*)?")


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
