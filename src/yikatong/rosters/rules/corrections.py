"""A clerk's corrections laid over the rows as they were read."""

from dataclasses import dataclass

import polars as pl

from yikatong.rosters.rules import expressions as x
from yikatong.rosters.rules.frames import FIELDS, TYPE

CHANGES_SCHEMA = {"row_key": pl.String(), "field": pl.String(), "text": pl.String()}
_EMPTIED = (
    *("name", "id_number", "card_number", "quantity", "periods", "rate", "amount", "occasion", "mobile", "village"),
    *("sex", "serial"),
)
_DECIMALS = {"amount": 2, "rate": 2, "quantity": 12}


@dataclass(frozen=True)
class Corrections:
    """changes: CHANGES_SCHEMA with type and number, one for each field of a row; dropped: keys of rows that count as empty."""

    changes: pl.DataFrame
    dropped: pl.Series

    def over(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of `frames.ROWS_SCHEMA` (or less) with the corrected cells. A field without a column in its table stays away."""
        out = pl.col("row_key").is_in(self.dropped.implode())
        for (name,), changes in self.changes.partition_by("field", as_dict=True).items():
            if name in rows.columns:
                changed = rows.select("row_key").join(changes, on="row_key", how="left", maintain_order="left")
                rows = _written(rows, str(name), changed["text"].is_not_null(), changed)
        emptied = [name for name in _EMPTIED if name in rows.columns] if self.dropped.len() else []
        nothing = pl.select(text=pl.lit(""), type=pl.lit("empty", TYPE), number=pl.lit(None, pl.Float64))
        for name in emptied:
            rows = _written(rows, name, rows.select(out).to_series(), nothing)
        return rows

    def still_odd(self, odd: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
        """The odd cells of rows (before the corrections) without the corrected cells and the dropped rows."""
        places = ["sheet_index", "row", "column"]
        letters = rows.unpivot(
            [f"{name}_column" for name in FIELDS], index=["row_key", "sheet_index", "row"], value_name="column"
        ).with_columns(field=pl.col("variable").str.strip_suffix("_column"))
        mended = letters.join(self.changes, on=["row_key", "field"], how="semi").select(places)
        dropped = rows.filter(pl.col("row_key").is_in(self.dropped.implode())).select("sheet_index", "row")
        return odd.join(mended, on=places, how="anti", maintain_order="left").join(
            dropped, on=["sheet_index", "row"], how="anti", maintain_order="left"
        )


def _written(rows: pl.DataFrame, name: str, chosen: pl.Series, by: pl.DataFrame) -> pl.DataFrame:
    chosen = chosen & rows[f"{name}_column"].is_not_null()
    if not chosen.any():
        return rows
    new = {"": by["text"], "_type": by["type"], "_number": by["number"], "_formula": pl.Series([False])}
    return rows.with_columns(
        pl.when(chosen)
        .then(pl.lit(series[0], series.dtype) if series.len() == 1 else series)
        .otherwise(f"{name}{suffix}")
        .alias(f"{name}{suffix}")
        for suffix, series in new.items()
    )


def corrections(changes: pl.DataFrame, dropped: pl.Series) -> Corrections:
    """Corrections from changes (CHANGES_SCHEMA, one for a field of a row) and keys of dropped rows."""
    plain = pl.col("text").str.strip_chars().str.replace_many(x.FULL_WIDTH)
    is_number = pl.lit(False)
    for name, decimals in _DECIMALS.items():
        form = rf"^([0-9]+|[0-9]{{1,3}}(,[0-9]{{3}})+)(\.[0-9]{{1,{decimals}}})?$"
        is_number |= (pl.col("field") == name) & plain.str.contains(form)
    number = x.compact(pl.col("text")).str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
    blank = x.without_blanks(pl.col("text")) == ""
    typed = changes.select(list(CHANGES_SCHEMA)).with_columns(
        type=pl.when(is_number)
        .then(pl.lit("number"))
        .when(blank)
        .then(pl.lit("empty"))
        .otherwise(pl.lit("text"))
        .cast(TYPE),
        number=pl.when(is_number).then(number),
    )
    return Corrections(typed.filter(~pl.col("row_key").is_in(dropped.implode())), dropped)
