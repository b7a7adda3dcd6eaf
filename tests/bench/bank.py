"""Starts the benchmark's bank and tells it when to report."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import requests

from tests.bench import memory

PROJECT = Path(__file__).resolve().parents[2]
ANSWER_SECONDS = 3600


@dataclass
class Bank:
    """The running bank: its address and its process."""

    url: str
    pid: int

    def report(self, kind: Literal["status", "bookings", "statement"], at: datetime, *, fails_every: int = 0) -> None:
        """Have it write its reports of one kind; every ``fails_every``-th payment of a file fails, none for 0."""
        told: dict[str, Any] = {"kind": kind, "moment": at.isoformat(timespec="seconds"), "fails_every": fails_every}
        with requests.Session() as session:
            session.trust_env = False
            session.post(f"{self.url}/bench/reports", json=told, timeout=ANSWER_SECONDS).raise_for_status()

    @property
    def cpu_seconds(self) -> float:
        """Its processor seconds so far."""
        return memory.cpu_seconds_of(self.pid)

    @property
    def peak_mb(self) -> float:
        """Its high-water mark in MiB."""
        return memory.peak_mb_of(self.pid)


@contextmanager
def running(folder: Path) -> Iterator[Bank]:
    """Start the bank with its files in ``folder``; it ends with the block, or when this process does."""
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.bench.bank_process", str(folder)]
    # A session of its own: Ctrl-C in the terminal reaches the benchmark, which then stops the bank.
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT, start_new_session=True, text=True
    )
    assert process.stdin and process.stdout
    try:
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError("the benchmark's bank did not start")
        yield Bank(url, process.pid)
    finally:
        process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
