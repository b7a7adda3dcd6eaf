"""G6: in whatever order the same feedback of the bank comes, the same becomes of every payment."""

import io
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from tests.faulty_bank import Fault
from tests.faulty_bank.mailbox import Letter
from tests.simulation import steps
from tests.simulation.conftest import lived, place
from tests.simulation.history import History
from tests.simulation.invariants import rows_of
from tests.simulation.place import Place
from yikatong.banking import actions as banking
from yikatong.banking.models import PaymentProvider
from yikatong.core.refusals import Refused
from yikatong.payments.models import PaymentException

from .scenes import scene, sent

__all__ = ["lived", "place"]

ORDERS = 40
# What is left when everything is in: without numbers and moments, which tell of the order.
FINAL = (
    "SELECT end_to_end_id, state, amount_fen FROM payments_paymentstate WHERE fiscal_year = 2026 ORDER BY 1",
    "SELECT payment_id, sequence, result, reason_code, action, bank_reference FROM payments_paymentoutcome ORDER BY 1, 2",
    (
        "SELECT account.kind, sum(balance.in_fen - balance.out_fen)::bigint FROM ledger_account AS account"
        " INNER JOIN ledger_balance AS balance ON balance.account_id = account.id GROUP BY account.kind ORDER BY 1"
    ),
    "SELECT id, state FROM payments_paymentrequest ORDER BY 1",
    # Only where a return comes before its credit is there more to look at than in other orders.
    "SELECT DISTINCT kind FROM payments_paymentexception WHERE kind <> 'return_without_credit' ORDER BY 1",
)


class Undone(Exception):
    """Rolls the order back."""


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens in here is rolled back."""
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        pass


def end_of(history: History, letters: Sequence[Letter], told_again: Sequence[Letter]) -> list[Any]:
    """What becomes of everything when the letters come in this order. What cannot be taken is looked at by two people, who
    ask the bank, and it tells the truth once more.
    """
    taken_in(history, letters)
    while PaymentException.objects.exclude(state="resolved").exists():
        steps.settle(history, is_calm=True)
    if PaymentException.objects.exists():
        taken_in(history, told_again)
    return [rows_of(statement) for statement in FINAL]


def taken_in(history: History, letters: Sequence[Letter]) -> None:
    """A letter that must wait for another one comes again, as it lies at the bank."""
    told: dict[str, Any] = {"provider": PaymentProvider.objects.get(), "by": history.as_("system"), "at": history.at}
    waiting = list(letters)
    for _ in letters:
        later = []
        for letter in waiting:
            try:
                banking.receive(report_no=letter.number, body=io.BytesIO(letter.body), **told)
            except Refused:
                later.append(letter)
        waiting = later
    assert waiting == []
    banking.reconcile(**told)


@pytest.mark.parametrize(
    "faults",
    [
        (Fault.PARTIAL, Fault.FAILS, Fault.LATE_RETURN, Fault.DELIVERED_TWICE),
        (Fault.PARTIAL, Fault.RETURNED_TWICE, Fault.UNKNOWN_LINE, Fault.AMOUNT_OFF, Fault.SUM_WRONG),
    ],
    ids=["honest", "wrong"],
)
def test_any_order_of_the_same_feedback_ends_the_same(lived: Place, faults: tuple[Fault, ...]) -> None:
    luck = random.Random("orders")
    with scene(lived, *faults, size=3) as history:
        sent(history)
        for _ in range(8):
            history.pass_time(24)
        letters = history.bank.mailbox.letters()
        history.bank.tell_everything()
        told_again = history.bank.mailbox.letters()[len(letters) :]
        assert len(letters) >= 5
        ends = []
        for _ in range(ORDERS):
            with undone():
                ends.append(end_of(history, letters, told_again))
            luck.shuffle(letters)
        first = ends[0]
        assert (history.requests[0], "closed") in first[3]
        for end in ends:
            assert end == first
