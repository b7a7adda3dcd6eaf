"""The whole run on a small county with the real mock-bank, for tests that look at what stands in the tables after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from tests import small_county
from yikatong.core import audit, databases
from yikatong.demo import bank, stage
from yikatong.demo.story import Plot, steps


@contextmanager
def as_owner(owner_url: str) -> Iterator[None]:
    """Django's default connection as the owner of the database, for a while."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(databases.for_django(owner_url))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def play(database: Any, folder: Path) -> Plot:
    """Play every step, from the empty county to refund and texts; the bank is stopped again, the audit chain sealed."""
    running = bank.start(folder / "bank")
    try:
        with as_owner(database.owner_url):
            stage._load_provider(running.url)
        plot = Plot(running, (small_county.TOWNSHIP,), small_county.make(folder / "county"))
        for step in steps(plot):
            step.take()
    finally:
        plot_bank = running
        plot_bank.stop()
    audit.seal()
    return plot
