"""From a file to a roster: every data row kept, with its place; nothing judged except whether the file can be used at all.

Bytes -> `kit.sheets` -> tables (`layout`) -> frames (`frames`) and totals. Problems of the file itself (a missing column, garbled
text, a hidden sheet) are found here; problems of rows are found by `checking`.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from yikatong.kit import columns, digest, sheets
from yikatong.kit.problems import REFUSING, Problem
from yikatong.rosters.rules import frames, garbled, headings, layout, quantities, side_by_side, units
from yikatong.rosters.rules.totals import TotalRow, total_rows

Correction = Mapping[str, str | None]
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

    rows: frame of `frames.ROWS_SCHEMA`, every data row of the visible sheets in order.
    odd_cells: frame of `frames.ODD_SCHEMA`, formulas and text that would run.
    columns: the header mapping as shown to a person: sheet, header_row, column (letter), header, field (None: unmapped).
    titles: lines that may tell program, cycle and township, the likeliest first: titles, file name, sheet names.
    problems: of the file as a whole. `garbled_remains` stands in for rows when the text is lost; `unreadable`: no sheet could be opened.
    """

    filename: str
    sha256: str
    kind: str | None = None
    rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=frames.ROWS_SCHEMA))
    odd_cells: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=frames.ODD_SCHEMA))
    columns: list[dict[str, str | int | None]] = field(default_factory=list)
    totals: list[TotalRow] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    garbled_remains: garbled.Remains | None = None
    unreadable: bool = False

    @property
    def refused(self) -> bool:
        """Whether the whole file must be refused."""
        return self.unreadable or any(problem.kind in REFUSING for problem in self.problems)

    @property
    def row_count(self) -> int:
        """Data rows, also of a refused file as far as they can be told."""
        return self.garbled_remains.rows if self.garbled_remains else self.rows.height


def read(
    source: bytes | str | Path,
    filename: str | None = None,
    mapping: Correction | None = None,
    options: Options | None = None,
) -> RosterReading:
    """Reads a roster from bytes or a path. `mapping` corrects the header: column letters to fields (None: not used).

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
    _read_sheets(reading, workbook, mapping)
    return reading


def _content(path: Path, limits: sheets.Limits) -> bytes:
    # One byte past the limit is enough to see that a file is too large; a file of gigabytes is never taken into memory.
    with path.open("rb") as stream:
        return stream.read(limits.bytes_max + 1)


def _stem(filename: str) -> str:
    return re.sub(r"^\d{1,3}[_\-. 、]+", "", Path(filename).stem)


def _read_sheets(reading: RosterReading, workbook: sheets.Workbook, mapping: Correction | None) -> None:
    # A table beside another gets an index of its own behind all sheets, so that its rows are not taken for the other's.
    found = [
        (index + part * len(workbook.sheets), sheet, layout.tables(sheet, mapping))
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
    parts, odd = [], []
    for index, sheet, tables in rosters:
        titles += _titles(sheet, tables[0])
        over = headings.of_rows(sheet, tables)
        for table in tables:
            units.to_yuan_and_mu(sheet, table)
        reading.totals += total_rows(sheet, index, tables)
        for number, table in enumerate(tables):
            if not mapping:
                quantities.choose(sheet, table)
            parts.append(frames.rows_frame(sheet, index, table, over))
            odd.append(frames.odd_cells(sheet, index, table))
            reading.columns += _columns_shown(sheet, table)
            reading.problems += _table_problems(sheet, table, first=number == 0, workbook_kind=workbook.kind)
    reading.rows, reading.odd_cells = pl.concat(parts), pl.concat(odd)
    reading.titles = [*titles, *reading.titles, *(sheet.name for _, sheet, _ in rosters if sheet.name)]
    reading.problems += [_hidden_sheet(sheet) for sheet in workbook.sheets if not sheet.visible and len(sheet.rows) > 1]
    if reading.rows.is_empty() and not reading.refused:
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


def _table_problems(sheet: sheets.Sheet, table: layout.Table, *, first: bool, workbook_kind: str) -> list[Problem]:
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
    if workbook_kind == "csv":
        problems += _field_counts(sheet, table)
    return problems


def _hidden_columns(sheet: sheets.Sheet, table: layout.Table) -> list[Problem]:
    used = {
        index
        for number in (table.header_last, *table.data_rows)
        for index, c in enumerate(sheet.rows[number])
        if c != ""
    }
    headers = {column.index: column.header for column in table.columns}
    return [
        Problem(sheet.name, table.header_last + 1, sheets.column_letter(index), "HIDDEN_COLUMN", headers.get(index, ""))
        for index in sorted(sheet.hidden_columns)
        if index in used or headers.get(index)
    ]


def _field_counts(sheet: sheets.Sheet, table: layout.Table) -> list[Problem]:
    """Rows of a CSV with another number of fields than the header, unless most rows agree on that number."""
    lengths = Counter(len(sheet.rows[number]) for number in table.data_rows)
    usual = {len(sheet.rows[table.header_last]), *(length for length, _ in lengths.most_common(1))}
    wrong = [number for number in table.data_rows if len(sheet.rows[number]) not in usual]
    return [
        Problem(sheet.name, number + 1, None, "CSV_STRUCTURE", seen=f"{len(sheet.rows[number])}") for number in wrong
    ]


def _hidden_sheet(sheet: sheets.Sheet) -> Problem:
    return Problem(sheet.name, None, None, "HIDDEN_SHEET", note=f"共 {len(sheet.rows)} 行")
