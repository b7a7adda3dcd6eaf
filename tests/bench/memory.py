"""Reads /proc: processor time and private memory of this process and of the database's own processes.

Private memory is RssAnon + RssFile of /proc/PID/status: heap, stacks and mapped files. Shared buffers (RssShmem) are
mapped by every backend and counted once for the whole server.
"""

import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EVERY_SECONDS = 0.05
TICKS = os.sysconf("SC_CLK_TCK")
# What a process of the server is for stands in its title; everything else there is a connection.
SERVICES = (
    "autovacuum launcher", "autovacuum worker", "background writer", "checkpointer", "io worker",
    "logical replication launcher", "parallel worker", "startup", "walwriter",
)  # fmt: skip


class Server:
    """The database server's processes, by the parent of one of its backends; none where it runs elsewhere."""

    def __init__(self, backend_pid: int) -> None:
        stat = _stat(backend_pid)
        command = Path(f"/proc/{backend_pid}/cmdline")
        is_here = stat is not None and command.read_bytes().startswith(b"postgres:")
        self.postmaster = int(stat[1]) if stat and is_here else None

    def processes(self) -> dict[int, str]:
        """pid → kind of every process under the postmaster."""
        if self.postmaster is None:
            return {}
        children = Path(f"/proc/{self.postmaster}/task/{self.postmaster}/children").read_text().split()
        return {int(pid): kind for pid in children if (kind := _kind(int(pid)))}

    def cpu_seconds(self) -> float:
        """Processor seconds of the whole server so far, ended processes included."""
        if self.postmaster is None:
            return 0.0
        own = _stat(self.postmaster)
        assert own is not None, "the database server is gone"
        # A child that ends is added to its parent's waited-for time, so that nothing is lost or told twice.
        ticks = sum(map(int, own[11:15]))
        ticks += sum(sum(map(int, stat[11:13])) for pid in self.processes() if (stat := _stat(pid)))
        return ticks / TICKS


class Sampler:
    """Looks at every process's memory twenty times a second, in a thread, and keeps the peaks since ``restart``."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._peaks: dict[str, int] = {}
        self._lock = threading.Lock()
        self._end = threading.Event()
        self.cpu_seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Sample while the block runs."""
        thread = threading.Thread(target=self._run, name="bench-memory", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._end.set()
            thread.join()

    def restart(self) -> None:
        """Forget the peaks; the kernel's own high-water mark of this process too."""
        Path("/proc/self/clear_refs").write_text("5")
        with self._lock:
            self._peaks = {}

    def peaks_mb(self) -> dict[str, float]:
        """Megabytes (MiB) by kind of process, of the largest one of each kind: ``python``, ``backend``, ``shared`` and others.

        ``python`` is the kernel's high-water mark, which no sample can miss.
        """
        self._look()
        with self._lock:
            peaks = dict(self._peaks)
        peaks["python"] = _status(os.getpid()).get("VmHWM", 0)
        return {kind: round(kib / 1024, 1) for kind, kib in sorted(peaks.items())}

    def _run(self) -> None:
        while not self._end.wait(EVERY_SECONDS):
            self._look()
            self.cpu_seconds = time.thread_time()

    def _look(self) -> None:
        seen: dict[str, int] = {}
        for pid, kind in self._server.processes().items():
            told = _status(pid)
            seen[kind] = max(seen.get(kind, 0), told.get("RssAnon", 0) + told.get("RssFile", 0))
            seen["shared"] = max(seen.get("shared", 0), told.get("RssShmem", 0))
        with self._lock:
            for kind, kib in seen.items():
                self._peaks[kind] = max(self._peaks.get(kind, 0), kib)


def cpu_seconds_of(pid: int) -> float:
    """Processor seconds of one process so far, 0 when it is gone."""
    stat = _stat(pid)
    return sum(map(int, stat[11:13])) / TICKS if stat else 0.0


def peak_mb_of(pid: int) -> float:
    """The high-water mark of one process in MiB, 0 when it is gone."""
    return round(_status(pid).get("VmHWM", 0) / 1024, 1)


def _kind(pid: int) -> str | None:
    try:
        title = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").removeprefix("postgres: ")
    except OSError:
        return None
    return next((service for service in SERVICES if title.startswith(service)), "backend") if title else None


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat after the name: 0 state, 1 parent, 11 user, 12 system, 13 and 14 of ended children."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _status(pid: int) -> dict[str, int]:
    """The KiB figures of /proc/PID/status; empty when the process is gone."""
    try:
        told = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return {}
    return {name: int(kib) for name, kib in re.findall(r"^(\w+):\s+(\d+) kB$", told, re.MULTILINE)}
