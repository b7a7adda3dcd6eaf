"""Where the bank lays its messages for us, and what goes wrong between its printer and our hand."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from .faults import Chances, Fault

DAY = timedelta(days=1)
Signer = Callable[[bytes], bytes]
Writer = Callable[[str], bytes | None]


class Clock(Protocol):
    """What the mailbox needs of the bank."""

    at: datetime

    def later(self, wait: timedelta, work: Callable[[], object]) -> None:
        """Do something when ``wait`` has passed."""


@dataclass(frozen=True)
class Letter:
    """One message under its number. ``signature`` is detached, empty where there is none."""

    number: str
    body: bytes
    signature: bytes


class Mailbox:
    """Messages in the order in which they may be fetched. Nothing is ever taken out."""

    def __init__(
        self,
        clock: Clock,
        chances: Chances,
        signer: Signer | None,
        stranger: Signer | None,
        stems: dict[str, str],
    ) -> None:
        self._stems = stems
        self._clock = clock
        self._chances = chances
        self._signer = signer
        self._stranger = stranger
        self._count = 0
        self._letters: list[Letter] = []
        self._given: dict[str, int] = {}

    def numbers(self) -> list[str]:
        """The numbers of all messages that may be fetched now, oldest first; one with two bodies stands here twice."""
        return [letter.number for letter in self._letters]

    def letters(self) -> list[Letter]:
        """All messages that may be fetched now."""
        return list(self._letters)

    def signature(self, body: bytes) -> bytes:
        """The bank's own signature, empty where it does not sign."""
        return self._signer(body) if self._signer else b""

    def fetch(self, number: str) -> Letter:
        """The message of a number; of one with two bodies each in turn. Raises KeyError."""
        found = [letter for letter in self._letters if letter.number == number]
        if not found:
            raise KeyError(number)
        turn = self._given.get(number, 0)
        self._given[number] = turn + 1
        return found[turn % len(found)]

    def post(self, write: Writer, kind: str = "results", *, prone: bool = True, signed: bool = True) -> None:
        """Lay down a message, written for its number; ``prone`` ones may go wrong on their way. What the bank's form has
        no message for is not written.
        """
        number = self._next(kind)
        body = write(number)
        if body is None:
            self._count -= 1
            return
        signature = self._signer(body) if self._signer and signed else b""
        if not signed:
            self._again(write, kind)
        if not prone:
            self._lay(Letter(number, body, signature))
            return
        self._mishap(write, kind, number, body, signature)

    def _mishap(self, write: Writer, kind: str, number: str, body: bytes, signature: bytes) -> None:
        strikes = self._chances.strikes
        good = Letter(number, body, signature)
        broken = self._broken(body)
        if broken is not None:
            self._lay(Letter(number, broken, signature))
            self._again(write, kind)
        elif strikes(Fault.OTHER_BODY):
            self._lay(good)
            self._lay(Letter(number, body + b"\n", self._signer(body + b"\n") if self._signer else b""))
        elif strikes(Fault.HELD_BACK):
            self._clock.later(DAY, lambda: self._lay(good))
        elif self._signer and strikes(Fault.UNSIGNED):
            self._lay(Letter(number, body, b""))
            self._again(write, kind)
        elif self._stranger and strikes(Fault.OTHER_KEY):
            self._lay(Letter(number, body, self._stranger(body)))
            self._again(write, kind)
        else:
            self._lay(good)
        if strikes(Fault.DELIVERED_TWICE):
            self._lay(Letter(self._next(kind), body, signature))

    def _broken(self, body: bytes) -> bytes | None:
        """The message as no reader may take it, when that is to happen."""
        strikes = self._chances.strikes
        if strikes(Fault.CUT_SHORT):
            return body[: len(body) * 2 // 3]
        amounts = list(re.finditer(rb'Ccy="CNY">([0-9]+)', body))
        if amounts and strikes(Fault.ALTERED_BYTES):
            place = self._chances.random.choice(amounts)
            other = b"%d" % (int(place[1]) + 1)
            return body[: place.start(1)] + other + body[place.end(1) :]
        sums = re.search(rb"<(Sum|OrgnlCtrlSum|TtlRtrdIntrBkSttlmAmt[^>]*)>([1-9][0-9]*)", body)
        if sums and strikes(Fault.SUM_WRONG):
            other = b"%d" % (int(sums[2]) + 1)
            return body[: sums.start(2)] + other + body[sums.end(2) :]
        return None

    def _again(self, write: Writer, kind: str) -> None:
        """A bank that is told of a broken message sends it anew."""
        self._clock.later(DAY, lambda: self.post(write, kind, prone=False))

    def _lay(self, letter: Letter) -> None:
        self._letters.append(letter)

    def _next(self, kind: str) -> str:
        self._count += 1
        return f"{self._stems[kind]}{self._count:06d}"
