"""Properties of numbers, money and names; the frame's checks agree with the scalar ones, and with an independent opinion."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric

from yikatong.kit import card_number, id_number, money, names, text
from yikatong.rosters.rules import amounts, cards, expressions, frames, identities

TODAY = date(2026, 11, 20)
CODES = id_number.area_codes(["519999"])
births = st.dates(date(1907, 1, 1), TODAY).map(lambda day: f"{day:%Y%m%d}")
numbers = st.builds(
    lambda code, born, rest: code + born + f"{rest:03d}", st.sampled_from(sorted(CODES)), births, st.integers(0, 999)
).map(lambda first_17: first_17 + id_number.check_digit(first_17))
fens = st.integers(0, 10**11)
dirt = st.sampled_from([" ", "\u3000", "\u200b", "\u00a0", "\t", "\ufeff", "\n"])


def rows(field: str, values: list[str], kind: str = "text") -> pl.DataFrame:
    given_columns = {field: values, f"{field}_type": [kind] * len(values), "name": ["张三"] * len(values)}
    return pl.DataFrame(
        {name: given_columns.get(name, [None] * len(values)) for name in frames.ROWS_SCHEMA}, schema=frames.ROWS_SCHEMA
    )


@given(numbers)
def test_a_number_that_can_exist_has_no_fault_and_one_changed_digit_is_noticed(number: str):
    assert id_number.fault(number, today=TODAY, codes=CODES) is None
    wrong = number[:10] + str((int(number[10]) + 1) % 10) + number[11:]
    assert id_number.fault(wrong, today=TODAY, codes=CODES) is not None


@given(numbers)
def test_check_digits_agree_with_python_stdnum(number: str):
    assert ric.calc_check_digit(number) == number[17]


@given(numbers.filter(lambda number: number[6:8] == "19"))
def test_fifteen_digits_become_the_same_eighteen(number: str):
    assert id_number.to_18(number[:6] + number[8:17]) == number


@given(
    st.lists(
        st.one_of(numbers, st.text("0123456789X", min_size=14, max_size=19), numbers.map(lambda n: "001234" + n[6:])),
        min_size=1,
    )
)
def test_the_frame_finds_the_same_faults_as_the_scalar_check(values: list[str]):
    checked = identities.prepare(rows("id_number", values), sorted(id_number.area_codes()), TODAY)
    codes = id_number.area_codes()
    for value, fault in zip(values, checked["id_fault"], strict=True):
        eighteen = id_number.to_18(value) if len(value) == 15 and value.isdigit() else value
        expected = id_number.fault(eighteen, today=TODAY, codes=codes)
        assert fault == (expected.value if expected else None)


@given(st.text("0123456789", min_size=18, max_size=18))
def test_luhn_agrees_with_python_stdnum_and_with_the_frame(first_18: str):
    number = first_18 + luhn.calc_check_digit(first_18)
    assert card_number.luhn_holds(number) and luhn.is_valid(number)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    frame = pl.DataFrame({"card": [number, wrong]}).select(cards._luhn_holds(pl.col("card")))
    assert frame["card"].to_list() == [True, False]


@given(fens)
def test_an_amount_written_is_read_back(fen: int):
    assert money.parse_amount(money.format_yuan(fen)) == fen
    assert money.parse_amount(money.plain_yuan(fen)) == fen


@given(st.lists(fens.filter(lambda fen: fen < 10**10), min_size=1, max_size=20))
def test_number_cells_and_texts_give_the_same_fen(values: list[int]):
    by_text = amounts.prepare(rows("amount", [money.format_yuan(fen) for fen in values]), None, text_only=True)
    number_rows = rows("amount", [""] * len(values), "number").with_columns(
        amount_number=pl.Series([fen / 100 for fen in values])
    )
    by_number = amounts.prepare(number_rows, None, text_only=False)
    assert by_text["amount_fen"].to_list() == by_number["amount_fen"].to_list() == values


@given(st.integers(0, 10**13), st.integers(0, 10**8))
def test_the_product_is_the_nearest_fen_and_the_same_in_a_frame(quantity: int, rate: int):
    product = money.multiply(quantity, rate)
    assert abs(product * money.MICRO - quantity * rate) * 2 <= money.MICRO
    frame = pl.DataFrame({"quantity_micro": [quantity], "periods_count": [1], "rate": [rate]})
    inside = product < 2**63
    assert frame.select(amounts._product(pl.col("rate")))["quantity_micro"].to_list() == [product if inside else None]


@given(st.text("王李张阿卜杜·•", min_size=1, max_size=12), dirt, st.integers(0, 12))
def test_dirt_in_a_name_changes_nothing_and_cleaning_twice_is_cleaning_once(name: str, speck: str, place: int):
    dirty = name[:place] + speck + name[place:]
    assert names.clean(dirty) == names.clean(name) == names.clean(names.clean(name))
    assert names.key(dirty) == names.key(name)


@given(st.text(st.characters(exclude_categories=["Cs", "Cn", "Co"]), max_size=30))
def test_the_expressions_are_the_twins_of_the_kit(value: str):
    frame = pl.DataFrame({"v": [value]}, schema={"v": pl.String})
    cleaned, compacted, keyed = frame.select(
        a=expressions.name_clean(pl.col("v")), b=expressions.compact(pl.col("v")), c=expressions.name_key(pl.col("v"))
    ).row(0)
    assert compacted == text.compact(value)
    assert cleaned == names.clean(value)
    assert keyed == names.key(value)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_the_oldest_birth_is_a_day_and_about_120_years_back(today: date):
    age = today - id_number.oldest_birth(today)
    assert timedelta(days=119 * 365) < age < timedelta(days=121 * 366)


@pytest.mark.parametrize("fen", [-1, 0, 10_000_000_001])
def test_amounts_outside_the_bounds_are_invalid(fen: int):
    number_rows = rows("amount", [""], "number").with_columns(amount_number=pl.Series([fen / 100]))
    assert amounts.prepare(number_rows, None, text_only=False)["amount_valid"].to_list() == [False]
