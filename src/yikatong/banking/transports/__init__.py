"""The wires to banks. A transport moves bytes and says what is certain about them; it decides nothing about money."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Protocol


class Unreachable(Exception):
    """What became of the call is unknown: the bank may or may not have it. ``str`` is the Chinese sentence to show."""


class Rejected(Exception):
    """The bank read the instruction and refused all of it: nothing of it will be paid. Carries the bank's reason."""

    def __init__(self, sentence: str, *, reason_code: str) -> None:
        super().__init__(sentence)
        self.reason_code = reason_code


class Held(StrEnum):
    """Whether the bank knows an instruction. NOT_FOUND is no permission to send it under another id."""

    RECEIVED = "received"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The bank has the instruction. ``already_held``: it had it before this call. Line results come in reports only."""

    message_id: str
    already_held: bool
    group_status: str


@dataclass(frozen=True, slots=True)
class Report:
    """One message from the bank: its id at the bank, its bytes (rewound; whoever got them closes them), size and
    SHA-256.

    ``signature`` is the bank's detached signature, empty where none came with it.
    """

    report_id: str
    body: IO[bytes]
    byte_count: int
    sha256: str
    signature: bytes = b""


class Wire(Protocol):
    """What every transport can do. Nothing is retried in here, and nothing is ever taken out of the bank's mailbox."""

    def submit(self, body: IO[bytes] | bytes, message_id: str, manifest: bytes = b"", file_name: str = "") -> Receipt:
        """Send one instruction with its signed manifest, a stream from its beginning; ``file_name`` is what the bank's
        own form of files calls it, where that matters. Raises Unreachable (outcome unknown: the same bytes again, or ask)
        or Rejected (definitely refused as a whole).
        """

    def status(self, message_id: str, end_to_end_id: str) -> Held:
        """Ask whether the bank took an instruction, by its id or one of its payments. Raises Unreachable, or Rejected
        where the bank says that it refused all of it.
        """

    def report_ids(self) -> list[str]:
        """The ids of all reports that wait at the bank, oldest first. Raises Unreachable."""

    def fetch_reports(self, known: Collection[str]) -> Iterator[Report]:
        """Yield every waiting report whose id is not in ``known``, oldest first. Raises Unreachable."""
