"""A wire that fails: only the bank's own answer about this very message is definite."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from yikatong.banking.transports import Rejected, Unreachable
from yikatong.banking.transports.https import HttpsBank


@pytest.fixture
def answering() -> Iterator[Callable[[bytes], HttpsBank]]:
    """A server that reads one request and sends exactly the given bytes, then hangs up."""
    listeners: list[socket.socket] = []

    def serve(listener: socket.socket, answer: bytes) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1 << 16)
            connection.sendall(answer)

    def start(answer: bytes) -> HttpsBank:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threading.Thread(target=serve, args=(listener, answer), daemon=True).start()
        return HttpsBank(f"http://127.0.0.1:{listener.getsockname()[1]}", read_seconds=0.5)

    yield start
    for listener in listeners:
        listener.close()


def http(status: str, body: bytes, length: int | None = None) -> bytes:
    return f"HTTP/1.0 {status}\r\nContent-Length: {len(body) if length is None else length}\r\n\r\n".encode() + body


ACCEPTED = b'{"msg_id": "M1", "status": "ACCP", "reason": null}'
REFUSED = b'{"msg_id": "M1", "status": "RJCT", "reason": "FF01", "reason_text": "no"}'


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.0 202 OK\r\nContent-Le",
        http("202 OK", ACCEPTED[:20], len(ACCEPTED)),
        http("202 OK", b"<html>ok</html>"),
        http("202 OK", b"[]"),
        http("202 OK", ACCEPTED.replace(b"M1", b"M2")),
        http("202 OK", b'{"msg_id": "M1"}'),
        http("200 OK", ACCEPTED),
        http("302 Found", b""),
        http("401 Unauthorized", b'{"error": "credentials"}'),
        http("413 Too Large", b"too large"),
        http("422 No", REFUSED.replace(b"M1", b"M2")),
        http("500 Oops", b'{"error": "bug"}'),
        http("500 Oops", REFUSED),
        http("502 Bad Gateway", b"<html/>"),
    ],
)
def test_anything_but_a_definite_answer_leaves_the_outcome_unknown(
    answering: Callable[[bytes], HttpsBank], answer: bytes
) -> None:
    with pytest.raises(Unreachable):
        answering(answer).submit(b"<Document/>", "M1")


def test_a_definite_answer_is_taken(answering: Callable[[bytes], HttpsBank]) -> None:
    assert not answering(http("202 OK", ACCEPTED)).submit(b"<Document/>", "M1").already_held
    with pytest.raises(Rejected):
        answering(http("422 No", REFUSED)).submit(b"<Document/>", "M1")
    duplicate = REFUSED.replace(b"FF01", b"DUPL")
    assert answering(http("422 No", duplicate)).submit(b"<Document/>", "M1").already_held


def test_a_bank_that_does_not_answer_in_time_leaves_the_outcome_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire = HttpsBank(f"http://127.0.0.1:{listener.getsockname()[1]}", read_seconds=0.2)
        with pytest.raises(Unreachable):
            wire.submit(b"<Document/>", "M1")


def test_a_bank_elsewhere_is_reached_by_https_only() -> None:
    with pytest.raises(ValueError):
        HttpsBank("http://bank.example")
    HttpsBank("https://bank.example")


def test_a_mailbox_that_lists_nothing_readable_is_asked_again_later(answering: Callable[[bytes], HttpsBank]) -> None:
    with pytest.raises(Unreachable):
        answering(http("404 Not Found", b'{"error": "no"}')).report_ids()
    with pytest.raises(Unreachable):
        answering(http("500 Oops", b"[]")).status("M1", "E1")
