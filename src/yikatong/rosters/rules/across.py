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
    narrow = pl.concat(
        [
            pl.DataFrame(schema=_NARROW),
            *(_narrow(rows, codes, today, reading, by_occasion) for rows in reading.parts(fields=_FIELDS)),
        ]
    )
    repeated = pl.DataFrame({"twice": _twice(narrow), "alike": _alike(narrow)})
    return Across(narrow.select("sheet_index", "counted_micro"), repeated)


def _narrow(
    rows: pl.DataFrame, codes: Sequence[str], today: date, reading: RosterReading, by_occasion: bool
) -> pl.DataFrame:
    first_17 = pl.col("id_18").str.slice(0, 17).cast(pl.Int64)
    return identities.numbers(rows, codes, today).select(
        "sheet_index",
        counted_micro=amounts.counted(text_only=reading.kind == "csv"),
        id_code=first_17 * 11
        + identities.check_value_written(pl.col("id_18")),  # exact: 17 digits and one of eleven characters fit 64 bits
        id_valid="id_valid",
        name_key=x.name_key(pl.col("name")).fill_null(""),
        occasion=x.compact(pl.col("occasion").fill_null("")) if by_occasion else pl.lit(""),
    )


def _twice(rows: pl.DataFrame) -> pl.Series:
    again = rows.select("id_code", "occasion").is_duplicated()
    return again & rows["id_valid"]


def _alike(rows: pl.DataFrame) -> pl.Series:
    born = (pl.col("id_code") // 11_000 % 100_000_000).alias("born")
    named = rows.with_row_index("at").filter(pl.col("id_valid") & (pl.col("name_key") != ""))
    # Rows are first told apart by a small hash, because few of a million have a namesake; those few are then compared exactly.
    namesakes = named.filter(named.select(pl.struct("name_key", born).hash()).to_series().is_duplicated())
    alike = namesakes.filter(pl.col("id_code").n_unique().over("name_key", born) > 1)["at"]
    return pl.int_range(0, rows.height, dtype=pl.UInt32, eager=True).is_in(alike.implode())
