"""The bank of a history: the faulty bank with a temperament drawn by the seed, which can also be asked to calm down."""

import random
from collections.abc import Collection
from datetime import datetime

from tests.faulty_bank import Booking, Chances, Fault, FaultyBank
from tests.faulty_bank import messages as written
from tests.faulty_bank.messages import Told

from .world import ACCOUNT

OPENING_FEN = 100_000_000
# What a history has at all with how often it strikes then; how often a history has it.
TEMPERAMENT: dict[Fault, tuple[float, float]] = {
    Fault.REQUEST_LOST: (0.35, 0.4),
    Fault.ARRIVES_LATE: (0.35, 0.4),
    Fault.ACKNOWLEDGMENT_LOST: (0.35, 0.4),
    Fault.ANSWERS_LATE: (0.35, 0.4),
    Fault.NETWORK_DUPLICATE: (0.5, 0.4),
    Fault.QUESTION_LOST: (0.4, 0.3),
    Fault.PAID_AFTER_ALL: (0.8, 0.5),
    Fault.FAILS: (0.3, 0.8),
    Fault.UNKNOWN_CODE: (0.2, 0.15),
    Fault.EMPTY_CODE: (0.2, 0.15),
    Fault.SPACED_CODE: (0.2, 0.15),
    Fault.LATE_RETURN: (0.25, 0.4),
    Fault.RETURNED_TWICE: (0.25, 0.25),
    Fault.RETURN_BEFORE_CREDIT: (0.25, 0.2),
    Fault.BOOKS_TWICE: (0.2, 0.12),
    Fault.OTHER_CARD: (0.2, 0.15),
    Fault.OTHER_NAME: (0.2, 0.15),
    Fault.OK_THEN_FAIL: (0.5, 0.2),
    Fault.FAIL_THEN_OK: (0.5, 0.25),
    Fault.LINE_MISSING: (0.5, 0.2),
    Fault.LINE_TWICE: (0.5, 0.2),
    Fault.AMOUNT_OFF: (0.5, 0.2),
    Fault.AMOUNTS_SWAPPED: (0.5, 0.2),
    Fault.UNKNOWN_LINE: (0.5, 0.2),
    Fault.TWO_REFERENCES: (0.5, 0.2),
    Fault.PARTIAL: (0.6, 0.35),
    Fault.HELD_BACK: (0.4, 0.4),
    Fault.DELIVERED_TWICE: (0.5, 0.35),
    Fault.OTHER_BODY: (0.4, 0.25),
    Fault.ALTERED_BYTES: (0.4, 0.25),
    Fault.CUT_SHORT: (0.4, 0.2),
    Fault.SUM_WRONG: (0.4, 0.2),
    Fault.STATEMENT_ALTERED: (0.4, 0.15),
    Fault.STATEMENT_OTHER_CARD: (0.4, 0.15),
    Fault.STATEMENT_UNKNOWN_LINE: (0.4, 0.15),
    Fault.STATEMENT_LINE_MISSING: (0.4, 0.15),
    Fault.STATEMENT_TWICE: (0.4, 0.15),
    Fault.STATEMENT_LATE: (0.5, 0.4),
}


class MoodyBank(FaultyBank):
    """Faulty as its seed says. Copies that the network makes are survived only where the bank dedupes (RELIABILITY 0.3)."""

    def __init__(
        self, seed: int, at: datetime, *, dedupes: bool | None = None, faults: dict[Fault, float] | None = None
    ) -> None:
        luck = random.Random(f"bank {seed}")
        dedupes = (luck.random() < 0.7) if dedupes is None else dedupes
        if faults is None:
            faults = {fault: chance for fault, (chance, share) in TEMPERAMENT.items() if luck.random() < share}
        faults = dict(faults)
        if not dedupes:
            faults.pop(Fault.NETWORK_DUPLICATE, None)
        super().__init__(seed=seed, at=at, faults=faults, dedupes_forever=dedupes)
        self.open_account(ACCOUNT, named=ACCOUNT, balance_fen=OPENING_FEN)
        self.mood = f"{'dedupes' if dedupes else 'forgets'}: {', '.join(sorted(faults))}"
        # What went wrong so far; nothing more is added when it has calmed down.
        self.happened = self.chances.happened

    def calm_down(self) -> None:
        """From now on nothing goes wrong."""
        calm = Chances(0, {})
        self.chances = calm
        vars(self.mailbox)["_chances"] = calm
        self._teller = type(self._teller)(self, calm, self.mailbox)

    def give_back(self, besides: Collection[str] = ()) -> None:
        """Somebody asked for it: whatever was paid of a void file comes back, besides what is accepted as paid."""
        for one in list(self.books.bookings):
            if (
                one.end_to_end_id not in besides
                and one.message_id in self.paid_after_all
                and self.books.credited_count(one.end_to_end_id) > 0
            ):
                self._return(one.account, one.end_to_end_id, one.message_id, one.amount_fen, "DUPL")

    def tell_everything(self) -> None:
        """Somebody asked for it: every true result again, each for the day on which it was. What lay on somebody else's
        card is moved to the right one first.
        """
        self.books.astray.clear()
        debits = [one for one in self.books.bookings if one.side == "debit" and one.message_id]
        for booking in debits:
            day = datetime.combine(booking.day, self.at.timetz())
            self.mailbox.post(
                lambda no, day=day, one=booking: written.notification(no, day, ACCOUNT, [self._told(one)])
            )
        for booking in self.books.bookings:
            if booking.side == "credit" and booking.message_id:
                day = datetime.combine(booking.day, self.at.timetz())
                self.mailbox.post(
                    lambda no, day=day, one=booking: written.returns(no, day, one.message_id, [self._told(one)])
                )
        paid = {one.end_to_end_id for one in debits}
        for message_id in self._held:
            order = self._seen[message_id]
            failed = [Told(one.end_to_end_id, message_id, one.amount_fen, code="AC06") for one in order.lines]
            failed = [one for one in failed if one.end_to_end_id not in paid]
            if failed:
                self._teller.refusals(order, failed)

    def credited_counts(self) -> dict[str, int]:
        """How often each entitlement's payee has the money now, over all attempts; without the bank's own faults."""
        counts: dict[str, int] = {}
        for name in {one.end_to_end_id for one in self.books.bookings} - self.books.own_faults - {""}:
            entitlement = name.split("-")[0]
            counts[entitlement] = counts.get(entitlement, 0) + self.books.credited_count(name)
        return counts

    def _told(self, booking: Booking) -> Told:
        asked = {one.end_to_end_id: one.account for one in self._seen[booking.message_id].lines}
        return Told(
            booking.end_to_end_id, booking.message_id, booking.amount_fen, booking.reference, booking.code, booking.side,
            asked[booking.end_to_end_id],
        )  # fmt: skip
