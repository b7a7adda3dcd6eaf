"""Before the run: the county's files, people, cards, catalog and cycle, in a process of its own.

Its memory ends with it: what the files of millions of people need must not stand in the figures of the run.
"""

import multiprocessing
import signal
from multiprocessing.connection import Connection
from pathlib import Path

from tests.bench import county as counties
from tests.bench import memory, meter
from tests.bench import place as places


def prepare(*, county: counties.County, folder: Path) -> list[meter.Stage]:
    """Fill the database and write the roster's files below ``folder``; returns what loading took."""
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=_work, args=(theirs, county, folder), daemon=True)
    process.start()
    theirs.close()
    try:
        found: list[meter.Stage] = ours.recv()
    except EOFError as error:
        raise RuntimeError("preparing the county failed, see above") from error
    finally:
        process.terminate()
        process.join()
    return found


def _work(answer: Connection, county: counties.County, folder: Path) -> None:
    import django

    # Ctrl-C in the terminal reaches this process, too; whoever started it ends it in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    django.setup()
    from django.db import connection

    connection.ensure_connection()
    server = memory.Server(connection.connection.info.backend_pid)
    sampler = memory.Sampler(server)
    with sampler.running():
        measured = meter.Meter(server, sampler)
        _prepare(measured, county, folder)
    answer.send(measured.stages)
    connection.close()
    answer.recv()


def _prepare(measured: meter.Meter, county: counties.County, folder: Path) -> None:
    from yikatong.demo.story import ground
    from yikatong.demo.story.plot import Plot
    from yikatong.registry import actions as registry

    counties.write_rosters(county, folder / "rosters")
    for name in ("banks.csv", "catalog.csv"):
        (folder / name).write_bytes((places.DEMO / "county" / name).read_bytes())
    plot = Plot(None, (), folder)
    steps = {step.key: step for step in ground.steps(plot)}
    steps["banks"].take()
    by, at = plot.actor("renshe.faka"), plot.at()
    for part in county.parts():
        people, households, cards = counties.people(part), counties.households(part), counties.cards(part)
        with measured.stage("load people", "prepare", rows=part.height):
            registry.load_residents(
                people=people, households=households, people_file="people.csv", households_file="households.csv",
                by=by, at=at,
            )  # fmt: skip
        with measured.stage("load cards", "prepare", rows=part.height):
            registry.load_cards(content=cards, file="cards.csv", as_of=at.date(), by=by, at=at)
    for key in ("catalog.draft", "catalog.verify", "catalog.approve", "cycle"):
        steps[key].take()
