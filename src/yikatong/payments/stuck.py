"""Reads of failed and returned payments whose money lies in suspense; ``*_for(actor, …)`` is the only way in.

Batches whose money has all left suspense are not gone through: that the ledger's balance tells.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Q

from yikatong.batches import queries as batches
from yikatong.core import sql
from yikatong.core.authz import Actor

from . import words
from .models import PaymentRequest
from .rules import Hold, Obstacle, RefundCause, refund_due_on


class _Waiting:
    """What can be done with money in suspense: ``hold`` and ``obstacle`` as payments_stuckpayment tells them, None for nothing."""

    hold: str | None
    obstacle: str | None
    usable_on: date | None

    @property
    def may_reissue(self) -> bool:
        """Whether it can be paid again as things are."""
        return self.hold is None and self.obstacle is None

    @property
    def may_refund(self) -> bool:
        """Whether it can be given back to the treasury."""
        return self.hold is None

    @property
    def is_out(self) -> bool:
        """Whether the bank's statements show it as paid and not yet as returned: it may be accepted as the payment."""
        return self.hold == Hold.BOOKED

    @property
    def waits_words(self) -> str:
        """What stands in the way and what to do about it, '' when nothing does."""
        return words.WAITS.get(self.hold or self.obstacle or "", "").format(day=self.usable_on)


@dataclass(frozen=True)
class Stuck(_Waiting):
    """A failed or returned payment whose money lies in suspense: who, why, where to go, what is next. Fen."""

    outcome_id: int
    batch_id: int
    case_no: str
    request_id: int
    name: str
    village_name: str
    group_no: str
    card_tail: str
    card_now_tail: str
    amount_fen: int
    result: str
    reason_code: str
    action: str
    reason_words: str
    booked_on: date
    hold: str | None
    obstacle: str | None
    usable_on: date | None
    reissue_no: str
    refund_no: str

    @property
    def waits_words(self) -> str:
        """What stands in the way and what to do about it; a return mostly stands on the next day's statement."""
        if self.is_out and self.result == "returned":
            return words.WAITS["booked_returned"]
        return super().waits_words

    @property
    def due_on(self) -> date:
        """When the money has to have left suspense at the latest."""
        return _due_on(self.obstacle == Obstacle.STOPPED, self.booked_on)

    @property
    def action_words(self) -> str:
        """What the bank's reason asks for."""
        return action_words(self.action)

    @property
    def state_words(self) -> str:
        """发放失败 or 银行退票."""
        return words.PAYMENT_STATES[self.result]


@dataclass(frozen=True)
class Lying:
    """Payments of one request that lie in suspense since one day for one reason of the bank's: how many, how many fen.

    ``free_*`` of them nothing holds; ``is_stopped`` is of people who may have died.
    """

    batch_id: int
    case_no: str
    request_id: int
    booked_on: date
    is_stopped: bool
    reason_code: str
    action: str
    reason_words: str
    count: int
    total_fen: int
    free_count: int
    free_fen: int

    @property
    def due_on(self) -> date:
        """When the money has to have left suspense at the latest."""
        return _due_on(self.is_stopped, self.booked_on)


@dataclass(frozen=True)
class Reason:
    """Money in suspense of one reason of the bank's: what it says, what that asks for, how many and how many fen."""

    words: str
    action_words: str
    count: int
    total_fen: int


@dataclass(frozen=True)
class Age:
    """Money in suspense of one age: how many payments, how many fen, and how many of them are overdue."""

    days_from: int
    days_to: int | None
    count: int
    total_fen: int
    overdue_count: int


@dataclass(frozen=True)
class Pile(_Waiting):
    """Stuck payments of a batch with one reason of the bank's and one thing in the way: how many, how many fen, and which."""

    reason_code: str
    action: str
    hold: str | None
    obstacle: str | None
    usable_on: date | None
    reason_words: str
    count: int
    total_fen: int
    outcome_ids: list[int]

    @property
    def reason(self) -> str:
        """What the bank says, without what to tell the person."""
        return self.reason_words.partition("。")[0]

    @property
    def key(self) -> str:
        """The reason in an address."""
        return self.reason_code or self.action


