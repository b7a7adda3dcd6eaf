"""What a roster is checked against: the other cards of a holder whose card is not active."""

import polars as pl
import pytest
from django.db import connection

from yikatong.core import sql

from .county import LI_CARD, LI_ID, LI_NEWER, load_banks, load_cards, load_people, look_up

pytestmark = pytest.mark.django_db


def test_another_active_card_of_the_holder_is_told(cast, at):
    load_banks(cast, at)
    load_people(cast, at)
    load_cards(cast, at, LI_CARD.replace("正常", "挂失"), LI_NEWER)
    first = LI_CARD.split(",")[2]
    found = look_up(cast, at, pl.Series([LI_ID]), pl.Series([first]))
    assert found.cards.select("id_number", "status").rows() == [(LI_ID, "挂失"), (LI_ID, "正常")]
    assert found.cards["card_number"].to_list()[0] == first and found.cards["card_number"].to_list()[1].startswith("#")


def test_another_active_card_is_told_of_a_holder_whom_nobody_knows_too(cast, at):
    load_banks(cast, at)
    load_cards(cast, at, LI_CARD.replace("正常", "挂失"), LI_NEWER)
    found = look_up(cast, at, pl.Series([LI_ID]), pl.Series([LI_CARD.split(",")[2]]))
    assert found.cards["status"].to_list() == ["挂失", "正常"]


def test_the_other_cards_of_a_holder_are_looked_up_by_key(cast, at):
    with connection.cursor() as cursor:
        # What can be found by no index is gone through all the same.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql.text('registry/cards_by_index')}", {"indexes": "{}"})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert plan.count("registry_card ") >= 3 and "Seq Scan" not in plan, plan
