"""The step tables of a break between the books, and of a complaint about a bank."""

from collections.abc import Callable
from typing import Any

from yikatong.core import workflow
from yikatong.core.permissions import P
from yikatong.core.workflow import Duty, Flow, Step

EXPLAIN = "说明情况"


def owned_by(owner: str) -> Callable[[Any], bool]:
    """Whether a difference belongs to this owner; ``banking_owned_by_…`` is the database's own word for it."""
    return lambda subject: str(subject.owner) == owner


FLOW = workflow.register(
    Flow(
        name="break",
        table="banking_break",
        initial="raised",
        steps=(
            Step(
                "explain", ("raised",), "explained", P.BANK_EXCHANGE, EXPLAIN, Duty.PREPARE, own_agency=False,
                reason_required=True, guards=("banking_owned_by_bank",), offered_for=owned_by("bank"),
            ),
            # The treasurer has released money of the case: what he explains is no part of the case (Duty.NONE), and
            # whoever settles holds another role.
            Step(
                "explain_finance", ("raised",), "explained", P.DRAWDOWN_MAKE, EXPLAIN, own_agency=False,
                reason_required=True, guards=("banking_owned_by_finance",), offered_for=owned_by("finance"),
            ),
            Step(
                "explain_department", ("raised",), "explained", P.REQUEST_FILE, EXPLAIN, Duty.PREPARE,
                reason_required=True, guards=("banking_owned_by_department",), offered_for=owned_by("department"),
            ),
            Step(
                "settle", ("explained",), "settled", P.REQUEST_VERIFY, "核实无误，了结", Duty.VERIFY, own_agency=False,
                reason_required=True,
            ),
            Step(
                "send_back", ("explained",), "raised", P.REQUEST_VERIFY, "退回再查", Duty.VERIFY, own_agency=False,
                reason_required=True, primary=False,
            ),
        ),
        state_words={"raised": "待说明", "explained": "待财政核实", "settled": "已了结"},
    )
)  # fmt: skip

COMPLAINT = workflow.register(
    Flow(
        name="service_complaint",
        table="banking_servicecomplaint",
        initial="drafted",
        steps=(
            Step("record", ("drafted",), "recorded", P.COMPLAINT_RECORD, "登记", own_agency=False),
            Step(
                "answer", ("recorded",), "answered", P.BANK_EXCHANGE, "答复", Duty.PREPARE, own_agency=False,
                reason_required=True,
            ),
            Step(
                "close", ("answered",), "closed", P.REQUEST_VERIFY, "核实办结", Duty.VERIFY, own_agency=False,
                reason_required=True,
            ),
            Step(
                "send_back", ("answered",), "recorded", P.REQUEST_VERIFY, "退回再办", Duty.VERIFY, own_agency=False,
                reason_required=True, primary=False,
            ),
        ),
        state_words={"drafted": "未登记", "recorded": "待银行答复", "answered": "待财政核实", "closed": "已办结"},
    )
)  # fmt: skip
