"""The expressions over columns say what their scalar twins say of each value."""

from datetime import date

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from yikatong.kit import card_number, expressions, id_number, masking, money, names, text

WORDS = st.text(st.one_of(st.characters(), st.sampled_from(" 　•．·ａＡ９é\u200b\u0301㊣䶮0aß")), max_size=12)
# Strings of digits and what is near them, half of them numbers that hold.
NUMBERS = st.one_of(
    st.text(st.sampled_from("0123456789Xx٣ "), max_size=20),
    st.builds(
        lambda area, born, order: (first := f"{area:06d}{born:08d}{order:03d}") + id_number.check_digit(first),
        st.integers(0, 999_999),
        st.one_of(st.dates().map(lambda day: int(day.strftime("%Y%m%d"))), st.integers(0, 99_999_999)),
        st.integers(0, 999),
    ),
)
CARDS = st.one_of(
    st.text(st.sampled_from("0123456789٣ "), max_size=20), st.integers(0, 10**19 - 1).map("{:019d}".format)
)
QUANTITIES = st.one_of(
    st.text(st.sampled_from("0123456789,.，．９ -"), max_size=20),
    st.decimals(0, 10**12 - 1, places=8).map("{:.8f}".format),
)


def over(expression, value):
    return pl.select(expression(pl.lit(value, dtype=pl.String))).item()


@given(WORDS)
def test_names_and_blanks(word):
    assert over(expressions.without_blanks, word) == text.without_blanks(word)
    assert over(expressions.compact, word) == text.compact(word)
    assert over(expressions.name_clean, word) == names.clean(word)


@given(st.text(st.sampled_from("张䶮A·•．ａé 　Ｂ1ｶﾞ①"), max_size=12))
def test_the_key_of_a_name(word):
    assert over(expressions.name_key, word) == names.key(word)


@given(WORDS)
def test_masks(word):
    assert over(expressions.masked_number, word) == masking.id_number(word) == masking.mobile(word)


def holds(number):
    return (
        id_number.has_form(number)
        and id_number.check_digit(number[:17]) == number[17]
        and id_number.birth_date(number) is not None
    )


@given(NUMBERS)
@example("519999197711186675")
@example("51999919771118667X")
@example("519999000001010000")
def test_id_numbers(number):
    assert over(expressions.is_id_number, number) is holds(number)


@given(CARDS)
@example("6299020000001000049")
def test_card_numbers(number):
    held = card_number.has_form(number) and card_number.luhn_holds(number)
    assert over(expressions.is_card_number, number) is held


def test_a_column_of_numbers_that_hold_and_one_that_does_not():
    numbers = pl.DataFrame({"number": ["519999197711186675", None, "519999197711186676"]})
    assert numbers.select(expressions.is_id_number(pl.col("number"))).to_series().to_list() == [True, False, False]


@given(QUANTITIES)
@example("8.6666665")
@example("1,234.5")
@example("0000000000000")
@example("0,001,000,000,000")
@example("1000000000000")
def test_quantities(written):
    micro = money.parse_quantity(written)
    fits = micro is not None and micro < 10**12 * money.MICRO
    assert over(expressions.quantity_micro, written) == (micro if fits else None)


def test_a_quantity_that_would_not_fit_is_none():
    assert over(expressions.quantity_micro, "9" * 13) is None


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("2026-02-30", None),
        ("2026-1-31", None),
        ("2026-W01-1", None),
        ("0000-01-01", None),
        ("", None),
    ],
)
def test_days(written, day):
    assert over(expressions.day, written) == day
