"""GB 18030-2022 to the code point, and encodings that refuse instead of guessing."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yikatong.banking.formats import characters

# GB 18030-2022 against the edition of 2000 that Python's codec is: nineteen pairs whose codes are exchanged (the first
# one since 2005). Taken from OpenJDK's ``gb18030-2022`` over all of Unicode and ICU's table; not from our own module.
TWO_BYTES = """
1E3F=A8BC 9FB4=FE59 9FB5=FE61 9FB6=FE66 9FB7=FE67 9FB8=FE6D 9FB9=FE7E 9FBA=FE90 9FBB=FEA0
FE10=A6D9 FE11=A6DB FE12=A6DA FE13=A6DC FE14=A6DD FE15=A6DE FE16=A6DF FE17=A6EC FE18=A6ED FE19=A6F3
"""
FOUR_BYTES = """
E7C7=8135F437 E81E=82359037 E826=82359038 E82B=82359039 E82C=82359130 E832=82359131 E843=82359132 E854=82359133
E864=82359134 E78D=84318236 E78F=84318237 E78E=84318238 E790=84318239 E791=84318330 E792=84318331 E793=84318332
E794=84318333 E795=84318334 E796=84318335
"""
# What the edition of 2022 leaves where it was: six private-use code points, and their characters beyond the BMP.
UNMOVED = """
E816=FE51 E817=FE52 E818=FE53 E831=FE6C E83B=FE76 E855=FE91 20087=95329031 20089=95329033 200CC=95329730
215D7=9536B937 2298F=9630BA35 241FE=9635B630 E5E5=A3A0 4DAE=FE9F 20AC=A2E3
"""


def table(text: str) -> list[tuple[str, bytes]]:
    pairs = (pair.split("=") for pair in text.split())
    return [(chr(int(point, 16)), bytes.fromhex(code)) for point, code in pairs]


def test_the_edition_of_2022_is_kept_to_the_code_point_both_ways() -> None:
    moved = table(TWO_BYTES) + table(FOUR_BYTES)
    assert len(moved) == 38 and len({character for character, _ in moved}) == 38
    for character, code in [*moved, *table(UNMOVED)]:
        assert characters.encode(character, "gb18030") == code, hex(ord(character))
        assert characters.decode(code, "gb18030") == character, code.hex()


def test_nothing_else_differs_from_the_edition_that_python_has() -> None:
    moved = {character for character, _ in table(TWO_BYTES) + table(FOUR_BYTES)}
    rest = "".join(one for one in map(chr, range(0x110000)) if not 0xD800 <= ord(one) < 0xE000 and one not in moved)
    assert characters.encode(rest, "gb18030") == rest.encode("gb18030")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_every_text_comes_back_from_gb18030(text: str) -> None:
    assert characters.decode(characters.encode(text, "gb18030"), "gb18030") == text


@given(st.lists(st.text(alphabet=st.sampled_from("张䶮㐂𠂇龴︐a·|?"), max_size=8), min_size=1, max_size=20))
def test_a_column_is_bytes_and_comes_back(texts: list[str]) -> None:
    column = pl.Series("name", texts, pl.String)
    told = characters.byte_texts(column, "gb18030")
    assert told.str.len_chars().to_list() == [len(characters.encode(text, "gb18030")) for text in texts]
    assert characters.plain_texts(told, "gb18030").to_list() == texts


def test_what_gbk_lacks_is_told_and_never_becomes_a_question_mark() -> None:
    assert characters.uncarried("张䶮㐂张䶮?", "gbk") == "㐂䶮"
    assert characters.uncarried("张䶮㐂𠂇龴", "gb18030") == "" == characters.uncarried("张䶮", "utf-8")
    with pytest.raises(UnicodeEncodeError):
        characters.byte_texts(pl.Series(["张䶮"]), "gbk")
