"""The twelve rosters of the demo county: rows, totals and every planted problem at its cell, and no other problem."""

import json
from datetime import date
from pathlib import Path

import pytest

from yikatong.rosters.commands import DEMO_COUNTY
from yikatong.rosters.rules import checking, expected, reading, references

TODAY = date(2026, 11, 20)
FILES = sorted(path for path in (DEMO_COUNTY / "rosters").iterdir() if path.suffix != ".json")


@pytest.fixture(scope="module")
def county() -> references.References:
    return references.from_folder(DEMO_COUNTY)


def test_there_are_twelve_rosters():
    assert len(FILES) == 12


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[:2])
def test_a_roster_gives_what_is_expected_of_it(path: Path, county: references.References):
    wanted = json.loads(path.with_name(path.name + ".expected.json").read_text("utf-8"))
    result = checking.check(reading.read(path), county, TODAY)
    given = expected.as_expected(result, path.name)

    facts = [key for key in wanted if key != "problems"]
    assert {key: given[key] for key in facts} == {key: wanted[key] for key in facts}
    assert unexplained(given["problems"], wanted["problems"]) == ([], [])


def unexplained(given: list[dict], wanted: list[dict]) -> tuple[list[tuple], list[tuple]]:
    """Problems given but not wanted, and wanted but not given; other kinds count where the file says they do."""
    left = [(p["sheet"], p["row"], p["column"], p["kind"]) for p in given]
    lacking = []
    for problem in wanted:
        place = (problem["sheet"], problem["row"], problem["column"])
        match = next(
            (p for kind in (problem["kind"], *problem.get("also_accepted", [])) if (p := (*place, kind)) in left), None
        )
        if match:
            left.remove(match)
        else:
            lacking.append((*place, problem["kind"]))
    return left, lacking
