"""The bank of a history: its own ledger, its own clock-driven work, and every fault of RELIABILITY 2.4, drawn by seed.

Its ledger (``booked``, ``came_back``) is what the invariants are held against: what it says and what it did differ.
"""

import io
import random
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from yikatong.banking.transports.https import Held, Receipt, Rejected, Report, Unreachable

from . import messages
from .messages import Line

OPENING_FEN = 100_000_000
REASONS = ("AC06", "BE01", "AG01", "AC06", "ED05", "ZZ99", "MD07")
# Faults of the wire and of the bank with how often each comes up, of a hundred, where a history has them at all.
FAULTS = {
    "lost": 12,
    "late": 8,
    "ack_lost": 12,
    "twice": 8,
    "refused": 4,
    "unreachable": 12,
    "reordered": 40,
    "again": 25,
    "partial": 40,
    "false_failure": 10,
    "false_credit": 5,
    "second_reference": 5,
    "other_amount": 5,
    "stranger": 5,
    "altered": 8,
    "returned": 20,
    "statement_late": 30,
    "statement_hole": 8,
}


@dataclass(order=True)
class Posting:
    """A message that will lie in the mailbox from ``due_at`` on."""

    due_at: datetime
    no: str
    body: bytes = field(compare=False)


@dataclass
class Booking:
    """Money that reached a card, or came back from it (``line.reason``), on a day."""

    line: Line
    at: datetime


