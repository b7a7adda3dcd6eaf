"""People's names as registers, townships and banks write them: dots, spaces, width, rare characters.

A name is stored as given (cleaned of spaces) and compared by its key. 「格桑·梅朵」 is written with six different dots.
"""

import unicodedata

from yikatong.kit import text

DOT = "·"
OTHER_DOTS = "•‧・･∙⋅●．.。᛫"
_DOTS = str.maketrans(dict.fromkeys(OTHER_DOTS, DOT))


def clean(name: str) -> str:
    """The name without spaces and invisible characters and with the canonical dot (U+00B7); characters stay as they are."""
    return text.without_blanks(name).translate(_DOTS)


def key(name: str) -> str:
    """What two spellings of one name have in common: clean, half-width, capital Latin letters. For comparing, not for showing."""
    return unicodedata.normalize("NFKC", clean(name)).translate(_DOTS).upper()


def rare_characters(name: str, encoding: str = "gbk") -> str:
    """The characters of a name that a bank's encoding cannot carry (䶮 is not in GBK); empty when it can carry all."""
    rare = []
    for character in name:
        try:
            character.encode(encoding)
        except UnicodeEncodeError:
            rare.append(character)
    return "".join(rare)
