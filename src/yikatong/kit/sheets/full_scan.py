"""Reads the marks of a worksheet by parsing its XML: exact for whatever a program writes, but it visits every cell."""

from typing import IO

from lxml import etree

from yikatong.kit.sheets.marks import Marks, add_hidden_columns, by_column
from yikatong.kit.sheets.model import Limits, Unreadable

PARSER_OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


def marks_of(stream: IO[bytes], limits: Limits) -> Marks:
    """The marks of a worksheet. Raises `Unreadable` at a filled cell beyond the limits."""
    marks, formulas = Marks(), list[tuple[int, int]]()
    row_index = -1
    for _, element in etree.iterparse(stream, events=("end",), tag=("{*}row", "{*}col"), **PARSER_OPTIONS):
        if element.tag.endswith("}col"):
            add_hidden_columns(marks, dict(element.attrib), limits.columns_max)
            continue
        row_index = int(element.get("r", row_index + 2)) - 1
        _scan_row(element, row_index, marks, formulas, limits)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    marks.formulas = by_column((row for row, _ in formulas), (column for _, column in formulas))
    return marks


def _scan_row(
    row: etree._Element, row_index: int, marks: Marks, formulas: list[tuple[int, int]], limits: Limits
) -> None:
    filled, column = False, -1
    for cell in row:
        place = cell.get("r")
        column = _column_index(place) if place else column + 1
        if not len(cell):
            continue
        filled = True
        _check_place(place, row_index, column, limits)
        marks.columns = max(marks.columns, column + 1)
        if cell[0].tag.endswith("}f"):
            formulas.append((row_index, column))
        if cell.get("t") == "e":
            marks.errors[row_index, column] = cell[-1].text or "#ERROR"
    if filled and row_index >= limits.rows_max + 100:
        raise Unreadable(
            "FILE_TOO_LARGE",
            f"表太长，超过 {limits.rows_max} 行；请分成几份，或删去最下面的零星内容再传",
            row_index + 1,
        )
    if filled:
        marks.rows = max(marks.rows, row_index + 1)
    if row.get("hidden") in ("1", "true") or row.get("ht") == "0":
        marks.hidden_rows.add(row_index)


def _check_place(place: str | None, row_index: int, column: int, limits: Limits) -> None:
    if column >= limits.columns_max:
        raise Unreadable(
            "FILE_TOO_LARGE", f"表太宽，超过 {limits.columns_max} 列；请删去右边多余的列再传", row_index + 1
        )
    if place and place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != f"{row_index + 1}":
        # Such a cell would be laid out far away from its row.
        raise Unreadable("FILE_DAMAGED", "文件内部的结构不正常，请重新另存一份再传", row_index + 1)


def _column_index(place: str) -> int:
    index = 0
    for character in place:
        if character.isdigit():
            break
        index = index * 26 + ord(character) - 64
    return index - 1
