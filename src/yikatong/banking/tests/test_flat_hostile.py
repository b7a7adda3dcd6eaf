"""Text files that nobody meant to send: read or refused, and never anything else (G13)."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yikatong.banking.formats.refusals import UnreadableBankFile
from yikatong.banking.tests.flat_files import BAR, FIXED, bar_results, fixed_results, taken
from yikatong.banking.tests.test_flat_reading import ANSWERS, BAR_FILES, FIXED_ANSWERS, FIXED_FILES

EVERY_FILE = [(BAR, name, body) for name, body in BAR_FILES.items()] + [
    (FIXED, "", body) for body in FIXED_FILES.values()
]


@given(
    st.sampled_from(EVERY_FILE), st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=3)), min_size=1, max_size=4)
)
def test_a_hostile_file_is_read_or_refused_and_never_anything_else(
    file: tuple[str, str, bytes], changes: list[tuple[int, bytes]]
) -> None:
    """G13: bytes anywhere exchanged for others, put in or taken out."""
    code, name, body = file
    for place, other in changes:
        place %= len(body)
        body = body[:place] + other + body[place + 1 :]
    rows = []
    with contextlib.suppress(UnreadableBankFile):
        rows = taken(code, body, name)[1]
    assert all(row["amount_fen"] == 12_345 for row in rows), "an amount was changed and the totals still agree"


@given(st.binary(max_size=300))
def test_anything_at_all_is_refused(body: bytes) -> None:
    for code, name in ((BAR, "HP_1"), (BAR, "DZ_1"), (FIXED, "x")):
        with pytest.raises(UnreadableBankFile):
            taken(code, body, name)


def test_widths_that_cut_a_character_in_two_are_said_with_line_and_column() -> None:
    before, after = (
        f"{reference}说明{rest}".encode("gbk") for reference, rest in ((f"{'R1':<20}", ""), (f"{'R1':<19}", " "))
    )
    assert before in FIXED_FILES["results"]
    with pytest.raises(UnreadableBankFile, match="第 2 行第 5 栏把一个字从中间切开了"):
        taken(FIXED, FIXED_FILES["results"].replace(before, after))


@pytest.mark.parametrize("cut", range(5, 300, 37))
def test_a_file_cut_anywhere_is_refused(cut: int) -> None:
    for code, body, name in ((BAR, bar_results(ANSWERS), "HP_1"), (FIXED, fixed_results(FIXED_ANSWERS), "")):
        with pytest.raises(UnreadableBankFile):
            taken(code, body[: len(body) - cut], name)
