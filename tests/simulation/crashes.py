"""Workers that die: right before a commit or right after it the process is gone, and its connection with it.

And workers that meet: while one stands right before its n-th commit, with everything locked that it locks, another one
does the same; the first commits when the second has finished or waits for it. So a race is the same at every replay.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

POLL_SECONDS = 0.002
BLOCKED_SECONDS = 20


class SimulatedCrash(BaseException):
    """The process died here. No Exception, so that no handler of the product can survive it."""


# What is done with a commit at which something happens.
What = Callable[[Callable[[], None]], None]


class Commits:
    """What is to happen at commits of the main thread's connection; ``count`` of them were seen.

    ``fate`` is asked at each of them, unless something else was told to happen there.
    """

    def __init__(self) -> None:
        self.count = 0
        self.fate: Callable[[], What | None] = lambda: None
        self._at: int | None = None
        self._what: What | None = None

    def at(self, distance: int, what: What | None) -> None:
        """At the ``distance``-th commit from now ``what`` is called with the commit itself; None: nothing any more."""
        self._at, self._what = (self.count + distance, what) if what else (None, None)

    def pass_(self, commit: Callable[[], None]) -> None:
        """One commit."""
        self.count += 1
        if self._what is not None and self.count == self._at:
            what, self._what = self._what, None
        else:
            what = self.fate()
        if what is None:
            commit()
        else:
            what(commit)


@contextmanager
def watched() -> Iterator[Commits]:
    """See every commit of this thread's default connection."""
    commits, thread = Commits(), threading.get_ident()
    original = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]

    def commit(self: BaseDatabaseWrapper) -> None:
        if threading.get_ident() == thread and self.alias == "default":
            commits.pass_(lambda: original(self))
        else:
            original(self)

    BaseDatabaseWrapper._commit = commit  # type: ignore[attr-defined]
    try:
        yield commits
    finally:
        BaseDatabaseWrapper._commit = original  # type: ignore[attr-defined]


def dying(before: bool) -> What:
    """For ``Commits.at``: die right before, or right after, the commit."""

    def commit_and_die(commit: Callable[[], None]) -> None:
        if not before:
            commit()
        die()

    return commit_and_die


def racing(rival: "Rival") -> What:
    """For ``Commits.at``: commit when the rival has finished or waits, go on when it has finished."""

    def commit_between(commit: Callable[[], None]) -> None:
        rival.start_until_blocked()
        commit()
        rival.join()

    return commit_between


def die() -> None:
    """The process is gone: the server rolls back and lets go of every lock; nothing can be said to it any more."""
    if connection.connection is not None:
        connection.connection.close()
    vars(connections["default"])["connect"] = _dead
    raise SimulatedCrash


def _dead() -> None:
    raise SimulatedCrash


@contextmanager
def survived() -> Iterator[list[bool]]:
    """The next process begins where the last one died; the list that is yielded is not empty when one did."""
    died: list[bool] = []
    try:
        yield died
    except BaseException as error:
        if "connect" not in vars(connections["default"]):
            raise
        # Whatever came out of the dying process, its last words are heard by nobody.
        del error
        died.append(True)
    finally:
        vars(connections["default"]).pop("connect", None)
        if died:
            _forget()


def _forget() -> None:
    """A new process knows nothing of the transactions of the old one."""
    connection.connection = None
    connection.in_atomic_block = False
    connection.savepoint_ids = []
    connection.atomic_blocks = []
    connection.needs_rollback = False
    connection.run_on_commit = []
    connection.closed_in_transaction = False


class Rival:
    """Another worker, in a thread and on a connection of its own. ``waited``: for a lock that the first one held."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.error: BaseException | None = None
        self.began = self.waited = False
        self._pid: int | None = None
        self._work = work
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self._pid = cursor.fetchone()[0]
            self._work()
        except Exception as error:
            self.error = error
        finally:
            connection.close()

    def start_until_blocked(self) -> None:
        """Run until it has finished or waits for a lock that somebody holds."""
        self.began = True
        self._thread.start()
        deadline = time.monotonic() + BLOCKED_SECONDS
        while self._thread.is_alive() and time.monotonic() < deadline:
            self._thread.join(POLL_SECONDS)
            if self._pid is not None and self._is_blocked():
                self.waited = True
                return

    def join(self) -> None:
        """Wait until it has finished."""
        self._thread.join()

    def _is_blocked(self) -> bool:
        # On the waiting worker's own raw connection nothing else may run, and its transaction must not see this.
        with connection.connection.cursor() as cursor:
            found = cursor.execute("SELECT pg_blocking_pids(%s)", [self._pid]).fetchone()
        return bool(found and found[0])
