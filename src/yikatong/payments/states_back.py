"""The step tables of the ways back: refund to the treasury, recovery with its receipts, the end of a month."""

from yikatong.core import workflow
from yikatong.core.permissions import P
from yikatong.core.workflow import Duty, Flow, Step

REFUND = workflow.register(
    Flow(
        name="refund",
        table="payments_refund",
        initial="drafted",
        steps=(
            Step(
                "prepare",
                ("drafted",),
                "prepared",
                P.REFUND_PREPARE,
                "登记退回财政",
                Duty.PREPARE,
                guards=("payments_refund_objection",),
            ),
            Step(
                "approve",
                ("prepared",),
                "approved",
                P.REFUND_APPROVE,
                "批准退回国库",
                Duty.APPROVE,
                own_agency=False,
                guards=("payments_refund_objection",),
            ),
            Step(
                "send_back",
                ("prepared",),
                "sent_back",
                P.REFUND_APPROVE,
                "退回主管部门",
                Duty.APPROVE,
                own_agency=False,
                reason_required=True,
                primary=False,
            ),
        ),
        state_words={"drafted": "草稿", "prepared": "待财政审批", "approved": "已退国库", "sent_back": "已退回"},
    )
)

RECOVERY = workflow.register(
    Flow(
        name="recovery",
        table="payments_recovery",
        initial="drafted",
        steps=(
            Step(
                "prepare",
                ("drafted",),
                "prepared",
                P.REFUND_PREPARE,
                "登记追缴",
                Duty.PREPARE,
                guards=("payments_recovery_objection",),
            ),
            Step(
                "approve",
                ("prepared",),
                "approved",
                P.REFUND_APPROVE,
                "批准追缴",
                Duty.APPROVE,
                own_agency=False,
                guards=("payments_recovery_objection",),
            ),
            Step(
                "send_back",
                ("prepared",),
                "sent_back",
                P.REFUND_APPROVE,
                "退回主管部门",
                Duty.APPROVE,
                own_agency=False,
                reason_required=True,
                primary=False,
            ),
            # What came in until then stays recovered; the rest is no longer demanded.
            Step(
                "withdraw",
                ("approved",),
                "withdrawn",
                P.REFUND_APPROVE,
                "撤销追缴",
                Duty.APPROVE,
                own_agency=False,
                reason_required=True,
                guards=("payments_withdraw_objection",),
                primary=False,
            ),
        ),
        state_words={
            "drafted": "草稿",
            "prepared": "待财政审批",
            "approved": "追缴中",
            "sent_back": "已退回",
            "withdrawn": "已撤销",
        },
    )
)

RECEIPT = workflow.register(
    Flow(
        name="recovery_receipt",
        table="payments_recoveryreceipt",
        initial="drafted",
        steps=(
            Step(
                "record",
                ("drafted",),
                "recorded",
                P.REFUND_PREPARE,
                "登记收款",
                Duty.PREPARE,
                guards=("payments_receipt_objection",),
            ),
            Step(
                "confirm",
                ("recorded",),
                "confirmed",
                P.REFUND_APPROVE,
                "确认收到",
                Duty.APPROVE,
                own_agency=False,
                guards=("payments_receipt_objection",),
            ),
            Step(
                "send_back",
                ("recorded",),
                "sent_back",
                P.REFUND_APPROVE,
                "没有收到，退回",
                Duty.APPROVE,
                own_agency=False,
                reason_required=True,
                primary=False,
            ),
        ),
        state_words={"drafted": "草稿", "recorded": "待财政确认", "confirmed": "已收回", "sent_back": "已退回"},
    )
)

MONTH_END = workflow.register(
    Flow(
        name="month_end",
        table="payments_monthend",
        initial="drafted",
        steps=(
            Step(
                "prepare",
                ("drafted",),
                "prepared",
                P.MONTH_END_PREPARE,
                "编制月末表",
                Duty.PREPARE,
                guards=("payments_month_end_objection",),
            ),
            Step(
                "sign",
                ("prepared",),
                "signed",
                P.MONTH_END_SIGN,
                "核对无误，签字",
                Duty.APPROVE,
                guards=("payments_month_end_objection",),
            ),
            Step(
                "send_back",
                ("prepared",),
                "sent_back",
                P.MONTH_END_SIGN,
                "退回重编",
                Duty.APPROVE,
                reason_required=True,
                primary=False,
            ),
        ),
        state_words={"drafted": "草稿", "prepared": "待签字", "signed": "已签字", "sent_back": "已退回"},
    )
)
