"""Statements of one transaction done in order by a thread of their own, while the caller reckons on.

Reading a long file is half reckoning and half waiting for the database. One after the other they leave one of two
processors idle; beside each other a part is checked and sealed while the one before it is being written.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections

# So much waits at most: whoever is ahead by more waits, and what waits is in memory.
WAITING_MAX = 6
P = ParamSpec("P")
T = TypeVar("T")


class Beside:
    """``with Beside() as beside:`` — within it the connection of this thread belongs to ``do``; leaving it waits for all.

    All that is given to ``do`` runs in the order in which it was given, in the caller's transaction, whose triggers and
    locks hold as ever. What goes wrong on either side must reach the end of that transaction: what waited in the queue may
    have been done by then. After one failure nothing that follows is begun, and the failure itself is raised
    to whoever asks next.
    """

    def __init__(self) -> None:
        self._wrapper = connections[DEFAULT_DB_ALIAS]
        self._waiting: deque[Future[object]] = deque()
        self._failure: BaseException | None = None

    def __enter__(self) -> Self:
        self._wrapper.ensure_connection()
        self._wrapper.inc_thread_sharing()
        self._thread = ThreadPoolExecutor(
            1, "beside", partial(connections.__setitem__, DEFAULT_DB_ALIAS, self._wrapper)
        )
        return self

    def do(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Have ``function`` called when its turn comes; its result can be waited for. Raises an earlier failure."""
        while self._waiting and (self._waiting[0].done() or len(self._waiting) >= WAITING_MAX):
            self._waiting.popleft().result()
        asked = self._thread.submit(self._turn, partial(function, *args, **kwargs))
        self._waiting.append(asked)  # type: ignore[arg-type]
        return asked

    def _turn(self, work: Callable[[], T]) -> T:
        if self._failure is not None:
            # The transaction is broken: the first failure says why, all others would only say that it is.
            raise self._failure
        try:
            return work()
        except BaseException as failure:
            self._failure = failure
            raise

    def settle(self) -> None:
        """Wait until all is done; the connection is the caller's again until the next ``do``. Raises the failure."""
        while self._waiting:
            self._waiting.popleft().result()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.settle()
        finally:
            self._thread.shutdown(wait=True, cancel_futures=True)
            self._wrapper.dec_thread_sharing()
