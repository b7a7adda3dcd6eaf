"""From a file to a roster: every data row kept, with its place; nothing judged except whether the file can be used at all.

Bytes -> `kit.sheets` -> tables (`layout`) -> frames (`frames`) and totals. Problems of the file itself (a missing column, garbled
text, a hidden sheet) are found here; problems of rows are found by `checking`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from yikatong.kit import columns, digest, sheets
from yikatong.kit.problems import REFUSING, Problem
from yikatong.rosters.rules import frames, garbled, headings, layout, quantities, side_by_side, told, units
from yikatong.rosters.rules.corrections import Corrections, corrections
from yikatong.rosters.rules.totals import TotalRow, total_rows

PART_ROWS = 50_000
Correction = Mapping[str, str | None]
_TORN = {"sheet_index": pl.Int32(), "row": pl.Int64(), "fields": pl.UInt32()}
PROBLEM_LIST = "问题清单"
"""The sheet that the annotated copy puts first; in a mended file that comes back it is no part of the roster."""
_SUMMARY = re.compile(r"汇总|统计|说明|封面|目录|填表|字典|代码|参数|选项|情况表|对照")


@dataclass(frozen=True)
class Options:
    """What a file may cost; see `kit.sheets.Limits`."""

    limits: sheets.Limits = field(default_factory=sheets.Limits)


@dataclass
class RosterReading:
    """A roster file as read.

    tables: the tables of the visible sheets in order; their data rows come out of `parts`, or all at once out of `rows`.
    columns: the header mapping as shown to a person: sheet, header_row, column (letter), header, field (None: unmapped).
    titles: lines that may tell program, cycle and township, the likeliest first: titles, file name, sheet names.
    problems: of the file as a whole; `torn`: of the rows of a CSV with another number of fields than the others (row, fields).
    `garbled_remains` stands in for rows when the text is lost; `unreadable`: no sheet could be opened.
    forms: what a person once said of headings (see `told`), as far as it was used. heads: the upper rows of the sheets of a file that
    is refused only because its headings say too little.
    reading_no: which reading of a roster this is; with it the row keys are ordered like the file.
    """

    filename: str
    sha256: str
    kind: str | None = None
    tables: list[frames.RowsOfTable] = field(default_factory=list)
    columns: list[dict[str, str | int | None]] = field(default_factory=list)
    totals: list[TotalRow] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    torn: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_TORN))
    garbled_remains: garbled.Remains | None = None
    unreadable: bool = False
    forms: list[told.Form] = field(default_factory=list)
    heads: list[told.Head] = field(default_factory=list)
    reading_no: int | None = None
    corrections: Corrections | None = None

    @property
    def refused(self) -> bool:
        """Whether the whole file must be refused."""
        return self.unreadable or any(problem.kind in REFUSING for problem in self.problems)

    @property
    def row_count(self) -> int:
        """Data rows, also of a refused file as far as they can be told."""
        if self.garbled_remains:
            return self.garbled_remains.rows
        return sum(len(source.table.data_rows) for source in self.tables)

    @property
    def rows(self) -> pl.DataFrame:
        """Every data row in order as one frame of `frames.ROWS_SCHEMA`, for small files."""
        return pl.concat([pl.DataFrame(schema=frames.ROWS_SCHEMA), *self.parts()])

    @property
    def odd_cells(self) -> pl.DataFrame:
        """Formulas and text that would run, as one frame of `frames.ODD_SCHEMA`, for small files."""
        return pl.concat([pl.DataFrame(schema=frames.ODD_SCHEMA), *(odd for _, odd, _ in self.parts_with_odd())])

    def parts(self, rows_max: int = PART_ROWS, fields: Sequence[str] = frames.FIELDS) -> Iterator[pl.DataFrame]:
        """The data rows in order, in frames of at most so many rows; ROWS_SCHEMA, or its columns for some fields only."""
        for pieces in self._pieces(rows_max):
            yield self._corrected(self._keyed(pl.concat([frames.rows_frame(*piece, fields) for piece in pieces])))

    def parts_with_odd(self, rows_max: int = PART_ROWS) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]]:
        """The same parts, each with the odd cells of its rows, and with the rows as the file has them, without corrections."""
        for pieces in self._pieces(rows_max):
            rows = self._keyed(pl.concat([frames.rows_frame(*piece) for piece in pieces]))
            odd = pl.concat([frames.odd_cells(*piece) for piece in pieces])
            yield self._corrected(rows), self.corrections.still_odd(odd, rows) if self.corrections else odd, rows

    def with_changes(self, changes: pl.DataFrame, dropped: Iterable[str] = ()) -> "RosterReading":
        """The reading with a clerk's texts (`corrections.CHANGES_SCHEMA`) over what the file says; rows of the dropped keys
        count as empty, so that totals still find their places."""
        return replace(self, corrections=corrections(changes, pl.Series(list(dropped), dtype=pl.String)))

    def _pieces(self, rows_max: int) -> Iterator[list[tuple[frames.RowsOfTable, int, int]]]:
        """Table, first row and number of rows of what goes into each part; small tables share one."""
        pieces: list[tuple[frames.RowsOfTable, int, int]] = []
        room = rows_max
        for source in self.tables:
            start, height = 0, len(source.table.data_rows)
            while start < height:
                count = min(room, height - start)
                pieces.append((source, start, count))
                start, room = start + count, room - count
                if not room:
                    yield pieces
                    pieces, room = [], rows_max
        if pieces:
            yield pieces

    def _keyed(self, rows: pl.DataFrame) -> pl.DataFrame:
        if self.reading_no is None:
            return rows
        sheet = (pl.col("sheet_index") + 1).cast(pl.String).str.zfill(3)
        row = pl.col("row").cast(pl.String).str.zfill(7)
        return rows.with_columns(row_key=pl.format("{}-{}-{}", pl.lit(self.reading_no), sheet, row))

    def _corrected(self, rows: pl.DataFrame) -> pl.DataFrame:
        return self.corrections.over(rows) if self.corrections else rows


def read(
    source: bytes | str | Path,
    filename: str | None = None,
    mapping: Correction | None = None,
    options: Options | None = None,
    forms: Sequence[told.Form] = (),
) -> RosterReading:
    """Reads a roster from bytes or a path. `mapping` corrects the header: column letters to fields (None: not used); of `forms` the
    first that fits the headings of a table says what they are.

    Never raises for a bad file: the reading then is refused and says why.
    """
    options = options or Options()
    if not isinstance(source, bytes):
        filename = filename or Path(source).name
        source = _content(Path(source), options.limits)
    assert filename, "bytes need the name of the file"
    reading = RosterReading(filename, digest.of_bytes(source), titles=[_stem(filename)])
    try:
        workbook = sheets.read(source, filename, options.limits)
    except sheets.Unreadable as fault:
        reading.unreadable = True
        reading.problems.append(Problem(None, fault.row, None, fault.kind, note=fault.note))
        return reading
    workbook.sheets = [sheet for sheet in workbook.sheets if sheet.name != PROBLEM_LIST]
    reading.kind = workbook.kind
    _read_sheets(reading, workbook, mapping, forms)
    if {problem.kind for problem in reading.problems if problem.kind in REFUSING} == {"HEADER_MISSING"}:
        reading.heads = [told.head(sheet) for sheet in workbook.sheets if sheet.visible and len(sheet.rows) > 1]
    return reading


def _content(path: Path, limits: sheets.Limits) -> bytes:
    # One byte past the limit is enough to see that a file is too large; a file of gigabytes is never taken into memory.
    with path.open("rb") as stream:
        return stream.read(limits.bytes_max + 1)


def _stem(filename: str) -> str:
    return re.sub(r"^\d{1,3}[_\-. 、]+", "", Path(filename).stem)


def _read_sheets(
    reading: RosterReading, workbook: sheets.Workbook, mapping: Correction | None, forms: Sequence[told.Form]
) -> None:
    # A table beside another gets an index of its own behind all sheets, so that its rows are not taken for the other's.
    found = [
        (index + part * len(workbook.sheets), sheet, layout.tables(sheet, mapping, forms))
        for index, whole_sheet in enumerate(workbook.sheets)
        if whole_sheet.visible
        for part, sheet in enumerate(side_by_side.parted(whole_sheet))
    ]
    rosters = [(index, sheet, tables) for index, sheet, tables in found if tables]
    whole = [item for item in rosters if all(_missing(table) == [] for table in item[2])]
    rosters = [item for item in rosters if not whole or item in whole or not _is_summary(item[1])]
    if not rosters or garbled.many_lost(workbook):
        _refuse_without_header(reading, workbook)
        return
    titles: list[str] = []
    for index, sheet, tables in rosters:
        titles += _titles(sheet, tables[0])
        over = headings.of_rows(sheet, tables)
        for table in tables:
            table.factors = units.factors(sheet, table)
        reading.totals += total_rows(sheet, index, tables)
        for number, table in enumerate(tables):
            if not mapping and table.form is None:
                quantities.choose(sheet, table)
            reading.tables.append(frames.rows_of_table(sheet, index, table, over))
            reading.columns += _columns_shown(sheet, table)
            reading.problems += _table_problems(sheet, table, first=number == 0)
            if workbook.kind == "csv":
                reading.torn.vstack(_torn(sheet, index, table), in_place=True)
    reading.forms = told.distinct(source.table.form for source in reading.tables)
    reading.titles = [*titles, *reading.titles, *(sheet.name for _, sheet, _ in rosters if sheet.name)]
    reading.problems += [_hidden_sheet(sheet) for sheet in workbook.sheets if not sheet.visible and len(sheet.rows) > 1]
    if not reading.row_count and not reading.refused:
        reading.problems.append(Problem(None, None, None, "NO_ROWS"))


def _is_summary(sheet: sheets.Sheet) -> bool:
    heading = " ".join(sheets.shown(cell) for row in sheet.rows[:2] for cell in row if cell != "")
    return bool(_SUMMARY.search(sheet.name or "")) or "汇总" in heading


def _refuse_without_header(reading: RosterReading, workbook: sheets.Workbook) -> None:
    remains = garbled.remains(workbook)
    if garbled.is_garbled(workbook):
        reading.garbled_remains = remains
        reading.problems.append(Problem(None, None, None, "ENCODING_GARBLED"))
    elif remains.rows:
        reading.garbled_remains = remains
        reading.problems.append(
            Problem(None, None, None, "HEADER_MISSING", note="没有找到写着姓名、身份证号、金额的表头行")
        )
    else:
        reading.problems.append(Problem(None, None, None, "NO_ROWS"))


def _titles(sheet: sheets.Sheet, table: layout.Table) -> list[str]:
    """The lines above the first header; a line about who filled it in and when stands last."""
    lines = [
        " ".join(sheets.shown(c) for c in row if isinstance(c, str) and c) for row in sheet.rows[: table.header_first]
    ]
    header = " ".join("".join(levels) for levels in table.headers)
    return [line for line in lines if line.strip()] + [header if re.search(r"20\d\d年", header) else ""]


def _columns_shown(sheet: sheets.Sheet, table: layout.Table) -> list[dict[str, str | int | None]]:
    return [
        {
            "sheet": sheet.name,
            "header_row": table.header_last + 1,
            "column": sheets.column_letter(column.index),
            "header": column.header,
            "field": column.field,
        }
        for column in table.columns
        if column.header
    ]


def _missing(table: layout.Table) -> list[str]:
    return [name for name in columns.REQUIRED if not table.holds(name)]


def _table_problems(sheet: sheets.Sheet, table: layout.Table, *, first: bool) -> list[Problem]:
    row = table.header_last + 1
    has = "、".join(column.header for column in table.columns if column.header)
    problems = [
        Problem(sheet.name, row, None, "HEADER_MISSING", note=f"少了“{columns.FIELDS[name]}”这一列，您的表里有：{has}")
        for name in _missing(table)
    ]
    for one, other in columns.duplicates(table.headers, table.columns):
        letters = f"{sheets.column_letter(one.index)} 列和 {sheets.column_letter(other.index)} 列都叫“{other.header}”"
        problems.append(
            Problem(sheet.name, row, sheets.column_letter(other.index), "HEADER_DUPLICATE", other.header, letters)
        )
    if first:
        problems += _hidden_columns(sheet, table)
    return problems


def _hidden_columns(sheet: sheets.Sheet, table: layout.Table) -> list[Problem]:
    numbers = pl.concat([pl.Series([table.header_last], dtype=pl.Int32), table.data_rows])
    headers = {column.index: column.header for column in table.columns}
    return [
        Problem(sheet.name, table.header_last + 1, sheets.column_letter(index), "HIDDEN_COLUMN", headers.get(index, ""))
        for index in sorted(sheet.hidden_columns)
        if headers.get(index) or (sheet.rows.column(index, numbers).text != "").any()
    ]


def _torn(sheet: sheets.Sheet, index: int, table: layout.Table) -> pl.DataFrame:
    """Rows of a CSV with another number of fields than the header, unless most rows agree on that number."""
    lengths = sheet.rows.lengths.gather(table.data_rows)
    usual = [int(sheet.rows.lengths[table.header_last])]
    if lengths.len():
        usual.append(lengths.unique(maintain_order=True)[lengths.unique_counts().arg_max() or 0])
    rows = pl.DataFrame({"row": table.data_rows.cast(pl.Int64) + 1, "fields": lengths})
    torn = rows.filter(~pl.col("fields").is_in(usual))
    return torn.select(sheet_index=pl.lit(index, pl.Int32), row="row", fields="fields")


def _hidden_sheet(sheet: sheets.Sheet) -> Problem:
    return Problem(sheet.name, None, None, "HIDDEN_SHEET", note=f"共 {len(sheet.rows)} 行")
