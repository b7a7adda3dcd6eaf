"""What the tests of roster files share: changing one cell of a good roster, checking it, naming what was found."""

import io
import zipfile
from datetime import date

from tests.anomalies import making
from yikatong.rosters.commands import DEMO_COUNTY
from yikatong.rosters.rules import checking, reading, references

TODAY = date(2026, 11, 20)
COUNTY = references.from_folder(DEMO_COUNTY)
NAME, ID, CARD, AREA, AMOUNT, REMARK = 3, 4, 5, 6, 8, 9
LETTERS = {NAME: "D", ID: "E", CARD: "F", AREA: "G", AMOUNT: "I", REMARK: "J"}
FIRST_ROW = 3


def check(content: bytes, filename: str = making.FILENAME) -> checking.CheckResult:
    return checking.check(reading.read(content, filename), COUNTY, TODAY)


def changed(*cells: tuple[int, int, object]) -> list[list[object]]:
    """The plain roster without its total, with cells changed: (data row from 0, column, value)."""
    rows = making.plain()[:-1]
    for row, column, value in cells:
        rows[row + 2][column] = value
    return rows


def xlsx(rows: list[list[object]]) -> bytes:
    return making.saved(making.workbook({"Sheet1": rows}))


def found(result: checking.CheckResult) -> list[tuple[int | None, str | None, str]]:
    return [(problem.row, problem.column, problem.kind) for problem in result.listed()]


def kind_of(column: int, value: object, *, as_csv: bool = False) -> list[str]:
    """The kinds of problem that one cell of the first row gives; it must stand at that cell."""
    rows = changed((0, column, value))
    result = check(making.as_csv(rows).encode(), "柳河镇2026年耕地地力.csv") if as_csv else check(xlsx(rows))
    assert result.row_count == 12
    assert {place[:2] for place in found(result)} <= {(FIRST_ROW, LETTERS[column])}
    return [place[2] for place in found(result)]


def refusal(content: bytes, filename: str) -> str:
    result = check(content, filename)
    assert result.refused and result.ok_count == 0 and result.total_fen_ok == 0
    problems = result.listed()
    assert problems[0].message().endswith("。")
    return problems[0].kind


def first() -> making.Farmer:
    return making.farmers(12)[0]


def repacked(content: bytes, old: bytes = b"", new: bytes = b"", extra: dict[str, bytes] | None = None) -> bytes:
    """An .xlsx with bytes of its first sheet replaced and entries added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            part = source.read(entry)
            if entry == "xl/worksheets/sheet1.xml":
                assert old in part
                part = part.replace(old, new, 1)
            target.writestr(entry, part)
        for name, part in (extra or {}).items():
            target.writestr(name, part)
    return stream.getvalue()
