"""The faulty bank without a network: a transport like any other, for whoever needs thousands of calls a second."""

import hashlib
import io
from collections.abc import Collection, Iterator
from typing import IO

from yikatong.banking.transports import Held, Receipt, Rejected, Report, Unreachable

from .answers import NoAnswer
from .bank import FaultyBank

LOST = "与银行的连接断了，结果未知。"


class BankWire:
    """``transports.Wire`` straight into a bank of this process."""

    def __init__(self, bank: FaultyBank) -> None:
        self._bank = bank

    def submit(self, body: IO[bytes] | bytes, message_id: str, manifest: bytes = b"", file_name: str = "") -> Receipt:
        """As ``Wire.submit``."""
        if not isinstance(body, bytes):
            body.seek(0)
            body = body.read()
        try:
            answer = self._bank.submit(message_id, body, manifest=manifest)
        except NoAnswer as unknown:
            raise Unreachable(LOST) from unknown
        if answer.status == "RJCT":
            raise Rejected(f"银行拒收了代发指令 {message_id}，原因代码 {answer.reason}", reason_code=answer.reason)
        return Receipt(message_id, already_held=answer.status == "DUPL", group_status=answer.status)

    def status(self, message_id: str, end_to_end_id: str) -> Held:
        """As ``Wire.status``."""
        try:
            return Held.RECEIVED if self._bank.holds(message_id) else Held.NOT_FOUND
        except NoAnswer as unknown:
            raise Unreachable(LOST) from unknown

    def report_ids(self) -> list[str]:
        """As ``Wire.report_ids``."""
        return self._bank.numbers()

    def fetch_reports(self, known: Collection[str]) -> Iterator[Report]:
        """As ``Wire.fetch_reports``."""
        for number in self._bank.numbers():
            if number not in known:
                letter = self._bank.fetch(number)
                digest = hashlib.sha256(letter.body).hexdigest()
                yield Report(number, io.BytesIO(letter.body), len(letter.body), digest, letter.signature)
