"""A released request of the simulation's county and a bank at which chosen faults happen once; and what became of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.faulty_bank import Fault
from tests.simulation import steps
from tests.simulation.history import Bent, History
from tests.simulation.invariants import after_step
from tests.simulation.place import Place
from tests.simulation.world import ACCOUNT
from yikatong.banking.models import Break, InstructionEvent
from yikatong.core.refusals import Refused
from yikatong.payments import queries
from yikatong.payments.models import Payment, PaymentException, PaymentOutcome, PaymentRequest


@contextmanager
def scene(place: Place, *faults: Fault, size: int = 2, dedupes: bool = True) -> Iterator[History]:
    """A released request of ``size`` lines, and a bank at which these faults happen once."""
    with place.scene(Bent(dedupes=dedupes, faults={}, sizes=(size,), file_lines=100_000)) as history:
        for fault in faults:
            history.bank.want(fault)
        yield history
        assert [*after_step(history)] == [], history.told


def sent(history: History) -> None:
    """Sealed and sent."""
    steps.seal(history, is_calm=True)
    steps.send(history, is_calm=True)


def days(history: History, count: int = 1) -> None:
    """Days go by; the worker visits the bank on each."""
    for _ in range(count):
        history.pass_time(24)
        steps.send(history, is_calm=True)
        steps.visit(history, is_calm=True)


def settle_all(history: History) -> None:
    """Every exception and difference is explained by the one and settled by the other."""
    for _ in range(2 * (PaymentException.objects.count() + Break.objects.count())):
        steps.settle(history, is_calm=True)


def state(history: History) -> str:
    return str(PaymentRequest.objects.get(pk=history.requests[0]).state)


def ours(history: History) -> Payment:
    """The first payment of the request."""
    return Payment.objects.filter(request_id=history.requests[0]).earliest("id")


def results() -> list[str]:
    return list(PaymentOutcome.objects.order_by("payment_id", "sequence").values_list("result", flat=True))


def kinds() -> set[str]:
    return set(PaymentException.objects.values_list("kind", flat=True))


def events() -> list[str]:
    return list(InstructionEvent.objects.order_by("id").values_list("kind", flat=True))


def stuck(history: History) -> list[queries.Stuck]:
    return queries.stuck_for(history.as_("department_clerk"))


def fail_in_its_place(history: History) -> None:
    """The first file is void, a line of the one in its place fails, the request is closed; days later the bank pays the
    first.
    """
    for fault in (Fault.REQUEST_LOST, Fault.PAID_AFTER_ALL):
        history.bank.want(fault)
    sent(history)
    history.pass_time(24 * 3 + 1)
    history.bank.want(Fault.UNKNOWN_CODE)
    # The one finds that the bank never had it, and seals its lines anew; the other sends these.
    steps.send(history, is_calm=True)
    steps.send(history, is_calm=True)
    # Money comes in, so that the day has a statement though nobody was paid.
    history.bank.top_up(ACCOUNT, 100)
    days(history)


@contextmanager
def failed_in_its_place(place: Place) -> Iterator[History]:
    """The first file is void, every line of the second failed, the request is closed; the bank pays the first in a day."""
    with scene(place, dedupes=False, size=1) as history:
        fail_in_its_place(history)
        assert (results(), state(history)) == (["failed"], "closed"), history.told
        yield history


def paid_after_all(history: History) -> None:
    """Its bookings and the statement that shows them are taken in, and everybody signs everything off."""
    days(history, 5)
    assert kinds() == {"paid_though_void"} and Break.objects.filter(kind="paid_though_void").exists()
    settle_all(history)
    assert not PaymentException.objects.exclude(state="resolved").exists()


def code_of(action: Any, history: History, one: queries.Stuck, **told: Any) -> str:
    """With what the clerk is refused; nothing when it is done."""
    clerk = history.as_("department_clerk")
    try:
        action(batch_id=one.batch_id, outcome_ids=[one.outcome_id], by=clerk, at=history.at, **told)
    except Refused as refused:
        return str(refused.code)
    return ""


def debits(history: History) -> list[str]:
    return [one.end_to_end_id for one in history.bank.books.bookings if one.side == "debit" and one.message_id]
