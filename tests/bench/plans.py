"""The plans of the hottest statements, for the docs: ``python -m tests.bench.plans LOG``.

LOG is what ``bin/bench --explain LOG`` wrote. A statement that only calls a function is left out: what it calls is there.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

HOTTEST = 10
LINES_MAX = 30
_ENTRY = re.compile(r"\n(?=\d{4}-\d\d-\d\d [\d:.]+ UTC)")
_PLAN = re.compile(r"duration: ([\d.]+) ms  plan:\s*Query Text:(.*)", re.DOTALL)
_NODE = re.compile(r"^\t+(?:Insert on|Hash|Nested|Merge|Sort|Aggregate|GroupAggregate|Append|Seq|Index|Function|Limit|Result|Subquery)",
                   re.MULTILINE)  # fmt: skip
# What the benchmark itself does to lay earlier payments down.
_OWN = (
    "SELECT setval(", 'INSERT INTO "', "SELECT batches_write_townships(id) FROM", "SELECT rosters_write_totals(id, 1) FROM",
)  # fmt: skip
_CALL = re.compile(r"^\s*SELECT (?:\* FROM )?\w+\([^()]*\)\s*$", re.IGNORECASE)


class Hot(NamedTuple):
    """One statement: milliseconds, its text and its plan."""

    milliseconds: float
    statement: str
    plan: str


def hottest(log: str) -> list[Hot]:
    """The slowest statements, each once, slowest first."""
    found: dict[str, Hot] = {}
    for entry in _ENTRY.split(log):
        match = _PLAN.search(entry)
        node = _NODE.search(match[2]) if match else None
        if match is None or node is None:
            continue
        statement = match[2][: node.start()].partition("Query Parameters:")[0].strip()
        if _CALL.match(statement) or "COPY (" in statement or statement.startswith(_OWN):
            continue
        hot = Hot(float(match[1]), statement, match[2][node.start() :].rstrip())
        key = re.sub(r"\d+", "0", statement)[:120]
        if key not in found or found[key].milliseconds < hot.milliseconds:
            found[key] = hot
    return sorted(found.values(), key=lambda hot: -hot.milliseconds)[:HOTTEST]


def as_markdown(found: list[Hot]) -> str:
    """One section a statement: what it is, how long it took, its plan."""
    parts = []
    for number, hot in enumerate(found, start=1):
        lines = [line.removeprefix("\t") for line in hot.plan.splitlines()]
        kept = [line[:150] for line in lines if "Storage:" not in line and "Index Searches" not in line][:LINES_MAX]
        opening = " ".join(hot.statement.split())[:300]
        parts.append(
            f"### {number}. {hot.milliseconds:,.0f} ms\n\n`{opening.replace('`', '')} …`\n\n```\n"
            + "\n".join(kept)
            + "\n```\n"
        )
    return "\n".join(parts)


if __name__ == "__main__":
    print(as_markdown(hottest(Path(sys.argv[1]).read_text(encoding="utf-8"))))
