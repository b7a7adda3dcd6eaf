"""What a bank says of the card that it paid, in whatever form, is compared with the card that it was told to pay (C08)."""

import polars as pl
import pytest
from django.db import connection

from yikatong.banking import marking
from yikatong.core import vault
from yikatong.demo.bank import iban_of
from yikatong.registry.queries import CARD_KIND

CARD = "6217999000000004471"


def mark(told: str, **row: str) -> bytes | None:
    rows = pl.DataFrame([{"creditor_account": told, **(row or {"side": "debit"})}])
    return marking.marked(rows)["card_mark"].item()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "told",
    [CARD, "6217 9990 0000 0004 471", "6217-9990-0000-0004-471", iban_of(CARD), f"CN12 000{CARD}", "".join(chr(ord(one) + 0xFEE0) for one in CARD)],
)  # fmt: skip
def test_a_whole_number_is_marked_by_its_blind_index(told: str) -> None:
    assert mark(told) == vault.index(CARD, kind=CARD_KIND)


@pytest.mark.parametrize(
    ("told", "left"),
    [("6217********4471", b"62174471"), ("621799*********471", b"6217_471"), ("****4471", b"____4471"), ("62xxxx71", b"62____71")],
)  # fmt: skip
def test_of_a_masked_number_the_digits_are_marked_that_are_left(told: str, left: bytes) -> None:
    assert mark(told) == left


def test_of_a_bank_that_states_accounts_nothing_is_marked() -> None:
    rows = pl.DataFrame([{"creditor_account": CARD, "side": "debit"}, {"creditor_account": "", "side": "debit"}])
    assert marking.marked(rows, names_cards=False)["card_mark"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("told", "is_other"),
    [
        (CARD, False),
        (CARD[:-1] + "2", True),
        ("6217********4471", False),
        ("****4472", True),
        ("", None),
        ("内部户", None),
    ],
)
def test_a_number_in_clear_is_held_against_a_card(told: str, is_other: bool | None) -> None:
    assert marking.is_other(told, CARD) is is_other


@pytest.mark.parametrize("told", ["", "  ", "*******", "NOTPROVIDED", "对公内部户 12"])
def test_what_cannot_be_compared_is_no_difference(told: str) -> None:
    assert mark(told) is None


@pytest.mark.parametrize("row", [{"result": "failed"}, {"result": "returned"}, {"side": "credit"}])
def test_only_money_that_was_paid_was_credited_to_a_card(row: dict[str, str]) -> None:
    assert mark(CARD, **row) is None and mark(CARD, result="credited")


@pytest.mark.parametrize(
    ("told", "is_other"),
    [
        (CARD, False), ("6217999000000004472", True), ("6217********4471", False), ("****4472", True),
        ("6218********4471", True), ("6217********71", False),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_a_mark_is_held_against_the_card(told: str, is_other: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT payments_is_other_card(jsonb_populate_record(NULL::registry_card, %s), %s)",
            [f'{{"number_index": "\\\\x{vault.index(CARD, kind=CARD_KIND).hex()}", "prefix": "6217", "tail": "4471"}}', mark(told)],
        )  # fmt: skip
        assert cursor.fetchone() == (is_other,)
