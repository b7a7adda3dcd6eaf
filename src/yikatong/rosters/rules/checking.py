"""The row checker: one, for the command and for the site. Polars expressions over the rows of a reading and the references."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from yikatong.kit import problems as kinds
from yikatong.kit.problems import Problem
from yikatong.rosters.rules import amounts, cards, identities, places, titles, totals
from yikatong.rosters.rules.expressions import Finding
from yikatong.rosters.rules.reading import RosterReading
from yikatong.rosters.rules.references import References

ROWS = {
    "sheet": pl.String(), "sheet_index": pl.Int32(), "row": pl.Int64(), "row_key": pl.String(), "hidden": pl.Boolean(),
    "township": pl.String(), "village": pl.String(), "village_code": pl.String(), "group": pl.String(),
    "name": pl.String(), "name_clean": pl.String(), "id_number": pl.String(), "card_number": pl.String(),
    "quantity_micro": pl.Int64(), "periods": pl.Int64(), "rate_fen": pl.Int64(), "amount_fen": pl.Int64(),
    "occasion": pl.String(), "mobile": pl.String(), "remark": pl.String(), "ok": pl.Boolean(), "severity": pl.String(),
}  # fmt: skip
PROBLEMS = {
    "sheet": pl.String(), "sheet_index": pl.Int32(), "row": pl.Int64(), "column": pl.String(), "kind": pl.String(),
    "severity": pl.String(), "seen": pl.String(), "note": pl.String(),
}  # fmt: skip
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
) -> CheckResult:
    """Checks a reading against references as of a day. Program (code), cycle and township given here win over what the file says."""
    facts = recognize(reading, references, program=program, cycle=cycle, township=township)
    standard = facts.standard_fen
    rows = amounts.prepare(
        reading.rows,
        standard,
        text_only=reading.kind == "csv",
        periods_usual=titles.months_of(facts.cycle, facts.rhythm),
    )
    totals_verdict = totals.verdict(reading.totals, rows.select("sheet_index", "counted_micro"))
    rows = identities.prepare(rows, references, today, by_occasion=facts.by_occasion)
    rows = places.prepare(cards.prepare(rows, references), references, facts.township)
    found = _file_problems(reading, [] if reading.refused else totals_verdict.problems)
    if not reading.refused:
        found = pl.concat([found, *_row_problems(_with_broken(rows, reading), standard), _odd(reading)])
    found = _once(found)
    rows = _judged(rows, found, refused=reading.refused)
    remains = reading.garbled_remains
    return CheckResult(
        rows=rows,
        problems=found,
        declared_total_fen=remains.declared_total_fen if remains else totals_verdict.declared_fen,
        total_fen_ok=int(rows.filter("ok")["amount_fen"].sum()),
        row_count=reading.row_count,
        refused=reading.refused,
        program=facts.program,
        program_name=facts.program_name,
        cycle=facts.cycle,
        township=facts.township,
    )


@dataclass(frozen=True)
class Facts:
    """What a file is about. `by_occasion`: the program is lawfully paid several times a cycle, by machine, case or visit."""

    program: str | None
    program_name: str | None
    standard_fen: int | None
    by_occasion: bool
    rhythm: str | None
    cycle: str | None
    township: str | None


def recognize(
    reading: RosterReading,
    references: References,
    *,
    program: str | None = None,
    cycle: str | None = None,
    township: str | None = None,
) -> Facts:
    """Program, cycle and township of a roster by its titles, file name, sheets and villages, unless they are given."""
    lines = references.catalog.to_dicts()
    parents = {line["parent_code"] for line in lines}
    named = [
        titles.ProgramName(line["code"], line["name"], line["cycle"] or "", line["code"] not in parents)
        for line in lines
    ]
    found = (
        next((item for item in named if program in (item.code, item.name)), None)
        if program
        else titles.program(reading.titles, named)
    )
    line = next((line for line in lines if found and line["code"] == found.code), {})
    areas = {
        level: references.areas.filter(pl.col("level") == level)["name"].to_list() for level in ("township", "county")
    }
    return Facts(
        program=found.code if found else program,
        program_name=found.name if found else None,
        standard_fen=line.get("standard_fen"),
        by_occasion=bool(line)
        and any((line["unit"] or "").startswith(unit) for unit in ("元/台", "元/次", "元/人次", "元/件")),
        rhythm=found.cycle if found else None,
        cycle=cycle or titles.cycle(reading.titles, found.cycle if found else None),
        township=township
        or titles.township(reading.titles, areas["township"], areas["county"])
        or places.township_of(reading.rows, references),
    )


def _file_problems(reading: RosterReading, of_totals: Sequence[Problem]) -> pl.DataFrame:
    refusing = [p for p in reading.problems if p.kind in kinds.REFUSING or p.kind == "CSV_STRUCTURE"]
    listed = [*(refusing if reading.refused else reading.problems), *of_totals]
    indexes = dict(zip(reading.rows["sheet"], reading.rows["sheet_index"], strict=True))
    return pl.DataFrame(
        [(p.sheet, indexes.get(p.sheet), p.row, p.column, p.kind, p.severity.value, p.seen, p.note) for p in listed],
        schema=PROBLEMS,
        orient="row",
    )


def _collected(rows: pl.DataFrame, finding: Finding) -> pl.DataFrame:
    field = finding.field
    mask = finding.mask.fill_null(False) & ~pl.col("broken")
    if field and field != "amount":
        # A formula of which the file keeps no value is a formula, not an empty cell. An amount without a value stays one.
        mask &= ~(pl.col(f"{field}_formula").fill_null(False) & (pl.col(f"{field}_type") == "empty"))
    return rows.filter(mask).select(
        "sheet",
        "sheet_index",
        "row",
        (pl.col(f"{field}_column") if field else pl.lit(None, pl.String)).alias("column"),
        pl.lit(finding.kind).alias("kind"),
        pl.lit(kinds.KINDS[finding.kind].severity.value).alias("severity"),
        (pl.col(field) if field else pl.lit("")).fill_null("").alias("seen"),
        (pl.lit("") if finding.note is None else finding.note.fill_null("")).alias("note"),
    )


def _with_broken(rows: pl.DataFrame, reading: RosterReading) -> pl.DataFrame:
    # In a CSV row with too many or too few fields no cell stands in its own column, so nothing more is said of its cells.
    torn = [problem.row for problem in reading.problems if problem.kind == "CSV_STRUCTURE"]
    return rows.with_columns(broken=pl.col("row").is_in(torn))


def _row_problems(rows: pl.DataFrame, standard_fen: int | None) -> list[pl.DataFrame]:
    findings = [
        *identities.findings(),
        *cards.findings(),
        *amounts.findings(standard_fen),
        *places.findings(),
        Finding("HIDDEN_ROW", None, pl.col("hidden")),
    ]
    return [_collected(rows, finding) for finding in findings]


def _odd(reading: RosterReading) -> pl.DataFrame:
    kind = pl.when(pl.col("odd") == "formula").then(pl.lit("FORMULA_CELL")).otherwise(pl.lit("TEXT_FORMULA"))
    severity = pl.when(pl.col("odd") == "formula").then(pl.lit("error")).otherwise(pl.lit("warning"))
    note = pl.when(pl.col("odd") == "formula").then(pl.format("现在显示 {}", pl.col("seen"))).otherwise(pl.lit(""))
    return reading.odd_cells.with_columns(kind=kind, severity=severity, note=note).select(list(PROBLEMS))


def _once(found: pl.DataFrame) -> pl.DataFrame:
    """Each cell once, under the first kind that fits; problems of rows and files all stay. In the order of the file."""
    order = pl.col("kind").replace_strict(dict(kinds.ORDER), return_dtype=pl.Int32)
    place = pl.when(pl.col("column").is_null()).then(pl.col("kind")).otherwise(pl.lit(""))
    return (
        found.with_columns(order=order, place=place)
        .sort("order", maintain_order=True)
        .unique(["sheet", "row", "column", "place"], keep="first", maintain_order=True)
        .sort(
            "sheet_index",
            "row",
            pl.col("column").str.len_chars(),
            "column",
            "order",
            nulls_last=False,
            maintain_order=True,
        )
        .select(list(PROBLEMS))
    )


def _judged(rows: pl.DataFrame, found: pl.DataFrame, *, refused: bool) -> pl.DataFrame:
    # A wrong total is an error of the file; its row is no data row, so the join leaves it aside.
    worst = (
        found.filter(pl.col("row").is_not_null())
        .group_by("sheet_index", "row")
        .agg(rank=pl.col("severity").replace_strict(_RANKS, return_dtype=pl.Int8).min())
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
