"""Real SIGKILLs: of the worker at any instant, and of PostgreSQL's own processes, after which the whole cluster recovers.

Nothing here is simulated but the bank, which answers over HTTP. What is checked is what the histories check.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection

from tests.faulty_bank import Fault
from tests.faulty_bank.http import over_http

from . import invariants, steps
from .history import Bent, Broken, History
from .world import SIZES

if TYPE_CHECKING:
    from .place import Place

PROJECT = Path(__file__).resolve().parents[2]
RECOVERY_SECONDS = 60
# Every so many kills it is the database that dies.
DATABASE_EVERY = 4
FAULTS = {Fault.ACKNOWLEDGMENT_LOST: 0.3, Fault.ARRIVES_LATE: 0.2, Fault.FAILS: 0.3, Fault.DELIVERED_TWICE: 0.3}


def lived_through(place: "Place", *, kills: int, seed: int, is_loud: bool = False) -> tuple[int, int]:
    """Kill so many times while the county's requests are paid, then let everything come to rest. Returns how many workers and
    how many of the database's processes died. Raises Broken.
    """
    luck = random.Random(f"killing {seed}")
    workers = backends = 0
    bent = Bent(dedupes=True, faults=FAULTS, sizes=SIZES[:3], file_lines=4)
    with place.scene(bent, is_durable=True) as history:
        with over_http(history.bank) as address:
            history.owner_runs("UPDATE banking_paymentprovider SET transport_url = %s", address)
            for number in range(1, kills + 1):
                with _worker(history) as worker:
                    time.sleep(luck.uniform(0.02, 0.6))
                    if number % DATABASE_EVERY == 0 and _kill_a_backend(history):
                        backends += 1
                        _wait_for_recovery(history)
                    workers += 1
                    worker.send_signal(signal.SIGKILL)
                history.pass_time(luck.choice((1, 5, 14)))
                steps.settle(history, is_calm=True)
                steps.reissue(history, is_calm=True)
                steps.sign(history, is_calm=True)
                history.commits_judged = -1
                history.check(invariants.after_step)
                if is_loud:
                    print(f"{number} of {kills}: holds", flush=True)
        steps.come_to_rest(history)
        history.check(invariants.at_rest)
    return workers, backends


@contextmanager
def _worker(history: History) -> Iterator["subprocess.Popen[str]"]:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "yikatong.site.settings",
        "DATABASE_OWNER_URL": history.where.owner_url,
        "DATABASE_URL": history.where.app_url,
        "YIKATONG_KEYS": str(settings.YIKATONG_KEYS),
        "YIKATONG_STATE": str(settings.STATE_DIR),
        "PYTHONPATH": f"{PROJECT}{os.pathsep}{PROJECT / 'src'}",
    }
    command = [sys.executable, "-m", "tests.simulation.worker"]
    process = subprocess.Popen(command, env=environment, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        if process.stdout.readline().strip() != "ready":
            raise Broken("the worker did not start")
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _kill_a_backend(history: History) -> bool:
    """SIGKILL the database's process that serves the worker; all others are then ended by the server itself."""
    pid = history.owner_runs(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename <> current_user"
        " AND pid <> pg_backend_pid() ORDER BY (state = 'active') DESC, backend_start DESC LIMIT 1"
    )
    if pid is None:
        return False
    os.kill(pid, signal.SIGKILL)
    return True


def _answers(history: History) -> bool:
    try:
        history.owner_runs("SELECT 1")
    except psycopg.Error:
        return False
    return True


def _wait_for_recovery(history: History) -> None:
    deadline = time.monotonic() + RECOVERY_SECONDS
    connection.close()
    # On a busy machine the server may notice the death only later: until then it answers as ever.
    while _answers(history) and time.monotonic() < deadline:
        time.sleep(0.05)
    while True:
        try:
            history.reconnect_owner()
            connection.ensure_connection()
            return
        except (psycopg.Error, DatabaseError):
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
