"""A roster checked in parts gives what it gives at once, and no function of ours is called for a row."""

import io
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import FrameType

import polars as pl
import pytest

import yikatong
from tests.anomalies import making
from yikatong.kit import id_number
from yikatong.rosters.commands import DEMO_COUNTY
from yikatong.rosters.rules import checking, corrections, frames, reading, references

TODAY = date(2026, 11, 20)
COUNTY = references.from_folder(DEMO_COUNTY)
FILES = sorted(path for path in (DEMO_COUNTY / "rosters").iterdir() if path.suffix != ".json")
OURS = str(Path(yikatong.__file__).parent)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[:2])
def test_parts_of_a_few_rows_give_what_the_whole_gives(path: Path):
    found = reading.read(path)
    whole = checking.check(found, COUNTY, TODAY)
    # Seven rows, and more only where that would make more parts than forty.
    parted = checking.check(found, COUNTY, TODAY, rows_max=max(7, whole.rows.height // 40))
    assert parted.rows.equals(whole.rows)
    assert parted.problems.equals(whole.problems)
    assert (parted.declared_total_fen, parted.total_fen_ok) == (whole.declared_total_fen, whole.total_fen_ok)


def test_a_part_has_its_rows_as_read_and_its_own_problems_only():
    found = reading.read(FILES[7])
    begun = checking.begin(found, COUNTY, TODAY)
    parts = list(begun.parts(50))
    assert [part.rows.height for part in parts] == [50] * (begun.row_count // 50) + [begun.row_count % 50]
    for part in parts:
        place = ["sheet_index", "row"]
        assert part.rows.select(place).equals(part.written.select(place))
        assert dict(part.written.schema) == frames.ROWS_SCHEMA
        assert part.problems.join(part.rows, on=place, how="anti").is_empty()
    assert begun.file_problems["kind"].is_in(["TOTAL_MISMATCH", "HIDDEN_COLUMN", "HIDDEN_SHEET"]).all()


def test_narrow_parts_are_the_same_columns():
    found = reading.read(FILES[1])
    narrow = pl.concat(found.parts(11, fields=("amount", "village")))
    assert narrow.equals(found.rows.select(narrow.columns))


def corrected(changes: list[tuple[str, str, str]], dropped: tuple[str, ...] = ()) -> checking.CheckResult:
    content = making.saved(making.workbook({"Sheet1": making.plain()}))
    found = reading.read(content, making.FILENAME)
    found.reading_no = 1
    frame = pl.DataFrame(changes, schema=corrections.CHANGES_SCHEMA, orient="row")
    return checking.check(found.with_changes(frame, dropped), COUNTY, TODAY, rows_max=5)


def test_corrections_replace_cells_and_totals_see_them():
    fen = making.farmers(12)[0].amount_fen
    result = corrected([("1-001-0000003", "amount", f"{fen / 100 + 1:.2f}"), ("1-001-0000004", "sex", "女")])
    assert [(p.row, p.column, p.kind) for p in result.listed()] == [
        (3, "I", "AMOUNT_MISMATCH"),
        (15, "I", "TOTAL_MISMATCH"),
    ]
    assert result.rows["row_key"][0] == "1-001-0000003"


def test_a_dropped_row_is_empty_and_keeps_its_place():
    result = corrected([("1-001-0000003", "name", "张三")], ("1-001-0000003",))
    assert (result.row_count, result.ok_count) == (12, 11)
    assert result.rows["name"][0] == ""
    assert {p.row for p in result.listed()} == {3, 15}


def test_a_corrected_formula_is_no_formula_any_more():
    book = making.workbook({"Sheet1": making.plain()})
    book["Sheet1"]["D3"], book["Sheet1"]["D4"] = '="张三"', '="李四"'
    found = reading.read(making.saved(book), making.FILENAME)
    frame = pl.DataFrame([("1-3", "name", "张三")], schema=corrections.CHANGES_SCHEMA, orient="row")
    assert found.odd_cells["row"].to_list() == [3, 4]
    assert found.with_changes(frame).odd_cells["row"].to_list() == [4]
    assert found.with_changes(frame.clear(), ["1-4"]).odd_cells["row"].to_list() == [3]


def test_numbers_of_corrections_are_read_as_the_kit_reads_them():
    texts = {"amount": ["1,234.5", "１２．5", "1.234", "x", " "], "quantity": ["1.2345678", "1,2"]}
    rows = [(f"{at}", field, text) for field, several in texts.items() for at, text in enumerate(several)]
    changes = corrections.corrections(
        pl.DataFrame(rows, schema=corrections.CHANGES_SCHEMA, orient="row"), pl.Series(dtype=pl.String)
    ).changes
    assert changes["type"].to_list() == ["number", "number", "text", "text", "empty", "number", "text"]
    assert changes["number"].to_list() == [1234.5, 12.5, None, None, None, 1.2345678, None]


def many(count: int) -> list[list[object]]:
    """A plain roster of so many people nobody knows."""
    rows = []
    for at in range(count):
        first_17 = f"5199991960{1 + at // 28 % 12:02}{1 + at % 28:02}{at // 336:03}"
        number = first_17 + id_number.check_digit(first_17)
        rows.append([at + 1, "前进村", "1组", "张三丰", number, f"62990100000{at:08}", 1.5, 95.3, 142.95, ""])
    return [[making.TITLE], list(making.HEADER), *rows]


def as_csv(rows: list[list[object]]) -> tuple[bytes, str]:
    return making.as_csv(rows).encode(), making.FILENAME.replace(".xlsx", ".csv")


def as_xlsx(rows: list[list[object]]) -> tuple[bytes, str]:
    return making.saved(making.workbook({"Sheet1": rows})), making.FILENAME


def calls(content: bytes, filename: str) -> int:
    """How many functions of ours are called while a file is read and checked."""
    count = 0

    def note(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event == "call" and frame.f_code.co_filename.startswith(OURS)

    sys.setprofile(note)
    try:
        result = checking.check(reading.read(io.BytesIO(content).getvalue(), filename), COUNTY, TODAY)
    finally:
        sys.setprofile(None)
    assert not result.refused
    return count


@pytest.mark.parametrize("saved", [as_csv, as_xlsx])
def test_no_function_of_ours_is_called_for_a_row(saved: Callable[[list[list[object]]], tuple[bytes, str]]):
    few, more = calls(*saved(many(2_000))), calls(*saved(many(4_000)))
    # What grows are the calls for each two thousand rows that are packed at a time.
    assert more - few < 400
