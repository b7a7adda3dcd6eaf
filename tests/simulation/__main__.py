"""``bin/simulate``: live histories through, print the seed and the steps of each that breaks."""

import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import click

from . import place as places


@click.command()
@click.option("--histories", default=100, show_default=True, help="How many histories.")
@click.option("--seed", default=1, show_default=True, help="The first history's seed; the others follow it.")
@click.option("--verbose", is_flag=True, help="Print every step as it happens.")
@click.option("--mutant", default="", help="Remove one rule first (a name of mutants.py): the simulation should fail.")
@click.option(
    "--kill", is_flag=True, help="Real SIGKILLs of workers and of PostgreSQL instead; --histories counts them."
)
def main(histories: int, seed: int, verbose: bool, mutant: str, kill: bool) -> None:
    """Seeded fault simulation of the bank exchange on a real PostgreSQL. Ends with 1 when anything broke."""
    with tempfile.TemporaryDirectory(prefix="yikatong-simulation-") as folder, places.made(Path(folder)) as place:
        if kill:
            sys.exit(_kill(place, histories, seed))
        sys.exit(1 if _run(place, range(seed, seed + histories), mutant, verbose) else 0)


def _kill(place: places.Place, kills: int, seed: int) -> int:
    from .history import Broken
    from .killing import lived_through

    if place.template.state_dir is None:
        raise click.UsageError("--kill kills the database's processes: it works on a server of its own only")
    try:
        workers, backends = lived_through(place, kills=kills, seed=seed, is_loud=True)
    except Broken as breaks:
        click.echo(str(breaks))
        return 1
    click.echo(f"{workers} workers and {backends} of the database's processes were killed; everything holds")
    return 0


def _run(place: places.Place, seeds: range, mutant: str, verbose: bool) -> int:
    from .history import Bent, Broken
    from .mutants import of
    from .tallies import summary

    broken: list[int] = []
    tally: Counter[str] = Counter()
    began = time.monotonic()
    with ExitStack() as stack:
        bent = Bent()
        if mutant:
            bent = of(mutant).bent
            place = stack.enter_context(place.mutated(of(mutant)))
        for seed in seeds:
            try:
                history = place.played(seed, bent=bent, is_loud=verbose)
                tally += history.tally
                if verbose:
                    click.echo(f"seed {seed} ends in {history.state}")
            except Broken as breaks:
                broken.append(seed)
                click.echo(f"{breaks}\nkeep it: write what happened as a scene in tests/simulation/test_kept.py\n")
    seconds = time.monotonic() - began
    click.echo(f"{len(seeds)} histories in {seconds:.0f} s; broken: {broken or 'none'}\n{summary(tally)}")
    return len(broken)


main()
