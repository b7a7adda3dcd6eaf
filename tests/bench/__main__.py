"""``bin/bench``: one payment run of a made-up county from file to closed reissue, measured against COPY."""

import json
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tests.bench import place as places

if TYPE_CHECKING:
    from tests.bench.floor import Marks
    from tests.bench.stages import Run


MOMENTS = ("sent", "closed", "reissued", "verified", "whole")
NOT_VERIFIED = "the whole book was not verified: earlier payments were written behind the application's back"


@click.command(help=__doc__)
@click.option(
    "--rows", default=100_000, show_default=True, type=click.IntRange(100, 1_000_000), help="Rows of the roster."
)
@click.option(
    "--people", default=500_000, show_default=True, type=click.IntRange(100, 5_000_000), help="People of the county."
)
@click.option(
    "--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Write all figures there, too."
)
@click.option(
    "--history",
    default=0,
    show_default=True,
    type=click.IntRange(0, 60_000_000),
    help="Payments of earlier years that stand in the tables before the run; such a book is not verified.",
)
@click.option(
    "--until",
    type=click.Choice(MOMENTS),
    default=MOMENTS[-1],
    show_default=True,
    help="Stop the run there and measure what has been; the floor always follows.",
)
@click.option(
    "--explain",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the plans of statements over 200 ms there; for finding what is slow, it spoils the figures.",
)
@click.option(
    "--pages", is_flag=True, help="Open every official's pages after the run and tell how long the server takes."
)
@click.option("--official", "officials", multiple=True, help="With --pages: only this one's pages (again for several).")
@click.option("--keep", is_flag=True, help="Leave database and files standing, and say where.")
def main(
    rows: int,
    people: int,
    json_path: Path | None,
    history: int,
    until: str,
    explain: Path | None,
    pages: bool,
    officials: tuple[str, ...],
    keep: bool,
) -> None:
    if people < rows:
        raise click.UsageError("every row of the roster is a head of household: there must be as many people as rows")
    _refuse_too_much(rows, people, history)
    # Whoever ends us politely gets the same tidying as Ctrl-C.
    signal.signal(signal.SIGTERM, _interrupt)
    with places.built(keep=keep) as place:
        if explain:
            places.explain_slow_statements(place)
        try:
            told = measure(place, rows=rows, people=people, history=history, until=MOMENTS.index(until))
            if pages:
                told["pages"] = _open_pages(officials)
        finally:
            if explain:
                shutil.copyfile(place.server_log, explain)
        if keep:
            click.echo(f"kept: {place.folder}, {place.where.owner_url}", err=True)
    from tests.bench import report

    click.echo(report.as_text(told))
    if json_path:
        json_path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _open_pages(officials: tuple[str, ...]) -> dict[str, Any]:
    from tests.bench import pages

    _say("pages")
    return pages.as_json(pages.crawl(officials))


def _refuse_too_much(rows: int, people: int, history: int) -> None:
    """Before people are prepared for minutes: every household is paid once a cycle of the earlier years."""
    from tests.bench.county import County
    from tests.bench.history import CYCLES

    most = people // County(rows, people).household_size * CYCLES
    if history > most:
        raise click.UsageError(f"--history: households of {people:,} people can have had {most:,} payments at most")


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def measure(place: places.Place, *, rows: int, people: int, history: int, until: int) -> dict[str, Any]:
    """The benchmark on a standing place up to MOMENTS[until]; returns the figures as ``report.as_json`` gives them."""
    # Models may be imported only once Django stands.
    from django.db import connection

    from tests.bench import bank, county, floor, memory, meter, preparing, report, stages
    from tests.bench import history as earlier

    made, folder = county.County(rows, people), place.folder / "county"
    with bank.running(place.folder / "bank") as running:
        places.load_provider(running.url, place.where)
        _say(f"preparing {people:,} people")
        prepared = preparing.prepare(county=made, folder=folder)
        connection.ensure_connection()
        server = memory.Server(connection.connection.info.backend_pid)
        sampler, marks = memory.Sampler(server), floor.Marks(place)
        measured = meter.Meter(server, sampler)
        run = stages.start(meter=measured, bank=running, county=made, folder=folder)
        with sampler.running(), measured.watching(stages.INNER):
            if history:
                _say(f"writing {history:,} earlier payments")
                with measured.stage("write earlier payments", "prepare", rows=history):
                    earlier.write(place, history)
            _run(run, marks, until, verified=not history)
            _say("floor")
            bare = floor.measure(place=place, meter=measured, marks=marks, rows=rows)
            if MOMENTS[until] == "whole":
                _say("workbook")
                stages.workbook(run)
        version = _postgres(place)
    return report.as_json(
        rows=rows,
        people=people,
        history=history,
        stages=[*prepared, *measured.stages],
        bare=bare,
        postgres=version,
        notes=[NOT_VERIFIED] if history else [],
    )


def _run(run: "Run", marks: "Marks", until: int, *, verified: bool) -> None:
    """Stage by stage; what is not asked for is left out, and so is what would follow it."""
    from tests.bench import reissue, stages

    marks.set("start")
    steps = (
        (stages.out, "sent"),
        (lambda run: stages.back(run, "back", run.rows), "closed"),
        (reissue.reissue, "reissued"),
        (stages.verify, "verified"),
    )
    for take, moment in steps[: until + 1]:
        if moment == "verified" and not verified:
            continue
        _say(f"until {moment}")
        take(run)
        marks.set(moment)


def _postgres(place: places.Place) -> str:
    import psycopg

    with psycopg.connect(place.where.owner_url) as connection:
        number = connection.info.server_version
    return f"PostgreSQL {number // 10000}.{number % 10000}"


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
