"""Reads the bank's messages in a thread of its own, ahead of the database that takes them in: while one report is applied,
the next one is fetched and read. What waits is bounded, so a message of any size costs the same memory.
"""

import hashlib
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from queue import Full, Queue
from typing import IO, Any, NamedTuple

import polars as pl
from django.db import connections

from yikatong.core.files import PIECE_BYTES

from .formats.adapters import Adapter, Contents
from .formats.refusals import UnreadableBankFile

# So many rows go into a staging table at a time.
STAGED_ROWS = 50_000
# So many pieces of messages wait at most: one of a hundred thousand bookings fits in.
WAITING_MAX = 48
STOPPING_SECONDS = 10
_LOOKS_SECONDS = 0.2


class Incoming(NamedTuple):
    """A report as it arrives: the bank's number, a seekable stream, the bank's detached signature if there is one, the
    name of its file where that is not the number, and whether the stream is closed when nobody needs it any more.
    """

    report_no: str
    body: IO[bytes]
    signature: bytes = b""
    name: str = ""
    is_closed_after: bool = False


class Message:
    """One message of the bank, of which ``body`` may be read by others only once everything was taken.

    ``digest`` is the SHA-256 (hex) of its bytes. ``contents`` is complete when ``taken`` has come to its end.
    """

    def __init__(self, report: "Incoming", line: "_Line") -> None:
        self.report_no, self.body, self.signature = report.report_no, report.body, report.signature
        self.name = report.name or report.report_no
        body = self.body
        body.seek(0)
        self.digest = hashlib.file_digest(body, "sha256").hexdigest()  # type: ignore[arg-type]
        self.contents = Contents("")
        self.is_free = threading.Event()
        self._is_closed_after = report.is_closed_after
        self._line = line
        self._is_taken = False

    def taken(self) -> Iterator[bytes | pl.DataFrame]:
        """The bytes of the message in order, and among them the frames that were read. Raises UnreadableBankFile, also
        at the end: nothing of it counts then.
        """
        while not self._is_taken:
            item = self._line.get()
            if isinstance(item, _End):
                self._is_taken = True
                if item.fault:
                    raise item.fault
            else:
                yield item

    def free(self) -> None:
        """Nobody needs the body any more: the message after the next may be fetched."""
        if self._is_closed_after:
            self.body.close()
        self.is_free.set()

    def leave(self) -> None:
        """Let the rest go by; then the body may be read by others."""
        with suppress(UnreadableBankFile):
            for _ in self.taken():
                pass

    def finish(self) -> None:
        """Leave the rest, and let the message after the next come."""
        self.leave()
        self.free()


@contextmanager
def ahead(reports: Iterable[Incoming], *, adapter: Adapter, accounts: Mapping[str, int]) -> Iterator[Iterator[Message]]:
    """Read reports as they come; ``accounts`` are those whose statements concern us.

    The messages are taken one after the other, what nobody takes of one is left. Whatever ``reports`` raises is raised
    where the next message would come. It is asked for a report when all but the latest are free.
    """
    line = _Line()
    thread = threading.Thread(target=_read, args=(reports, adapter, accounts, line), name="bank-reports", daemon=True)
    thread.start()
    try:
        yield line.messages()
    finally:
        line.stop()
        thread.join(STOPPING_SECONDS)
        line.free_all()


class _End:
    """A message is over, and what was wrong with it."""

    def __init__(self, fault: UnreadableBankFile | None) -> None:
        self.fault = fault


class _Stopped(Exception):
    """Nobody wants any more."""


class _Line:
    """What was read and waits to be taken."""

    def __init__(self) -> None:
        self._waiting: Queue[Any] = Queue(WAITING_MAX)
        self._is_stopped = threading.Event()
        # The only ones whose bodies may still be open.
        self._latest: deque[Message] = deque(maxlen=3)

    def put(self, item: Any) -> None:
        while not self._is_stopped.is_set():
            with suppress(Full):
                self._waiting.put(item, timeout=_LOOKS_SECONDS)
                return
        raise _Stopped

    def get(self) -> Any:
        return self._waiting.get()

    def wait_for(self, event: threading.Event) -> None:
        while not event.wait(_LOOKS_SECONDS):
            if self._is_stopped.is_set():
                raise _Stopped

    def begin(self, message: Message) -> None:
        self._latest.append(message)
        self.put(message)

    def stop(self) -> None:
        self._is_stopped.set()

    def free_all(self) -> None:
        for message in self._latest:
            message.free()

    def messages(self) -> Iterator[Message]:
        while (item := self.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item
            item.finish()


def _read(reports: Iterable[Incoming], adapter: Adapter, accounts: Mapping[str, int], line: _Line) -> None:
    """The thread's work."""
    with suppress(_Stopped):
        before: Message | None = None
        try:
            for report in reports:
                message = Message(report, line)
                line.begin(message)
                line.put(_End(_fault(message, adapter, accounts, line)))
                if before is not None:
                    line.wait_for(before.is_free)
                before = message
            line.put(None)
        except _Stopped:
            raise
        except Exception as error:
            line.put(error)
        finally:
            connections.close_all()


def _fault(message: Message, adapter: Adapter, accounts: Mapping[str, int], line: _Line) -> UnreadableBankFile | None:
    """Hand over a message; what is wrong with it, if anything is."""
    body, given = message.body, 0
    try:
        body.seek(0)
        message.contents = adapter.open(body, name=message.name)
        for part in _gathered(_rows(message, adapter, accounts)):
            line.put(part)
            given = _give(body, given, body.tell(), line)
    except UnreadableBankFile as error:
        return error
    _give(body, given, None, line)
    return None


def _give(body: IO[bytes], given: int, until: int | None, line: _Line) -> int:
    """Hand over the bytes from ``given`` on, as far as they were read; returns how far that is."""
    place = body.tell()
    body.seek(given)
    while until is None or given + PIECE_BYTES <= until:
        piece = body.read(PIECE_BYTES)
        if not piece:
            break
        line.put(piece)
        given += len(piece)
    body.seek(place)
    return given


def _rows(message: Message, adapter: Adapter, accounts: Mapping[str, int]) -> Iterator[pl.DataFrame]:
    rows = adapter.rows(message.body, message.contents, accounts)
    return rows if message.contents.is_statement else (_explained(outcomes, adapter) for outcomes in rows)


def _gathered(parts: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same rows in fewer parts."""
    waiting: list[pl.DataFrame] = []
    for part in parts:
        waiting.append(part)
        if sum(one.height for one in waiting) >= STAGED_ROWS:
            yield pl.concat(waiting)
            waiting.clear()
    if waiting:
        yield pl.concat(waiting)


def _explained(outcomes: pl.DataFrame, adapter: Adapter) -> pl.DataFrame:
    """Outcomes with what their reasons ask for; a credited one has none."""
    reasons = map(adapter.explain, outcomes.filter(pl.col("result") != "credited")["reason_code"].unique())
    told = [(reason.code, str(reason.action), reason.words[:200], reason.is_repeat) for reason in reasons]
    schema = {**dict.fromkeys(("reason_code", "action", "reason_words"), pl.String), "is_repeat": pl.Boolean}
    meant = pl.DataFrame(told, schema=schema, orient="row")
    joined = outcomes.join(meant, on="reason_code", how="left", maintain_order="left")
    return joined.with_columns(
        pl.when(pl.col("result") != "credited").then(pl.col(name)).otherwise(none).alias(name)
        for name, none in (("action", pl.lit("")), ("reason_words", pl.lit("")), ("is_repeat", pl.lit(False)))
    )
