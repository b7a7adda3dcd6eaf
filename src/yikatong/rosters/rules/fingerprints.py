"""Recognizes a list that was sent before: the same lines, in whatever order, in whatever file; and tells two lists apart."""

import polars as pl

from yikatong.kit import digest

# What makes two lines the same claim. Remarks, telephone numbers and the place in the file do not.
_CLAIM = ("id_number", "name_clean", "card_number", "amount_fen", "quantity_micro", "occasion", "ok")


def of_list(rows: pl.DataFrame) -> str:
    """SHA-256 over the checked rows (frame of `checking.ROWS`), the same for any order of the lines and any layout."""
    return digest.of_rows(rows.select(_claims()).sort(_CLAIM, nulls_last=True).iter_rows())


def difference(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Lines that only one of two lists has: their claim, `side` (before or after), and sheet and row in that file."""
    sides = [("before", before, after), ("after", after, before)]
    place = ("sheet", "row")
    return pl.concat(
        one.select([*_claims(), *place])
        .join(other.select(_claims()), on=_CLAIM, how="anti", nulls_equal=True)
        .with_columns(side=pl.lit(side))
        for side, one, other in sides
    )


def _claims() -> list[pl.Expr]:
    return [pl.col(name).cast(pl.Int8) if name == "ok" else pl.col(name) for name in _CLAIM]
