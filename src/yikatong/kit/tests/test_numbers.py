"""Money, ID numbers, card numbers, masks, digests: examples that a person can check by hand."""

import io
from datetime import date

import pytest

from yikatong.kit import card_number, digest, id_number, masking, money

TODAY = date(2026, 11, 20)
CODES = id_number.area_codes(["519999000000"])


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("100", 10000),
        (" 0.5 ", 50),
        ("1,200.00", 120000),
        ("１００．０５", 10005),
        ("1234567.8", 123456780),
        ("1，200", 120000),
    ],
)
def test_accepted_amounts(written: str, fen: int):
    assert money.parse_amount(written) == fen


@pytest.mark.parametrize(
    "written", ["", "-1", "+1", "1.234", "12,34", "1e3", "100元", "壹佰", "NaN", "1 000", ".5", "٣"]
)
def test_amounts_that_are_not_accepted(written: str):
    assert money.parse_amount(written) is None


def test_yuan_are_written_with_commas_and_two_decimals():
    assert money.format_yuan(123456) == "1,234.56"
    assert money.format_yuan(-5) == "-0.05"
    assert money.plain_yuan(123456) == "1234.56"


def test_quantities_are_millionths():
    assert money.parse_quantity("3.37") == 3_370_000
    assert money.parse_quantity("0.33333333") == 333_333
    assert money.parse_quantity("约2亩") is None
    assert [money.format_quantity(micro) for micro in (8_600_000, 3_000_000, -250_000)] == ["8.60", "3.00", "-0.25"]


def test_half_a_fen_is_rounded_up():
    assert money.multiply(50_000, 9530) == 477
    assert money.multiply(3_370_000, 11948) == 40265


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (100, "壹元整"),
        (105, "壹元零伍分"),
        (123456, "壹仟贰佰叁拾肆元伍角陆分"),
        (10_010_000, "壹拾万零壹佰元整"),
        (100_001_000_100, "壹拾亿零壹万零壹元整"),
        (1_000_000_000_000_000, "壹拾万亿元整"),
        (-100, "负壹元整"),
    ],
)
def test_capital_words(fen: int, words: str):
    assert money.capital(fen) == words


def number(first_17: str) -> str:
    return first_17 + id_number.check_digit(first_17)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (number("51999919600101123"), None),
        ("51999919600101123", id_number.Fault.FORM),
        ("519999196001011239", id_number.Fault.CHECKSUM),
        (number("51999919580230123"), id_number.Fault.BIRTHDATE),
        (number("51999920270101123"), id_number.Fault.BIRTHDATE),
        (number("51999919000101123"), id_number.Fault.BIRTHDATE),
        (number("00123419600101123"), id_number.Fault.AREA),
        (number("11010319600101123"), None),
        (number("83000019600101123"), None),
    ],
)
def test_faults_of_an_id_number(value: str, fault: id_number.Fault | None):
    assert id_number.fault(value, today=TODAY, codes=CODES) == fault


def test_what_an_id_number_says():
    value = number("51999919600101123")
    assert id_number.birth_date(value) == date(1960, 1, 1)
    assert id_number.sex(value) == "男"
    assert id_number.sex(number("51999919600101124")) == "女"
    assert id_number.to_18("519999600101123") == value
    assert id_number.oldest_birth(date(2024, 2, 29)) == date(1904, 2, 28)


def test_luhn_form_and_prefix():
    assert card_number.luhn_holds("6299010000001000595")
    assert not card_number.luhn_holds("6299010000001000596")
    assert card_number.has_form("6299010000001000595")
    assert not card_number.has_form("629901000000100059")
    assert card_number.bank_prefix("6299010000001000595") == "629901"


def test_masks_hide_the_middle():
    assert masking.id_number("510000196001011234") == "510***********1234"
    assert masking.card_number("6217000000000004471") == "6217 **** **** 4471"
    assert masking.card_number("6217") == "****"
    assert masking.mobile("13800005678") == "138****5678"
    assert masking.mobile("1380") == "****"
    assert [masking.name(name) for name in ("张", "张三", "张建国", "")] == ["张", "张*", "张*国", ""]


def test_digests_tell_apart_what_differs_and_ignore_the_order_of_parts():
    assert digest.of_bytes(b"x") == digest.of_stream(io.BytesIO(b"x"))
    assert digest.of_rows([["a", "b"]]) != digest.of_rows([["ab", ""]])
    assert digest.of_rows([["1"]]) != digest.of_rows([[1]])
    assert digest.of_rows([[None]]) != digest.of_rows([[""]])
    assert digest.of_digests(["b", "a"]) == digest.of_digests(["a", "b"])
