"""Citizen ID numbers (GB 11643-1999): form, check digit, birth date, sex, area code.

Our own code and not python-stdnum: that one rejects valid numbers of former counties and the 81, 82 and 83 residence permits
(docs: tests compare both). The area codes lie in `area_codes.txt`; a code that was abolished is as good as one in force, because
a number keeps the code of its first issue.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
AGE_MAX = 120


class Fault(StrEnum):
    """What is wrong with an ID number, in the order in which it is looked for."""

    FORM = "ID_FORM"
    CHECKSUM = "ID_CHECKSUM"
    BIRTHDATE = "ID_BIRTHDATE"
    AREA = "ID_AREA"


def check_digit(first_17: str) -> str:
    """The 18th character that belongs to 17 digits."""
    return CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True)) % 11]


def to_18(number: str) -> str:
    """A 15-digit number of the first generation -> 18 characters; those cards were for people born 19xx."""
    assert len(number) == 15 and number.isascii() and number.isdigit()
    first_17 = f"{number[:6]}19{number[6:]}"
    return first_17 + check_digit(first_17)


def has_form(number: str) -> bool:
    """17 digits and a digit or capital X."""
    return (
        len(number) == 18 and number.isascii() and number[:17].isdigit() and (number[17].isdigit() or number[17] == "X")
    )


def birth_date(number: str) -> date | None:
    """The birth date of an 18-character number, None when the calendar has no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex(number: str) -> str:
    """「男」 or 「女」 by the 17th digit."""
    return "男" if int(number[16]) % 2 else "女"


def fault(number: str, *, today: date, codes: frozenset[str]) -> Fault | None:
    """The first fault of a number in its 18-character form, None when it can exist."""
    if not has_form(number):
        return Fault.FORM
    if check_digit(number[:17]) != number[17]:
        return Fault.CHECKSUM
    born = birth_date(number)
    if born is None or born > today or born < oldest_birth(today):
        return Fault.BIRTHDATE
    return None if number[:6] in codes else Fault.AREA


def oldest_birth(today: date) -> date:
    """The earliest birth date that is believed on a day."""
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return date(today.year - AGE_MAX, today.month, day)


def area_codes(extra: Iterable[str] = ()) -> frozenset[str]:
    """All six-digit codes that numbers have carried, with those of the loaded areas (any length, the first six count)."""
    return _shipped_codes() | {code[:6] for code in extra}


@cache
def _shipped_codes() -> frozenset[str]:
    lines = Path(__file__).with_name("area_codes.txt").read_text("utf-8").splitlines()
    codes: set[str] = set()
    for line in lines:
        if not line.startswith("#"):
            prefix, endings = line.split()
            codes.update(prefix + endings[at : at + 2] for at in range(0, len(endings), 2))
    return frozenset(codes)
