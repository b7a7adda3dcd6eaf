"""Problems as a frame: of the file, of rows, of odd cells; each cell once; in the order of the file."""

from collections.abc import Sequence

import polars as pl

from yikatong.kit import problems as kinds
from yikatong.kit.problems import Problem
from yikatong.rosters.rules import amounts, cards, identities, places
from yikatong.rosters.rules.expressions import Finding
from yikatong.rosters.rules.reading import RosterReading

PROBLEMS = {
    "sheet": pl.String(), "sheet_index": pl.Int32(), "row": pl.Int64(), "column": pl.String(), "kind": pl.String(),
    "severity": pl.String(), "seen": pl.String(), "note": pl.String(),
}  # fmt: skip


def of_file(reading: RosterReading, of_totals: Sequence[Problem]) -> pl.DataFrame:
    """Problems of the file, its headers and its totals; of a refused file only those for which it is refused."""
    refusing = [p for p in reading.problems if p.kind in kinds.REFUSING or p.kind == "CSV_STRUCTURE"]
    listed = [*(refusing if reading.refused else reading.problems), *of_totals]
    indexes = {source.sheet.name: source.index for source in reading.tables if len(source.table.data_rows)}
    frame = pl.DataFrame(
        [(p.sheet, indexes.get(p.sheet), p.row, p.column, p.kind, p.severity.value, p.seen, p.note) for p in listed],
        schema=PROBLEMS,
        orient="row",
    )
    return once(frame, by="sheet")


def with_broken(rows: pl.DataFrame, torn: pl.DataFrame) -> pl.DataFrame:
    """Adds `broken`. In a CSV row with too many or too few fields no cell stands in its own column, so nothing more is said of
    its cells."""
    broken = torn.select("sheet_index", "row", broken=True)
    rows = rows.join(broken, on=["sheet_index", "row"], how="left", maintain_order="left")
    return rows.with_columns(pl.col("broken").fill_null(False))


def of_torn(rows: pl.DataFrame, torn: pl.DataFrame) -> pl.DataFrame:
    """Rows of a CSV with another number of fields than the others."""
    places = rows.select("sheet", "sheet_index", "row").join(torn, on=["sheet_index", "row"], maintain_order="left")
    return _problems(places, "CSV_STRUCTURE", seen=pl.col("fields").cast(pl.String))


def of_rows(rows: pl.DataFrame, standard_fen: int | None) -> list[pl.DataFrame]:
    """The problems of checked rows, a frame for each finding that some row has."""
    findings = [
        *identities.findings(),
        *cards.findings(),
        *amounts.findings(standard_fen),
        *places.findings(),
        Finding("HIDDEN_ROW", None, pl.col("hidden")),
    ]
    # All masks at once, and the wide rows are cut only for findings that occur.
    masks = rows.select(_mask(finding).alias(str(number)) for number, finding in enumerate(findings))
    return [_collected(rows.filter(mask), finding) for mask, finding in zip(masks, findings, strict=True) if mask.any()]


def _mask(finding: Finding) -> pl.Expr:
    field = finding.field
    mask = finding.mask.fill_null(False) & ~pl.col("broken")
    if field and field != "amount":
        # A formula of which the file keeps no value is a formula, not an empty cell. An amount without a value stays one.
        mask &= ~(pl.col(f"{field}_formula").fill_null(False) & (pl.col(f"{field}_type") == "empty").fill_null(False))
    return mask


def _collected(rows: pl.DataFrame, finding: Finding) -> pl.DataFrame:
    field = finding.field
    return _problems(
        rows,
        finding.kind,
        column=pl.col(f"{field}_column") if field else None,
        seen=pl.col(field).fill_null("") if field else None,
        note=None if finding.note is None else finding.note.fill_null(""),
    )


def _problems(
    rows: pl.DataFrame,
    kind: str,
    *,
    column: pl.Expr | None = None,
    seen: pl.Expr | None = None,
    note: pl.Expr | None = None,
) -> pl.DataFrame:
    return rows.select(
        "sheet",
        "sheet_index",
        "row",
        (pl.lit(None, pl.String) if column is None else column).alias("column"),
        pl.lit(kind).alias("kind"),
        pl.lit(kinds.KINDS[kind].severity.value).alias("severity"),
        (pl.lit("") if seen is None else seen).alias("seen"),
        (pl.lit("") if note is None else note).alias("note"),
    )


def of_odd(odd: pl.DataFrame) -> pl.DataFrame:
    """The problems of odd cells (frame of `frames.ODD_SCHEMA`)."""
    is_formula = pl.col("odd") == "formula"
    kind = pl.when(is_formula).then(pl.lit("FORMULA_CELL")).otherwise(pl.lit("TEXT_FORMULA"))
    severity = pl.when(is_formula).then(pl.lit("error")).otherwise(pl.lit("warning"))
    note = pl.when(is_formula).then(pl.format("现在显示 {}", pl.col("seen"))).otherwise(pl.lit(""))
    return odd.with_columns(kind=kind, severity=severity, note=note).select(list(PROBLEMS))


def once(found: pl.DataFrame, *, by: str) -> pl.DataFrame:
    """Each cell of a sheet (`by` name or index) once, under the first kind that fits; problems of rows and files all stay. In the
    order of the file."""
    place = pl.when(pl.col("column").is_null()).then(pl.col("kind")).otherwise(pl.lit(""))
    return in_order(
        found.with_columns(order=_order(), place=place)
        .sort("order", maintain_order=True)
        .unique([by, "row", "column", "place"], keep="first", maintain_order=True)
    )


def in_order(found: pl.DataFrame) -> pl.DataFrame:
    """Problems in the order of the file."""
    return (
        found.with_columns(order=_order())
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


def _order() -> pl.Expr:
    return pl.col("kind").replace_strict(dict(kinds.ORDER), return_dtype=pl.Int32)
