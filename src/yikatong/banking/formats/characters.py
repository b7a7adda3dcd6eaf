"""The encodings of bank files: UTF-8, GBK, and GB 18030 in its edition of 2022.

Python's codec is GB 18030-2000. The edition of 2005 exchanged one pair of mappings, that of 2022 (in force since
2023-08-01) another eighteen: the vertical punctuation U+FE10–FE19 and the characters U+9FB4–9FBB took the two-byte codes
that had stood for code points of the private use area, which took their four-byte codes. Everything else is the same;
six more private-use code points (U+E816, E817, E818, E831, E83B, E855) keep their two-byte codes. Checked over all of
Unicode against an independent implementation of the standard (OpenJDK 17, charset ``gb18030-2022``).
"""

import re
from collections.abc import Callable

import polars as pl

ENCODINGS = {"utf-8": "UTF-8", "gbk": "GBK", "gb18030": "GB18030-2022"}

_PAIRS = {
    "\u1e3f": "\ue7c7",  # since 2005
    "\u9fb4": "\ue81e", "\u9fb5": "\ue826", "\u9fb6": "\ue82b", "\u9fb7": "\ue82c",
    "\u9fb8": "\ue832", "\u9fb9": "\ue843", "\u9fba": "\ue854", "\u9fbb": "\ue864",
    "\ufe10": "\ue78d", "\ufe11": "\ue78f", "\ufe12": "\ue78e", "\ufe13": "\ue790", "\ufe14": "\ue791",
    "\ufe15": "\ue792", "\ufe16": "\ue793", "\ufe17": "\ue794", "\ufe18": "\ue795", "\ufe19": "\ue796",
}  # fmt: skip
_EXCHANGED = str.maketrans(_PAIRS | {new: old for old, new in _PAIRS.items()})
_MOVED = re.compile(f"[{''.join(map(chr, _EXCHANGED))}]")


def encode(text: str, encoding: str) -> bytes:
    """The bytes of a text. Raises UnicodeEncodeError; nothing ever becomes a question mark."""
    if encoding == "gb18030" and _MOVED.search(text):
        text = text.translate(_EXCHANGED)
    return text.encode(encoding)


def decode(body: bytes, encoding: str) -> str:
    """The text of bytes. Raises UnicodeDecodeError."""
    text = body.decode(encoding)
    return text.translate(_EXCHANGED) if encoding == "gb18030" and _MOVED.search(text) else text


def uncarried(text: str, encoding: str) -> str:
    """The characters of a text that the encoding does not have, each once, in their order."""
    try:
        encode(text, encoding)
    except UnicodeEncodeError:
        return "".join(one for one in sorted(set(text)) if not _carries(one, encoding))
    return ""


def _carries(character: str, encoding: str) -> bool:
    try:
        encode(character, encoding)
    except UnicodeEncodeError:
        return False
    return True


def byte_texts(texts: pl.Series, encoding: str) -> pl.Series:
    """Texts without line breaks as texts with one character for each byte (U+0000–00FF), so that widths are in bytes."""
    return _recoded(texts, lambda joined: encode(joined, encoding).decode("latin-1"))


def plain_texts(texts: pl.Series, encoding: str) -> pl.Series:
    """What ``byte_texts`` was made from. Raises UnicodeDecodeError."""
    return _recoded(texts, lambda joined: decode(joined.encode("latin-1"), encoding))


def _recoded(texts: pl.Series, recode: Callable[[str], str]) -> pl.Series:
    # One call of the codec for the whole column: no row is touched by itself.
    joined: str = "\n".join(texts.to_list())
    if joined.isascii():
        return texts
    return pl.Series(texts.name, recode(joined).split("\n"), pl.String)
