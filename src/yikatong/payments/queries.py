"""Reads of this room; ``*_for(actor, …)`` is the only way in."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from yikatong.batches import queries as batches
from yikatong.core import authz, sql
from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound
from yikatong.kit import masking

from . import words
from .models import PaymentException, PaymentRequest, Refund, Reinstatement
from .stuck import Lying, Pile, Stuck, ages, lying_for, piles_for, reasons, stuck_for, unsettled_for

# What lies in suspense is told by a module of its own.
__all__ = ["Lying", "Pile", "Stuck", "ages", "lying_for", "piles_for", "reasons", "stuck_for", "unsettled_for"]

# So many payments are gone through one by one while a page waits.
FEW = 5_000


@dataclass(frozen=True)
class Figures:
    """Entitlements as frozen, batch, cash plan and drawn money of one batch side by side, in fen (I10)."""

    entitled_count: int
    entitled_fen: int
    batch_count: int
    batch_fen: int
    batch_digest: str
    planned_fen: int
    plan_digest: str
    drawn_fen: int
    objection: str | None

    @property
    def agree(self) -> bool:
        """Whether all four amounts, both counts and both digests are the same."""
        one_amount = len({self.entitled_fen, self.batch_fen, self.planned_fen, self.drawn_fen}) == 1
        return one_amount and self.entitled_count == self.batch_count and self.batch_digest == self.plan_digest


@dataclass(frozen=True)
class TownshipState:
    """One township's payments of a request in one state, in fen."""

    township_code: str
    township_name: str
    state: str
    count: int
    total_fen: int

    @property
    def words(self) -> str:
        """The state in Chinese."""
        return words.PAYMENT_STATES[self.state]


@dataclass(frozen=True)
class BatchStanding:
    """Payments of a batch that were credited and not returned, and those that failed or came back and lie in suspense."""

    credited_count: int
    stuck_count: int


def requests_for(actor: Actor) -> QuerySet[PaymentRequest]:
    """The payment requests the actor may see: departments their own, finance and audit their area's; newest first."""
    return PaymentRequest.objects.filter(visible(actor)).select_related("batch__program", "batch__cycle", "agency")


def request_for(actor: Actor, no: str) -> PaymentRequest:
    """The request of that number. Raises NotFound."""
    found = requests_for(actor).filter(no=no).first()
    if found is None:
        raise NotFound
    return found


def fileable_for(actor: Actor) -> list[Any]:
    """Batches of the actor's department whose money is drawn and for which nothing was filed yet (I10)."""
    if not actor.may(P.REQUEST_FILE):
        return []
    ready = [row["id"] for row in sql.rows("payments/fileable")]
    return list(batches.batches_for(actor).filter(pk__in=ready))


def is_any_accepted() -> bool:
    """Whether anybody ever asked that what the bank paid of a void file counts as paid."""
    return PaymentRequest.objects.filter(kind=PaymentRequest.Kind.ACCEPTED).exists()


def figures(batch_id: int) -> Figures:
    """The comparison before filing, verifying and releasing; those compare the lines themselves once more."""
    return Figures(**sql.one("payments/figures", batch=batch_id))


def township_states(subject: PaymentRequest) -> list[TownshipState]:
    """The request by township and state of its payments."""
    name = "payments/township_states" if states_at_hand(subject) else "payments/township_states_by_line"
    found = sql.rows(name, request=subject.pk, fiscal_year=subject.fiscal_year)
    return [TownshipState(**row | {"state": _as_sent(row["state"], subject)}) for row in found]


def _as_sent(state: str, subject: PaymentRequest) -> str:
    """What a payment waits for that was not sent: nothing of a void request ever is, nor of what is accepted as paid."""
    if state != "prepared":
        return state
    if subject.state == "void":
        return "void"
    return "to_accept" if subject.kind == PaymentRequest.Kind.ACCEPTED else state


