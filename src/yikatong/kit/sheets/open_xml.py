"""Reads .xlsx. Values come from python-calamine (fast, typed); what it does not tell comes from the XML, streamed:
formulas, error values, hidden rows and columns. The XML is read first, because calamine lays a sheet out from its first to its
last cell and one stray cell in the far corner would cost all memory.
"""

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import IO

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from yikatong.kit.sheets.model import Cell, CellError, Limits, Sheet, Unreadable, Workbook

_RELATION = re.compile(r"\{.*relationships\}id$")
_PARSER_OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_DAMAGED = "文件不完整或已损坏，请重新另存一份再传"


@dataclass
class _Marks:
    """What the XML of one sheet says beside its values; rows and columns count from 0."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def read(content: bytes, limits: Limits) -> Workbook:
    """The worksheets of a guarded .xlsx file. Raises `Unreadable`."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
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
    parser = etree.XMLParser(**_PARSER_OPTIONS)
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


def _marks(archive: zipfile.ZipFile, part: str, limits: Limits) -> _Marks:
    with archive.open(part) as stream:
        return _scan(stream, limits)


def _scan(stream: IO[bytes], limits: Limits) -> _Marks:
    marks = _Marks()
    row_index = -1
    for _, element in etree.iterparse(stream, events=("end",), tag=("{*}row", "{*}col"), **_PARSER_OPTIONS):
        if element.tag.endswith("}col"):
            if element.get("hidden") in ("1", "true") or element.get("width") == "0":
                first, last = int(element.get("min")) - 1, int(element.get("max"))
                marks.hidden_columns.update(range(first, min(last, limits.columns_max)))
            continue
        row_index = int(element.get("r", row_index + 2)) - 1
        _scan_row(element, row_index, marks, limits)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return marks


def _scan_row(row: etree._Element, row_index: int, marks: _Marks, limits: Limits) -> None:
    filled, column = False, -1
    for cell in row:
        place = cell.get("r")
        column = _column_index(place) if place else column + 1
        if not len(cell):
            continue
        filled = True
        if column >= limits.columns_max:
            raise Unreadable(
                "FILE_TOO_LARGE", f"表太宽，超过 {limits.columns_max} 列；请删去右边多余的列再传", row_index + 1
            )
        if cell[0].tag.endswith("}f"):
            marks.formulas.add((row_index, column))
        if cell.get("t") == "e":
            marks.errors[row_index, column] = cell[-1].text or "#ERROR"
    if filled and row_index >= limits.rows_max + 100:
        raise Unreadable(
            "FILE_TOO_LARGE",
            f"表太长，超过 {limits.rows_max} 行；请分成几份，或删去最下面的零星内容再传",
            row_index + 1,
        )
    if row.get("hidden") in ("1", "true") or row.get("ht") == "0":
        marks.hidden_rows.add(row_index)


def _column_index(place: str) -> int:
    index = 0
    for character in place:
        if character.isdigit():
            break
        index = index * 26 + ord(character) - 64
    return index - 1


def _sheet(book: CalamineWorkbook, name: str, visibility: object, marks: _Marks) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    for (row, column), error in marks.errors.items():
        while len(rows) <= row:
            rows.append([])
        rows[row].extend([""] * (column + 1 - len(rows[row])))
        rows[row][column] = CellError(error)
    merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or []]
    return Sheet(
        name=name,
        rows=rows,
        visible=str(visibility).endswith(".Visible"),
        formulas=marks.formulas,
        hidden_rows=marks.hidden_rows,
        hidden_columns=marks.hidden_columns,
        merged=merged,
    )
