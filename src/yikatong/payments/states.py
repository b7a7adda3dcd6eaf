"""The step tables of the payment request and the bank's answers that cannot be; beside them those of the ways back."""

from collections.abc import Iterable

from yikatong.core import workflow
from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.workflow import Duty, Flow, Row, Step, Subject

from .states_back import MONTH_END, RECEIPT, RECOVERY, REFUND

__all__ = ["EXCEPTION", "MONTH_END", "RECEIPT", "RECOVERY", "REFUND", "REQUEST"]


class RequestFlow(Flow):
    """The request's flow shows only the release of the cycle's own paying mode; the database's guards say the same."""

    def open_to_each(self, subjects: Iterable[Row], actor: Actor) -> list[tuple[Row, list[Step]]]:
        """Rows, each with the steps this actor could take now."""
        return [
            (one, [step for step in steps if _fits_mode(step, one) and _fits_kind(step, one)])
            for one, steps in super().open_to_each(subjects, actor)
        ]

    def waits_for(self, subject: Subject) -> list[Step]:
        """The steps that lead on."""
        return [step for step in super().waits_for(subject) if _fits_mode(step, subject) and _fits_kind(step, subject)]


def _fits_mode(step: Step, subject: Subject) -> bool:
    mode = getattr(subject, "mode", "")
    return not step.verb.startswith("release_") or step.verb == f"release_{mode}"


def _fits_kind(step: Step, subject: Subject) -> bool:
    kind = getattr(subject, "kind", "")
    if step.verb == "void":
        return kind != "first"
    return step.verb not in ("verify", "accept") or (step.verb == "accept") == (kind == "accepted")


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
            guards=("payments_pays_objection", *_MATCHES),
        ),
        # Of what the bank has paid already against our books: nothing is sent, its credit is the payment (C19).
        Step(
            "accept",
            ("filed",),
            "released",
            P.REQUEST_VERIFY,
            "核实无误，认作已发放",
            Duty.VERIFY,
            own_agency=False,
            reason_required=True,
            guards=("payments_accepts_objection", *_MATCHES),
            hint="怎么核实钱只付了一次、到了本人卡上。",
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
            guards=("payments_pays_objection", "payments_mode_department", *_MATCHES),
        ),
        Step(
            "release_finance",
            ("verified",),
            "released",
            P.INSTRUCTION_RELEASE_FINANCE,
            "签发发放指令",
            Duty.RELEASE,
            own_agency=False,
            guards=("payments_pays_objection", "payments_mode_finance", *_MATCHES),
        ),
        # Filed for a card that has changed since: the money is free again to be filed anew or given back.
        Step(
            "void",
            ("sent_back",),
            "void",
            P.REQUEST_FILE,
            "作废，另行处理",
            Duty.PREPARE,
            reason_required=True,
            guards=("payments_void_objection",),
            primary=False,
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
        "void": "已作废",
    },
)
workflow.register(REQUEST)

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
