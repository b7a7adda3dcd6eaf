"""What the row checker compares a roster with: banks and areas as a whole, people and cards for the numbers of a file only."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from yikatong.core import audit, sql, vault
from yikatong.core.authz import Actor

from . import words
from .card_loading import CARD_KIND
from .residents import ID_KIND

_BANKS = dict.fromkeys(("bank_name", "bank_code", "card_prefix"), pl.String())
_AREAS = dict.fromkeys(("code", "name", "level", "parent_code"), pl.String())
_PEOPLE = {"place": pl.Int64(), "name": pl.String()}
_CARDS = {
    "place": pl.Int64(), "holder": pl.Binary(), "name": pl.String(), "bank_name": pl.String(), "bank_code": pl.String(),
    "status": pl.String(), "has_other_active": pl.Boolean(),
}  # fmt: skip
# What stands for a number that the file does not hold: it equals no ID number and no card number.
_SOMEBODY, _SOME_CARD = "#", "#"


@dataclass(frozen=True)
class Found:
    """Whom and what the registry knows of the numbers of a file; all columns are text, nothing was opened for it.

    people: name, id_number. cards: name, id_number ("#" when the holder is nobody of the file), card_number, bank_name,
    bank_code, status (正常 …); for the holder of a card that is not active, one more row with a card number of "#…" tells
    that they hold another card that is.
    """

    people: pl.DataFrame
    cards: pl.DataFrame


@dataclass(frozen=True)
class Indexed:
    """Numbers, each once, with their blind indexes, in the order of the indexes: neighbors are found on one page of the tree."""

    id_numbers: pl.Series
    id_indexes: pl.Series
    card_numbers: pl.Series
    card_indexes: pl.Series

    def of_id_numbers(self, numbers: pl.Series) -> pl.Series:
        """The blind index of each number of a column; null stays null. All must be among those indexed."""
        return _index_of(numbers, self.id_numbers, self.id_indexes)

    def of_card_numbers(self, numbers: pl.Series) -> pl.Series:
        """As ``of_id_numbers``."""
        return _index_of(numbers, self.card_numbers, self.card_indexes)


def indexed(id_numbers: pl.Series, card_numbers: pl.Series) -> Indexed:
    """Index ID numbers (18 characters) and card numbers once for all that needs them; null and repeated ones are skipped."""
    return Indexed(*_indexed(id_numbers, ID_KIND), *_indexed(card_numbers, CARD_KIND))


def _indexed(numbers: pl.Series, kind: str) -> tuple[pl.Series, pl.Series]:
    known = numbers.drop_nulls().unique()
    indexes = vault.index_series(known, kind=kind)
    order = indexes.arg_sort()
    return known.gather(order), indexes.gather(order)


def _index_of(numbers: pl.Series, known: pl.Series, indexes: pl.Series) -> pl.Series:
    by_number = pl.DataFrame({"number": known, "index": indexes})
    found = numbers.to_frame("number").join(by_number, on="number", how="left", maintain_order="left")["index"]
    assert found.null_count() == numbers.null_count(), "a number was not indexed"
    return found


def references_for(numbers: Indexed, *, purpose: str, subject: str, by: Actor, at: datetime) -> Found:
    """People and cards by the ID numbers and card numbers of a file.

    Two statements and one audit event, however many numbers; each number is found by the index of its blind index.
    """
    people = sql.frame("registry/people_by_index", _PEOPLE, indexes=_array(numbers.id_indexes))
    cards = sql.frame("registry/cards_by_index", _CARDS, indexes=_array(numbers.card_indexes))
    audit.record(
        "registry.looked_up",
        subject=subject,
        by=by,
        at=at,
        purpose=purpose,
        id_numbers=len(numbers.id_numbers),
        card_numbers=len(numbers.card_numbers),
        people=people.height,
        cards=cards.height,
    )
    return Found(
        people=people.select("name", id_number=numbers.id_numbers.gather(people["place"] - 1)),
        cards=_cards(
            cards,
            numbers.card_numbers,
            pl.DataFrame({"holder": numbers.id_indexes, "id_number": numbers.id_numbers}),
        ),
    )


def _array(indexes: pl.Series) -> str:
    """A column of blind indexes as a bytea[] of PostgreSQL: the planner then counts it, and no element costs a call."""
    hexes = indexes.bin.encode("hex").to_list()
    return '{"\\\\x' + '","\\\\x'.join(hexes) + '"}' if hexes else "{}"


def _cards(found: pl.DataFrame, numbers: pl.Series, holders: pl.DataFrame) -> pl.DataFrame:
    columns = ("name", "id_number", "card_number", "bank_name", "bank_code", "status")
    named = found.with_columns(card_number=numbers.gather(found["place"] - 1)).join(
        holders, on="holder", how="left", maintain_order="left"
    )
    named = named.with_columns(
        pl.col("id_number").fill_null(_SOMEBODY), pl.col("status").replace_strict(words.STATUS_SHOWN)
    )
    others = named.filter("has_other_active").with_columns(
        card_number=pl.format(_SOME_CARD + "{}", "place"), status=pl.lit(words.STATUS_SHOWN["active"])
    )
    return pl.concat((named.select(columns), others.select(columns)))


def banks_frame() -> pl.DataFrame:
    """All banks: bank_name, bank_code, card_prefix; as in the county's CSV file."""
    return sql.frame("registry/banks", _BANKS)


def areas_frame() -> pl.DataFrame:
    """All areas: code, name, level, parent_code ('' at the top); as in the county's CSV file."""
    return sql.frame("registry/areas", _AREAS)
