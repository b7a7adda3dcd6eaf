"""The step tables of the payment request, the refund, and the bank's answers that cannot be."""

from yikatong.core import workflow
from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.workflow import Duty, Flow, Step, Subject


class RequestFlow(Flow):
    """The request's flow shows only the release of the cycle's own paying mode; the database's guards say the same."""

    def open_to(self, subject: Subject, actor: Actor) -> list[Step]:
        """The steps this actor could take now."""
        return [step for step in super().open_to(subject, actor) if _fits_mode(step, subject)]

    def waits_for(self, subject: Subject) -> list[Step]:
        """The steps that lead on."""
        return [step for step in super().waits_for(subject) if _fits_mode(step, subject)]


def _fits_mode(step: Step, subject: Subject) -> bool:
    mode = getattr(subject, "mode", "")
    return not step.verb.startswith("release_") or step.verb == f"release_{mode}"


_MATCHES = ("payments_request_objection",)

REQUEST = RequestFlow(
    name="payment_request",
    table="payments_paymentrequest",
    initial="drafted",
    steps=(
        Step("file", ("drafted", "sent_back"), "filed", P.REQUEST_FILE, "提交发放申请", Duty.PREPARE, guards=_MATCHES),
        Step(
            "verify",
            ("filed",),
            "verified",
            P.REQUEST_VERIFY,
            "复核通过",
            Duty.VERIFY,
            own_agency=False,
            guards=_MATCHES,
        ),
        Step(
            "send_back",
            ("filed", "verified"),
            "sent_back",
            P.REQUEST_VERIFY,
            "退回主管部门",
            Duty.VERIFY,
            own_agency=False,
            reason_required=True,
            primary=False,
        ),
        Step(
            "release_department",
            ("verified",),
            "released",
            P.INSTRUCTION_RELEASE_DEPARTMENT,
            "签发发放指令",
            Duty.RELEASE,
            guards=("payments_mode_department", *_MATCHES),
        ),
        Step(
            "release_finance",
            ("verified",),
            "released",
            P.INSTRUCTION_RELEASE_FINANCE,
            "签发发放指令",
            Duty.RELEASE,
            own_agency=False,
            guards=("payments_mode_finance", *_MATCHES),
        ),
        Step(
            "close",
            ("released",),
            "closed",
            P.BANK_EXCHANGE,
            "与银行对平后关闭",
            own_agency=False,
            guards=("payments_close_objection",),
        ),
    ),
    state_words={
        "drafted": "草稿",
        "filed": "待财政复核",
        "verified": "待签发",
        "released": "银行处理中",
        "closed": "已对平关闭",
        "sent_back": "已退回",
    },
)
workflow.register(REQUEST)

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

EXCEPTION = workflow.register(
    Flow(
        name="payment_exception",
        table="payments_paymentexception",
        initial="raised",
        steps=(
            Step(
                "explain",
                ("raised",),
                "explained",
                P.REQUEST_FILE,
                "说明情况",
                Duty.PREPARE,
                reason_required=True,
            ),
            Step(
                "resolve",
                ("explained",),
                "resolved",
                P.REQUEST_VERIFY,
                "核实无误，了结",
                Duty.VERIFY,
                own_agency=False,
                reason_required=True,
            ),
            Step(
                "send_back",
                ("explained",),
                "raised",
                P.REQUEST_VERIFY,
                "退回再查",
                Duty.VERIFY,
                own_agency=False,
                reason_required=True,
                primary=False,
            ),
        ),
        state_words={"raised": "待说明", "explained": "待财政核实", "resolved": "已了结"},
    )
)
