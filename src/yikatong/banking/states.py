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
