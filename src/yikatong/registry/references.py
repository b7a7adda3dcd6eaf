"""The frames of people, cards, banks and areas that the row checker compares a roster with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.db import connection

from yikatong.core import vault
from yikatong.core.authz import Actor
from yikatong.core.models import Area

from . import words
from .card_loading import HOLDER_PLACE, NUMBER_PLACE
from .residents import ID_PLACE

_PEOPLE = "SELECT id, no, name, id_number_sealed, sex, birth_date::text, village_code FROM registry_person ORDER BY id"
_CARDS = """
    SELECT card.id, card.number_sealed, card.holder_id_sealed, known.holder_name, bank.name, bank.code, known.status,
        card.issued_on::text
    FROM registry_card AS card
    INNER JOIN registry_cardstate AS known ON known.card_id = card.id
    INNER JOIN registry_bank AS bank ON bank.id = card.bank_id
    ORDER BY card.id
"""
_BANKS = "SELECT name, code, prefix FROM registry_bank ORDER BY code"

_HOUSEHOLDS = """
    SELECT household.no, household.village_code, household.group_no, head.no
    FROM registry_household AS household
    LEFT JOIN registry_person AS head ON head.id = household.head_id
    ORDER BY household.no
"""


@dataclass(frozen=True)
class References:
    """All text columns, named as in the county's CSV files; with the catalog's frame, what the row checker needs.

    people: person_no, name, id_number ('' if none), sex, birth_date, village_code; cards: name, id_number,
    card_number, bank_name, bank_code, status (正常 …), issued_on; banks: bank_name, bank_code, card_prefix;
    areas: code, name, level, parent_code; households: household_no, village_code, group, head_id_number.
    """

    people: pl.DataFrame
    cards: pl.DataFrame
    banks: pl.DataFrame
    areas: pl.DataFrame
    households: pl.DataFrame


def references_frames(*, purpose: str, subject: str, by: Actor, at: datetime) -> References:
    """People, cards, banks and areas with their numbers opened for ``purpose``; the vault leaves one event a set."""
    people = _people(purpose, subject, by, at)
    return References(
        people=people,
        cards=_cards(purpose, subject, by, at),
        banks=_frame(("bank_name", "bank_code", "card_prefix"), _rows(_BANKS)),
        areas=_frame(
            ("code", "name", "level", "parent_code"),
            [
                (code, name, level, parent or "")
                for code, name, level, parent in Area.objects.values_list("code", "name", "level", "parent_id")
            ],
        ),
        households=_households(people),
    )


def _people(purpose: str, subject: str, by: Actor, at: datetime) -> pl.DataFrame:
    rows = _rows(_PEOPLE)
    numbers = vault.open_many(
        [(row[0], row[3]) for row in rows], place=ID_PLACE, purpose=purpose, subject=subject, by=by, at=at
    )
    return _frame(
        ("person_no", "name", "id_number", "sex", "birth_date", "village_code"),
        [
            (row[1], row[2], number or "", row[4], row[5] or "", row[6])
            for row, number in zip(rows, numbers, strict=True)
        ],
    )


def _households(people: pl.DataFrame) -> pl.DataFrame:
    """Households with their head's number, which is already open among the people's."""
    numbers = dict(people.select("person_no", "id_number").iter_rows())
    return _frame(
        ("household_no", "village_code", "group", "head_id_number"),
        [(no, village, group, numbers.get(head, "")) for no, village, group, head in _rows(_HOUSEHOLDS)],
    )


def _cards(purpose: str, subject: str, by: Actor, at: datetime) -> pl.DataFrame:
    rows = _rows(_CARDS)
    told = {"purpose": purpose, "subject": subject, "by": by, "at": at}
    numbers = vault.open_many([(row[0], row[1]) for row in rows], place=NUMBER_PLACE, **told)  # type: ignore[arg-type]
    holders = vault.open_many([(row[0], row[2]) for row in rows], place=HOLDER_PLACE, **told)  # type: ignore[arg-type]
    return _frame(
        ("name", "id_number", "card_number", "bank_name", "bank_code", "status", "issued_on"),
        [
            (row[3], holder, number, row[4], row[5], words.STATUS_SHOWN[row[6]], row[7] or "")
            for row, number, holder in zip(rows, numbers, holders, strict=True)
        ],
    )


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _frame(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
