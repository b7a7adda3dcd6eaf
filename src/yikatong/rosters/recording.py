"""Writes what a check found, part by part: one COPY of lines and one of problems a part, whatever the number of rows."""

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from yikatong.core import sql, vault
from yikatong.core.authz import Actor
from yikatong.core.beside import Beside
from yikatong.registry import queries as registry

from . import cells, lines
from .models import Roster, RosterCheck
from .rules import checking

LINES, PROBLEMS = "rosters_rosterline", "rosters_rosterproblem"
STANDING = {"row_key": pl.String(), "standing_revision": pl.Int64(), "standing_index": pl.Binary()}
_WORD_BYTES, _WORDS = 8, 4
# A row on which a correction lies as soon as it is read begins with its second revision: by its number it is known as corrected.
_FIRST_REVISION = pl.when("mended").then(pl.lit(2, pl.Int64)).otherwise(pl.lit(1, pl.Int64))


@dataclass
class Figures:
    """Sums over the parts of a check; see ``RosterCheck``."""

    row_count: int = 0
    ok_count: int = 0
    error_count: int = 0
    warning_count: int = 0
    fixed_count: int = 0
    dropped_count: int = 0
    ok_total_fen: int = 0

    def add(self, found: pl.DataFrame, problems: pl.DataFrame) -> None:
        """Count the lines of a part and the rows that have a warning or a fixed cell; of dropped rows nothing is told."""
        counts = dict(found.group_by("standing").len().iter_rows())
        kept = found.filter(pl.col("standing") != "dropped").select("sheet_index", row="row_no")
        told = problems.select("sheet_index", "row", "severity").unique()
        severities = dict(told.join(kept, on=["sheet_index", "row"], how="semi")["severity"].value_counts().iter_rows())
        self.row_count += found.height
        self.ok_count += counts.get("ok", 0)
        self.error_count += counts.get("error", 0)
        self.warning_count += severities.get("warning", 0)
        self.fixed_count += severities.get("fixed", 0)
        self.dropped_count += counts.get("dropped", 0)
        self.ok_total_fen += int(found.filter(pl.col("standing") == "ok")["amount_fen"].sum())


class _LineIds:
    """Ids of lines; those of the next part of a new reading are taken in advance, so that nobody waits for them."""

    def __init__(self, beside: Beside, row_count: int) -> None:
        self._beside, self._left = beside, row_count
        self._ahead: Future[pl.Series] | None = None

    def take(self, count: int) -> pl.Series:
        """As ``sql.reserve_id_series``."""
        taken = self._ahead or self._reserved(count)
        self._left -= count
        # All parts but the last are of one size.
        self._ahead = self._reserved(min(self._left, count)) if self._left > 0 else None
        ids = taken.result()
        assert len(ids) == count, "only the last part of a new reading may be smaller"
        return ids

    def _reserved(self, count: int) -> "Future[pl.Series]":
        return self._beside.do(sql.reserve_id_series, LINES, count)


