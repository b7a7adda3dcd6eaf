"""The annotated copies of the demo county's rosters: every problem at its cell, and read again they are what they were."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from yikatong.kit.problems import Problem
from yikatong.rosters.commands import DEMO_COUNTY
from yikatong.rosters.rules import annotated, checking, reading, references

TODAY = date(2026, 11, 20)
FILES = sorted(path for path in (DEMO_COUNTY / "rosters").iterdir() if path.suffix != ".json")
READABLE = [path for path in FILES if path.name[:2] not in ("10", "11", "12")]


@pytest.fixture(scope="module")
def county() -> references.References:
    return references.from_folder(DEMO_COUNTY)


def findings(found: list[Problem]) -> annotated.Findings:
    rows = [
        (f"{p.row or 0:07d}", p.sheet or "", p.row, p.column or "", "", p.kind, p.severity.value, p.note, p.seen)
        for p in found
    ]
    frame = pl.DataFrame(rows, schema=annotated.PROBLEMS_SCHEMA, orient="row")
    return annotated.Findings(
        problems=frame,
        corrections=pl.DataFrame(schema=annotated.CORRECTIONS_SCHEMA),
        dropped=pl.DataFrame(schema=annotated.DROPPED_SCHEMA),
        counts=frame.group_by("kind", maintain_order=True).len().rows(),
    )


def places(found: list[Problem]) -> list[tuple[str, int | None, str, str]]:
    # A .csv has no sheet names; as a workbook it has one.
    return sorted((p.sheet or "花名册", p.row or 0, p.column or "", p.kind) for p in found if p.row)


@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.name[:2])
def test_a_copy_shows_every_problem_and_reads_as_the_file_did(path: Path, county: references.References):
    before = reading.read(path)
    found = checking.check(before, county, TODAY).listed()
    content = annotated.annotated(path.read_bytes(), path.name, findings(found))
    texts = comments(content, len(found))
    for problem in found:
        if problem.row and problem.column and problem.kind != "HIDDEN_COLUMN":
            assert problem.message().partition("：")[2] in texts[problem.sheet or "花名册", problem.row, problem.column]
    for _ in range(2):
        after = reading.read(content, annotated.filename_of(path.name))
        again = checking.check(after, county, TODAY).listed()
        assert places(again) == places(found)
        assert after.rows["name"].to_list() == before.rows["name"].to_list()
        assert after.rows["id_number"].to_list() == before.rows["id_number"].to_list()
        # The copy of a copy has each mark once.
        content = annotated.annotated(content, path.name, findings(again))
        assert comments(content, len(found)).keys() == texts.keys()


def comments(content: bytes, problems: int) -> dict[tuple[str, int, str], str]:
    """Sheet, row and column -> comment, from a copy that lists so many problems."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    listed = book.worksheets[0]
    assert listed.title == "问题清单" and listed.max_row == (4 + problems if problems else 3)
    texts = {
        (sheet.title, cell.row, cell.column_letter): cell.comment.text
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }
    assert all(text.count("【一卡通】") == 1 for text in texts.values())
    return texts
