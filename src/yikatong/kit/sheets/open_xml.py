"""Reads .xlsx. Values come from python-calamine (fast, typed); what it does not tell comes from the XML (`marks`). The XML is read
first, because calamine lays a sheet out from its first to its last cell and one stray cell in the far corner would cost all memory.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from itertools import islice, repeat
from operator import add

from lxml import etree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from yikatong.kit.sheets import full_scan, quick_look
from yikatong.kit.sheets.book import Sheet, Workbook
from yikatong.kit.sheets.marks import Marks
from yikatong.kit.sheets.model import Cell, CellError, Limits, Unreadable
from yikatong.kit.sheets.packed import CHUNK_ROWS, Builder, Rows

_RELATION = re.compile(r"\{.*relationships\}id$")
_DAMAGED = "文件不完整或已损坏，请重新另存一份再传"
_CHUNK_CELLS_MAX = 500_000


def read(content: bytes, limits: Limits) -> Workbook:
    """The worksheets of a guarded .xlsx file. Raises `Unreadable`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            marks = {name: _marks(archive, part, limits) for name, part in _parts(archive).items()}
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            _sheet(book, meta.name, meta.visible, marks[meta.name])
            for meta in book.sheets_metadata
            if meta.name in marks
        ]
    except (CalamineError, etree.XMLSyntaxError, KeyError, ValueError) as broken:
        raise Unreadable("FILE_DAMAGED", _DAMAGED) from broken
    return Workbook("xlsx", sheets)


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> path inside the archive, worksheets only (a chart sheet has no cells)."""
    parser = etree.XMLParser(**full_scan.PARSER_OPTIONS)
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("xl", relation.get("Target", ""))).lstrip("/")
        for relation in relations
        if relation.get("Type", "").endswith("/worksheet")
    }
    parts = {}
    for sheet in etree.fromstring(archive.read("xl/workbook.xml"), parser).iter("{*}sheet"):
        key = next((value for name, value in sheet.attrib.items() if _RELATION.match(name)), None)
        if key in targets:
            parts[sheet.get("name")] = targets[key]
    return parts


def _marks(archive: zipfile.ZipFile, part: str, limits: Limits) -> Marks:
    with archive.open(part) as stream:
        marks = quick_look.marks_of(stream, limits.columns_max)
    if marks is not None and _fits(marks, limits):
        return marks
    with archive.open(part) as stream:
        marks = full_scan.marks_of(stream, limits)
    if not _fits(marks, limits):
        note = f"表太大，有 {marks.rows} 行、{marks.columns} 列；请删去右边和下面零星的内容再传"
        raise Unreadable("FILE_TOO_LARGE", note)
    return marks


def _fits(marks: Marks, limits: Limits) -> bool:
    """Whether the area from A1 to the last cell may be laid out in memory. A title, a header and totals come on top of the rows."""
    return (
        marks.rows <= limits.rows_max + 100
        and marks.columns <= limits.columns_max
        and marks.rows * marks.columns <= limits.cells_max
    )


def _sheet(book: CalamineWorkbook, name: str, visibility: object, marks: Marks) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    return Sheet(
        name=name,
        rows=_rows(sheet, marks),
        visible=str(visibility).endswith(".Visible"),
        formulas=marks.formulas,
        hidden_rows=marks.hidden_rows,
        hidden_columns=marks.hidden_columns,
        merged=[(*first, *last) for first, last in sheet.merged_cell_ranges or []],
    )


def _rows(sheet: CalamineSheet, marks: Marks) -> Rows:
    builder, first = Builder(), 0
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, column), error in marks.errors.items():
        by_row.setdefault(row, []).append((column, error))
    for chunk in _chunks(sheet):
        for row in [row for row in by_row if first <= row < first + len(chunk)]:
            _set_errors(chunk[row - first], by_row.pop(row))
        builder.add(chunk)
        first += len(chunk)
    if by_row:
        rest: list[list[Cell]] = [[] for _ in range(first, max(by_row) + 1)]
        for row, errors in by_row.items():
            _set_errors(rest[row - first], errors)
        builder.add(rest)
    return builder.rows()


def _set_errors(cells: list[Cell], errors: list[tuple[int, str]]) -> None:
    for column, error in errors:
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = CellError(error)


def _chunks(sheet: CalamineSheet) -> Iterator[list[list[Cell]]]:
    """The rows from row 1, each from column A; calamine leaves out the empty columns before the first filled one."""
    size = max(1, min(CHUNK_ROWS, _CHUNK_CELLS_MAX // max(1, sheet.width)))
    before: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    rows = sheet.iter_rows()
    while chunk := list(islice(rows, size)):
        yield list(map(add, repeat(before), chunk)) if before else chunk
