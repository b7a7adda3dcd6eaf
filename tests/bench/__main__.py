"""``bin/bench``: one payment run of a made-up county from file to closed reissue, measured against COPY."""

import json
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import click

from tests.bench import place as places


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
    "--explain",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the plans of statements over 200 ms there; for finding what is slow, it spoils the figures.",
)
@click.option("--keep", is_flag=True, help="Leave database and files standing, and say where.")
def main(rows: int, people: int, json_path: Path | None, explain: Path | None, keep: bool) -> None:
    if people < rows:
        raise click.UsageError("every row of the roster is a head of household: there must be as many people as rows")
    # Whoever ends us politely gets the same tidying as Ctrl-C.
    signal.signal(signal.SIGTERM, _interrupt)
    with places.built(keep=keep) as place:
        if explain:
            places.explain_slow_statements(place)
        try:
            told = measure(place, rows=rows, people=people)
        finally:
            if explain:
                shutil.copyfile(place.server_log, explain)
        if keep:
            click.echo(f"kept: {place.folder}, {place.where.owner_url}", err=True)
    from tests.bench import report

    click.echo(report.as_text(told))
    if json_path:
        json_path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def measure(place: places.Place, *, rows: int, people: int) -> dict[str, Any]:
    """The whole benchmark on a standing place; returns the figures as ``report.as_json`` gives them."""
    # Models may be imported only once Django stands.
    from django.db import connection

    from tests.bench import bank, county, floor, memory, meter, reissue, report, stages

    connection.ensure_connection()
    server = memory.Server(connection.connection.info.backend_pid)
    sampler, marks = memory.Sampler(server), floor.Marks(place)
    with bank.running(place.folder / "bank") as running, sampler.running():
        places.load_provider(running.url, place.where)
        measured = meter.Meter(server, sampler)
        run = stages.start(
            meter=measured, bank=running, county=county.make(rows=rows, people=people), folder=place.folder / "county"
        )
        with measured.watching(stages.INNER):
            _say(f"preparing {people:,} people")
            stages.prepare(run)
            marks.set("start")
            _say("out")
            stages.out(run)
            marks.set("sent")
            _say("back")
            stages.back(run, "back", rows)
            marks.set("closed")
            _say("reissue")
            reissue.reissue(run)
            _say("verify")
            stages.verify(run)
            _say("floor")
            bare = floor.measure(place=place, meter=measured, marks=marks, rows=rows)
            _say("workbook")
            stages.workbook(run)
        version = _postgres(place)
    return report.as_json(
        rows=rows, people=people, history=0, stages=measured.stages, bare=bare, postgres=version, notes=[]
    )


def _postgres(place: places.Place) -> str:
    import psycopg

    with psycopg.connect(place.where.owner_url) as connection:
        number = connection.info.server_version
    return f"PostgreSQL {number // 10000}.{number % 10000}"


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
