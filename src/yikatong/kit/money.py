"""Money is whole fen (int). Yuan exist only at the edges, as text.

Quantities (mu, persons) are whole millionths (int, name ends `_micro`): townships divide shared land into thirds, and two or
four decimals would move the fen of such a row.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

MICRO = 1_000_000
AMOUNT_FEN_MAX = 10_000_000_000  # 100 million yuan; a single payment above it is a slip of the keyboard.

# The accepted written forms of an amount, after full-width characters were made ASCII and the ends were trimmed.
AMOUNT_PATTERN = r"^(\d+|\d{1,3}(,\d{3})+)(\.\d{1,2})?$"
QUANTITY_PATTERN = r"^(\d+|\d{1,3}(,\d{3})+)(\.\d{1,12})?$"

_FULL_WIDTH = str.maketrans("０１２３４５６７８９，．", "0123456789,.")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def parse_amount(written: str) -> int | None:
    """Yuan as written -> fen, or None when the form is not accepted.

    Accepted: ASCII or full-width digits, thousands commas, at most two decimals, spaces at the ends. No sign, no unit, no words.
    """
    plain = written.strip().translate(_FULL_WIDTH)
    if not re.fullmatch(AMOUNT_PATTERN, plain, re.ASCII):
        return None
    yuan, _, decimals = plain.replace(",", "").partition(".")
    return int(yuan) * 100 + int(decimals.ljust(2, "0"))


def format_yuan(fen: int) -> str:
    """Fen -> 「1,234.56」, with a minus sign in front when negative and no currency sign."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def plain_yuan(fen: int) -> str:
    """Fen -> 「1234.56」 without thousands commas, as bank files and problem notes want it."""
    return format_yuan(fen).replace(",", "")


def parse_quantity(written: str) -> int | None:
    """A quantity as written -> millionths, half up past six decimals, or None when it is not a plain number."""
    plain = written.strip().translate(_FULL_WIDTH)
    if not re.fullmatch(QUANTITY_PATTERN, plain, re.ASCII):
        return None
    exact = Decimal(plain.replace(",", "")) * MICRO
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def format_quantity(micro: int) -> str:
    """Millionths -> 「8.60」, with two decimals at least, so that a column of areas is aligned."""
    whole, part = divmod(abs(micro), MICRO)
    decimals = f"{part:06d}"
    return f"{'-' if micro < 0 else ''}{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}"


def multiply(quantity_micro: int, rate_fen: int) -> int:
    """Quantity (millionths) x rate (fen for one) -> fen, half up to the fen; both must not be negative."""
    assert quantity_micro >= 0 and rate_fen >= 0, "a subsidy is never negative"
    return (quantity_micro * rate_fen + MICRO // 2) // MICRO


def capital(fen: int) -> str:
    """Fen -> 「壹仟贰佰叁拾肆元伍角陆分」, the form printed beside a total (《支付结算办法》附一)."""
    yuan, jiao, odd_fen = abs(fen) // 100, abs(fen) // 10 % 10, abs(fen) % 10
    words = _capital_integer(yuan) + "元" if yuan else ""
    if not jiao and not odd_fen:
        words = (words or "零元") + "整"
    else:
        if jiao:
            words += _DIGITS[jiao] + "角"
        elif yuan:
            words += "零"
        words += _DIGITS[odd_fen] + "分" if odd_fen else "整"
    return ("负" if fen < 0 else "") + words


def _capital_integer(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words, gap = "", False
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if group == 0:
            gap = bool(words)
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += _capital_group(group) + _GROUPS[index]
        gap = False
    return words


def _capital_group(group: int) -> str:
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return words
