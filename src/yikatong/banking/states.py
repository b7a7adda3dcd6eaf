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

CLEARANCE = workflow.register(
    Flow(
        name="clearance",
        table="banking_clearance",
        initial="drafted",
        steps=(
            Step(
                "prepare", ("drafted",), "prepared", P.BANK_EXCHANGE, "提交查实结果", Duty.PREPARE, own_agency=False,
                reason_required=True,
            ),
            Step(
                "approve", ("prepared",), "approved", P.CLEARANCE_APPROVE, "同意，照此办理", Duty.APPROVE,
                own_agency=False, guards=("banking_clearance_objection",),
            ),
            Step(
                "decline", ("prepared",), "declined", P.CLEARANCE_APPROVE, "不同意，再查", Duty.APPROVE, own_agency=False,
                reason_required=True, primary=False,
            ),
        ),
        state_words={"drafted": "草稿", "prepared": "待财政审批", "approved": "已查清", "declined": "不同意"},
    )
)  # fmt: skip

UPLOAD = workflow.register(
    Flow(
        name="statement_upload",
        table="banking_statementupload",
        initial="drafted",
        steps=(
            Step(
                "upload", ("drafted",), "uploaded", P.BANK_EXCHANGE, "上传对账单", Duty.PREPARE, own_agency=False,
                reason_required=True,
            ),
            Step(
                "confirm", ("uploaded",), "confirmed", P.STATEMENT_CONFIRM, "差异已看，确认使用", Duty.VERIFY,
                own_agency=False,
            ),
            Step(
                "decline", ("uploaded",), "declined", P.STATEMENT_CONFIRM, "不能使用", Duty.VERIFY, own_agency=False,
                reason_required=True, primary=False,
            ),
        ),
        state_words={"drafted": "草稿", "uploaded": "待第二人确认", "confirmed": "已确认", "declined": "没有采用"},
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
