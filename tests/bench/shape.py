"""What a run does, counted instead of timed: calls of our own Python, statements sent, rows updated.

``python -m tests.bench.shape ROWS`` prints them as JSON. None of them may grow with the rows (``test_shape``).
"""

import json
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OURS = str(Path(__file__).resolve().parents[2] / "src" / "yikatong")
STATEMENTS = {"execute", "executemany", "copy"}


@dataclass
class Counts:
    """calls: by file and function of ours; statements: how many were sent; updated: rows by table."""

    calls: Counter[str] = field(default_factory=Counter)
    statements: int = 0
    updated: dict[str, int] = field(default_factory=dict)


@contextmanager
def counting() -> Iterator[Counts]:
    """Count what this process does meanwhile, in all threads that begin meanwhile and in this one."""
    counts = Counts()
    lock = threading.Lock()

    def note(frame: Any, event: str, _: object) -> None:
        if event != "call":
            return
        code = frame.f_code
        if code.co_filename.startswith(OURS):
            with lock:
                counts.calls[f"{code.co_filename.removeprefix(OURS)}:{code.co_name}"] += 1
        elif code.co_name in STATEMENTS and code.co_filename.endswith(
            ("psycopg/cursor.py", "psycopg/client_cursor.py")
        ):
            with lock:
                counts.statements += 1

    before = _updated()
    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield counts
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
        after = _updated()
        counts.updated = {
            table: rows - before.get(table, 0) for table, rows in after.items() if rows > before.get(table, 0)
        }


def _updated() -> dict[str, int]:
    """Rows updated so far, by table of ours; the queue's own tables keep the queue's own books."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT relname, n_tup_upd FROM pg_stat_user_tables WHERE relname NOT LIKE 'procrastinate%%'"
            # One row a person whose card changed: the card office's new cards come before the reissue.
            " AND relname <> 'registry_payeecard'"
        )
        return dict(cursor.fetchall())


def counted(rows: int) -> dict[str, Any]:
    """The counts of a whole run of ``rows`` rows, by part: out, back, reissue."""
    from tests.bench import place as places

    with places.built(keep=False) as place:
        from tests.bench import bank, county, memory, meter, preparing, reissue, stages

        made, folder = county.County(rows, rows * 2), place.folder / "county"
        with bank.running(place.folder / "bank") as running:
            places.load_provider(running.url, place.where)
            preparing.prepare(county=made, folder=folder)
            from django.db import connection

            connection.ensure_connection()
            server = memory.Server(connection.connection.info.backend_pid)
            run = stages.start(
                meter=meter.Meter(server, memory.Sampler(server)), bank=running, county=made, folder=folder
            )
            told = {}
            for part, take in (
                ("out", stages.out),
                ("back", lambda one: stages.back(one, "back", one.rows)),
                ("reissue", reissue.reissue),
            ):
                with counting() as counts:
                    take(run)
                told[part] = {"calls": dict(counts.calls), "statements": counts.statements, "updated": counts.updated}
    return told


if __name__ == "__main__":
    print(json.dumps(counted(int(sys.argv[1]))))
