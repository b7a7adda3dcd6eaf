"""Reads the marks of a worksheet by a quick look at its XML: expressions over whole pieces visit the cells, no code of ours.

It knows how spreadsheet programs write rows of values. Whatever is written in another way is left to `full_scan`, which is exact
and ten times slower: the look then answers nothing.
"""

import re
from itertools import repeat
from operator import sub
from typing import IO

from yikatong.kit.sheets.marks import Marks, add_hidden_columns, by_column

_PIECE_BYTES = 1 << 20
_HEAD_BYTES_MAX = 1 << 20
_ROW_BYTES_MAX = 1 << 22

_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml version=\"1\.0\"(?: encoding=\"(?i:utf-8)\")?(?: standalone=\"(?:yes|no)\")?\s?\?>\s*)?"
    rb"<worksheet(?: [A-Za-z0-9:]+=\"[^\"<&]*\")*>.*<sheetData>",
    re.DOTALL,
)
_ODD_HEAD = re.compile(rb"'|<!|:col\b|<row|&|<col[^s][^>]*[^/]>")
_COLUMNS = re.compile(rb"<col ([^>]*)/>")
_ATTRIBUTE = re.compile(r"(\w+)=\"([^\"]*)\"")

_FORMULA = rb"<f(?: [a-z0-9]+=\"[^\"<>]*+\")*+(?:/>|>[^<]*+</f>)"
_VALUE = rb"<v>[^<]*+</v>|<is><t(?: xml:space=\"preserve\")?>[^<]*+</t></is>"
_CELL = (
    # A cell must name the row in which it stands: one that names another would make the sheet as large as it likes.
    rb"<c r=\"%s\1\"(?: (?:s|cm|vm)=\"[0-9]++\"| t=\"(?:s|n|str|b|d|e|inlineStr)\")*+"
    rb"(?:/>|></c>|>(?:" + _FORMULA + rb")?+(?:" + _VALUE + rb")?+</c>)"
)
_ROW = (
    rb"<row r=\"([0-9]{1,7})\"(?: (?:spans|s|ht|hidden|customFormat|customHeight|outlineLevel|collapsed|thickBot|thickTop"
    rb"|x14ac:dyDescent)=\"[^\"<>&]*+\")*+(?:/>|>(?:" + _CELL + rb")*+</row>)\s*+"
)
_NARROW = re.compile(rb"(?:" + _ROW % rb"[A-X]" + rb")*+")
_WIDE = re.compile(rb"(?:" + _ROW % rb"[A-Z]{1,2}" + rb")*+")
_NARROW_COLUMNS = 24
_ROW_NUMBER = re.compile(rb"<row r=\"([0-9]+)\"")
_HIDDEN_ROW = re.compile(rb"<row r=\"([0-9]+)\"[^>]* (?:hidden=\"(?:1|true)\"|ht=\"0\")")
_CELL_COLUMN = re.compile(rb"<c r=\"([A-Z]+)")
_FORMULA_PLACE = re.compile(rb"<c r=\"([A-Z]+)([0-9]+)\"[^>]*><f")
_ERROR = re.compile(rb"<c r=\"([A-Z]+)([0-9]+)\"[^>]* t=\"e\"[^>]*+>(?:" + _FORMULA + rb")?<v>([^<&]+)</v>")
_ERROR_TYPE = re.compile(rb"<c r=\"[^>]* t=\"e\"[^>]*+(?<!/)>(?!</c>)")
_END = b"</sheetData>"
_ODD_TAIL = re.compile(rb"sheetData|<row\b|<col\b|:row\b|:col\b|<!")


class _Unusual(Exception):
    """The worksheet is not beyond doubt one that the look understands."""


def marks_of(stream: IO[bytes], columns_max: int) -> Marks | None:
    """The marks of a worksheet; None when it is written in an unusual way. `rows` and `columns` may reach further than the cells."""
    try:
        return _Look(columns_max).at(stream)
    except _Unusual:
        return None


class _Look:
    def __init__(self, columns_max: int) -> None:
        self._columns_max = columns_max
        self._marks = Marks()
        self._formula_rows: list[int] = []
        self._formula_columns: list[int] = []

    def at(self, stream: IO[bytes]) -> Marks:
        """Goes through the pieces, each cut behind its last whole row."""
        piece = self._head(stream)
        while True:
            body, ended, rest = piece.partition(_END)
            cut = len(body) if ended else body.rfind(b"</row>") + len(b"</row>") if b"</row>" in body else 0
            self._rows(body[:cut])
            if ended:
                _check_tail(rest, stream)
                self._marks.formulas = by_column(self._formula_rows, self._formula_columns)
                return self._marks
            more = stream.read(_PIECE_BYTES)
            if not more or len(body) - cut > _ROW_BYTES_MAX:
                raise _Unusual
            piece = body[cut:] + more

    def _head(self, stream: IO[bytes]) -> bytes:
        """Takes what stands before the rows; returns what was read behind it."""
        piece = b""
        while b"<sheetData>" not in piece:
            more = stream.read(_PIECE_BYTES)
            if not more or len(piece) > _HEAD_BYTES_MAX:
                raise _Unusual
            piece += more
        at = piece.index(b"<sheetData>") + len(b"<sheetData>")
        head = piece[:at]
        if not _HEAD.fullmatch(head) or _ODD_HEAD.search(head):
            raise _Unusual
        for attributes in _COLUMNS.findall(head):
            add_hidden_columns(self._marks, dict(_ATTRIBUTE.findall(attributes.decode())), self._columns_max)
        return piece[at:]

    def _rows(self, rows: bytes) -> None:
        columns = _NARROW_COLUMNS
        if not _NARROW.fullmatch(rows):
            if not _WIDE.fullmatch(rows):
                raise _Unusual
            columns = max(map(_index, set(_CELL_COLUMN.findall(rows))), default=0) + 1
        marks = self._marks
        marks.columns = max(marks.columns, columns)
        marks.rows = max([marks.rows, *map(int, _ROW_NUMBER.findall(rows))])
        if b' hidden="' in rows or b' ht="0"' in rows:
            marks.hidden_rows.update(map(sub, map(int, _HIDDEN_ROW.findall(rows)), repeat(1)))
        if b"<f" in rows:
            self._formulas(_FORMULA_PLACE.findall(rows))
        if b' t="e"' in rows:
            self._errors(rows)

    def _formulas(self, found: list[tuple[bytes, bytes]]) -> None:
        letters, numbers = zip(*found, strict=True)
        indexes = {letter: _index(letter) for letter in set(letters)}
        self._formula_columns.extend(map(indexes.__getitem__, letters))
        self._formula_rows.extend(map(sub, map(int, numbers), repeat(1)))

    def _errors(self, rows: bytes) -> None:
        found = _ERROR.findall(rows)
        if len(found) != len(_ERROR_TYPE.findall(rows)):
            raise _Unusual
        self._marks.errors.update({(int(row) - 1, _index(letter)): text.decode() for letter, row, text in found})


def _index(letters: bytes) -> int:
    return (letters[0] - 64) * 26 + letters[1] - 65 if len(letters) == 2 else letters[0] - 65


def _check_tail(tail: bytes, stream: IO[bytes]) -> None:
    while tail:
        if _ODD_TAIL.search(tail):
            raise _Unusual
        more = stream.read(_PIECE_BYTES)
        tail = tail[-16:] + more if more else b""
