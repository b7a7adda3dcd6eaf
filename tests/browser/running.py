"""The whole product as it runs on a server: web, worker and bank, each a process of its own, on a test's database."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import requests
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from tests.whole_run import as_owner
from yikatong.demo import bank, stage

SECONDS_TO_START, SECONDS_TO_STOP = 90, 10
LAUNCHER = [sys.executable, "-m", "yikatong.site"]


@dataclass
class Site:
    """A running site: its address, the password of everybody, its bank, and the environment of its command line."""

    url: str
    password: str
    bank: bank.BankProcess
    environment: dict[str, str]

    def command(self, *words: str) -> str:
        """Run ``yikatong WORDS`` on the site's database and return what it printed."""
        done = subprocess.run(
            [*LAUNCHER, *words], env=self.environment, check=False, capture_output=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def running(database: Any, folder: Path) -> Iterator[Site]:
    """Serve ``database`` (a clone, see ``fresh_database``) with worker and bank; everything is stopped at the end."""
    with ExitStack() as stack:
        counterpart = bank.start(folder / "site-bank")
        stack.callback(counterpart.stop)
        with as_owner(database.owner_url):
            stage._load_provider(counterpart.url)
        site = Site(
            url=f"http://127.0.0.1:{_free_port()}",
            password=secrets.token_urlsafe(9),
            bank=counterpart,
            environment=_environment(database, counterpart.url),
        )
        _give_password(database, site.password)
        log = stack.enter_context((folder / "site.log").open("wb"))
        for words in (["serve", "--port", site.url.rpartition(":")[2]], ["worker"]):
            process = subprocess.Popen([*LAUNCHER, *words], env=site.environment, stdout=log, stderr=log)
            stack.callback(_stop, process)
        _wait_until_up(site.url)
        yield site


def _environment(database: Any, bank_url: str) -> dict[str, str]:
    told = {
        "DATABASE_OWNER_URL": database.owner_url,
        "DATABASE_URL": database.app_url,
        "YIKATONG_KEYS": settings.YIKATONG_KEYS,
        "YIKATONG_DEMO": "1",
        "YIKATONG_DEMO_BANK": bank_url,
    }
    return {name: value for name, value in os.environ.items() if name != "YIKATONG_AS"} | told


def _give_password(database: Any, password: str) -> None:
    """One hash for all: hashing takes its time on purpose."""
    hashed = Argon2PasswordHasher().encode(password, secrets.token_hex(8))
    with psycopg.connect(database.owner_url) as connection:
        connection.execute("UPDATE core_official SET password = %s WHERE username <> 'system'", [hashed])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(url: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{url}/login/", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the site did not start; see site.log")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
