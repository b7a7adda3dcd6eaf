"""One call from a file to an answer, for the command line: no database, no clock."""

from datetime import date
from pathlib import Path
from typing import Any

from yikatong.rosters.rules import checking, expected, reading, references


def check_file(
    path: str | Path,
    county_dir: str | Path,
    program: str | None = None,
    cycle: str | None = None,
    township: str | None = None,
    *,
    today: date,
) -> dict[str, Any]:
    """Checks a roster file against a county's folder; the answer has the form of `NAME.expected.json`."""
    return expected.as_expected(result_of(path, county_dir, program, cycle, township, today=today), Path(path).name)


def result_of(
    path: str | Path,
    county_dir: str | Path,
    program: str | None = None,
    cycle: str | None = None,
    township: str | None = None,
    *,
    today: date,
) -> checking.CheckResult:
    """The same as a CheckResult. Raises references.ReferenceMissing when the folder lacks a file."""
    county = references.from_folder(county_dir)
    return checking.check(reading.read(path), county, today, program=program, cycle=cycle, township=township)
