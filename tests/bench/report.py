"""The benchmark's answer: a table for people, JSON for machines. Both come from the same figures."""

import os
import platform
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.bench import pages
from tests.bench.floor import Bare, sum_of
from tests.bench.meter import Spent, Stage

# What makes up the whole; the other parts are reported by themselves.
WHOLE = ("out", "back", "reissue", "verify")
# A decision must not grow with the rows.
DECISION_SECONDS, TOO_SLOW = 0.05, "  slow"
EXPLAINED = """\
seconds: wall clock. cpu: processor seconds of this process and of the whole database server; on a busy machine trust these.
ratio: a stage against the floor of its part (out, back, disclosure), wall clock and processor.
floor: COPY of the same rows, as one COPY a table, into bare copies of the tables that grew (their indexes and checks,
  logged, no foreign keys, no triggers); for out also one COPY OUT of what the instruction's file needs.
whole: out + back + reissue + verify. prepare, xlsx, disclosure (paid facts and texts after closing) and the bank's own work
  are outside of it.
peak MB: python is this process's high-water mark in the stage; backend is the largest single connection's private memory
  (RssAnon + RssFile, looked at every 50 ms); shared is the part of shared memory that one process had touched, counted once."""


def as_json(
    *, rows: int, people: int, history: int, stages: list[Stage], bare: list[Bare], postgres: str, notes: list[str]
) -> dict[str, Any]:
    """Everything, in seconds, MiB and ratios; keys as bin/bench promises them."""
    floors = {part: sum_of(bare, part) for part in ("out", "back", "disclosure")}
    sums = {part: _sum(stages, part) for part in ("out", "back", "reissue", "verify")}
    whole = Spent()
    for part in WHOLE:
        whole = whole.plus(sums[part])
    floor_whole = floors["out"].plus(floors["back"])
    return {
        "rows": rows,
        "people": people,
        "history": history,
        "floor": {
            **{part: _spent(spent) for part, spent in floors.items()},
            "tables": [{"table": one.table, "part": one.part, "rows": one.rows, **_spent(one.spent)} for one in bare],
        },
        "stages": [_stage(one, floors) for one in stages if not one.is_decision],
        "decisions": [_stage(one, floors) for one in stages if one.is_decision],
        "out": _spent(sums["out"]) | _ratios(sums["out"], floors["out"]),
        "back": _spent(sums["back"]) | _ratios(sums["back"], floors["back"]),
        "reissue": _spent(sums["reissue"]),
        "verify": _spent(sums["verify"]),
        "whole": _spent(whole) | _ratios(whole, floor_whole),
        "peak_mb": _peaks(one for one in stages if one.part in ("out", "back")),
        "peak_mb_all": _peaks(stages),
        "notes": notes,
        "machine": machine(postgres),
    }


def _sum(stages: Iterable[Stage], part: str) -> Spent:
    total = Spent()
    for one in stages:
        if one.part == part:
            total = total.plus(one.spent)
    return total


def _stage(stage: Stage, floors: dict[str, Spent]) -> dict[str, Any]:
    seconds = stage.spent.seconds
    return {
        "name": stage.name,
        "part": stage.part,
        "rows": stage.rows,
        **_spent(stage.spent),
        "rows_per_second": round(stage.rows / seconds) if stage.rows and seconds else None,
        "peak_mb": stage.peaks_mb,
        **_ratios(stage.spent, floors.get(stage.part, Spent())),
        "inner": {name: _spent(spent) for name, spent in stage.inner.items()},
    }


def _spent(spent: Spent) -> dict[str, float]:
    return {
        "seconds": round(spent.seconds, 4),
        "cpu_seconds": round(spent.cpu, 4),
        "own_cpu_seconds": round(spent.own_cpu, 4),
        "server_cpu_seconds": round(spent.server_cpu, 4),
    }


def _ratios(spent: Spent, floor: Spent) -> dict[str, float | None]:
    return {
        "ratio": round(spent.seconds / floor.seconds, 2) if floor.seconds else None,
        "cpu_ratio": round(spent.cpu / floor.cpu, 2) if floor.cpu else None,
    }


