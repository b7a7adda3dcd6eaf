"""Money, numbers and dates as people read them. Money comes in whole fen and is never a float."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from yikatong.kit import money as kit_money

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOTHING = "—"
_TEN_THOUSAND_YUAN = 10_000 * 100
_HUNDRED_MILLION_YUAN = 100_000_000 * 100
_LONG_DIGITS = re.compile(r"(?<![0-9a-fA-F])([0-9]{3})([0-9]{8,12})([0-9]{3}[0-9Xx])(?![0-9a-fA-F])")
_MOBILE = re.compile(r"(?<![0-9a-fA-F])(1[3-9][0-9])[0-9]{4}([0-9]{4})(?![0-9a-fA-F])")


def yuan(fen: int | None) -> str:
    """Fen as ¥1,234.56; a negative amount as −¥1.00; nothing as a dash."""
    return NOTHING if fen is None else f"{'−' if fen < 0 else ''}¥{kit_money.format_yuan(abs(int(fen)))}"


def money(fen: int | None) -> str:
    """Fen as 1,234.56 for table cells, whose header names the unit."""
    return yuan(fen).replace("¥", "")


def wan(fen: int | None) -> str:
    """Fen for a headline: 5,320.2万元, 1.08亿元, 819.58元. Put the exact figure into ``title``."""
    if fen is None:
        return NOTHING
    if abs(fen) >= _HUNDRED_MILLION_YUAN:
        return f"{_rounded(fen, _HUNDRED_MILLION_YUAN, 2)}亿元"
    if abs(fen) >= _TEN_THOUSAND_YUAN:
        return f"{_rounded(fen, _TEN_THOUSAND_YUAN, 1)}万元"
    return f"{money(fen)}元"


def _rounded(value: int, unit: int, digits: int) -> str:
    scale = 10**digits
    steps = (abs(value) * scale * 2 + unit) // (unit * 2)
    return f"{'−' if value < 0 else ''}{steps // scale:,}.{steps % scale:0{digits}d}"


def quantity(micro: int | None) -> str:
    """A quantity kept in millionths, with at least two decimals: 8600000 as 8.60, 12345600 as 12.3456."""
    if micro is None:
        return NOTHING
    whole, part = divmod(abs(int(micro)), kit_money.MICRO)
    decimals = f"{part:06d}"
    return f"{'−' if micro < 0 else ''}{whole:,}.{decimals[:2]}{decimals[2:].rstrip('0')}"


def count(number: int | None) -> str:
    """A whole number with separators: 1,286."""
    return NOTHING if number is None else f"{int(number):,}".replace("-", "−")


def permille(thousandths: int | None) -> str:
    """Thousandths in percent: 994 as 99.4%."""
    return NOTHING if thousandths is None else share(thousandths, 1000)


def share(part: int, whole: int) -> str:
    """A part of a whole in percent, rounded down so that 100% means all of it: 97.6%."""
    if not whole:
        return NOTHING
    tenths = part * 1000 // whole
    return "100%" if part == whole else f"{tenths // 10}.{tenths % 10}%"


def cn_date(day: date | None) -> str:
    """A day within a sentence: 11月21日."""
    return NOTHING if day is None else f"{_local(day).month}月{_local(day).day}日"


def iso_day(day: date | None) -> str:
    """A day within a table: 2026-11-21."""
    return NOTHING if day is None else f"{_local(day):%Y-%m-%d}"


def moment(at: datetime | None) -> str:
    """A moment: 11-18 10:32, in Beijing time."""
    return NOTHING if at is None else f"{_local(at):%m-%d %H:%M}"


def _local(day: date) -> date:
    return day.astimezone(SHANGHAI) if isinstance(day, datetime) and day.tzinfo else day


def fingerprint(digest: str | None) -> str:
    """The beginning of a digest as people compare it: 9F3A-71C2-04BE."""
    return "-".join(digest[start : start + 4].upper() for start in (0, 4, 8)) if digest else NOTHING


def masked_numbers(text: str) -> str:
    """Any ID, card or mobile number within a text, with its middle hidden. Digests and area codes stay."""
    hidden = _LONG_DIGITS.sub(lambda found: f"{found[1]}{'*' * len(found[2])}{found[3]}", text)
    return _MOBILE.sub(r"\1****\2", hidden)


def waited_words(since: datetime | date, today: date) -> str:
    """How long something has waited: 今天, or 已等 3 天."""
    local = _local(since)
    days = (today - (local.date() if isinstance(local, datetime) else local)).days
    return f"已等 {days} 天" if days > 0 else "今天"


def due_words(due_on: date, today: date) -> tuple[str, str]:
    """A deadline as (words, tone): grey, amber within a day, red from the day itself on."""
    days = (due_on - today).days
    if days < 0:
        return f"超期 {-days} 天", "error"
    if days == 0:
        return "今天到期", "error"
    return f"剩 {days} 天", "warn" if days == 1 else "muted"
