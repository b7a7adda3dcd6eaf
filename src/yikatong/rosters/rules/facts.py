"""What a roster is about: program, cycle and township."""

from dataclasses import dataclass

import polars as pl

from yikatong.rosters.rules import places, titles
from yikatong.rosters.rules.reading import RosterReading
from yikatong.rosters.rules.references import References


@dataclass(frozen=True)
class Facts:
    """What a file is about. `by_occasion`: the program is lawfully paid several times a cycle, by machine, case or visit."""

    program: str | None
    program_name: str | None
    standard_fen: int | None
    by_occasion: bool
    rhythm: str | None
    cycle: str | None
    township: str | None


def recognize(
    reading: RosterReading,
    references: References,
    *,
    program: str | None = None,
    cycle: str | None = None,
    township: str | None = None,
) -> Facts:
    """Program, cycle and township of a roster by its titles, file name, sheets and villages, unless they are given."""
    lines = references.catalog.to_dicts()
    parents = {line["parent_code"] for line in lines}
    named = [
        titles.ProgramName(line["code"], line["name"], line["cycle"] or "", line["code"] not in parents)
        for line in lines
    ]
    found = (
        next((item for item in named if program in (item.code, item.name)), None)
        if program
        else titles.program(reading.titles, named)
    )
    line = next((line for line in lines if found and line["code"] == found.code), {})
    areas = {
        level: references.areas.filter(pl.col("level") == level)["name"].to_list() for level in ("township", "county")
    }
    return Facts(
        program=found.code if found else program,
        program_name=found.name if found else None,
        standard_fen=line.get("standard_fen"),
        by_occasion=bool(line)
        and any((line["unit"] or "").startswith(unit) for unit in ("元/台", "元/次", "元/人次", "元/件")),
        rhythm=found.cycle if found else None,
        cycle=cycle or titles.cycle(reading.titles, found.cycle if found else None),
        township=township
        or titles.township(reading.titles, areas["township"], areas["county"])
        or places.township_of(_villages(reading), references),
    )


def _villages(reading: RosterReading) -> pl.Series:
    """The different texts by which a roster's villages are written: cells and names of sheets."""
    found = (
        pl.concat([rows["village"], rows["sheet"]]).drop_nulls().unique() for rows in reading.parts(fields=("village",))
    )
    return pl.concat([pl.Series(dtype=pl.String), *found]).unique()
