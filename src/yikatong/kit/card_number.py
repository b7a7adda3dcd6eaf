"""Social-security card numbers: 19 digits, the last one by Luhn, the first six tell the bank."""

LENGTH = 19
PREFIX_LENGTH = 6


def has_form(number: str) -> bool:
    """19 ASCII digits."""
    return len(number) == LENGTH and number.isascii() and number.isdigit()


def luhn_holds(number: str) -> bool:
    """True when the last digit of a number of digits fits the others (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def bank_prefix(number: str) -> str:
    """The six digits by which banks.csv knows the issuing bank."""
    return number[:PREFIX_LENGTH]