def run_states(
    subject: PaymentRequest, *, first_id: int, last_id: int, count: int, total_fen: int
) -> list[dict[str, Any]]:
    """Payments of a request between two ids, of which number and sum are known, by state: state, line_count, total_fen."""
    whole = {"request": subject.pk, "fiscal_year": subject.fiscal_year, "first_id": first_id, "last_id": last_id}
    if states_at_hand(subject):
        return sql.rows("payments/run_states", count=count, total_fen=total_fen, **whole)
    return sql.rows("payments/run_states_by_line", **whole)


def states_at_hand(subject: PaymentRequest) -> bool:
    """Whether ``township_states`` need not go through all payments, which of a whole county takes seconds.

    The batch's townships are known. So it is enough to look at what failed or came back, where that is little, unless
    the bank has answered for some of the payments only. A small request is gone through at once.
    """
    told = sql.one("payments/request_answers", request=subject.pk)
    whole = subject.kind == PaymentRequest.Kind.FIRST and told["answered_count"] in (0, subject.count)
    return whole and int(told["astray_count"]) <= FEW


def states_take_long(subject: PaymentRequest) -> bool:
    """Whether ``township_states`` are better shown after the rest of the page."""
    return subject.count > FEW and not states_at_hand(subject)


def drawn_at_random(subject: PaymentRequest, how_many: int) -> list[batches.Drawn]:
    """Who a request pays, drawn at random, names masked. The action that shows them records the draw."""
    found = sql.rows("payments/drawn_at_random", request=subject.pk, fiscal_year=subject.fiscal_year, how_many=how_many)
    return [batches.Drawn(masked_name=masking.name(row.pop("name")), **row) for row in found]


def recovered_fen(subject: PaymentRequest) -> int:
    """What of a request's credited money was recovered as wrongly paid, in fen."""
    return int(sql.one("payments/recovered", request=subject.pk, fiscal_year=subject.fiscal_year)["total_fen"])


def batch_standing(batch_id: int) -> BatchStanding:
    """How many payments of a batch were credited and not returned, and how many lie in suspense."""
    return BatchStanding(**sql.one("payments/batch_states", batch=batch_id))


def exceptions_for(actor: Actor) -> QuerySet[Any]:
    """Answers of the bank that cannot be, oldest first; ``is_settled``: for a whole void file that counts after all."""
    settled = Reinstatement.objects.filter(
        request_id=OuterRef("request_id"), last_exception_id__gte=OuterRef("pk"),
        first_payment_id__lte=OuterRef("payment_id"), last_payment_id__gte=OuterRef("payment_id"),
    )  # fmt: skip
    kinds = (PaymentException.Kind.PAID_THOUGH_VOID, PaymentException.Kind.PERHAPS_PAID)
    found = PaymentException.objects.filter(visible(actor)).select_related("request", "agency")
    return found.annotate(is_settled=Q(kind__in=kinds) & Exists(settled))


def open_exceptions_for(actor: Actor) -> QuerySet[Any]:
    """Those that somebody still has to look at."""
    return exceptions_for(actor).exclude(state="resolved").exclude(is_settled=True)


def exception_for(actor: Actor, exception_id: int) -> PaymentException:
    """One of them. Raises NotFound."""
    found: PaymentException | None = exceptions_for(actor).filter(pk=exception_id).first()
    if found is None:
        raise NotFound
    return found


def refunds_for(actor: Actor) -> QuerySet[Refund]:
    """The refunds the actor may see, newest first."""
    return Refund.objects.filter(visible(actor)).select_related("batch__program", "agency")


def refund_for(actor: Actor, no: str) -> Refund:
    """The refund of that number. Raises NotFound."""
    found = refunds_for(actor).filter(no=no).first()
    if found is None:
        raise NotFound
    return found


def refund_lines(refund: Refund) -> list[dict[str, Any]]:
    """The people of a refund: name, village_name, group_no, amount_fen, result, reason_words, booked_on."""
    return sql.rows("payments/refund_lines", refund=refund.pk)


def visible(actor: Actor) -> Q:
    """What of a batch's money the actor may see: departments their own, finance and audit their area's."""
    seen = (P.BATCH_SEE, P.PAID_FACTS_SEE)
    return authz.visible(actor, seen, area_field="area_code", agency_field="agency_id")
