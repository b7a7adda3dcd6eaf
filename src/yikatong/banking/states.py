"""The step table of a break between the bank's statement and our line results."""

from yikatong.core import workflow
from yikatong.core.permissions import P
from yikatong.core.workflow import Duty, Flow, Step

FLOW = workflow.register(
    Flow(
        name="break",
        table="banking_break",
        initial="raised",
        steps=(
            Step(
                "explain", ("raised",), "explained", P.BANK_EXCHANGE, "说明情况", Duty.PREPARE, own_agency=False,
                reason_required=True,
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
