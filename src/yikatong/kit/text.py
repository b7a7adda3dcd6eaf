"""Characters that look like nothing or like something else: invisible ones, full-width ones, spaces."""

import re
import unicodedata

# Zero-width and direction marks, soft hyphen, byte-order mark, variation selectors: a clerk cannot see them.
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
INVISIBLE_PATTERN = f"[{INVISIBLE}]"
BLANK_PATTERN = rf"[\s\u00a0\u3000{INVISIBLE}\x00-\x1f\x7f]"

_BLANK = re.compile(BLANK_PATTERN)


def compact(value: str) -> str:
    """Full-width forms made half-width (NFKC), every space and invisible character removed."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", value))


def without_blanks(value: str) -> str:
    """Every space and invisible character removed; other characters stay as given."""
    return _BLANK.sub("", value)
