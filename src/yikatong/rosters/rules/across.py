"""What only the whole of a roster tells of its rows: numbers that occur twice, namesakes of one birth date, what totals count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from yikatong.rosters.rules import amounts, identities
from yikatong.rosters.rules import expressions as x
from yikatong.rosters.rules.reading import RosterReading

_FIELDS = ("name", "id_number", "amount", "occasion")
_NARROW = {
    "sheet_index": pl.Int32(), "counted_micro": pl.Int64(), "id_code": pl.Int64(), "id_valid": pl.Boolean(),
    "name_key": pl.String(), "occasion": pl.String(),
}  # fmt: skip


@dataclass(frozen=True)
class Across:
    """counted: sheet_index and counted_micro (millionths of a yuan) of every data row, in order. repeated: the same rows with
    `twice` (a valid number that several rows hold) and `alike` (other numbers hold the same name and birth date)."""

    counted: pl.DataFrame
    repeated: pl.DataFrame


def look(reading: RosterReading, codes: Sequence[str], today: date, *, by_occasion: bool) -> Across:
    """One pass over few columns. With `by_occasion` a number may come again for another occasion."""
    parts = (_narrow(rows, codes, today, reading, by_occasion) for rows in reading.parts(fields=_FIELDS))
    narrow = pl.concat([pl.DataFrame(schema=_NARROW), *parts])
    return Across(
        counted=narrow.select("sheet_index", "counted_micro"),
        repeated=pl.DataFrame({"twice": _twice(narrow), "alike": _alike(narrow)}),
    )


def _narrow(
    rows: pl.DataFrame, codes: Sequence[str], today: date, reading: RosterReading, by_occasion: bool
) -> pl.DataFrame:
    first_17 = pl.col("id_18").str.slice(0, 17).cast(pl.Int64)
    return identities.numbers(rows, codes, today).select(
        "sheet_index",
        counted_micro=amounts.counted(text_only=reading.kind == "csv"),
        # Exact: 17 digits and one of eleven characters fit 64 bits.
        id_code=first_17 * 11 + identities.check_value_written(pl.col("id_18")),
        id_valid="id_valid",
        name_key=x.name_key(pl.col("name")).fill_null(""),
        occasion=x.compact(pl.col("occasion").fill_null("")) if by_occasion else pl.lit(None, pl.String),
    )


# In both of the following the rows are first told apart by one number each, because few of a million have a double; those few
# are then compared exactly.


def _twice(rows: pl.DataFrame) -> pl.Series:
    doubles = _at(rows, rows["id_code"].is_duplicated())
    again = doubles.filter(doubles.select("id_code", "occasion").is_duplicated() & doubles["id_valid"])
    return _chosen(again, rows.height)


def _alike(rows: pl.DataFrame) -> pl.Series:
    born = (pl.col("id_code") // 11_000 % 100_000_000).alias("born")
    named = pl.col("id_valid") & (pl.col("name_key") != "")
    hashed = rows.select(pl.when(named).then(pl.col("name_key").hash() ^ born.hash())).to_series()
    namesakes = _at(rows, hashed.is_duplicated() & hashed.is_not_null())
    return _chosen(namesakes.filter(pl.col("id_code").n_unique().over("name_key", born) > 1), rows.height)


def _at(rows: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    """The chosen rows with their number `at`."""
    at = chosen.arg_true()
    return rows[at].with_columns(at=at)


def _chosen(found: pl.DataFrame, height: int) -> pl.Series:
    """True for the rows found, false for the others."""
    return pl.int_range(0, height, dtype=pl.UInt32, eager=True).is_in(found["at"].implode())
