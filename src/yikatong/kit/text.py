"""Characters that look like nothing or like something else: invisible ones, full-width ones, spaces."""

import re
import unicodedata

# Control characters, soft hyphen, zero-width and direction marks, byte-order mark, variation selectors: a clerk cannot see them.
INVISIBLE = (
    (0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x180E, 0x180E), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
)  # fmt: skip

_BLANK = re.compile(r"[\s" + "".join(f"{chr(first)}-{chr(last)}" for first, last in INVISIBLE) + "]")


def compact(value: str) -> str:
    """Full-width forms made half-width (NFKC), every space and invisible character removed."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", value))


def without_blanks(value: str) -> str:
    """Every space and invisible character removed; other characters stay as given."""
    return _BLANK.sub("", value)
