"""What broke once in a simulated history, each as a history of its own, written by hand.

A seed finds the same history only as long as every draw on the way stands where it stood: a new kind of step or fault, or one
more commit, makes another history of it. What has to hold for good is therefore told in steps.
"""

from tests.anomalies.scenes import days, scene, sent, state
from tests.faulty_bank import Fault
from yikatong.banking import unclosed
from yikatong.payments.models import PaymentException

from . import steps
from .history import History
from .invariants import at_rest
from .place import Place


def told_of(history: History) -> list[int]:
    """The open requests of which the bank operator is told."""
    operator = history.as_("bank_operator")
    return [row["request_id"] for row in unclosed.unclosed_requests_for(operator, history.at)]


def test_a_request_of_which_every_line_failed_without_a_statement_is_on_a_list(lived: Place) -> None:
    with scene(lived, size=2) as history:
        history.bank.want(Fault.FAILS, times=2)
        sent(history)
        # Nothing was booked: this bank makes no statement of such a day, and so nothing closes the request.
        days(history, 4)
        assert state(history) == "released" and told_of(history) == history.requests
        assert at_rest(history) == []


def test_a_request_whose_exception_and_difference_were_signed_off_stays_on_a_list(lived: Place) -> None:
    with scene(lived, Fault.FAIL_THEN_OK, size=1) as history:
        sent(history)
        days(history, 2)
        for _ in range(4):
            steps.settle(history, is_calm=True)
        assert not PaymentException.objects.exclude(state="resolved").exists()
        days(history, 2)
        assert state(history) == "released" and told_of(history) == history.requests
        assert at_rest(history) == []
