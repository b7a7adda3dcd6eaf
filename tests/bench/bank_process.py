"""The benchmark's bank, a process of its own: keeps instructions as files, answers at once, reports when told to.

It speaks what ``banking/transports/https.py`` speaks. mock-bank is the bank of the tests; at a million rows its SQLite
would be what is measured.
"""

import json
import sys
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any

from tests.bench import reports
from yikatong.demo.bank import iban_of

BLOCK_BYTES = 1 << 20
OPENING_FEN = 10**14


@dataclass
class Books:
    """Everything the bank knows: instructions as they came, messages waiting in the mailbox, balances."""

    folder: Path
    received: dict[str, reports.Held] = field(default_factory=dict)
    reported: set[str] = field(default_factory=set)
    mailbox: dict[str, Path] = field(default_factory=dict)
    booked: list[tuple[reports.Held, int]] = field(default_factory=list)
    booked_fen: int = 0
    balance_fen: int = OPENING_FEN
    statement_count: int = 0

    def take(self, path: Path) -> tuple[int, dict[str, Any]]:
        """Keep one instruction; a number that was seen before is refused as a copy."""
        held = reports.Held.of(path)
        if held.message_id in self.received:
            return 422, {"msg_id": held.message_id, "status": "RJCT", "reason": "DUPL", "reason_text": "seen before"}
        self.received[held.message_id] = held
        return 202, {"msg_id": held.message_id, "status": "ACTC"}

    def report_status(self, moment: str, fails_every: int) -> list[str]:
        """Put a pain.002 for every instruction that was not reported into the mailbox."""
        fresh = [held for name, held in self.received.items() if name not in self.reported]
        told = partial(reports.status_report, moment=moment, fails_every=fails_every)
        return [self._put(f"S-{held.message_id}", partial(told, held=held)) for held in fresh]

    def report_bookings(self, moment: str, fails_every: int) -> list[str]:
        """Book every instruction that was not booked and put its camt.054 into the mailbox."""
        named = []
        for held in [held for name, held in self.received.items() if name not in self.reported]:
            self.reported.add(held.message_id)
            self.booked.append((held, fails_every))

            def write(file: IO[str], held: reports.Held = held) -> None:
                self.booked_fen += reports.notification(file, held, moment, iban_of(held.account), fails_every)

            named.append(self._put(f"N-{held.message_id}", write))
        return named

    def report_statement(self, moment: str, fails_every: int) -> list[str]:
        """End the day: a camt.053 with all that was booked on it."""
        self.statement_count += 1
        account = iban_of(self.booked[0][0].account)
        balances = (self.balance_fen, self.balance_fen - self.booked_fen)
        named = self._put(
            f"B-{self.statement_count}",
            lambda file: reports.statement(file, self.booked, moment, account, self.statement_count, balances),
        )
        self.balance_fen, self.booked, self.booked_fen = balances[1], [], 0
        return [named]

    def _put(self, name: str, write: Callable[[IO[str]], None]) -> str:
        path = self.folder / f"{name}.xml"
        with path.open("w", encoding="utf-8") as file:
            write(file)
        self.mailbox[name] = path
        return name


class Counter(BaseHTTPRequestHandler):
    """One call at the bank."""

    protocol_version = "HTTP/1.1"
    books: Books

    def do_POST(self) -> None:
        if self.path != "/payments":
            length = int(self.headers.get("Content-Length", 0))
            told = json.loads(self.rfile.read(length))
            report = {
                "status": self.books.report_status,
                "bookings": self.books.report_bookings,
                "statement": self.books.report_statement,
            }
            datetime.fromisoformat(told["moment"])
            self._answer(200, {"reports": report[told["kind"]](told["moment"], told["fails_every"])})
            return
        path = self.books.folder / f"in-{uuid.uuid4().hex}.xml"
        with path.open("wb") as file:
            self._body_into(file)
        self._answer(*self.books.take(path))

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        if self.path.startswith("/_mock/payments/"):
            self._answer(404, {"known": []})
        elif name in self.books.mailbox:
            self._file(self.books.mailbox[name])
        else:
            self._answer(404, {"waiting": list(self.books.mailbox)})

    def _body_into(self, file: IO[bytes]) -> None:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                file.write(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return
        left = int(self.headers["Content-Length"])
        while left:
            block = self.rfile.read(min(left, BLOCK_BYTES))
            file.write(block)
            left -= len(block)

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _file(self, path: Path) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(path.stat().st_size))
        self.end_headers()
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                self.wfile.write(block)

    def log_message(self, format: str, *told: Any) -> None:
        """Nothing: nobody reads it."""


def main(folder: Path) -> None:
    """Serve on a free port of loopback, tell the address on standard output, end when standard input does."""
    Counter.books = Books(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
