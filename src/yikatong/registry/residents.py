"""Loads households and people by the set: whole columns are sealed and copied to staging, then one statement a step."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from yikatong.core import audit, sql, tables, vault
from yikatong.core.authz import Actor
from yikatong.core.models import Area
from yikatong.kit import expressions

from . import reading, staging, words

ID_PLACE = "registry_person.id_number_sealed"
MOBILE_PLACE = "registry_person.mobile_sealed"
# The kinds under which blind indexes are keyed; other rooms look people and cards up by the same.
ID_KIND = "id_number"
MOBILE_KIND = "mobile"

KNOWN = {
    "row_no": pl.Int64,
    "person_id": pl.Int64,
    "is_numbered": pl.Boolean,
    "is_taken": pl.Boolean,
    "is_exchanged": pl.Boolean,
}


@dataclass(frozen=True)
class Taken:
    """What a load of residents brought."""

    households: int
    people: int
    new_people: int
    changed_people: int
    linked_cards: int


def take(*, people: bytes, households: bytes, people_file: str, households_file: str, by: Actor, at: datetime) -> Taken:
    """Read, stage and take over both files. Raises BadTable; see ``actions.load_residents``."""
    villages = set(Area.objects.filter(level=Area.Level.VILLAGE).values_list("code", flat=True))
    homes = reading.households(households, file=households_file, villages=villages)
    residents = reading.people(
        people,
        file=people_file,
        villages=villages,
        households=homes.get_column("household_no"),
        registered=_registered,
    )
    (load_key,) = sql.reserve_ids("core_auditevent", 1)
    staging.plan_for_many()
    residents = _with_ids(residents, load_key, people_file)
    _stage_people(residents, load_key)
    heads_missing = _stage_households(homes, residents, load_key)
    new_count = int(residents.get_column("is_new").sum())
    sql.run("registry/take_households", load_key=load_key)
    inserted = sql.run("registry/insert_people", load_key=load_key)
    assert inserted == new_count, (inserted, new_count)
    changed = 0
    if new_count < residents.height:
        changed = sql.run("registry/update_people", load_key=load_key)
        sql.run("registry/tie_people", load_key=load_key)
    if heads_missing:
        sql.run("registry/set_heads", load_key=load_key)
    linked = sql.run("registry/link_cards", load_key=load_key)
    sql.run("registry/clear_people", load_key=load_key)
    staging.plan_as_usual()
    taken = Taken(homes.height, residents.height, inserted, changed, linked)
    audit.record("residents.loaded", subject="registry", by=by, at=at, **taken.__dict__)
    return taken


def _registered(nos: pl.Series) -> pl.Series:
    """Those of some household numbers that are in the registry already."""
    return sql.frame("registry/known_households", {"no": pl.String}, nos=nos.to_list()).to_series()


def _with_ids(frame: pl.DataFrame, load_key: int, file: str) -> pl.DataFrame:
    """The people with id_index, id (their own where they are known), is_new, guardian_id, custodian_id, and seals_id:
    whether the ID number is news. Raises BadTable for numbers that belong to somebody else."""
    indexes = staging.indexed(frame.get_column("id_number"), kind=ID_KIND).alias("id_index")
    keys = frame.select(
        pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias("row_no"), indexes.alias("key"), no="person_no"
    )
    known = staging.known("registry/known_people", keys, KNOWN, load_key)
    _refuse_clashes(known, file)
    frame = frame.with_columns(
        indexes, known.get_column("person_id"), seals_id=~known.get_column("is_numbered").fill_null(False)
    )
    frame = staging.with_ids(frame, "registry_person", own="person_id")
    numbered = frame.filter(pl.col("id_number") != "").select("id_number", "id")
    return frame.with_columns(
        staging.found_by(frame.get_column(f"{kind}_id_number"), numbered).alias(f"{kind}_id")
        for kind in ("guardian", "custodian")
    ).drop("guardian_id_number", "custodian_id_number")


def _refuse_clashes(known: pl.DataFrame, file: str) -> None:
    """Rows whose ID number belongs to another person already, or replaces the person's own."""
    wrong = known.filter(pl.col("is_taken") | pl.col("is_exchanged"))
    first = wrong.head(tables.PROBLEMS_SHOWN).select("row_no", "is_taken").rows()
    column = reading.PEOPLE["id_number"]
    problems = [
        tables.Problem(row_no, column, words.ID_TAKEN if is_taken else words.ID_CHANGED) for row_no, is_taken in first
    ]
    tables.refuse_if(problems, file=file, count=wrong.height)


def _stage_people(frame: pl.DataFrame, load_key: int) -> None:
    """Copy the people to staging with their numbers sealed."""
    for part in staging.parts(frame):
        sql.copy_frame("registry_incomingperson", _staged(part, load_key))


def _staged(part: pl.DataFrame, load_key: int) -> pl.DataFrame:
    """The rows of staging for some people; a missing number has neither seal nor index."""
    rows, name = part.get_column("id"), pl.col("name")
    mobiles = staging.filled(part.get_column("mobile"))
    numbers = part.select(pl.when(pl.col("seals_id") & (pl.col("id_number") != "")).then("id_number")).to_series()
    return part.select(
        pl.lit(load_key).alias("load_key"),
        "id",
        "is_new",
        expressions.name_clean(name),
        expressions.name_key(name).alias("name_key"),
        vault.seal_series(numbers, place=ID_PLACE, rows=rows).alias("id_number_sealed"),
        "id_index",
        expressions.masked_number(pl.col("id_number")).alias("id_masked"),
        "sex",
        expressions.day(pl.col("birth_date")),
        "relation",
        "village_code",
        vault.seal_series(mobiles, place=MOBILE_PLACE, rows=rows).alias("mobile_sealed"),
        vault.index_series(mobiles, kind=MOBILE_KIND).alias("mobile_index"),
        expressions.masked_number(pl.col("mobile")).alias("mobile_masked"),
        "flags",
        "guardian_id",
        "guardian_relation",
        "custodian_id",
        "custodian_relation",
        no="person_no",
        household_no=pl.when(pl.col("household_no") != "").then("household_no"),
        group_no="group",
    )


def _stage_households(homes: pl.DataFrame, people: pl.DataFrame, load_key: int) -> int:
    """Copy the households to staging; returns how many have no head among the people of the same load."""
    numbered = people.filter(pl.col("id_number") != "").select("id_number", head_id="id")
    homes = homes.with_columns(staging.found_by(homes.get_column("head_id_number"), numbered))
    for part in staging.parts(homes):
        elsewhere = part.select(pl.when(pl.col("head_id").is_null()).then("head_id_number")).to_series()
        staged = part.select(
            pl.lit(load_key).alias("load_key"),
            "village_code",
            vault.index_series(staging.filled(elsewhere), kind=ID_KIND).alias("head_index"),
            "head_id",
            *_land("farmland", "forest", "fallow"),
            no="household_no",
            group_no="group",
        )
        sql.copy_frame("registry_incominghousehold", staged)
    return homes.get_column("head_id").null_count()


def _land(*kinds: str) -> Iterator[pl.Expr]:
    """Mu as written -> millionths; empty means none."""
    for kind in kinds:
        yield expressions.quantity_micro(pl.col(f"{kind}_mu")).fill_null(0).alias(f"{kind}_micro")
