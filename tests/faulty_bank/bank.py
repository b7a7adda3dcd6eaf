"""A bank in this process that does on demand, or by a seed, everything a bank can do wrong.

Deterministic: the same seed and the same calls give the same books and the same bytes. Bank time moves by ``pass_time``
alone; ``books`` is the truth about who was paid, the mailbox what we are told of it.
"""

import heapq
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from . import manifests
from .answers import Answer, NoAnswer
from .books import Books
from .faults import Chances, Fault
from .forms import Form, Iso
from .instructions import Line, Order, Unfit
from .mailbox import DAY, Letter, Mailbox, Signer
from .messages import Told
from .telling import Teller

LATE_BY = timedelta(hours=6)
RETURN_DAYS = 3
# A file is void after three days; what takes its place has its results and its statement soon after.
AFTER_ALL_DAYS = (5, 6, 7, 8)
# Card and name of somebody whom nobody meant to pay.
OTHER_CARD, OTHER_NAME = "6217999099999999999", "王二小"
CODES = ("AC04", "AC06", "BE01", "MD07", "AB06")


class FaultyBank:
    """``faults`` are chances (0 to 1) of each fault at each occasion; ``want`` makes one happen at its next occasion.

    ``dedupes_forever`` and ``honors_not_after`` are what the provider promises, and what it really keeps. ``signer``
    signs messages (detached), ``stranger`` is somebody else's signature for ``Fault.OTHER_KEY``.
    """

    def __init__(
        self,
        *,
        seed: int,
        at: datetime,
        faults: Mapping[Fault, float] | None = None,
        dedupes_forever: bool = True,
        honors_not_after: bool = True,
        quiet_statements: bool = False,
        signer: Signer | None = None,
        stranger: Signer | None = None,
        form: Form | None = None,
    ) -> None:
        self.form = form or Iso()
        self.at = at
        self.dedupes_forever = dedupes_forever
        self.honors_not_after = honors_not_after
        self.chances = Chances(seed, faults or {})
        self.books = Books()
        self.mailbox = Mailbox(self, self.chances, signer, stranger, self.form.stems)
        # Whose manifests it takes (raw Ed25519 keys); None: it does not look at signatures.
        self.trusted_keys: list[bytes] | None = None
        # Cards that cannot be paid, and cards whose payment comes back, with the reason code.
        self.closed_cards: dict[str, str] = {}
        self.returning_cards: dict[str, str] = {}
        # Habits of lesser banks: sums unread, names in another character set, "yes" to every question.
        self.checks_totals = True
        self.charset = "utf-8"
        self.says_yes = False
        self._quiet_statements = quiet_statements
        self._teller = Teller(self, self.chances, self.mailbox, self.form)
        self._held: dict[str, bytes] = {}
        # The files that turned up days after their time and were paid.
        self.paid_after_all: set[str] = set()
        self._seen: dict[str, Order] = {}
        self._agenda: list[tuple[datetime, int, Callable[[], object]]] = []
        self._count = 0
        self._lock = threading.RLock()

    def open_account(self, number: str, *, named: str, balance_fen: int) -> None:
        """Open a debtor account, which statements call ``named``."""
        self.books.open_account(number, named=named, balance_fen=balance_fen)

    def want(self, fault: Fault, times: int = 1) -> None:
        """Let a fault happen at its next occasions."""
        self.chances.want(fault, times)

    def submit(self, message_id: str, body: bytes, *, manifest: bytes = b"") -> Answer:
        """Take an instruction off the wire. Raises NoAnswer, whatever became of it."""
        with self._lock:
            try:
                not_after = manifests.not_after(manifest, body, self.trusted_keys, self._read)
            except Unfit as unfit:
                self._teller.receipt(message_id, "RJCT", str(unfit))
                return Answer("RJCT", str(unfit))
            strikes = self.chances.strikes
            if strikes(Fault.REQUEST_LOST):
                self._note(body)
                if strikes(Fault.PAID_AFTER_ALL):
                    wait = DAY * self.chances.random.choice(AFTER_ALL_DAYS)
                    self.later(wait, lambda: self._paid_after_all(message_id))
                raise NoAnswer
            if strikes(Fault.ARRIVES_LATE):
                self.later(LATE_BY, lambda: self._arrived(message_id, body, not_after))
                raise NoAnswer
            if strikes(Fault.NETWORK_DUPLICATE):
                self.later(LATE_BY, lambda: self._arrived(message_id, body, not_after))
            answer = self._arrived(message_id, body, not_after)
            if strikes(Fault.ANSWERS_LATE):
                raise NoAnswer(late=True)
            if strikes(Fault.ACKNOWLEDGMENT_LOST):
                raise NoAnswer
            return answer

    def holds(self, message_id: str) -> bool:
        """Whether the bank has taken an instruction. Raises NoAnswer. One that is still on its way is not held."""
        with self._lock:
            if self.chances.strikes(Fault.QUESTION_LOST):
                raise NoAnswer
            return self.says_yes or message_id in self._held

    def orders_with(self, end_to_end_id: str) -> list[str]:
        """The ids of the instructions it has taken that hold a payment. Raises NoAnswer."""
        with self._lock:
            if self.chances.strikes(Fault.QUESTION_LOST):
                raise NoAnswer
            found = [name for name in self._held if end_to_end_id in self._seen[name].end_to_end_ids]
            return found or ([end_to_end_id.rpartition("-")[0]] if self.says_yes else [])

    def numbers(self) -> list[str]:
        """The numbers of the messages that may be fetched, oldest first."""
        with self._lock:
            return self.mailbox.numbers()

    def fetch(self, number: str) -> Letter:
        """One message. Raises KeyError."""
        with self._lock:
            return self.mailbox.fetch(number)

    def pass_time(self, wait: timedelta) -> None:
        """Bank time goes on: what is due arrives, days end with their statements."""
        with self._lock:
            until = self.at + wait
            while True:
                midnight = (self.at + DAY).replace(hour=0, minute=0, second=0, microsecond=0)
                due = self._agenda[0][0] if self._agenda else None
                if due is not None and due <= min(until, midnight):
                    when, _, work = heapq.heappop(self._agenda)
                    self.at = max(self.at, when)
                    work()
                elif midnight <= until:
                    self._end_day(midnight - timedelta(seconds=1))
                    self.at = midnight
                else:
                    break
            self.at = until

    def later(self, wait: timedelta, work: Callable[[], object]) -> None:
        """Do something when ``wait`` of bank time has passed."""
        self._count += 1
        heapq.heappush(self._agenda, (self.at + wait, self._count, work))

    def top_up(self, account: str, amount_fen: int) -> None:
        """Money arrives in a debtor account."""
        with self._lock:
            told = Told("", "", amount_fen, self._reference(), side="credit")
            self.books.book(account, told, day=self.at.date())

    def pay_anyway(self, message_id: str) -> None:
        """Pay a file that was refused or lost, and that we may have declared void: the bank's own fault (C19)."""
        with self._lock:
            order = self._seen[message_id]
            self.books.own_faults |= {line.end_to_end_id for line in order.lines}
            self._held.setdefault(message_id, b"")
            self._execute(order)

    def _paid_after_all(self, message_id: str) -> None:
        """Unless it was sent again meanwhile and taken then."""
        if message_id not in self._held and message_id in self._seen:
            self.paid_after_all.add(message_id)
            self.pay_anyway(message_id)

    def return_payment(self, end_to_end_id: str, code: str = "AC06") -> None:
        """Bring a paid payment back now."""
        with self._lock:
            paid = self.books.of(end_to_end_id)[0]
            self._return(paid.account, end_to_end_id, paid.message_id, paid.amount_fen, code)

    def _read(self, body: bytes) -> Order:
        return self.form.read(body, holds=self.checks_totals)

    def _note(self, body: bytes) -> None:
        try:
            order = self._read(body)
        except Unfit:
            return
        self._seen.setdefault(order.message_id, order)

    def _arrived(self, message_id: str, body: bytes, not_after: datetime | None) -> Answer:
        try:
            order = self._read(body)
            if any(line.name.encode(self.charset, "replace").decode(self.charset) != line.name for line in order.lines):
                raise Unfit("FF01")
            if order.message_id != message_id:
                raise Unfit("FF01")
            if order.debtor_account not in self.books.accounts:
                raise Unfit("AC02")
        except Unfit as unfit:
            self._teller.receipt(message_id, "RJCT", str(unfit))
            return Answer("RJCT", str(unfit))
        self._seen.setdefault(message_id, order)
        if message_id in self._held and self.dedupes_forever:
            if self._held[message_id] != body:
                return Answer("RJCT", "DU01")
            self._teller.receipt(message_id, "RJCT", "DUPL")
            return Answer("DUPL")
        if not_after is not None and self.at > not_after:
            if self.honors_not_after and not self.chances.strikes(Fault.PAYS_EXPIRED):
                self._teller.receipt(message_id, "RJCT", "TM01")
                return Answer("RJCT", "TM01")
            self.books.own_faults |= {line.end_to_end_id for line in order.lines}
        self._held[message_id] = body
        self._teller.receipt(message_id, "ACTC")
        waits = order.execute_on - self.at.date()
        if waits > timedelta(0):
            self.later(waits, lambda: self._execute(order))
        else:
            self._execute(order)
        return Answer("ACTC")

    def _execute(self, order: Order) -> None:
        named = self.books.accounts[order.debtor_account].named
        paid: list[Told] = []
        failed: list[Told] = []
        for line in order.lines:
            account = self._account_paid(line)
            name = OTHER_NAME if self.chances.strikes(Fault.OTHER_NAME) else line.name
            reference = self._reference()
            told = Told(line.end_to_end_id, order.message_id, line.amount_fen, reference, account=account, name=name)
            code = self._fails(line, order.debtor_account)
            if code is not None:
                failed.append(Told(told.end_to_end_id, told.message_id, told.amount_fen, code=code))
                continue
            self.books.book(order.debtor_account, told, day=self.at.date(), payee=account)
            paid.append(told)
            if self.chances.strikes(Fault.BOOKS_TWICE):
                self.books.own_faults.add(line.end_to_end_id)
                again = Told(line.end_to_end_id, order.message_id, line.amount_fen, self._reference())
                self.books.book(order.debtor_account, again, day=self.at.date(), payee=line.account)
            self._comes_back(order.debtor_account, told, self.returning_cards.get(line.account, ""))
        self._teller.results(order, named, paid, failed)

    def _account_paid(self, line: Line) -> str:
        """The card that a line is paid to, which is not always the one that was asked for."""
        if not self.chances.strikes(Fault.OTHER_CARD):
            return line.account
        self.books.astray.add(line.end_to_end_id)
        self.books.went_astray.add(line.end_to_end_id)
        return OTHER_CARD

    def _fails(self, line: Line, account: str) -> str | None:
        """The reason code of a line that is not paid, None for one that is."""
        strikes = self.chances.strikes
        if line.account in self.closed_cards:
            return self.closed_cards[line.account]
        if self.books.accounts[account].balance_fen < line.amount_fen:
            return "AM04"
        for fault, code in ((Fault.UNKNOWN_CODE, "ZZ99"), (Fault.EMPTY_CODE, ""), (Fault.SPACED_CODE, "AC04 ")):
            if strikes(fault):
                return code
        return self.chances.random.choice(CODES) if strikes(Fault.FAILS) else None

    def _comes_back(self, account: str, told: Told, code: str) -> None:
        strikes = self.chances.strikes
        back = (account, told.end_to_end_id, told.message_id, told.amount_fen, code or "AC06")
        if strikes(Fault.RETURN_BEFORE_CREDIT):
            self._return(*back)
        elif code or strikes(Fault.LATE_RETURN):
            self.later(DAY * RETURN_DAYS, lambda: self._return(*back))
        elif strikes(Fault.RETURNED_TWICE):
            self.later(DAY * RETURN_DAYS, lambda: self._return(*back, times=2))

    def _return(
        self, account: str, end_to_end_id: str, message_id: str, amount_fen: int, code: str, times: int = 1
    ) -> None:
        told = Told(end_to_end_id, message_id, amount_fen, self._reference(), code, side="credit")
        self.books.book(account, told, day=self.at.date())
        for _ in range(times):
            self._teller.returned(self.books.accounts[account].named, [told])

    def _end_day(self, at: datetime) -> None:
        for account in self.books.accounts.values():
            if account.today and self.chances.strikes(Fault.STATEMENT_UNKNOWN_LINE):
                fee = Told("", "", 100, self._reference())
                self.books.book(account.number, fee, day=at.date())
            if account.today or self._quiet_statements:
                self._teller.statement(account.named, account.opening_fen, account.balance_fen, account.today, at)
            account.opening_fen, account.today = account.balance_fen, []

    def _reference(self) -> str:
        self._count += 1
        return f"B{self._count:08d}"
