"""The quick look at a worksheet's XML finds what parsing it finds, or says that it cannot tell."""

import io
import zipfile
from pathlib import Path

import pytest

from yikatong.kit.sheets import Limits, full_scan, quick_look
from yikatong.kit.sheets.marks import Marks

ROSTERS = Path(__file__).resolve().parents[2] / "demo" / "county" / "rosters"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PARTS = [
    (path, part)
    for path in sorted(ROSTERS.glob("*.xlsx"))
    for part in zipfile.ZipFile(path).namelist()
    if part.startswith("xl/worksheets/sheet")
]


def told(marks: Marks) -> tuple[object, ...]:
    formulas = {place: rows.to_list() for place, rows in marks.formulas.items()}
    return formulas, marks.errors, marks.hidden_rows, marks.hidden_columns


@pytest.mark.parametrize(("path", "part"), PARTS, ids=lambda value: getattr(value, "name", value)[-12:])
def test_the_look_tells_what_parsing_tells(path: Path, part: str):
    content = zipfile.ZipFile(path).read(part)
    looked = quick_look.marks_of(io.BytesIO(content), Limits().columns_max)
    parsed = full_scan.marks_of(io.BytesIO(content), Limits())
    assert looked is not None
    assert told(looked) == told(parsed)
    assert looked.rows >= parsed.rows and looked.columns >= parsed.columns


def sheet(rows: str, head: str = "", tail: str = "", root: str = f'<worksheet xmlns="{MAIN}">') -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{root}{head}<sheetData>{rows}</sheetData>{tail}</worksheet>'.encode()
    )


@pytest.mark.parametrize(
    "rows",
    [
        "",
        '<row r="1"/>',
        '<row r="1" spans="1:2" hidden="1"><c r="A1" s="3"/><c r="B1" t="inlineStr"><is><t>x</t></is></c></row>',
        '<row r="2" ht="0"><c r="AB2" t="e"><v>#REF!</v></c></row>',
        '<row r="1"><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B1"><f t="shared" si="0"/><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="e"/><c r="C1"><v>1</v></c></row>\n<row r="9"><c r="A9"><f>A1</f></c></row>',
    ],
)
def test_what_programs_write_is_understood(rows: str):
    head = '<cols><col min="2" max="3" width="9" hidden="1"/><col min="5" max="5" width="0"/></cols>'
    content = sheet(rows, head, '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>')
    looked = quick_look.marks_of(io.BytesIO(content), 512)
    assert looked is not None
    assert told(looked) == told(full_scan.marks_of(io.BytesIO(content), Limits()))
    assert looked.hidden_columns == {1, 2, 4}


@pytest.mark.parametrize(
    "content",
    [
        sheet('<row r="1"><c r="A2"><v>1</v></c></row>'),
        sheet("<row><c><v>1</v></c></row>"),
        sheet("<row r='1'/>"),
        sheet('<row r="1"><!-- x --></row>'),
        sheet('<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>'),
        sheet('<row r="1"><c r="A1" t="&#101;"><v>1</v></c></row>'),
        sheet('<row r="1"><c r="A1" t="e"><v>&#35;REF!</v></c></row>'),
        sheet('<x:row r="1"/>'),
        sheet("", head="<cols><x:col/></cols>"),
        sheet("", tail='<sheetData><row r="1"/></sheetData>'),
        sheet("", root='<x:worksheet xmlns:x="y">'),
        sheet('<row r="1"/>')[:60],
        sheet('<row r="1"/>').replace(b"</sheetData></worksheet>", b""),
        b"<worksheet>" + b" " * (3 << 20) + b"<sheetData></sheetData></worksheet>",
        sheet("").decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    ],
)
def test_what_is_unusual_is_left_to_the_parser(content: bytes):
    assert quick_look.marks_of(io.BytesIO(content), 512) is None
