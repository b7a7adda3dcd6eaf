"""How rows of a file come to staging: by the column, in parts, and only new ones with ids of their own."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from yikatong.core import sql, vault

# So many rows are sealed and copied at a time, so that a file of any length needs the memory of a short one.
PART_ROWS = 50_000


def plan_for_many() -> None:
    """Let this transaction join by hashing. Staged rows have no statistics, and the application may not ANALYZE: taken
    for a handful, 100,000 of them would be joined row by row, which takes hours instead of seconds."""
    sql.call("set_config", "enable_nestloop", "off", True)


def plan_as_usual() -> None:
    """The rest of the transaction is planned as always."""
    sql.call("set_config", "enable_nestloop", "on", True)


def parts(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The frame in parts of at most ``PART_ROWS`` rows."""
    return frame.iter_slices(PART_ROWS)


def filled(values: pl.Series) -> pl.Series:
    """The texts of a column, null where it is empty."""
    return values.replace("", None)


def indexed(values: pl.Series, *, kind: str) -> pl.Series:
    """Blind indexes of a column of texts, made in parts; null where it is empty."""
    pieces = [filled(values.slice(start, PART_ROWS)) for start in range(0, len(values), PART_ROWS)]
    return pl.concat([vault.index_series(piece, kind=kind) for piece in pieces])


def known(name: str, keys: pl.DataFrame, schema: Mapping[str, Any], load_key: int) -> pl.DataFrame:
    """What the named query says of rows that are known already, in the order of ``keys`` (row_no, key and maybe no); null
    in the rows of which it says nothing."""
    sql.copy_frame("registry_incomingkey", keys.with_columns(pl.lit(load_key).alias("load_key")))
    found = sql.frame(name, schema, load_key=load_key)
    sql.run("registry/clear_keys", load_key=load_key)
    return keys.select("row_no").join(found, on="row_no", how="left", maintain_order="left")


def found_by(values: pl.Series, table: pl.DataFrame) -> pl.Series:
    """For each text of a column the second column of ``table`` in the row whose first column has it, else null."""
    (key, wanted) = table.columns
    return values.rename(key).to_frame().join(table, on=key, how="left", maintain_order="left").get_column(wanted)


def with_ids(frame: pl.DataFrame, table: str, *, own: str) -> pl.DataFrame:
    """The frame with is_new and id: the known one, which the column ``own`` has, else one newly reserved."""
    is_new = frame.get_column(own).is_null()
    ids = sql.reserve_id_series(table, int(is_new.sum()))
    place = pl.when(is_new).then(is_new.cast(pl.UInt32).cum_sum() - 1)
    fresh = ids.gather(pl.select(place).to_series())
    return frame.drop(own).with_columns(
        fresh.fill_null(frame.get_column(own)).alias("id"),
        is_new.alias("is_new"),
    )
