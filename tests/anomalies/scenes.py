"""A released request of the simulation's county and a bank at which chosen faults happen once; and what became of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.faulty_bank import Fault
from tests.simulation import steps
from tests.simulation.history import Bent, History
from tests.simulation.invariants import after_step
from tests.simulation.place import Place
from yikatong.banking.models import Break, InstructionEvent
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