def _peaks(stages: Iterable[Stage]) -> dict[str, float]:
    peaks: dict[str, float] = {}
    for stage in stages:
        for kind, mb in stage.peaks_mb.items():
            peaks[kind] = max(peaks.get(kind, 0.0), mb)
    return peaks


def machine(postgres: str) -> dict[str, Any]:
    """What the figures were taken on."""
    model = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s+(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return {
        "cpu": model.group(1) if model else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(int(memory.group(1)) / 1024**2, 1) if memory else None,
        "load": [round(one, 2) for one in os.getloadavg()],
        "python": platform.python_version(),
        "postgres": postgres,
    }


def as_text(told: dict[str, Any]) -> str:
    """The table."""
    lines = [f"{told['rows']:,} rows on {told['people']:,} people, {told['history']:,} earlier payments", "", _HEAD]
    for stage in told["stages"]:
        lines.append(_line(stage))
        lines += [_inner(name, spent) for name, spent in stage["inner"].items()]
    lines += [
        "",
        f"decisions (one official's act each, to take {DECISION_SECONDS * 1000:.0f} ms at any size; counted in the sums)",
    ]
    lines += [_line(one) + (TOO_SLOW if one["seconds"] > DECISION_SECONDS else "") for one in told["decisions"]]
    lines += ["", "floor"]
    lines += [_floor_line(one) for one in told["floor"]["tables"]]
    lines += ["", *(_sum_line(part, told) for part in ("out", "back", "reissue", "verify", "whole"))]
    peaks = ", ".join(f"{kind} {mb:,.0f}" for kind, mb in told["peak_mb"].items())
    lines += ["", f"peak MB in out and back: {peaks}", *(f"note: {note}" for note in told["notes"])]
    at = told["machine"]
    lines += [
        "",
        f"{at['cpu']}, {at['cores']} cores, {at['memory_gb']} GB, load {at['load']}, Python {at['python']}, {at['postgres']}",
    ]
    lines += pages.as_lines(told["pages"]) if "pages" in told else []
    return "\n".join([*lines, "", EXPLAINED])


_HEAD = (
    f"{'stage':<38}{'part':<11}{'seconds':>9}{'cpu':>8}{'own':>8}{'server':>8}{'rows/s':>10}{'python':>8}{'backend':>9}"
    f"{'ratio':>7}{'cpu':>7}"
)


def _line(stage: dict[str, Any]) -> str:
    peaks = stage["peak_mb"]
    return (
        f"{stage['name']:<38}{stage['part']:<11}{_figures(stage)}{_whole(stage['rows_per_second']):>10}"
        f"{_whole(peaks.get('python', peaks.get('bank'))):>8}{_whole(peaks.get('backend')):>9}"
        f"{_ratio(stage['ratio']):>7}{_ratio(stage['cpu_ratio']):>7}"
    )


def _figures(spent: dict[str, Any]) -> str:
    own, server = spent["own_cpu_seconds"], spent["server_cpu_seconds"]
    return f"{spent['seconds']:>9.3f}{spent['cpu_seconds']:>8.2f}{own:>8.2f}{server:>8.2f}"


def _inner(name: str, spent: dict[str, Any]) -> str:
    return f"{'    of which ' + name:<49}{_figures(spent)}"


def _floor_line(one: dict[str, Any]) -> str:
    return f"{one['table']:<38}{one['part']:<11}{_figures(one)}{one['rows']:>10,} rows"


def _sum_line(part: str, told: dict[str, Any]) -> str:
    spent = told[part]
    against = told["floor"].get(part)
    floor = f"{against['seconds']:>9.3f} floor" if against else ""
    ratio = (
        f"{_ratio(spent.get('ratio')):>7}x wall{_ratio(spent.get('cpu_ratio')):>7}x cpu" if spent.get("ratio") else ""
    )
    return f"{part:<38}{'sum':<11}{_figures(spent)}{floor}{ratio}"


def _whole(number: float | None) -> str:
    return "" if number is None else f"{number:,.0f}"


def _ratio(number: float | None) -> str:
    return "" if number is None else f"{number:.2f}"
