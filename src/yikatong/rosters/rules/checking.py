"""The row checker: one, for the command and for the site. Polars expressions over the rows of a reading and the references.

A long roster is checked in parts: what only the whole file tells is found first, from few columns (`across`); then each part is
checked by itself, and the findings are those of the whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from yikatong.kit import id_number
from yikatong.kit.problems import Problem
from yikatong.rosters.rules import across, amounts, cards, identities, listing, places, titles, totals
from yikatong.rosters.rules.facts import Facts, recognize
from yikatong.rosters.rules.reading import PART_ROWS, RosterReading
from yikatong.rosters.rules.references import Answer, References

ROWS = {
    "sheet": pl.String(), "sheet_index": pl.Int32(), "row": pl.Int64(), "row_key": pl.String(), "hidden": pl.Boolean(),
    "township": pl.String(), "village": pl.String(), "village_code": pl.String(), "group": pl.String(),
    "name": pl.String(), "name_clean": pl.String(), "id_number": pl.String(), "card_number": pl.String(),
    "quantity_micro": pl.Int64(), "periods": pl.Int64(), "rate_fen": pl.Int64(), "amount_fen": pl.Int64(),
    "occasion": pl.String(), "mobile": pl.String(), "remark": pl.String(), "ok": pl.Boolean(), "severity": pl.String(),
}  # fmt: skip
PROBLEMS = listing.PROBLEMS
_RANKS = {"error": 0, "warning": 1, "fixed": 2}


@dataclass(frozen=True)
class CheckResult:
    """What a roster comes to.

    rows: frame of ROWS, every data row. name is as seen, id_number the 18-character form (null unless valid), card_number 19
        digits (null unless well formed), village the official name where known, quantity_micro millionths, amount_fen null when
        not acceptable, severity the worst of the row's problems or null.
    problems: frame of PROBLEMS in the order of the file; `listed()` gives them as `Problem`s.
    program, cycle and township are codes and names as recognized or given; None when nothing tells.
    """

    rows: pl.DataFrame
    problems: pl.DataFrame
    declared_total_fen: int | None
    total_fen_ok: int
    row_count: int
    refused: bool
    program: str | None
    program_name: str | None
    cycle: str | None
    township: str | None

    @property
    def ok_count(self) -> int:
        """Rows without an error; none when the file is refused."""
        return int(self.rows["ok"].sum())

    def listed(self) -> list[Problem]:
        """The problems one by one."""
        fields = ("sheet", "row", "column", "kind", "seen", "note")
        return [Problem(*values) for values in self.problems.select(fields).iter_rows()]


def check(
    reading: RosterReading,
    references: References,
    today: date,
    *,
    program: str | None = None,
    cycle: str | None = None,
    township: str | None = None,
    rows_max: int = PART_ROWS,
) -> CheckResult:
    """Checks a reading against references as of a day, at once. Program (code), cycle and township given here win over what the
    file says. For a long roster see `begin`."""
    checking = begin(reading, references, today, program=program, cycle=cycle, township=township)
    parts = list(checking.parts(rows_max))
    rows = pl.concat([pl.DataFrame(schema=ROWS), *(part.rows for part in parts)])
    facts = checking.facts
    return CheckResult(
        rows=rows,
        problems=listing.in_order(pl.concat([checking.file_problems, *(part.problems for part in parts)])),
        declared_total_fen=checking.declared_total_fen,
        total_fen_ok=int(rows.filter("ok")["amount_fen"].sum()),
        row_count=checking.row_count,
        refused=checking.refused,
        program=facts.program,
        program_name=facts.program_name,
        cycle=facts.cycle,
        township=facts.township,
    )


@dataclass(frozen=True)
class CheckedPart:
    """Some data rows of a roster, as they stand in the file one under the other.

    rows: frame of ROWS. problems: frame of PROBLEMS, those of these rows, in the order of the file. written: the same rows as the
    file has them, without corrections, frame of `frames.ROWS_SCHEMA`, row for row. answer: what the references said of their numbers.
    """

    rows: pl.DataFrame
    problems: pl.DataFrame
    written: pl.DataFrame
    answer: Answer


@dataclass(frozen=True)
class _Prepared:
    """A part of which all is known but what the references say of its numbers."""

    rows: pl.DataFrame
    odd: pl.DataFrame
    written: pl.DataFrame
    answer: Answer


@dataclass(frozen=True)
class Checking:
    """A roster about to be checked in parts. What is known beforehand: the facts, the totals, and the problems of the file, its
    headers and its totals (frame of PROBLEMS). read_total_fen: the fen of all amounts that can be read, as totals are compared."""

    facts: Facts
    declared_total_fen: int | None
    read_total_fen: int
    row_count: int
    refused: bool
    file_problems: pl.DataFrame
    _reading: RosterReading
    _references: References
    _today: date
    _repeated: pl.DataFrame

    def parts(self, rows_max: int = PART_ROWS) -> Iterator[CheckedPart]:
        """All data rows in order, checked, so many at a time. The references are asked about a part while the one before
        it is still being checked."""
        before: _Prepared | None = None
        for prepared in self._prepared_parts(rows_max):
            if before is not None:
                yield self._checked(before)
            before = prepared
        if before is not None:
            yield self._checked(before)

    def _prepared_parts(self, rows_max: int) -> Iterator[_Prepared]:
        gazetteer = places.Gazetteer(self._references, self.facts.township)
        codes = sorted(id_number.area_codes(self._references.areas["code"].drop_nulls()))
        start = 0
        for corrected, odd, written in self._reading.parts_with_odd(rows_max):
            rows = self._prepared(corrected, self._repeated[start : start + len(written)], codes, gazetteer)
            answer = self._references.asked(
                rows.filter("id_valid")["id_18"].unique(), rows.filter("card_valid")["card_text"].unique()
            )
            yield _Prepared(rows, odd, written, answer)
            start += len(written)

    def _checked(self, part: _Prepared) -> CheckedPart:
        people, their_cards = part.answer.frames()
        rows = cards.compared(identities.compared(part.rows, people), their_cards)
        torn = self._reading.torn
        found = [listing.of_torn(rows, torn)]
        if not self.refused:
            rows = listing.with_broken(rows, torn)
            found += [*listing.of_rows(rows, self.facts.standard_fen), listing.of_odd(part.odd)]
        problems = listing.once(pl.concat(found), by="sheet_index")
        return CheckedPart(_judged(rows, problems, refused=self.refused), problems, part.written, part.answer)

    def _prepared(
        self, rows: pl.DataFrame, repeated: pl.DataFrame, codes: Sequence[str], gazetteer: places.Gazetteer
    ) -> pl.DataFrame:
        """The rows with all columns that findings need, but for those that the references give."""
        rows = amounts.prepare(
            rows,
            self.facts.standard_fen,
            text_only=self._reading.kind == "csv",
            periods_usual=titles.months_of(self.facts.cycle, self.facts.rhythm),
        )
        rows = identities.prepare(rows, codes, self._today).hstack(repeated)
        return places.prepare(cards.prepare(rows, self._references), gazetteer)


def begin(
    reading: RosterReading,
    references: References,
    today: date,
    *,
    program: str | None = None,
    cycle: str | None = None,
    township: str | None = None,
) -> Checking:
    """Makes a reading ready to be checked in parts; arguments as for `check`."""
    facts = recognize(reading, references, program=program, cycle=cycle, township=township)
    codes = sorted(id_number.area_codes(references.areas["code"].drop_nulls()))
    known = across.look(reading, codes, today, by_occasion=facts.by_occasion)
    verdict = totals.verdict(reading.totals, known.counted)
    remains = reading.garbled_remains
    return Checking(
        facts=facts,
        declared_total_fen=remains.declared_total_fen if remains else verdict.declared_fen,
        read_total_fen=totals.fen(int(known.counted["counted_micro"].sum())),
        row_count=reading.row_count,
        refused=reading.refused,
        file_problems=listing.of_file(reading, [] if reading.refused else verdict.problems),
        _reading=reading,
        _references=references,
        _today=today,
        _repeated=known.repeated,
    )


def _judged(rows: pl.DataFrame, found: pl.DataFrame, *, refused: bool) -> pl.DataFrame:
    worst = found.group_by("sheet_index", "row").agg(
        rank=pl.col("severity").replace_strict(_RANKS, return_dtype=pl.Int8).min()
    )
    rows = rows.join(worst, on=["sheet_index", "row"], how="left", maintain_order="left")
    words = {rank: severity for severity, rank in _RANKS.items()}
    return rows.select(
        "sheet", "sheet_index", "row", "row_key", "hidden", "township",
        village=pl.coalesce("village_name", "village"), village_code=pl.col("village_code"), group=pl.col("group_name"),
        name=pl.col("name"), name_clean=pl.col("name_clean"),
        id_number=pl.when("id_valid").then("id_18"),
        card_number=pl.when("card_valid").then("card_text"),
        quantity_micro=pl.col("quantity_micro"), periods=pl.col("periods_count"), rate_fen=pl.col("rate_fen"),
        amount_fen=pl.when("amount_valid").then("amount_fen"),
        occasion=pl.col("occasion"), mobile=pl.col("mobile"), remark=pl.col("remark"),
        ok=pl.lit(not refused) & (pl.col("rank").fill_null(9) > 0),
        severity=pl.col("rank").replace_strict(words, default=None, return_dtype=pl.String),
    ).cast(pl.Schema(ROWS))  # fmt: skip
