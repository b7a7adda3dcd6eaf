"""What the bank tells about the lines of a file. Its books are right before anything here goes wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .faults import Chances, Fault
from .forms import Form, Iso
from .instructions import Order
from .mailbox import DAY, Clock, Mailbox
from .messages import Told

HOUR = timedelta(hours=1)
LATE_BY = DAY * 2 + HOUR


@dataclass(frozen=True)
class Teller:
    """Writes the results of executed files into the mailbox."""

    clock: Clock
    chances: Chances
    mailbox: Mailbox
    form: Form = field(default_factory=Iso)

    def receipt(self, message_id: str, status: str, reason: str = "") -> None:
        """The bank has an instruction or refuses it."""
        at = self.clock.at
        self.mailbox.post(
            lambda number: self.form.receipt(number, at, message_id, status, reason), "receipt", prone=False
        )

    def results(self, order: Order, account: str, paid: Sequence[Told], failed: Sequence[Told]) -> None:
        """The lines of one file: bookings by camt.054, refusals by pain.002, in any number of messages."""
        told = self._mistold(list(paid))
        self._contradictions(order, account, paid)
        if told and len(told) > 1 and self.chances.strikes(Fault.PARTIAL):
            half = len(told) // 2
            self.bookings(account, told[:half])
            self.clock.later(DAY, lambda: self.bookings(account, told[half:]))
        elif told:
            self.bookings(account, told)
        if failed:
            self.refusals(order, failed)

    def bookings(self, account: str, lines: Sequence[Told]) -> None:
        """A camt.054."""
        at = self.clock.at
        self.mailbox.post(lambda number: self.form.notification(number, at, account, lines), "results")

    def refusals(self, order: Order, lines: Sequence[Told]) -> None:
        """A pain.002 with rejected lines."""
        at, count, total = self.clock.at, len(order.lines), order.total_fen
        self.mailbox.post(
            lambda number: self.form.statuses(number, at, order.message_id, lines, count, total), "results"
        )

    def returned(self, account: str, lines: Sequence[Told]) -> None:
        """A pacs.004, and the camt.054 that books it."""
        at, message_id = self.clock.at, lines[0].message_id
        self.mailbox.post(lambda number: self.form.returns(number, at, message_id, lines), "returns")
        self.bookings(account, lines)

    def statement(self, account: str, opening_fen: int, closing_fen: int, lines: Sequence[Told], at: datetime) -> None:
        """A camt.053 of the day that ends ``at``."""
        strikes, day = self.chances.strikes, at.date()
        told = list(lines)
        if told and strikes(Fault.STATEMENT_ALTERED):
            told[0] = replace(told[0], amount_fen=told[0].amount_fen + 100)
        if told and told[0].account and strikes(Fault.STATEMENT_OTHER_CARD):
            told[0] = replace(told[0], account=f"{told[0].account[:-1]}{(int(told[0].account[-1]) + 1) % 10}")
        if told and strikes(Fault.STATEMENT_LINE_MISSING):
            told.pop(self.chances.random.randrange(len(told)))
        signed = not strikes(Fault.STATEMENT_UNSIGNED)

        def write(number: str) -> bytes | None:
            return self.form.statement(number, at, account, day, opening_fen, closing_fen, told)

        if strikes(Fault.STATEMENT_LATE):
            self.clock.later(LATE_BY, lambda: self.mailbox.post(write, "statement", prone=False, signed=signed))
        else:
            self.mailbox.post(write, "statement", prone=False, signed=signed)
        if told and strikes(Fault.STATEMENT_TWICE):
            told = told[:-1]
            self.mailbox.post(write, "statement", prone=False)

    def _mistold(self, lines: list[Told]) -> list[Told]:
        """The bookings as one message tells them."""
        strikes, pick = self.chances.strikes, self.chances.random.randrange
        if not lines:
            return lines
        if len(lines) > 1 and strikes(Fault.AMOUNTS_SWAPPED):
            first, second = lines[0], lines[-1]
            lines[0] = replace(first, amount_fen=second.amount_fen)
            lines[-1] = replace(second, amount_fen=first.amount_fen)
        if strikes(Fault.AMOUNT_OFF):
            place = pick(len(lines))
            lines[place] = replace(lines[place], amount_fen=lines[place].amount_fen + 1)
        if strikes(Fault.LINE_TWICE):
            lines.append(lines[pick(len(lines))])
        if strikes(Fault.LINE_MISSING):
            lines.pop(pick(len(lines)))
        if strikes(Fault.UNKNOWN_LINE):
            lines.append(Told("E999999999-9", "", 100, "FB-STRANGE"))
        return lines

    def _contradictions(self, order: Order, account: str, paid: Sequence[Told]) -> None:
        """What a second message says against the booking of a line."""
        strikes = self.chances.strikes
        if paid and strikes(Fault.FAIL_THEN_OK):
            self.refusals(order, [replace(self._any(paid), code="AC04")])
        if paid and strikes(Fault.OK_THEN_FAIL):
            wrong = replace(self._any(paid), code="AC04")
            self.clock.later(HOUR, lambda: self.refusals(order, [wrong]))
        if paid and strikes(Fault.TWO_REFERENCES):
            other = self._any(paid)
            other = replace(other, reference=f"{other.reference}-X")
            self.clock.later(HOUR, lambda: self.bookings(account, [other]))

    def _any(self, lines: Sequence[Told]) -> Told:
        return lines[self.chances.random.randrange(len(lines))]
