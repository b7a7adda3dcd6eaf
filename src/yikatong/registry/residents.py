"""Loads households and people by the set: COPY to staging, then one statement a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import connection

from yikatong.core import audit, sql, vault
from yikatong.core.authz import Actor
from yikatong.core.models import Area
from yikatong.core.tables import Problem, refuse_if
from yikatong.kit import masking, names

from . import reading, staging, words
from .models import Household, Person

ID_PLACE = "registry_person.id_number_sealed"
MOBILE_PLACE = "registry_person.mobile_sealed"
# The kinds under which blind indexes are keyed; other rooms look people and cards up by the same.
ID_KIND = "id_number"
MOBILE_KIND = "mobile"

HOUSEHOLD_COLUMNS = (
    "load_key", "no", "village_code", "group_no", "head_index", "farmland_micro", "forest_micro", "fallow_micro",
)  # fmt: skip
PERSON_COLUMNS = (
    "load_key", "id", "is_new", "no", "name", "name_key", "id_number_sealed", "id_index", "id_masked", "sex",
    "birth_date", "household_no", "relation", "village_code", "group_no", "mobile_sealed", "mobile_index",
    "mobile_masked", "flags", "guardian_index", "guardian_relation", "custodian_index", "custodian_relation",
)  # fmt: skip


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
    numbers = {*homes.get_column("household_no").to_list(), *Household.objects.values_list("no", flat=True)}
    residents = reading.people(people, file=people_file, villages=villages, household_nos=numbers)
    (load_key,) = sql.reserve_ids("core_auditevent", 1)
    staging.plan_for_many()
    _stage_households(homes, load_key)
    staged = _stage_people(residents, load_key, people_file)
    sql.run("registry/take_households", load_key=load_key)
    inserted = sql.run("registry/insert_people", load_key=load_key)
    assert inserted == staged, (inserted, staged)
    changed = sql.run("registry/update_people", load_key=load_key)
    sql.run("registry/tie_people", load_key=load_key)
    sql.run("registry/set_heads", load_key=load_key)
    linked = sql.run("registry/link_cards")
    sql.run("registry/clear_people", load_key=load_key)
    staging.plan_as_usual()
    taken = Taken(homes.height, residents.height, inserted, changed, linked)
    audit.record("residents.loaded", subject="registry", by=by, at=at, **taken.__dict__)
    return taken


def _stage_households(frame: pl.DataFrame, load_key: int) -> None:
    heads = vault.index_many([value or None for value in frame.get_column("head_id_number").to_list()], kind=ID_KIND)
    with sql.copy_in("registry_incominghousehold", HOUSEHOLD_COLUMNS) as copy:
        for head, row in zip(heads, frame.iter_rows(named=True), strict=True):
            micro = [reading.land(row[name]) for name in ("farmland_mu", "forest_mu", "fallow_mu")]
            copy.write_row((load_key, row["household_no"], row["village_code"], row["group"], head, *micro))


def _stage_people(frame: pl.DataFrame, load_key: int, file: str) -> int:
    """Copy the people to staging with their numbers sealed; returns how many are new."""
    rows = frame.to_dicts()
    known = {
        no: (pk, index)
        for no, pk, index in Person.objects.filter(no__in=[row["person_no"] for row in rows]).values_list(
            "no", "id", "id_index"
        )
    }
    indexes = vault.index_many([row["id_number"] or None for row in rows], kind=ID_KIND)
    refuse_if(_clashes(rows, indexes, known), file=file)
    new_ids = iter(sql.reserve_ids("registry_person", sum(row["person_no"] not in known for row in rows)))
    staged_new = 0
    with sql.copy_in("registry_incomingperson", PERSON_COLUMNS) as copy:
        for row, index in zip(rows, indexes, strict=True):
            is_new = row["person_no"] not in known
            staged_new += is_new
            row_id = next(new_ids) if is_new else known[row["person_no"]][0]
            seals_id = index is not None and (is_new or known[row["person_no"]][1] is None)
            copy.write_row((load_key, row_id, is_new, *_person(row, row_id, index, seals_id)))
    return staged_new


def _person(row: dict[str, str], row_id: int, index: bytes | None, seals_id: bool) -> tuple[Any, ...]:
    number, mobile = row["id_number"], row["mobile"]
    born = row["birth_date"]
    return (
        row["person_no"],
        names.clean(row["name"]),
        names.key(row["name"]),
        vault.seal(number.encode(), place=ID_PLACE, row=row_id) if seals_id else None,
        index,
        masking.id_number(number) if number else "",
        row["sex"],
        date.fromisoformat(born) if born else None,
        row["household_no"] or None,
        row["relation"],
        row["village_code"],
        row["group"],
        vault.seal(mobile.encode(), place=MOBILE_PLACE, row=row_id) if mobile else None,
        vault.index(mobile, kind=MOBILE_KIND) if mobile else None,
        masking.mobile(mobile) if mobile else "",
        [flag for flag in row["flags"].split("|") if flag],
        vault.index(row["guardian_id_number"], kind=ID_KIND) if row["guardian_id_number"] else None,
        row["guardian_relation"],
        vault.index(row["custodian_id_number"], kind=ID_KIND) if row["custodian_id_number"] else None,
        row["custodian_relation"],
    )


def _clashes(
    rows: Sequence[dict[str, str]], indexes: Sequence[bytes | None], known: dict[str, tuple[int, Any]]
) -> list[Problem]:
    """Rows whose ID number belongs to another person already, or replaces the person's own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id_index, no FROM registry_person WHERE id_index = ANY(%s)",
            [[index for index in indexes if index is not None]],
        )
        owners = {bytes(index): no for index, no in cursor.fetchall()}
    problems = []
    for row_no, (row, index) in enumerate(zip(rows, indexes, strict=True), start=2):
        if index is None:
            continue
        column = reading.PEOPLE["id_number"]
        before = known.get(row["person_no"], (0, None))[1]
        if owners.get(index, row["person_no"]) != row["person_no"]:
            problems.append(Problem(row_no, column, words.ID_TAKEN))
        elif before is not None and bytes(before) != index:
            problems.append(Problem(row_no, column, words.ID_CHANGED))
    return problems
