"""Puts marks and the listing into a workbook."""

import re

import polars as pl
from lxml import etree

from . import comments, listing
from .archive import Archive, local_name, tag
from .comments import COMMENT_HEAD
from .listing import Listing
from .styles import Styles
from .worksheet import Worksheet

__all__ = ["COMMENT_HEAD", "MARKS_SCHEMA", "annotate"]

MARKS_SCHEMA = {"sheet": pl.String, "row": pl.Int64, "column": pl.Int64, "tone": pl.String, "text": pl.String}
"""One mark a row: where (rows and columns from 1, no column: the whole row), in which tone, and what the comment says."""

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
_SELECTED = re.compile(rb'\btabSelected="(1|true)"')


def annotate(content: bytes, marks: pl.DataFrame, listed: Listing) -> bytes:
    """The .xlsx ``content`` with ``marks`` (a frame of ``MARKS_SCHEMA``) and ``listed`` as its first sheet.

    A sheet of the listing's name is replaced, and marks of an earlier round go. Marks of unknown sheets are left out.
    Raises what zipfile, lxml, ValueError and KeyError raise for a workbook that is none.
    """
    archive = Archive(content)
    _remove_sheet(archive, listed.name)
    styles = Styles(archive)
    clean = marks.with_columns(pl.col("text").str.replace_all(listing.ILLEGAL, "").str.slice(0, listing.TEXT_MAX))
    by_sheet = clean.partition_by("sheet", as_dict=True, include_key=False)
    for name, path in archive.sheets().items():
        _mark_sheet(archive, path, by_sheet.get((name,)), styles)
    _put_first(archive, listed, styles)
    styles.store()
    return archive.content()


def _mark_sheet(archive: Archive, path: str, marks: pl.DataFrame | None, styles: Styles) -> None:
    # Two selected sheets are edited together, so only the first sheet stays selected.
    archive.parts[path] = _SELECTED.sub(b'tabSelected="0"', archive.parts[path], count=1)
    if marks is None and archive.related(path, "comments") is None:
        return
    sheet = Worksheet(archive.parts[path])
    texts = {} if marks is None else sheet.mark(marks.iter_rows(), styles)
    comments.write(archive, path, sheet.root, texts)
    archive.parts[path] = sheet.part()


def _remove_sheet(archive: Archive, name: str) -> None:
    listed = archive.workbook.find(tag(archive.workbook, "sheets"))
    for place, sheet in enumerate(list(listed.iter(tag(archive.workbook, "sheet")))):
        if sheet.get("name") == name:
            path = archive.sheets().get(name)
            archive.unrelate("xl/workbook.xml", sheet.get(f"{{{archive.relation}}}id"))
            listed.remove(sheet)
            if path:
                archive.remove(path)
            _renumber(archive, gone=place)
            return


def _renumber(archive: Archive, *, gone: int | None = None) -> None:
    """Names that belong to one sheet know it by its place; one sheet goes, or one comes before all."""
    for name in list(archive.workbook.iter(tag(archive.workbook, "definedName"))):
        place = name.get("localSheetId")
        if place is None:
            continue
        if gone is None:
            name.set("localSheetId", str(int(place) + 1))
        elif int(place) == gone:
            name.getparent().remove(name)
        elif int(place) > gone:
            name.set("localSheetId", str(int(place) - 1))


def _put_first(archive: Archive, listed: Listing, styles: Styles) -> None:
    book = archive.workbook
    path = archive.free_path("xl/worksheets/sheet{}.xml")
    archive.add(path, listing.sheet(listed, styles, str(etree.QName(book).namespace)), content_type=_SHEET_TYPE)
    key = archive.relate("xl/workbook.xml", "worksheet", path)
    sheets = book.find(tag(book, "sheets"))
    number = max((int(sheet.get("sheetId")) for sheet in sheets.iter(tag(book, "sheet"))), default=0) + 1
    first = etree.Element(tag(book, "sheet"), name=listed.name, sheetId=str(number))
    first.set(f"{{{archive.relation}}}id", key)
    sheets.insert(0, first)
    if book.find(tag(book, "bookViews")) is None:
        views = etree.Element(tag(book, "bookViews"))
        etree.SubElement(views, tag(book, "workbookView"))
        sheets.addprevious(views)
    for view in book.iter(tag(book, "workbookView")):
        view.attrib.pop("activeTab", None)
        view.attrib.pop("firstSheet", None)
    _renumber(archive)
    names = book.find(tag(book, "definedNames"))
    if names is None:
        names = etree.Element(tag(book, "definedNames"))
        [child for child in book if local_name(child) in _BEFORE_NAMES][-1].addnext(names)
    area = etree.SubElement(names, tag(book, "definedName"), name="_xlnm._FilterDatabase", localSheetId="0", hidden="1")
    area.text = f"'{listed.name}'!{listed.table_area}"
