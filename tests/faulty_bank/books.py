"""The bank's own books: the truth about who was paid, whatever its messages say."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from .messages import Told


@dataclass(frozen=True)
class Booking:
    """One movement on a debtor account: ``debit`` paid somebody, ``credit`` brought it back (or topped up). Fen."""

    account: str
    end_to_end_id: str
    message_id: str
    amount_fen: int
    reference: str
    side: str
    day: date
    code: str = ""
    payee: str = ""


@dataclass
class Account:
    """A debtor account; ``named`` is how statements name it."""

    number: str
    named: str
    balance_fen: int
    opening_fen: int = 0
    today: list[Told] = field(default_factory=list)


class Books:
    """Accounts and bookings. ``own_faults``: payments that the bank wronged by itself, which no sender can prevent.
    ``astray``: payments that lie on somebody else's card; ``went_astray``: those that ever did.
    """

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.bookings: list[Booking] = []
        self.own_faults: set[str] = set()
        self.astray: set[str] = set()
        self.went_astray: set[str] = set()
        self._by_payment: dict[str, list[Booking]] = defaultdict(list)

    def open_account(self, number: str, *, named: str, balance_fen: int) -> None:
        """Open a debtor account."""
        self.accounts[number] = Account(number, named, balance_fen, balance_fen)

    def book(self, account: str, told: Told, *, day: date, payee: str = "") -> Booking:
        """Move money and put it on today's statement."""
        held = self.accounts[account]
        held.balance_fen += told.amount_fen if told.side == "credit" else -told.amount_fen
        held.today.append(told)
        made = Booking(
            account,
            told.end_to_end_id,
            told.message_id,
            told.amount_fen,
            told.reference,
            told.side,
            day,
            told.code,
            payee,
        )
        self.bookings.append(made)
        self._by_payment[told.end_to_end_id].append(made)
        return made

    def of(self, end_to_end_id: str) -> list[Booking]:
        """Everything booked of one payment, in order."""
        return list(self._by_payment[end_to_end_id])

    def credited_count(self, end_to_end_id: str) -> int:
        """How often a payee has the money now: payments less returns."""
        sides = [one.side for one in self._by_payment[end_to_end_id]]
        return sides.count("debit") - sides.count("credit")

    def credited_fen(self, end_to_end_id: str) -> int:
        """What a payee has now, in fen."""
        signs = {"debit": 1, "credit": -1}
        return sum(signs[one.side] * one.amount_fen for one in self._by_payment[end_to_end_id])

    def paid_twice(self) -> set[str]:
        """Payments whose payee has the money more than once now, for which the bank itself is not to blame."""
        paid = {name for name in self._by_payment if name and self.credited_count(name) > 1}
        return paid - self.own_faults
