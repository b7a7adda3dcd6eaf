"""Loads a file of cards by the set: new cards in, one status row for each card of which something new is said."""

from datetime import date, datetime

import polars as pl
from django.db.models import Max

from yikatong.core import audit, files, sql, tables, vault
from yikatong.core.authz import Actor
from yikatong.core.models import StoredFile
from yikatong.core.refusals import Refused
from yikatong.kit import expressions

from . import reading, staging, words
from .models import Bank, CardLoad
from .residents import ID_KIND

NUMBER_PLACE = "registry_card.number_sealed"
HOLDER_PLACE = "registry_card.holder_id_sealed"
CARD_KIND = "card_number"
FILE_KIND = "cards"

KNOWN = {
    "row_no": pl.Int64,
    "card_id": pl.Int64,
    "known_holder": pl.Binary,
    "known_bank": pl.Int64,
    "is_waiting": pl.Boolean,
    "known_status": pl.String,
    "known_name": pl.String,
}


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
    frame = reading.cards(content, file=file.name, banks_known=dict(Bank.objects.values_list("code", "prefix")))
    del content  # What was read lies in columns; the file is not held beside them.
    (load_id,) = sql.reserve_ids("registry_cardload", 1)
    frame = _with_ids(frame, load_id, file.name)
    news = frame.filter(pl.col("is_new") | pl.col("is_changed"))
    _stage(news, load_id)
    new_count = int(frame.get_column("is_new").sum())
    inserted = sql.run("registry/insert_cards", load_key=load_id)
    assert inserted == new_count, (inserted, new_count)
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
        changed_count=news.height - inserted,
        unknown_count=unknown + int(frame.get_column("is_waiting").sum()),
    )
    told = sql.run("registry/append_statuses", load_key=load_id, as_of=as_of, load_id=load_id)
    assert told == news.height, (told, news.height)
    sql.run("registry/clear_cards", load_key=load_id)
    sql.call("registry_write_card_figures", load_id)
    staging.plan_as_usual()
    _record(load, by=by, at=at)
    return load


def _record(load: CardLoad, *, by: Actor, at: datetime) -> None:
    """The audit event with the load's figures and the digest of all that it said, by which verify judges."""
    counts = {
        "rows": load.row_count,
        "new": load.new_count,
        "changed": load.changed_count,
        "unknown": load.unknown_count,
    }
    digest = sql.call("registry_load_digest", load.pk)
    subject = f"card_load:{load.pk}"
    audit.record("cards.loaded", subject=subject, by=by, at=at, as_of=load.as_of, digest=digest, **counts)


LOCK = 0x59_4B_43_44  # "YKCD": any number that no other lock uses


def _with_ids(frame: pl.DataFrame, load_key: int, file: str) -> pl.DataFrame:
    """The cards with their indexes, bank_id, holder_name, status by its code, id (the card's own where it is known),
    is_new, is_changed (a known card of which something new is said) and is_waiting (known, its holder is not).

    Raises BadTable for cards that are known under another holder or bank: the file is wrong, or fraud.
    """
    banks = dict(Bank.objects.values_list("code", "pk"))
    frame = frame.select(
        "id_number",
        "card_number",
        "issued_on",
        expressions.name_clean(pl.col("name")).alias("holder_name"),
        pl.col("bank_code").replace_strict(banks, return_dtype=pl.Int64).alias("bank_id"),
        pl.col("status").replace_strict(words.STATUS_WORDS, return_dtype=pl.String),
        pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias("row_no"),
        staging.indexed(frame.get_column("card_number"), kind=CARD_KIND).alias("number_index"),
        staging.indexed(frame.get_column("id_number"), kind=ID_KIND).alias("holder_id_index"),
    )
    known = staging.known("registry/known_cards", frame.select("row_no", key="number_index"), KNOWN, load_key)
    frame = frame.hstack(known.drop("row_no"))
    _refuse_others(frame, file)
    said = pl.col("known_status").eq_missing(pl.col("status")) & pl.col("known_name").eq_missing(pl.col("holder_name"))
    frame = frame.with_columns(
        is_changed=pl.col("card_id").is_not_null() & ~said, is_waiting=pl.col("is_waiting").fill_null(False)
    )
    frame = frame.drop("row_no", "known_holder", "known_bank", "known_status", "known_name")
    return staging.with_ids(frame, "registry_card", own="card_id")


def _refuse_others(frame: pl.DataFrame, file: str) -> None:
    """Cards that are known under another holder or bank."""
    other = (pl.col("holder_id_index") != pl.col("known_holder")) | (pl.col("bank_id") != pl.col("known_bank"))
    rows = frame.filter(other).get_column("row_no")
    column = reading.CARDS["card_number"]
    first = rows.head(tables.PROBLEMS_SHOWN).to_list()
    problems = [tables.Problem(row_no, column, words.CARD_ELSEWHERE) for row_no in first]
    tables.refuse_if(problems, file=file, count=len(rows))


def _stage(frame: pl.DataFrame, load_key: int) -> None:
    """Copy the rows to staging; only cards that are not known yet are sealed."""
    for part in staging.parts(frame):
        rows, number = part.get_column("id"), pl.col("card_number")
        fresh = part.select(pl.when("is_new").then(number), pl.when("is_new").then("id_number"))
        staged = part.select(
            pl.lit(load_key).alias("load_key"),
            "id",
            "is_new",
            vault.seal_series(fresh["card_number"], place=NUMBER_PLACE, rows=rows).alias("number_sealed"),
            "number_index",
            number.str.slice(0, 4).alias("prefix"),
            number.str.slice(-4).alias("tail"),
            "bank_id",
            "holder_name",
            vault.seal_series(fresh["id_number"], place=HOLDER_PLACE, rows=rows).alias("holder_id_sealed"),
            "holder_id_index",
            expressions.day(pl.col("issued_on")),
            "status",
        )
        sql.copy_frame("registry_incomingcard", staged)


def store(*, content: bytes, name: str, by: Actor, at: datetime) -> StoredFile:
    """Keep the file as it came."""
    return files.store(name=name, kind=FILE_KIND, content=content, by=by, at=at)
