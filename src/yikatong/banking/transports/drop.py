"""The exchange by files, in a folder or over SFTP: whoever writes puts a marker last, whoever reads takes only what has one.

Below one place there are ``out``, which we write, and ``in``, which the bank writes:

    out/NAME  out/ID.manifest  out/ID.ok              an instruction, its signed manifest, then the marker
    in/ID.receipt  [in/ID.receipt.sig]  in/ID.receipt.ok
                                                      the bank has it: {"file_id", "body_sha256", "status", "reason"}
    in/NO.xml  [in/NO.sig]  in/NO.ok                  a report, its detached signature, then the marker

NAME is what the bank's form of files calls it (ID.xml in ISO 20022), and so is the ending of reports. Our marker holds the
SHA-256 (hex) of the body and its NAME; the bank's may hold the SHA-256, which is then held against the body. Every file is
written under ``.tmp`` first, brought to the disk and renamed. Where the bank has a key registered, a receipt that it did
not sign is none. Of the bank's files nothing is deleted or moved: what we have is decided by what we have stored.
"""

import hashlib
import io
import json
import re
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from typing import IO, Any, Protocol

from . import Held, Receipt, Rejected, Report, Unreachable, bodies

OUT, IN = "out", "in"
BODY, MANIFEST, SIGNATURE, MARKER = ".xml", ".manifest", ".sig", ".ok"
RECEIPT = ".receipt"
RECEIVED, REFUSED = "RECEIVED", "REFUSED"
# Names that can do no harm in a path, a log or a page.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
SMALL_BYTES = 1 << 16
REPORT_BYTES_MAX = 1 << 30


class Place(Protocol):
    """Where the files lie. Everything raises OSError when it does not go."""

    def names(self, folder: str) -> dict[str, float]:
        """The regular files of a folder, no links, with the time of their last change."""

    def opened(self, folder: str, name: str) -> AbstractContextManager[IO[bytes]]:
        """One file to be read."""

    def put(self, folder: str, name: str, content: IO[bytes]) -> None:
        """Write a file so that nobody ever sees a part of it, and that it survives a loss of power."""


# Why a file does not count, by its SHA-256 (hex) and its detached signature; empty: it counts.
Unsigned = Callable[[str, bytes], str]


def needs_no_signature(digest: str, signature: bytes) -> str:
    """Of a bank without a registered key everything counts."""
    return ""


