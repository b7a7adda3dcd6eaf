"""The faulty bank behind HTTP on loopback, speaking the API that ``transports.https`` speaks."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from yikatong.banking.transports.https import MANIFEST_HEADER, SIGNATURE_HEADER

from .answers import NoAnswer
from .bank import FaultyBank


@contextmanager
def over_http(bank: FaultyBank) -> Iterator[str]:
    """Serve a bank on a free port of loopback; yields its address."""
    server = _Server(bank)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, bank: FaultyBank) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.bank = bank


class _Desk(BaseHTTPRequestHandler):
    """One connection. No answer means that the line is cut: what became of the call, the caller cannot know."""

    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message_id = _message_id(body)
        try:
            answer = self.server.bank.submit(
                message_id, body, manifest=base64.b64decode(self.headers[MANIFEST_HEADER] or "")
            )
        except NoAnswer:
            self.close_connection = True
            return
        refused = answer.status in ("RJCT", "DUPL")
        reason = "DUPL" if answer.status == "DUPL" else answer.reason
        told = {"msg_id": message_id, "status": "RJCT" if refused else answer.status, "reason": reason or None}
        self._say(422 if refused else 202, json.dumps(told).encode())

    def do_GET(self) -> None:
        bank = self.server.bank
        place = unquote(urlsplit(self.path).path)
        name = place.rpartition("/")[2]
        try:
            if place.startswith("/_mock/payments/"):
                held = bank.orders_with(name)
                content: Any = [{"msg_id": one} for one in held] if held else {"known": []}
                self._say(200 if held else 404, json.dumps(content).encode())
            elif place == "/_mock/mailbox/0":
                self._say(404, json.dumps({"waiting": bank.numbers()}).encode())
            else:
                letter = bank.fetch(name)
                self._say(200, letter.body, base64.b64encode(letter.signature).decode())
        except NoAnswer:
            self.close_connection = True
        except KeyError:
            self._say(404, b"{}")

    def log_message(self, format: str, *args: Any) -> None:
        """Tests do not chat."""

    def _say(self, code: int, body: bytes, signature: str = "") -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        if signature:
            self.send_header(SIGNATURE_HEADER, signature)
        self.end_headers()
        self.wfile.write(body)


def _message_id(body: bytes) -> str:
    return body.partition(b"<MsgId>")[2].partition(b"</MsgId>")[0].decode()
