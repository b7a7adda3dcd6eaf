"""What is shown of a number when nobody has opened it for a purpose. The lengths follow UX.md §5."""


def id_number(number: str) -> str:
    """510***********1234; a fragment too short to hide anything is hidden whole."""
    return _masked(number, 3, 4)


def card_number(number: str) -> str:
    """6217 **** **** 4471."""
    return f"{number[:4]} **** **** {number[-4:]}" if len(number) > 12 else "*" * len(number)


def mobile(number: str) -> str:
    """138****5678."""
    return _masked(number, 3, 4)


def name(full: str) -> str:
    """张*国, 张*; in a long name every inner character is hidden, and a single character is shown as it is."""
    if len(full) <= 2:
        return full[:1] + "*" * (len(full) - 1)
    return full[0] + "*" * (len(full) - 2) + full[-1]


def _masked(number: str, front: int, back: int) -> str:
    if len(number) <= front + back:
        return "*" * len(number)
    return number[:front] + "*" * (len(number) - front - back) + number[-back:]
