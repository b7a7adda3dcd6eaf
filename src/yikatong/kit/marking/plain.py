"""Writes sheets as read from .xls or .csv as an .xlsx: the same rows, text as text, hidden and merged as they were."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape, quoteattr

from yikatong.kit.sheets import Cell, CellError, Sheet, Workbook, column_letter, shown

from .listing import TEXT_MAX

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_FORMAT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
# In a .csv all is text; what is surely an amount, an area or a count becomes a number that Excel can add up.
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,8})(?:\.([0-9]{1,4}))?")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_EPOCH = date(1899, 12, 30)
_FIRST_DAY = date(1900, 3, 1)
_TEXT, _DAY, _MOMENT, _WHOLE = 1, 2, 3, 4
# The format of a number with so many decimals.
_DECIMALS = {0: 0, 1: 5, 2: 6, 3: 7, 4: 8}
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="5"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/>'
    '<numFmt numFmtId="166" formatCode="0.0"/><numFmt numFmtId="167" formatCode="0.000"/><numFmt numFmtId="168" '
    'formatCode="0.0000"/></numFmts><fonts count="1"><font><sz val="11"/>'
    '<name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
    'patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '</borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="9">'
    + "".join(
        f'<xf numFmtId="{form}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for form in (0, 49, 164, 165, 1, 166, 2, 167, 168)
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
# From here on Excel's general format would turn a number into powers of ten.
_LONG = 1e11
_SAMPLED_ROWS = 200
_HIDDEN = {True: ' hidden="1"', False: ""}
_HIDDEN_SHEET = {True: "", False: ' state="hidden"'}


def written(workbook: Workbook, *, unnamed: str) -> bytes:
    """The workbook as .xlsx; a sheet without a name is called ``unnamed``. Formulas keep only their values.

    Of a .csv short plain numbers become numbers with the decimals they show; longer ones, as of IDs and cards, stay text.
    """
    cell = _written_number if workbook.kind == "csv" else _cell
    sheets = workbook.sheets
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        archive.writestr("[Content_Types].xml", _content_types(len(sheets)))
        archive.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        parts = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)]
        archive.writestr("xl/workbook.xml", _book(sheets, unnamed))
        archive.writestr("xl/_rels/workbook.xml.rels", _relations([*parts, ("styles", "styles.xml")]))
        archive.writestr("xl/styles.xml", _STYLES)
        for (_, path), sheet in zip(parts, sheets, strict=True):
            archive.writestr(f"xl/{path}", "".join(_sheet(sheet, cell)))
    return out.getvalue()


def _content_types(count: int) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_FORMAT}.worksheet+xml"/>'
        for number in range(1, count + 1)
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_FORMAT}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_FORMAT}.styles+xml"/>{sheets}</Types>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _book(sheets: Sequence[Sheet], unnamed: str) -> str:
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name or unnamed)} sheetId="{number}" r:id="rId{number}"{_HIDDEN_SHEET[sheet.visible]}/>'
        for number, sheet in enumerate(sheets, 1)
    )
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews><sheets>{listed}</sheets></workbook>'


def _sheet(sheet: Sheet, written_cell: Callable[[str, Cell], str]) -> Iterator[str]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    yield _columns(sheet)
    yield "<sheetData>"
    letters = [column_letter(index) for index in range(max(map(len, sheet.rows), default=0))]
    for index, row in enumerate(sheet.rows):
        hidden = _HIDDEN[index in sheet.hidden_rows]
        cells = "".join(
            written_cell(f"{letter}{index + 1}", cell) for letter, cell in zip(letters, row, strict=False) if cell != ""
        )
        if cells or hidden:
            yield f'<row r="{index + 1}"{hidden}>{cells}</row>'
    yield "</sheetData>"
    if sheet.merged:
        areas = "".join(
            f'<mergeCell ref="{column_letter(left)}{top + 1}:{column_letter(right)}{bottom + 1}"/>'
            for top, left, bottom, right in sheet.merged
        )
        yield f'<mergeCells count="{len(sheet.merged)}">{areas}</mergeCells>'
    yield "</worksheet>"


def _columns(sheet: Sheet) -> str:
    widest: dict[int, int] = {}
    for row in sheet.rows[:_SAMPLED_ROWS]:
        for column, cell in enumerate(row):
            wide = sum(2 if ord(character) > 0xFF else 1 for character in shown(cell)[:40])
            widest[column] = max(widest.get(column, 0), wide)
    # A title is wider than its column should be.
    listed = "".join(
        f'<col min="{column + 1}" max="{column + 1}" width="{min(max(width + 2, 7), 24)}" style="{_TEXT}" customWidth="1"'
        f"{_HIDDEN[column in sheet.hidden_columns]}/>"
        for column, width in sorted(widest.items())
    )
    return f"<cols>{listed}</cols>" if listed else ""


def _cell(place: str, cell: Cell) -> str:
    match cell:
        case CellError():
            return f'<c r="{place}" t="e"><v>{escape(cell)}</v></c>'
        case bool():
            return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
        case int() | float():
            whole = f' s="{_WHOLE}"' if abs(cell) >= _LONG else ""
            return f'<c r="{place}"{whole}><v>{cell!r}</v></c>'
        case datetime() if cell.date() >= _FIRST_DAY:
            seconds = cell.hour * 3600 + cell.minute * 60 + cell.second
            style = _MOMENT if seconds else _DAY
            return f'<c r="{place}" s="{style}"><v>{(cell.date() - _EPOCH).days + seconds / 86400!r}</v></c>'
        case date() if not isinstance(cell, datetime) and cell >= _FIRST_DAY:
            return f'<c r="{place}" s="{_DAY}"><v>{(cell - _EPOCH).days}</v></c>'
    text = escape(_ILLEGAL.sub("", shown(cell))[:TEXT_MAX])
    return f'<c r="{place}" s="{_TEXT}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _written_number(place: str, cell: Cell) -> str:
    number = _NUMBER.fullmatch(shown(cell))
    if number is None:
        return _cell(place, cell)
    style = _DECIMALS[len(number[1] or "")]
    return f'<c r="{place}" s="{style}"><v>{number[0]}</v></c>'
