"""A bank that takes ISO 20022 over HTTPS: submit an instruction, list and fetch its reports.

The API is that of mock-bank 0.9 (``POST /payments``, ``/_mock/mailbox``, ``/_mock/payments``); a real bank with another
API gets a transport of its own with the same four verbs. What matters here is certainty: only the bank's own, readable
answer about this very message counts. Time-outs, broken connections, redirects, proxies' pages and server errors all
leave the outcome unknown, and the same bytes are to be sent again: the bank refuses a message id it has seen, and that
refusal means "already have it". Nothing is retried in here.
"""

import base64
import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import quote, urlsplit

import requests

from . import Held, Receipt, Rejected, Report, Unreachable, bodies

MANIFEST_HEADER = "X-Yikatong-Manifest"
SIGNATURE_HEADER = "X-Signature"
CONNECT_SECONDS = 5
READ_SECONDS = 120
ANSWER_BYTES_MAX = 64 << 20
REPORT_BYTES_MAX = 1 << 30
# Reports up to this size stay in memory, larger ones go to an unnamed temporary file.


class HttpsBank:
    """A connection to one bank. ``verify`` is a CA file or True; ``certificate`` our client certificate and key."""

    def __init__(
        self,
        base_url: str,
        *,
        credentials: tuple[str, str] | None = None,
        verify: bool | str = True,
        certificate: tuple[str, str] | None = None,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1"):
            raise ValueError("a bank is reached by https; plain http is for a bank on this very machine")
        self._base = base_url.rstrip("/")
        self._timeout = (CONNECT_SECONDS, read_seconds)
        self._session = requests.Session()
        # A proxy or a .netrc of the machine must not decide where payments go or under whose name.
        self._session.trust_env = False
        self._session.auth = credentials
        self._session.verify = verify
        self._session.cert = certificate

    def submit(self, body: IO[bytes] | bytes, message_id: str, manifest: bytes = b"", file_name: str = "") -> Receipt:
        """Send one instruction: bytes, or a seekable stream that is sent from its beginning and never held. Send the same
        bytes again after Unreachable. The manifest goes in a header, which a bank that does not know it passes over; a name has no
        place here.

        Raises Unreachable (outcome unknown) or Rejected (definitely refused as a whole).
        """
        if not isinstance(body, bytes):
            body.seek(0)
        headers = {"Content-Type": "application/xml"}
        if manifest:
            headers[MANIFEST_HEADER] = base64.b64encode(manifest).decode()
        with self._call("POST", "/payments", data=body, headers=headers) as response:
            answer = _object_in(response)
            status_code = response.status_code
        status, reason = str(answer.get("status") or ""), str(answer.get("reason") or "")
        told_of = answer.get("msg_id")
        if status_code == 422 and status == "RJCT" and told_of in (message_id, None):
            if reason == "DUPL" and told_of == message_id:
                return Receipt(message_id, already_held=True, group_status="")
            told = str(answer.get("reason_text") or "")[:200]
            raise Rejected(f"银行拒收了代发指令 {message_id}，原因代码 {reason or '空'}：{told}", reason_code=reason)
        if status_code == 202 and told_of == message_id and status:
            return Receipt(message_id, already_held=False, group_status=status)
        raise Unreachable(
            f"银行的答复（HTTP {status_code}）没有说明代发指令 {message_id} 收到没有，结果未知。"
            "请查询后用同一份文件重发。"
        )

    def status(self, message_id: str, end_to_end_id: str) -> Held:
        """Ask whether the bank took an instruction, by one of its payments. Raises Unreachable."""
        with self._call("GET", f"/_mock/payments/{quote(end_to_end_id, safe='')}?all") as response:
            answer = _json_of(response)
            status_code = response.status_code
        # Anybody can say 404; the bank's own says which payments it does know.
        if status_code == 404 and isinstance(answer, dict) and "known" in answer:
            return Held.NOT_FOUND
        if status_code != 200 or not isinstance(answer, list):
            raise Unreachable(f"银行没有说明代发指令 {message_id} 收到没有（HTTP {status_code}），稍后再查。")
        known = any(isinstance(row, dict) and row.get("msg_id") == message_id for row in answer)
        return Held.RECEIVED if known else Held.NOT_FOUND

    def report_ids(self) -> list[str]:
        """The ids of all reports waiting at the bank, oldest first. Raises Unreachable.

        The mailbox lists whole messages; asked for a message that does not exist, it answers with the ids alone.
        """
        with self._call("GET", "/_mock/mailbox/0") as response:
            answer = _object_in(response)
        waiting = answer.get("waiting")
        if not isinstance(waiting, list):
            raise Unreachable("银行没有列出待取的回盘，稍后会再取。")
        return [str(report_id) for report_id in waiting]

    def fetch_reports(self, known: Collection[str]) -> Iterator[Report]:
        """Yield every waiting report whose id is not in ``known``, oldest first. Raises Unreachable.

        Nothing is taken out of the bank's mailbox: what we hold is decided by what we have stored, so a crash between
        fetching and storing loses nothing. Ids are not a watermark: a held-back report is released after younger ones.
        """
        for report_id in self.report_ids():
            if report_id not in known:
                with bodies.filling() as body:
                    report = self._fetched(report_id, body)
                yield report

    def _fetched(self, report_id: str, body: IO[bytes]) -> Report:
        digest, size = hashlib.sha256(), 0
        with self._call("GET", f"/_mock/mailbox/{quote(report_id, safe='')}") as response:
            if response.status_code != 200:
                raise Unreachable(f"银行没有给出回盘 {report_id}（HTTP {response.status_code}），稍后会再取。")
            for block in _blocks(response, REPORT_BYTES_MAX):
                digest.update(block)
                size += len(block)
                body.write(block)
            signature = response.headers.get(SIGNATURE_HEADER, "")
        body.seek(0)
        return Report(report_id, body, size, digest.hexdigest(), _signature_of(signature))

    @contextmanager
    def _call(self, method: str, path: str, **options: Any) -> Iterator[requests.Response]:
        try:
            with self._session.request(
                method, self._base + path, timeout=self._timeout, allow_redirects=False, stream=True, **options
            ) as response:
                yield response
        except requests.RequestException as error:
            raise Unreachable("与银行的连接断了或者超时，结果未知。请查询后用同一份文件重发。") from error


def _signature_of(header: str) -> bytes:
    """A detached signature from its header; one that cannot be read is one that does not fit."""
    try:
        return base64.b64decode(header, validate=True)
    except ValueError:
        return header.encode()


def _object_in(response: requests.Response) -> dict[str, Any]:
    answer = _json_of(response)
    if not isinstance(answer, dict):
        raise _unclear(response)
    return answer


def _json_of(response: requests.Response) -> Any:
    content = b"".join(_blocks(response, ANSWER_BYTES_MAX))
    try:
        return json.loads(content)
    except ValueError as error:
        raise _unclear(response) from error


def _unclear(response: requests.Response) -> Unreachable:
    return Unreachable(f"银行的答复（HTTP {response.status_code}）读不懂，结果未知。请查询后用同一份文件重发。")


def _blocks(response: requests.Response, bytes_max: int) -> Iterator[bytes]:
    seen = 0
    for block in response.iter_content(1 << 16):
        seen += len(block)
        if seen > bytes_max:
            raise Unreachable("银行的答复太长，没有读完，结果未知。")
        yield block
