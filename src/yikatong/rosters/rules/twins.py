"""Finds the rows of one file again in the next: by what they say, then by whose they are, then by where they stand. Pure."""

import polars as pl

# A row as far as finding it again needs it: its place, and hashes of what it says, of its number and of its name (null where empty).
ROWS = {
    "row_key": pl.String(), "at": pl.Int64(), "whole": pl.UInt64(), "id_number": pl.UInt64(), "name": pl.UInt64(),
}  # fmt: skip
PAIRS = {"before_key": pl.String(), "after_key": pl.String(), "same": pl.Boolean()}
# Tried in this order among the rows that are left; of equal rows the first goes with the first.
_CHANGED = (("id_number", "name"), ("anchor", "offset", "name"), ("id_number",), ("name",), ("anchor", "offset"))


def paired(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Pairs (frame of PAIRS) of the rows of two files, frames of ROWS in the order of the files; `same` where nothing changed.

    No row is in two pairs. Rows in none are new in `after`, or gone from `before`.
    """
    same = _joined(before, after, ("whole",))
    pairs = [same.with_columns(same=pl.lit(True))]
    before, after = _anchored(before, same, "before_key"), _anchored(after, same, "after_key")
    for keys in _CHANGED:
        found = _joined(before, after, keys)
        pairs.append(found.with_columns(same=pl.lit(False)))
        before = before.join(found, left_on="row_key", right_on="before_key", how="anti", maintain_order="left")
        after = after.join(found, left_on="row_key", right_on="after_key", how="anti", maintain_order="left")
    return pl.concat(pairs).select(list(PAIRS))


def _joined(before: pl.DataFrame, after: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """before_key and after_key of rows with equal keys, the n-th of them with the n-th."""
    numbered = [
        rows.drop_nulls(keys).select("row_key", *keys, occurrence=pl.int_range(pl.len()).over(keys))
        for rows in (before, after)
    ]
    joined = numbered[0].join(numbered[1], on=[*keys, "occurrence"], how="inner", maintain_order="left")
    return joined.select(before_key="row_key", after_key="row_key_right")


def _anchored(rows: pl.DataFrame, same: pl.DataFrame, side: str) -> pl.DataFrame:
    """The rows without a twin yet, each with the last row above that has one (`anchor`, its pair; -1 at the top), and how far
    below it stands (`offset`)."""
    pair = same.select(pl.col(side).alias("row_key"), pair=pl.int_range(pl.len(), dtype=pl.Int64))
    placed = rows.join(pair, on="row_key", how="left", maintain_order="left")
    above = pl.when(pl.col("pair").is_not_null()).then("at").forward_fill().fill_null(-1)
    placed = placed.with_columns(anchor=pl.col("pair").forward_fill().fill_null(-1), offset=pl.col("at") - above)
    return placed.filter(pl.col("pair").is_null()).drop("pair")