class DropWire:
    """``Wire`` over a place. ``reached`` gives the place for the length of one call, and raises OSError if it cannot;
    ``extension`` is the ending of the bank's files, ``unsigned`` judges its receipts.
    """

    def __init__(
        self,
        reached: Callable[[], AbstractContextManager[Place]],
        extension: str = BODY,
        unsigned: Unsigned = needs_no_signature,
    ) -> None:
        self._reached = reached
        self._extension = extension
        self._unsigned = unsigned

    def submit(self, body: IO[bytes] | bytes, message_id: str, manifest: bytes = b"", file_name: str = "") -> Receipt:
        """Lay down an instruction, its manifest and last the marker; once only, as long as it lies there.

        Raises Unreachable when it could not be laid down whole and, until the bank's receipt is there, when it could:
        that a file lies in a folder does not say that the bank has taken it. Raises Rejected on a receipt that refuses.
        """
        name = file_name or message_id + self._extension
        assert NAME.fullmatch(message_id) and NAME.fullmatch(name), (message_id, name)
        stream = io.BytesIO(body) if isinstance(body, bytes) else body
        stream.seek(0)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
        try:
            with self._reached() as place:
                if message_id + MARKER not in place.names(OUT):
                    stream.seek(0)
                    place.put(OUT, name, stream)
                    place.put(OUT, message_id + MANIFEST, io.BytesIO(manifest))
                    place.put(OUT, message_id + MARKER, io.BytesIO(f"{digest} {name}".encode()))
                elif _digest_of(place, OUT, name) != digest:
                    raise Unreachable(f"交换文件夹里已有编号 {message_id} 的另一份文件，没有再写。请系统管理员查实。")
                receipt = self._receipt(place, message_id)
        except OSError as error:
            raise _lost(error) from error
        if receipt is None or receipt.get("body_sha256") != digest:
            raise Unreachable(f"指令 {message_id} 已放进交换文件夹，银行还没有回执。")
        return Receipt(message_id, already_held=False, group_status=RECEIVED)

    def status(self, message_id: str, end_to_end_id: str) -> Held:
        """What the bank's receipt says. NOT_FOUND: neither a receipt nor our own file is there.

        Raises Unreachable while the file lies there without a receipt, and Rejected on one that refuses.
        """
        try:
            with self._reached() as place:
                if self._receipt(place, message_id) is not None:
                    return Held.RECEIVED
                if message_id + MARKER in place.names(OUT):
                    raise Unreachable(f"指令 {message_id} 还在交换文件夹里，银行还没有回执。")
        except OSError as error:
            raise _lost(error) from error
        return Held.NOT_FOUND

    def report_ids(self) -> list[str]:
        """The numbers of all whole reports, oldest first. Raises Unreachable."""
        try:
            with self._reached() as place:
                return self._whole(place.names(IN))
        except OSError as error:
            raise _lost(error) from error

    def fetch_reports(self, known: Collection[str]) -> Iterator[Report]:
        """Yield every whole report whose number is not in ``known``, oldest first.

        One that is not what its marker says is left out; at the end all of these raise Unreachable together.
        """
        odd: list[str] = []
        try:
            with self._reached() as place:
                names = place.names(IN)
                for number in self._whole(names):
                    if number in known:
                        continue
                    with bodies.filling() as body:
                        report = self._read(place, names, number, body)
                    if report is None:
                        body.close()
                        odd.append(number)
                    else:
                        yield report
        except OSError as error:
            raise _lost(error) from error
        if odd:
            raise Unreachable(f"回盘 {'、'.join(odd[:5])} 与它的标记文件对不上，可能没有传完，稍后会再取。")

    def _whole(self, names: dict[str, float]) -> list[str]:
        """The numbers of reports that have marker and body, oldest marker first."""
        found = [
            (changed, name.removesuffix(MARKER))
            for name, changed in names.items()
            if name.endswith(MARKER) and not name.endswith(RECEIPT + MARKER)
        ]
        return [number for _, number in sorted(found) if number + self._extension in names]

    def _read(self, place: Place, names: Collection[str], number: str, body: IO[bytes]) -> Report | None:
        promised = _small(place, IN, number + MARKER).decode("ascii", "replace").split()
        signature = _small(place, IN, number + SIGNATURE) if number + SIGNATURE in names else b""
        with place.opened(IN, number + self._extension) as source:
            shutil.copyfileobj(_Bounded(source), body)
        size = body.tell()
        body.seek(0)
        digest = hashlib.file_digest(body, "sha256").hexdigest()  # type: ignore[arg-type]
        body.seek(0)
        if promised and promised[0].lower() != digest:
            return None
        return Report(number, body, size, digest, signature)

    def _receipt(self, place: Place, message_id: str) -> dict[str, Any] | None:
        """The bank's receipt, if there is one that can be read. Raises Rejected; Unreachable for one that nobody signed
        who may: it could make a file void that is paid, or let one rest that the bank never had.
        """
        names = place.names(IN)
        name = message_id + RECEIPT
        if name not in names or name + MARKER not in names:
            return None
        content = _small(place, IN, name)
        signature = _small(place, IN, name + SIGNATURE) if name + SIGNATURE in names else b""
        if why := self._unsigned(hashlib.sha256(content).hexdigest(), signature):
            raise Unreachable(f"代发指令 {message_id} 的回执不算数：{why}请银行签好后重放，结果未知。")
        try:
            told = dict(json.loads(content))
        except (ValueError, TypeError):
            return None
        if told.get("file_id") != message_id or told.get("status") not in (RECEIVED, REFUSED):
            return None
        if told["status"] == REFUSED:
            reason = str(told.get("reason") or "")[:16]
            raise Rejected(f"银行拒收了代发指令 {message_id}，原因代码 {reason or '空'}", reason_code=reason)
        return told


class _Bounded(io.RawIOBase):
    """No more than a report may have."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._left = REPORT_BYTES_MAX

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self._left -= len(block)
        if self._left < 0:
            raise OSError("the report is too long")
        return block


def _small(place: Place, folder: str, name: str) -> bytes:
    with place.opened(folder, name) as source:
        return source.read(SMALL_BYTES)


def _digest_of(place: Place, folder: str, name: str) -> str:
    with place.opened(folder, name) as source:
        return hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]


def _lost(error: OSError) -> Unreachable:
    return Unreachable(f"交换文件夹现在用不了（{error.strerror or type(error).__name__}），结果未知，稍后会再查。")
