"""The demo county's people and cards, and two small villagers for a test."""

from pathlib import Path
from typing import Any

import polars as pl

from yikatong.registry import actions, queries, residents
from yikatong.registry.models import CardLoad, Person

COUNTY = Path(__file__).parents[2] / "demo" / "county"
PEOPLE_HEADER = "person_no,name,id_number,sex,birth_date,household_no,relation,village_code,group,mobile"
HOUSEHOLDS_HEADER = "household_no,village_code,group,head_id_number,farmland_mu,forest_mu,fallow_mu"
CARDS_HEADER = "name,id_number,card_number,bank_name,bank_code,status,issued_on"

LI_ID, HUANG_ID = "519999197711186675", "519999197003110194"
LI = f"R000001,李毅,{LI_ID},男,1977-11-18,QH000001,户主,519999100001,6,19900006897"
HUANG = f"R000002,黄波,{HUANG_ID},男,1970-03-11,QH000002,户主,519999100001,6,19900001847"
HOMES = (f"QH000001,519999100001,6,{LI_ID},2.97,7.10,1.70", f"QH000002,519999100001,6,{HUANG_ID},2.25,6.06,2.50")
LI_CARD = f"李毅,{LI_ID},6299020000001000049,西岭银行青禾县支行,999651900025,正常,2016-09-18"
LI_NEWER = f"李毅,{LI_ID},6299010000001000082,青禾农村商业银行,999651900017,正常,2021-03-13"


def load_banks(cast: Any, at: Any) -> int:
    """Register the county's three banks."""
    return actions.load_banks(
        content=(COUNTY / "banks.csv").read_bytes(), file="banks.csv", by=cast["renshe.faka"], at=at
    )


def load_people(cast: Any, at: Any, *people: str, homes: tuple[str, ...] = HOMES) -> residents.Taken:
    """Register these people (李毅 and 黄波 if none are named) with their households."""
    return actions.load_residents(
        people="\n".join((PEOPLE_HEADER, *(people or (LI, HUANG)))).encode(),
        households="\n".join((HOUSEHOLDS_HEADER, *homes)).encode(),
        people_file="people.csv",
        households_file="households.csv",
        by=cast["renshe.faka"],
        at=at,
    )


def load_cards(cast: Any, at: Any, *cards: str, as_of: Any = None) -> CardLoad:
    """Register these cards."""
    return actions.load_cards(
        content="\n".join((CARDS_HEADER, *cards)).encode(),
        file="cards.csv",
        as_of=as_of or at.date(),
        by=cast["renshe.faka"],
        at=at,
    )


def with_two_cards(cast: Any, at: Any) -> Person:
    """李毅 with an older and a newer active card."""
    load_banks(cast, at)
    load_people(cast, at)
    load_cards(cast, at, LI_CARD, LI_NEWER)
    return Person.objects.get(no="R000001")


def look_up(cast: Any, at: Any, id_numbers: pl.Series, card_numbers: pl.Series) -> Any:
    """The people and cards of a file's numbers."""
    told = {"purpose": "roster_checking", "subject": "test:1", "by": cast["liuhe.jingban"], "at": at}
    return queries.references_for(queries.indexed(id_numbers, card_numbers), **told)