class Bank:
    """One bank. ``dedupes``: it refuses a number it has seen; ``faults``: those that this history has."""

    def __init__(self, rng: random.Random, now: datetime, *, dedupes: bool, faults: Collection[str]) -> None:
        self.rng, self.now, self.dedupes, self.faults = rng, now, dedupes, set(faults)
        self.held: dict[str, bytes] = {}
        self.on_the_way: list[tuple[datetime, str, bytes]] = []
        self.to_do: list[tuple[datetime, Line]] = []
        self.to_return: list[tuple[datetime, Line]] = []
        self.booked: list[Booking] = []
        self.came_back: list[Booking] = []
        self.failed: list[Line] = []
        self.refused: set[str] = set()
        self.postings: list[Posting] = []
        self.altered: set[str] = set()
        self.balance_fen = OPENING_FEN
        self.statement_no = 0
        self.message_no = 0
        self.during_call: Callable[[], None] | None = None

    # -- the wire -----------------------------------------------------------------------------------------------

    def submit(self, body: "io.IOBase | bytes", message_id: str) -> Receipt:
        """As ``HttpsBank.submit``."""
        content = body if isinstance(body, bytes) else _whole(body)
        self._interrupted()
        if self._happens("lost"):
            raise Unreachable("线路断了，指令没有到。")
        if self._happens("late"):
            self.on_the_way.append((self._later(1, 100), message_id, content))
            raise Unreachable("超时，指令还在路上。")
        # Copies made by the network are survived only where the bank dedupes for ever (RELIABILITY 0.3).
        if self.dedupes and self._happens("twice"):
            self.on_the_way.append((self._later(1, 60), message_id, content))
        if message_id not in self.held and self._happens("refused"):
            self.refused.add(message_id)
            self.held[message_id] = b""
            self._post(lambda no: messages.refusal(message_id, "FF01", no, self.now))
            raise Rejected("银行整体拒收。", reason_code="FF01")
        is_known = self._arrived(message_id, content)
        if self._happens("ack_lost"):
            raise Unreachable("银行收到了，答复没有回来。")
        if message_id in self.refused:
            raise Rejected("银行整体拒收。", reason_code="FF01")
        return Receipt(message_id, already_held=is_known, group_status="" if is_known else "ACTC")

    def status(self, message_id: str, end_to_end_id: str) -> Held:
        """As ``HttpsBank.status``."""
        self._interrupted()
        if self._happens("unreachable"):
            raise Unreachable("查询没有答复。")
        return Held.RECEIVED if message_id in self.held else Held.NOT_FOUND

    def report_ids(self) -> list[str]:
        """As ``HttpsBank.report_ids``."""
        waiting = [posting.no for posting in sorted(self.postings) if posting.due_at <= self.now]
        if self._happens("reordered"):
            self.rng.shuffle(waiting)
        return list(dict.fromkeys(waiting))

    def fetch_reports(self, known: Collection[str]) -> Iterator[Report]:
        """As ``HttpsBank.fetch_reports``."""
        if self._happens("unreachable"):
            raise Unreachable("取回盘时线路断了。")
        bodies = {posting.no: posting.body for posting in self.postings}
        for no in self.report_ids():
            if no not in known:
                body = bodies[no]
                yield Report(no, io.BytesIO(body), len(body), "")
                if self._happens("unreachable"):
                    raise Unreachable("取了一半线路断了。")

    # -- the bank's own work -------------------------------------------------------------------------------------

    def work(self, now: datetime) -> None:
        """Let the time run until ``now``: what is on the way arrives, what is due is booked, days end."""
        while self.now < now:
            evening = self.now.replace(hour=23, minute=0, second=0, microsecond=0)
            evening = evening if self.now < evening else evening + timedelta(days=1)
            self.now = min(now, evening)
            self._work_off()
            if self.now == evening:
                self._end_day()

    def calm_down(self) -> None:
        """From now on the bank is as it should be, and whatever waits is delivered."""
        self.faults.clear()
        for posting in self.postings:
            posting.due_at = min(posting.due_at, self.now)

    def tell_everything(self) -> None:
        """Somebody asked for it: every true result again, under new numbers."""
        for line in self.failed:
            self._post(lambda no, line=line: messages.failures([line], no, self.now))
        for booking in self.booked:
            self._post(lambda no, booking=booking: messages.bookings([booking.line], no, booking.at))
        for booking in self.came_back:
            self._post(lambda no, booking=booking: messages.returns([booking.line], no, booking.at))

    def credited(self) -> dict[str, list[Line]]:
        """What really lies on cards, net of returns, by entitlement."""
        lying: dict[str, list[Line]] = {}
        back = [booking.line.end_to_end_id for booking in self.came_back]
        for booking in self.booked:
            if booking.line.end_to_end_id in back:
                back.remove(booking.line.end_to_end_id)
                continue
            lying.setdefault(booking.line.end_to_end_id.split("-")[0], []).append(booking.line)
        return lying

    def _arrived(self, message_id: str, body: bytes) -> bool:
        """Whether it had been here before."""
        if self.dedupes and message_id in self.held:
            self._post(lambda no: messages.refusal(message_id, "DUPL", no, self.now))
            return True
        self.held[message_id] = body
        for line in messages.payments_of(message_id, body):
            self.to_do.append((self._later(0, 30), line))
        return False

    def _work_off(self) -> None:
        arriving = [one for one in self.on_the_way if one[0] <= self.now]
        self.on_the_way = [one for one in self.on_the_way if one[0] > self.now]
        for _, message_id, body in arriving:
            self._arrived(message_id, body)
        due = [line for at, line in self.to_do if at <= self.now]
        self.to_do = [one for one in self.to_do if one[0] > self.now]
        paid, failed = [], []
        for line in due:
            if self.rng.random() < 0.2:
                failed.append(line.with_(reason=self.rng.choice(REASONS)))
            else:
                paid.append(self._book(line))
        self.failed += failed
        self._report(paid, failed)
        self._return_due()

    def _book(self, line: Line) -> Line:
        booked = line.with_(reference=f"R{len(self.booked) + 1}")
        self.booked.append(Booking(booked, self.now))
        if self._happens("returned"):
            self.to_return.append((self._later(20, 200), booked))
        return booked

    def _return_due(self) -> None:
        due = [line for at, line in self.to_return if at <= self.now]
        self.to_return = [one for one in self.to_return if one[0] > self.now]
        for line in due:
            back = line.with_(reference=f"T{len(self.came_back) + 1}", reason="AC06")
            self.came_back.append(Booking(back, self.now))
            self._post(lambda no, back=back: messages.returns([back], no, self.now))

    def _report(self, paid: list[Line], failed: list[Line]) -> None:
        """Tell of lines: in one message or several, truthfully or not."""
        told_paid, told_failed = list(paid), list(failed)
        for line in paid:
            if self._happens("false_failure"):
                told_failed.append(line.with_(reason="AC06", reference=""))
                if self.rng.random() < 0.5:
                    told_paid.remove(line)
            if self._happens("second_reference"):
                told_paid.append(line.with_(reference=line.reference + "X"))
            if self._happens("other_amount"):
                told_paid[:] = [one.with_(amount_fen=one.amount_fen + 1) if one == line else one for one in told_paid]
            if self._happens("stranger"):
                told_paid.append(line.with_(end_to_end_id="E999999-1"))
        told_paid += [line.with_(reference="R0", reason="") for line in failed if self._happens("false_credit")]
        for lines, write in ((told_paid, messages.bookings), (told_failed, messages.failures)):
            for part in self._parts(lines):
                self._post(lambda no, part=part, write=write: write(part, no, self.now))

    def _parts(self, lines: list[Line]) -> Iterator[list[Line]]:
        by_message: dict[str, list[Line]] = {}
        for line in lines:
            by_message.setdefault(line.message_id, []).append(line)
        for those in by_message.values():
            # One message never names the same payment twice by our bank's own doing; it says so in two.
            size = 1 if len({one.end_to_end_id for one in those}) < len(those) or self._happens("partial") else len(those)
            for start in range(0, len(those), size):
                yield those[start : start + size]

    def _post(self, write: Callable[[str], bytes]) -> None:
        self.message_no += 1
        no = f"M{self.message_no:04d}"
        body = write(no)
        self.postings.append(Posting(self._later(0, 40), no, body))
        if self._happens("again"):
            self.postings.append(Posting(self._later(0, 90), f"{no}-2", body))
        if self._happens("altered"):
            # The number comes once more with other bytes; the mailbox gives one or the other.
            self.message_no += 1
            self.postings.append(Posting(self._later(0, 90), no, write(f"M{self.message_no:04d}")))

    def _end_day(self) -> None:
        day = self.now.date()
        debits = [booking.line for booking in self.booked if booking.at.date() == day]
        credits = [booking.line for booking in self.came_back if booking.at.date() == day]
        opening = self.balance_fen
        self.balance_fen += sum(line.amount_fen for line in credits) - sum(line.amount_fen for line in debits)
        self.statement_no += 1
        if debits and self._happens("statement_hole"):
            debits.pop(self.rng.randrange(len(debits)))
        body = messages.statement(debits, credits, (opening, self.balance_fen), self.statement_no, self.now)
        due_at = self._later(24, 90) if self._happens("statement_late") else self.now
        self.postings.append(Posting(due_at, f"B{self.statement_no:04d}", body))

    def _happens(self, fault: str) -> bool:
        return fault in self.faults and self.rng.randrange(100) < FAULTS[fault]

    def _later(self, least: int, most: int) -> datetime:
        """A moment so many hours from now; at once where nothing is faulty."""
        hours = self.rng.randint(least, most) if self.faults else 0
        return self.now + timedelta(hours=hours)

    def _interrupted(self) -> None:
        if self.during_call:
            interrupt, self.during_call = self.during_call, None
            interrupt()


def _whole(body: "io.IOBase") -> bytes:
    body.seek(0)
    return bytes(body.read())  # type: ignore[attr-defined]
