"""From a part of the checked rows to columns of roster lines and of their problems: by the column, no call a row."""

import polars as pl

from . import cells
from .rules import expressions as x
from .rules.checking import CheckedPart

# Corrections and dropped rows of the clerk, laid beside the rows. ``edits`` as kept.
CORRECTED = {"row_key": pl.String(), "edits": pl.List(pl.String())}
DROPPED = {"row_key": pl.String(), "reason": pl.String()}
_VALUES = (
    "name", "id_number", "card_number", "village_code", "group_no", "quantity_micro", "rate_fen", "amount_fen", "occasion",
)  # fmt: skip


def of_part(part: CheckedPart, *, by_occasion: bool, corrected: pl.DataFrame, dropped: pl.DataFrame) -> pl.DataFrame:
    """The lines of a part as columns: place, ``cells`` (the kept JSON), values with whole numbers, ``standing``, ``reason``,
    ``mended`` (whether a correction lies on it, or it is dropped), and ``content``, a text that says everything that a revision says.

    ``corrected`` and ``dropped`` are frames of CORRECTED and DROPPED, of this or other parts. A dropped row keeps what it
    showed, and its content is only that and the reason.
    """
    occasion = x.compact(pl.col("occasion").fill_null("")).str.slice(0, 60) if by_occasion else pl.lit("")
    clean = pl.when(pl.col("name_clean") != "").then("name_clean")
    rows = part.rows.select(
        "row_key",
        "sheet_index",
        pl.col("sheet").fill_null(""),
        pl.col("row").alias("row_no"),
        pl.coalesce(clean, "name").fill_null("").str.slice(0, 120).alias("name"),
        "id_number",
        "card_number",
        "village_code",
        pl.col("group").fill_null("").str.slice(0, 40).alias("group_no"),
        "quantity_micro",
        "rate_fen",
        "amount_fen",
        occasion.alias("occasion"),
        pl.when("ok").then(pl.lit("ok")).otherwise(pl.lit("error")).alias("standing"),
    )
    rows = rows.join(corrected, on="row_key", how="left", maintain_order="left")
    kept = part.written.select(cells=cells.dumped(pl.lit(rows["edits"])), written="name")
    rows = rows.hstack(kept).with_columns(mended=pl.col("edits").is_not_null())
    rows = rows.join(_told(part.problems), on=["sheet_index", "row_no"], how="left", maintain_order="left")
    return _with_dropped(rows, dropped).with_columns(content=_content()).drop("told", "edits", "written")


def _told(problems: pl.DataFrame) -> pl.DataFrame:
    """What is said of each row that has problems, as one text."""
    return (
        problems.select(
            "sheet_index",
            pl.col("row").alias("row_no"),
            told=pl.struct("kind", "column", "seen", "note").struct.json_encode(),
        )
        .group_by("sheet_index", "row_no", maintain_order=True)
        .agg(pl.col("told").str.join("\n"))
    )


def _with_dropped(rows: pl.DataFrame, dropped: pl.DataFrame) -> pl.DataFrame:
    if dropped.is_empty():
        return rows.with_columns(reason=pl.lit(""))
    rows = rows.join(dropped, on="row_key", how="left", maintain_order="left")
    out = pl.col("reason").is_not_null()
    name = pl.coalesce(pl.col("edits").list.first(), pl.col("written"), pl.lit("")).str.slice(0, 120)
    return rows.with_columns(
        name=pl.when(out).then(name).otherwise("name"),
        standing=pl.when(out).then(pl.lit("dropped")).otherwise("standing"),
        reason=pl.col("reason").fill_null(""),
        mended=out | pl.col("mended"),
        told=pl.when(~out).then("told"),
    )


def _content() -> pl.Expr:
    values = pl.struct(*_VALUES, "reason").struct.json_encode()
    return pl.concat_str("row_key", "cells", values, pl.col("told").fill_null(""), separator="\n")


def claims() -> pl.Expr:
    """Who claims what, as one text a line: what a list is recognized by, whatever the order of its rows."""
    return pl.concat_str(
        pl.col("id_number").fill_null(""), "name", pl.col("amount_fen").cast(pl.String).fill_null(""), "occasion",
        separator="|",
    )  # fmt: skip