class Recording:
    """One check of a roster being written: ``add`` its parts in order, then ``finish``.

    Parts are written through ``beside`` while the next one is checked; before ``finish`` the caller has it settled.
    ``row_count``: the reading is new, so that nothing stands and all of so many rows are written.
    """

    def __init__(
        self, roster: Roster, *, reading_no: int, beside: Beside, by: Actor, at: datetime, row_count: int | None = None
    ) -> None:
        self._roster, self._reading_no, self._by, self._at = roster, reading_no, by, at
        self._check_no = RosterCheck.objects.filter(roster=roster).count() + 1
        self._beside = beside
        self._is_new = row_count is not None
        self._ids = _LineIds(beside, row_count or 0)
        self._figures = Figures()
        self._claims = [0] * _WORDS

    def add(self, found: pl.DataFrame, problems: pl.DataFrame, numbers: registry.Indexed) -> None:
        """Append the lines of a part that differ from what stands, with their problems.

        ``found`` is a frame of ``lines.of_part``, ``problems`` one of ``checking.PROBLEMS``, ``numbers`` those of the part.
        """
        self._figures.add(found, problems)
        self._count_claims(found)
        found = found.with_columns(content_index=vault.index_series(found["content"], kind="roster_line"))
        changed = found.with_columns(revision=_FIRST_REVISION) if self._is_new else self._changed(found)
        if changed.height:
            self._beside.do(sql.copy_frame, LINES, self._line_columns(changed, numbers))
            told = changed.filter(pl.col("standing") != "dropped").select(
                "sheet_index", "row_key", "revision", row="row_no"
            )
            known = problems.join(told, on=["sheet_index", "row"], how="inner", maintain_order="left")
            self._beside.do(self._write_problems, known)

    def _changed(self, found: pl.DataFrame) -> pl.DataFrame:
        """The lines that say something else than the row's latest revision, each with its next revision."""
        standing = self._beside.do(
            sql.frame,
            "rosters/standing_contents",
            STANDING,
            roster=self._roster.pk,
            reading_no=self._reading_no,
            first_key=found["row_key"].min(),
            last_key=found["row_key"].max(),
        ).result()
        return (
            found.join(standing, on="row_key", how="left", maintain_order="left")
            .filter(pl.col("standing_index").ne_missing(pl.col("content_index")))
            .with_columns(revision=pl.col("standing_revision").fill_null(0) + 1)
        )

    def _line_columns(self, changed: pl.DataFrame, numbers: registry.Indexed) -> pl.DataFrame:
        ids = self._ids.take(changed.height)
        return changed.select(
            ids,
            *self._place(),
            pl.col("row_key", "revision", "sheet", "row_no"),
            vault.seal_series(changed["cells"], place=cells.PLACE, rows=ids).alias("cells_sealed"),
            pl.col("name"),
            numbers.of_id_numbers(changed["id_number"]).alias("id_index"),
            numbers.of_card_numbers(changed["card_number"]).alias("card_index"),
            pl.col("village_code", "group_no", "quantity_micro", "rate_fen", "amount_fen", "occasion"),
            pl.col("standing", "reason", "content_index"),
            pl.lit(self._by.official_id).alias("written_by_id"),
            pl.lit(self._at).alias("written_at"),
        )

    def _place(self) -> tuple[pl.Expr, pl.Expr]:
        return pl.lit(self._roster.pk).alias("roster_id"), pl.lit(self._reading_no).alias("reading_no")

    def _write_problems(self, problems: pl.DataFrame) -> None:
        """Append problems: those of rows with ``row_key`` and ``revision``, those of the file with neither."""
        if problems.is_empty():
            return
        ids = sql.reserve_id_series(PROBLEMS, problems.height)
        seen = problems.select(pl.when(pl.col("seen") != "").then("seen")).to_series()
        frame = problems.select(
            ids,
            *self._place(),
            pl.lit(self._check_no).alias("check_no"),
            pl.col("row_key", "revision"),
            pl.col("sheet").fill_null(""),
            pl.col("row").alias("row_no"),
            # A word of SQL's own, so that it has to be quoted.
            pl.col("column").fill_null("").alias('"column"'),
            pl.col("kind", "severity"),
            vault.seal_series(seen, place=f"{PROBLEMS}.seen_sealed", rows=ids).alias("seen_sealed"),
            # What was mended says the whole number; only its ends may lie about unsealed.
            pl.col("note").fill_null("").str.replace_all(r"([0-9]{6})[0-9]{5,}([0-9X]{4})", "${1}********${2}"),
        )
        sql.copy_frame(PROBLEMS, frame)

    def _count_claims(self, found: pl.DataFrame) -> None:
        hashes = vault.index_series(found.select(lines.claims()).to_series(), kind="roster_row")
        for word in range(_WORDS):
            numbers = hashes.bin.slice(word * _WORD_BYTES, _WORD_BYTES).bin.reinterpret(dtype=pl.UInt64)
            self._claims[word] = (self._claims[word] + int(numbers.sum())) % 2**64

    def rows_index(self) -> bytes:
        """A keyed hash of the list so far, by which the same list is recognized whatever the order of its rows.

        The sum of the keyed hashes of its rows: nobody without the key can make another list of the same sum, and the
        rows need not be held to be sorted.
        """
        words = "|".join(map(str, (self._figures.row_count, *self._claims)))
        return vault.index(words, kind="roster_rows")

    def finish(self, found: checking.Checking, file_problems: pl.DataFrame) -> RosterCheck:
        """Append the file's own problems (frame of ``checking.PROBLEMS``) and the figures; returns the check."""
        nothing = (pl.lit(None, pl.String).alias("row_key"), pl.lit(None, pl.Int64).alias("revision"))
        self._write_problems(file_problems.with_columns(nothing))
        return RosterCheck.objects.create(
            roster=self._roster,
            reading_no=self._reading_no,
            check_no=self._check_no,
            mismatch_count=file_problems.filter(pl.col("kind") == "TOTAL_MISMATCH").height,
            read_total_fen=found.read_total_fen,
            declared_total_fen=found.declared_total_fen,
            checked_by_id=self._by.official_id,
            checked_at=self._at,
            **vars(self._figures),
        )
