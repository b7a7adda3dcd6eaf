"""G6: in whatever order the same feedback of the bank comes, the same becomes of every payment."""

import io
import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from tests.faulty_bank import Fault
from tests.faulty_bank.mailbox import Letter
from tests.simulation import steps
from tests.simulation.history import History
from tests.simulation.invariants import rows_of
from tests.simulation.place import Place
from yikatong.banking import actions as banking
from yikatong.banking.models import PaymentProvider
from yikatong.core.refusals import Refused
from yikatong.payments.models import PaymentException

from .scenes import scene, sent

# Two hundred orders: so many beginnings, of each so many middles, of each of these so many ends.
BRANCHES = (8, 5, 5)
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


def ends(
    history: History, letters: list[Letter], told_again: Sequence[Letter], luck: random.Random, branches: Sequence[int]
) -> Iterator[list[Any]]:
    """What becomes of everything in each of the orders; what orders have in common at their beginning is taken in once."""
    here, *further = branches
    share = -(-len(letters) // len(branches))
    for number in range(here):
        if number:
            luck.shuffle(letters)
        with undone():
            waiting = taken_in(history, letters[:share], rounds=1)
            if further:
                yield from ends(history, [*waiting, *letters[share:]], told_again, luck, further)
            else:
                yield end_of(history, waiting, told_again)


def end_of(history: History, waiting: Sequence[Letter], told_again: Sequence[Letter]) -> list[Any]:
    """What becomes of everything when all letters have come. What cannot be taken is looked at by two people, who ask the
    bank, and it tells the truth once more.
    """
    assert taken_in(history, waiting, rounds=len(waiting)) == []
    reconcile(history)
    while PaymentException.objects.exclude(state="resolved").exists():
        steps.settle(history, is_calm=True)
    if PaymentException.objects.exists():
        assert taken_in(history, told_again, rounds=len(told_again)) == []
        reconcile(history)
    return [rows_of(statement) for statement in FINAL]


def taken_in(history: History, letters: Sequence[Letter], *, rounds: int) -> list[Letter]:
    """Let the letters come in this order. One that must wait for another one comes again, as it lies at the bank; those that
    still wait after so many rounds are returned.
    """
    told: dict[str, Any] = {"provider": PaymentProvider.objects.get(), "by": history.as_("system"), "at": history.at}
    waiting = list(letters)
    for _ in range(rounds):
        later = []
        for letter in waiting:
            try:
                banking.receive(report_no=letter.number, body=io.BytesIO(letter.body), **told)
            except Refused:
                later.append(letter)
        waiting = later
    return waiting


def reconcile(history: History) -> None:
    """Compare what was taken in with our own books."""
    banking.reconcile(provider=PaymentProvider.objects.get(), by=history.as_("system"), at=history.at)


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
        found = list(ends(history, letters, told_again, luck, BRANCHES))
        assert len(found) == math.prod(BRANCHES)
        first = found[0]
        assert (history.requests[0], "closed") in first[3]
        for end in found:
            assert end == first
