"""The shape of the bulk path: what it does is not more for more rows. Nothing is timed here."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
# Both beyond the 300 rows from which a column's meaning is guessed.
FEW, MANY = 400, 1200
# A file is read in blocks of bytes and its text kept in parts, so that a few calls more come with more bytes.
CALLS_MORE = 60
UPDATED_MAX = 12

# One process runs them all, so that each size runs once.
pytestmark = pytest.mark.xdist_group("bench")


@pytest.fixture(scope="module")
def sizes() -> tuple[dict[str, Any], dict[str, Any]]:
    """The counts of a run of few rows and of one of three times as many."""
    return _counted(FEW), _counted(MANY)


def _counted(rows: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.shape", str(rows)]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("part", ["out", "back"])
def test_no_call_of_our_own_is_made_for_each_row(sizes: tuple[dict[str, Any], dict[str, Any]], part: str) -> None:
    few, many = (one[part]["calls"] for one in sizes)
    assert sum(few.values()) > 500, "nothing was counted"
    grown = {name: (few.get(name, 0), count) for name, count in many.items() if count > few.get(name, 0) + CALLS_MORE}
    assert not grown


@pytest.mark.parametrize("part", ["out", "back", "reissue"])
def test_statements_do_not_grow_with_the_rows(sizes: tuple[dict[str, Any], dict[str, Any]], part: str) -> None:
    few, many = (one[part]["statements"] for one in sizes)
    assert few > 20
    assert many <= few + 3


@pytest.mark.parametrize("part", ["out", "back", "reissue"])
def test_no_update_touches_more_than_a_few_rows(sizes: tuple[dict[str, Any], dict[str, Any]], part: str) -> None:
    few, many = (one[part]["updated"] for one in sizes)
    assert few, "nothing was counted"
    assert max(many.values()) <= UPDATED_MAX, many
    assert many == few
