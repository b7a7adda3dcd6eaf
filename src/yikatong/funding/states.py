"""Steps of an allotment, a cash plan and a drawdown. The database judges by the same tables (I5–I9, F10)."""

from yikatong.core.permissions import P
from yikatong.core.workflow import Duty, Flow, Step, register

ALLOTMENT = register(
    Flow(
        "allotment",
        table="funding_allotment",
        initial="drafted",
        steps=(
            Step(
                "record",
                ("drafted",),
                "recorded",
                P.ALLOTMENT_RECORD,
                "登记指标",
                duty=Duty.PREPARE,
                guards=("funding_allotment_guard",),
            ),
            Step(
                "confirm",
                ("recorded",),
                "confirmed",
                P.ALLOTMENT_CONFIRM,
                "确认指标",
                duty=Duty.APPROVE,
                guards=("funding_allotment_guard",),
            ),
            Step(
                "send_back",
                ("recorded",),
                "sent_back",
                P.ALLOTMENT_CONFIRM,
                "退回",
                duty=Duty.APPROVE,
                reason_required=True,
                primary=False,
            ),
        ),
        state_words={"drafted": "草稿", "recorded": "待确认", "confirmed": "已确认", "sent_back": "已退回"},
    )
)

PLAN = register(
    Flow(
        "cash_plan",
        table="funding_cashplan",
        initial="drafted",
        steps=(
            Step(
                "apply",
                ("drafted",),
                "applied",
                P.PLAN_APPLY,
                "申请用款",
                duty=Duty.PREPARE,
                guards=("funding_apply_guard",),
            ),
            Step(
                "verify",
                ("applied",),
                "verified",
                P.PLAN_VERIFY,
                "复核一致，通过",
                duty=Duty.VERIFY,
                own_agency=False,
                guards=("funding_three_way_guard",),
            ),
            Step(
                "approve",
                ("verified",),
                "approved",
                P.PLAN_APPROVE,
                "批准用款",
                duty=Duty.APPROVE,
                own_agency=False,
                guards=("funding_three_way_guard", "funding_enough_guard"),
            ),
            Step(
                "send_back",
                ("applied",),
                "sent_back",
                P.PLAN_VERIFY,
                "整单退回",
                duty=Duty.VERIFY,
                own_agency=False,
                reason_required=True,
                primary=False,
            ),
            Step(
                "refuse",
                ("verified",),
                "sent_back",
                P.PLAN_APPROVE,
                "整单退回",
                duty=Duty.APPROVE,
                own_agency=False,
                reason_required=True,
                primary=False,
            ),
            Step(
                "withdraw",
                ("approved",),
                "sent_back",
                P.PLAN_APPROVE,
                "撤回批准，整单退回",
                duty=Duty.APPROVE,
                own_agency=False,
                reason_required=True,
                guards=("funding_undrawn_guard",),
                primary=False,
            ),
        ),
        state_words={
            "drafted": "草稿",
            "applied": "待财政复核",
            "verified": "待财政审批",
            "approved": "已批准",
            "sent_back": "已退回",
        },
    )
)

DRAWDOWN = register(
    Flow(
        "drawdown",
        table="funding_drawdown",
        initial="drafted",
        steps=(
            Step(
                "make",
                ("drafted",),
                "made",
                P.DRAWDOWN_MAKE,
                "拨付到零余额账户",
                duty=Duty.RELEASE,
                own_agency=False,
                guards=("funding_drawdown_guard",),
            ),
        ),
        state_words={"drafted": "草稿", "made": "已拨付"},
    )
)
