"""The benchmark itself works: the whole run on a small county, and figures that add up. Nothing is timed here."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "tests.bench", "--rows", "300", "--people", "900", "--pages"]
TOLERANCE = 0.005  # every stage is rounded by itself
BULK = {
    "receive", "read csv", "match", "complete", "assemble", "file request", "build and seal", "send",
    "apply pain.002, camt.054", "take camt.053", "reconcile and close", "paid facts", "verify the whole book", "read xlsx",
}  # fmt: skip
DECISIONS = {"post", "seal", "accept", "batch.review", "batch.approve", "plan.approve", "request.verify", "release"}
LINES_OUT = {"rosters_rosterline", "rosters_linematch", "batches_entitlement", "batches_claim", "payments_payment"}
LINES_BACK = {"payments_paymentoutcome", "banking_statementline"}


# One process runs them all, so that the benchmark runs once.
pytestmark = pytest.mark.xdist_group("bench")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A TMPDIR that the database's own user may pass through, which pytest's folders do not let it."""
    made = Path(tempfile.mkdtemp(prefix="bench-test-", dir="/tmp"))
    made.chmod(0o711)
    yield made
    made.rmdir()  # fails if the benchmark left something behind


@pytest.fixture(scope="module")
def told(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The JSON of one small run, from the command line as everybody runs it."""
    path = tmp_path_factory.mktemp("bench") / "bench.json"
    environment = os.environ | {"TMPDIR": str(folder)}
    ran = subprocess.run(
        [*COMMAND, "--json", str(path)], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "reconcile and close" in ran.stdout and "cpu:" in ran.stdout
    assert list(folder.iterdir()) == [], "the benchmark left something behind"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_every_stage_and_decision_is_told(told: dict[str, Any]) -> None:
    assert {stage["name"] for stage in told["stages"]} >= BULK
    assert {decision["name"] for decision in told["decisions"]} >= DECISIONS
    for stage in (*told["stages"], *told["decisions"]):
        assert stage["seconds"] > 0 and stage["peak_mb"], stage
    assert (told["rows"], told["people"], told["history"]) == (300, 900, 0)


def test_every_officials_pages_are_opened(told: dict[str, Any]) -> None:
    pages = told["pages"]
    opened = {page["kind"]: page for page in pages["slowest"]}
    assert pages["broken"] == [] and pages["count"] > 200
    assert {"inbox", "batches:detail", "payments:detail", "rosters:detail", "notices:detail"} <= set(opened)
    assert all(0 <= page["ms"] <= page["first_ms"] for page in pages["slowest"])
    assert [page["ms"] for page in pages["slowest"]] == sorted((page["ms"] for page in pages["slowest"]), reverse=True)


def test_the_sums_add_up(told: dict[str, Any]) -> None:
    measured = [*told["stages"], *told["decisions"]]
    for part in ("out", "back", "reissue", "verify"):
        total = sum(stage["seconds"] for stage in measured if stage["part"] == part)
        assert told[part]["seconds"] == pytest.approx(total, abs=TOLERANCE)
    parts = sum(told[part]["seconds"] for part in ("out", "back", "reissue", "verify"))
    assert told["whole"]["seconds"] == pytest.approx(parts, abs=TOLERANCE)
    for part in ("out", "back"):
        expected = told[part]["seconds"] / told["floor"][part]["seconds"]
        assert told[part]["ratio"] == pytest.approx(expected, rel=0.05)


def test_the_floor_copies_the_tables_that_the_run_filled(told: dict[str, Any]) -> None:
    tables = {one["table"].removesuffix("_2026"): one for one in told["floor"]["tables"]}
    assert {name for name, one in tables.items() if one["part"] == "out"} >= LINES_OUT | {"instruction lines, out"}
    assert {name for name, one in tables.items() if one["part"] == "back"} >= LINES_BACK
    assert all(one["rows"] >= 150 and one["seconds"] > 0 for one in tables.values())


def test_memory_and_machine_are_told(told: dict[str, Any]) -> None:
    assert told["peak_mb"]["python"] > 50 and told["peak_mb"]["backend"] > 1
    assert {"cpu", "cores", "python", "postgres"} <= told["machine"].keys()


def test_an_interrupted_run_leaves_nothing_behind(folder: Path) -> None:
    process = subprocess.Popen(
        COMMAND,
        cwd=PROJECT,
        env=os.environ | {"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "preparing" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=300)
    assert process.returncode != 0
    assert list(folder.iterdir()) == []