def stuck_for(
    actor: Actor,
    *,
    batch_id: int | None = None,
    outcome_ids: list[int] | None = None,
    rows_max: int | None = None,
    rows_before: int = 0,
) -> list[Stuck]:
    """Failed and returned payments the actor may see whose money still lies in suspense, oldest first, all or some."""
    found: list[Stuck] = []
    for year, chosen in unsettled_for(actor, batch_id=batch_id).items():
        lying = sql.one("payments/lying_count", batches=chosen, year=year)["count"]
        left = None if rows_max is None else rows_max - len(found)
        if rows_before < lying and left != 0:
            bounds = {"rows_max": left, "rows_before": rows_before}
            of = {"batches": chosen, "year": year, "outcomes": outcome_ids}
            found += [Stuck(**row) for row in sql.rows("payments/stuck", **of, **bounds)]
        rows_before = max(rows_before - lying, 0)
    return found


def piles_for(actor: Actor, *, batch_id: int) -> list[Pile]:
    """The same payments of one batch in piles, the largest first."""
    return [
        Pile(**row)
        for year, chosen in unsettled_for(actor, batch_id=batch_id).items()
        for row in sql.rows("payments/piles", batches=chosen, year=year)
    ]


def lying_for(actor: Actor, *, batch_id: int | None = None) -> list[Lying]:
    """The same payments added up by request and day, oldest first."""
    return [
        Lying(**row)
        for year, chosen in unsettled_for(actor, batch_id=batch_id).items()
        for row in sql.rows("payments/lying", batches=chosen, year=year)
    ]


def unsettled_for(actor: Actor, *, batch_id: int | None = None) -> dict[int, list[int]]:
    """Batches the actor may see that have money in suspense, by fiscal year, the oldest first."""
    asked = Q(pk=batch_id) if batch_id is not None else Q(pk__in=PaymentRequest.objects.values("batch_id"))
    seen = list(batches.batches_for(actor).filter(asked).values_list("id", flat=True))
    rows = sql.rows("payments/unsettled", batches=seen)
    return {
        year: [row["id"] for row in those] for year, those in groupby(rows, key=lambda row: int(row["fiscal_year"]))
    }


def ages(lying: Iterable[Lying], today: date) -> list[Age]:
    """How long the money in suspense has been lying there."""
    bounds: tuple[tuple[int, int | None], ...] = ((0, 7), (8, 30), (31, 90), (91, None))
    found = []
    for start, end in bounds:
        those = [
            one for one in lying if (days := (today - one.booked_on).days) >= start and (end is None or days <= end)
        ]
        overdue = sum(one.count for one in those if one.due_on < today)
        counted = sum(one.count for one in those)
        found.append(Age(start, end, counted, sum(one.total_fen for one in those), overdue))
    return found


def reasons(lying: Iterable[Lying]) -> list[Reason]:
    """Why the money lies in suspense, the most frequent reason first."""
    found: dict[tuple[str, str], list[Lying]] = {}
    for one in lying:
        found.setdefault((one.reason_code, one.action), []).append(one)
    listed = [
        Reason(
            those[0].reason_words,
            action_words(those[0].action),
            sum(one.count for one in those),
            sum(one.total_fen for one in those),
        )
        for those in found.values()
    ]
    return sorted(listed, key=lambda one: -one.count)


def action_words(action: str) -> str:
    """What a reason of the bank's asks for."""
    return words.ACTIONS.get(action, words.ACTIONS["investigate"])


def _due_on(is_stopped: bool, booked_on: date) -> date:
    return refund_due_on(RefundCause.NOT_ENTITLED if is_stopped else RefundCause.UNCORRECTABLE, booked_on)
