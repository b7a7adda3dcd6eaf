"""Loads a file of cards by the set: new cards in, one status row for each card of which something new is said."""

from datetime import date, datetime

import polars as pl
from django.db import connection
from django.db.models import Max

from yikatong.core import audit, files, sql, vault
from yikatong.core.authz import Actor
from yikatong.core.models import StoredFile
from yikatong.core.refusals import Refused
from yikatong.core.tables import Problem, refuse_if
from yikatong.kit import names

from . import reading, staging, words
from .models import Bank, CardLoad
from .residents import ID_KIND

NUMBER_PLACE = "registry_card.number_sealed"
HOLDER_PLACE = "registry_card.holder_id_sealed"
CARD_KIND = "card_number"
FILE_KIND = "cards"

COLUMNS = (
    "load_key", "row_no", "id", "number_sealed", "number_index", "prefix", "tail", "bank_code", "holder_name",
    "holder_id_sealed", "holder_id_index", "issued_on", "status",
)  # fmt: skip


def take(*, file: StoredFile, content: bytes, as_of: date, by: Actor, at: datetime) -> CardLoad:
    """Take over one stored file of cards; see ``actions.load_cards``."""
    # One load at a time, so that two files cannot both find a card new.
    sql.call("pg_advisory_xact_lock", LOCK)
    staging.plan_for_many()
    earlier = CardLoad.objects.filter(digest=file.digest, as_of=as_of).first()
    if earlier is not None:
        return earlier
    latest = CardLoad.objects.aggregate(latest=Max("as_of"))["latest"]
    if latest is not None and as_of < latest:
        raise Refused(words.OLDER_FILE.format(as_of=as_of, latest=latest))
    banks = dict(Bank.objects.values_list("code", "prefix"))
    frame = reading.cards(content, file=file.name, banks_known=banks)
    (load_id,) = sql.reserve_ids("registry_cardload", 1)
    staged_new = _stage(frame, load_id)
    taken_elsewhere = [row["row_no"] for row in sql.rows("registry/other_holders", load_key=load_id)]
    column = reading.CARDS["card_number"]
    refuse_if([Problem(row_no, column, words.CARD_ELSEWHERE) for row_no in taken_elsewhere], file=file.name)
    inserted = sql.run("registry/insert_cards", load_key=load_id)
    assert inserted == staged_new, (inserted, staged_new)
    told = sql.run("registry/append_statuses", load_key=load_id, as_of=as_of, load_id=load_id)
    unknown = sql.one("registry/unknown_holders", load_key=load_id)["unknown_count"]
    load = CardLoad.objects.create(
        pk=load_id,
        file=file,
        digest=file.digest,
        as_of=as_of,
        loaded_by_id=by.official_id,
        loaded_at=at,
        row_count=frame.height,
        new_count=inserted,
        changed_count=told - inserted,
        unknown_count=unknown,
    )
    sql.run("registry/clear_cards", load_key=load_id)
    staging.plan_as_usual()
    counts = {"rows": frame.height, "new": inserted, "changed": told - inserted, "unknown": unknown}
    digest = sql.call("registry_load_digest", load_id)
    audit.record("cards.loaded", subject=f"card_load:{load_id}", by=by, at=at, as_of=as_of, digest=digest, **counts)
    return load


LOCK = 0x59_4B_43_44  # "YKCD": any number that no other lock uses


def _stage(frame: pl.DataFrame, load_key: int) -> int:
    """Copy the rows to staging; only cards that are not known yet are sealed. Returns how many are new."""
    indexes = vault.index_many(frame.get_column("card_number").to_list(), kind=CARD_KIND)
    known = _known(indexes)
    new_ids = iter(sql.reserve_ids("registry_card", sum(index not in known for index in indexes)))
    staged_new = 0
    with sql.copy_in("registry_incomingcard", COLUMNS) as copy:
        for row_no, (index, row) in enumerate(zip(indexes, frame.iter_rows(named=True), strict=True), start=2):
            is_new = index not in known
            staged_new += is_new
            row_id = next(new_ids) if is_new else None
            number, holder = row["card_number"], row["id_number"]
            copy.write_row(
                (
                    load_key,
                    row_no,
                    row_id,
                    None if row_id is None else vault.seal(number.encode(), place=NUMBER_PLACE, row=row_id),
                    index,
                    number[:4],
                    number[-4:],
                    row["bank_code"],
                    names.clean(row["name"]),
                    None if row_id is None else vault.seal(holder.encode(), place=HOLDER_PLACE, row=row_id),
                    vault.index(holder, kind=ID_KIND),
                    row["issued_on"] or None,
                    words.STATUS_WORDS[row["status"]],
                )
            )
    return staged_new


def _known(indexes: list[bytes | None]) -> set[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number_index FROM registry_card WHERE number_index = ANY(%s)", [indexes])
        return {bytes(row[0]) for row in cursor.fetchall()}


def store(*, content: bytes, name: str, by: Actor, at: datetime) -> StoredFile:
    """Keep the file as it came."""
    return files.store(name=name, kind=FILE_KIND, content=content, by=by, at=at)
