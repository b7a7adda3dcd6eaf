"""A check that comes in parts: what ``checking.check`` finds, part by part."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import polars as pl

from yikatong.kit import money, text
from yikatong.rosters.rules import amounts, checking, frames, identities
from yikatong.rosters.rules import expressions as x
from yikatong.rosters.rules.reading import RosterReading
from yikatong.rosters.rules.references import References

PART_ROWS = 50_000
_MICRO_PER_FEN = 10_000
_NUMBERS = {"amount": money.parse_amount, "quantity": money.parse_quantity, "rate": money.parse_amount}


class Asked(Protocol):
    """References that are asked for the numbers of a file."""

    @property
    def banks(self) -> pl.DataFrame: ...
    @property
    def areas(self) -> pl.DataFrame: ...
    @property
    def catalog(self) -> pl.DataFrame: ...

    def for_numbers(self, id_numbers: pl.Series, card_numbers: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
        """People and cards."""


@dataclass(frozen=True)
class CheckedPart:
    """Rows (checking.ROWS), their problems (checking.PROBLEMS), and what their cells say (frames.ROWS_SCHEMA)."""

    rows: pl.DataFrame
    problems: pl.DataFrame
    written: pl.DataFrame


class Checking:
    """A file under check."""

    def __init__(self, reading: RosterReading, result: checking.CheckResult) -> None:
        self._reading, self._result = reading, result
        self.declared_total_fen = result.declared_total_fen
        counted = amounts.prepare(reading.rows, None, text_only=reading.kind == "csv")["counted_micro"].sum()
        self.read_total_fen = (int(counted) + _MICRO_PER_FEN // 2) // _MICRO_PER_FEN
        self.row_count = result.row_count
        of_rows = self._of_rows(result.rows)
        place = ["sheet_index", "row", "column", "kind"]
        self.file_problems = result.problems.join(of_rows, on=place, how="anti", nulls_equal=True)

    def _of_rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        of_rows = self._result.problems.filter(pl.col("kind") != "TOTAL_MISMATCH")
        return of_rows.join(rows.select("sheet_index", "row"), on=["sheet_index", "row"], how="semi")

    def parts(self) -> Iterator[CheckedPart]:
        """The parts in the order of the file."""
        for start in range(0, self._result.rows.height, PART_ROWS):
            rows = self._result.rows.slice(start, PART_ROWS)
            yield CheckedPart(rows, self._of_rows(rows), self._reading.rows.slice(start, PART_ROWS))


def begin(
    reading: RosterReading, references: Asked, today: date, *, program: str, cycle: str, township: str
) -> Checking:
    """Check a reading."""
    numbers = reading.rows.select(
        identity=identities._to_18(x.number_text(pl.col("id_number"))), card=x.number_text(pl.col("card_number"))
    )
    people, cards = references.for_numbers(numbers["identity"], numbers["card"])
    whole = References(people, cards, references.banks, references.areas, references.catalog, pl.DataFrame())
    return Checking(reading, checking.check(reading, whole, today, program=program, cycle=cycle, township=township))


def with_changes(found: RosterReading, changes: pl.DataFrame, dropped: pl.Series) -> RosterReading:
    """Lay corrections (row_key, field, text) over the rows and empty dropped ones."""
    by_key: dict[str, dict[str, str]] = {}
    for key, name, written in changes.iter_rows():
        by_key.setdefault(key, {})[name] = written
    out = frozenset(dropped)
    by_key |= {key: dict.fromkeys(frames.FIELDS, "") for key in out}
    if not by_key:
        return found
    rows = found.rows.to_dicts()
    mended = set()
    for row in rows:
        for name, written in by_key.get(row["row_key"], {}).items():
            if row[f"{name}_column"] is not None:
                _write(row, name, written)
                mended.add((row["sheet_index"], row["row"], row[f"{name}_column"]))
    found.rows = pl.DataFrame(rows, schema=found.rows.schema)
    empty = {(row["sheet_index"], row["row"]) for row in rows if row["row_key"] in out}
    odd = [
        one
        for one in found.odd_cells.to_dicts()
        if (one["sheet_index"], one["row"], one["column"]) not in mended
        and (one["sheet_index"], one["row"]) not in empty
    ]
    found.odd_cells = pl.DataFrame(odd, schema=found.odd_cells.schema)
    return found


def _write(row: dict[str, Any], name: str, written: str) -> None:
    is_number = name in _NUMBERS and _NUMBERS[name](written) is not None
    row[name] = written
    row[f"{name}_number"] = float(text.compact(written).replace(",", "")) if is_number else None
    row[f"{name}_type"] = "number" if is_number else "text" if text.without_blanks(written) else "empty"
    row[f"{name}_formula"] = False
