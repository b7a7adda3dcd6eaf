"""Steps of an acceptance and of a payment batch. The database judges by the same tables (F4, F7, F9, F10)."""

from yikatong.core.permissions import P
from yikatong.core.workflow import Duty, Flow, Step, register

ACCEPTANCE = register(
    Flow(
        "roster_acceptance",
        table="batches_rosteracceptance",
        initial="drafted",
        steps=(
            Step(
                "accept",
                ("drafted",),
                "accepted",
                P.ROSTER_ACCEPT,
                "接收花名册",
                duty=Duty.PREPARE,
                guards=("batches_acceptance_guard",),
            ),
            Step(
                "send_back",
                ("accepted",),
                "sent_back",
                P.ROSTER_SEND_BACK,
                "退回这份花名册",
                duty=Duty.PREPARE,
                reason_required=True,
                guards=("batches_acceptance_is_free",),
                primary=False,
            ),
        ),
        state_words={"drafted": "待接收", "accepted": "已接收", "sent_back": "已退回乡镇"},
    )
)


def _beside_each_roster(_subject: object) -> bool:
    """Not drawn among the batch's own buttons: which roster it is about is chosen first."""
    return False


_LIVE = ("assembled", "reviewed", "approved", "sent_back")

BATCH = register(
    # Assembling needs no guard: only batches_assemble makes a draft, from what it has just checked and counted.
    Flow(
        "payment_batch",
        table="batches_paymentbatch",
        initial="drafted",
        steps=(
            Step(
                "assemble",
                ("drafted",),
                "assembled",
                P.BATCH_ASSEMBLE,
                "汇总成批次",
                duty=Duty.PREPARE,
            ),
            Step(
                "review",
                ("assembled",),
                "reviewed",
                P.BATCH_REVIEW,
                "复核通过",
                duty=Duty.REVIEW,
                guards=("batches_guard",),
            ),
            Step(
                "approve",
                ("reviewed",),
                "approved",
                P.BATCH_APPROVE,
                "审批通过",
                duty=Duty.APPROVE,
                guards=("batches_guard",),
            ),
            Step(
                "send_back",
                ("assembled",),
                "sent_back",
                P.BATCH_REVIEW,
                "退回经办",
                duty=Duty.REVIEW,
                reason_required=True,
                primary=False,
            ),
            Step(
                "refuse",
                ("reviewed",),
                "sent_back",
                P.BATCH_APPROVE,
                "退回经办",
                duty=Duty.APPROVE,
                reason_required=True,
                primary=False,
            ),
            # One township's roster is wrong: the batch is void, that roster goes back, the rest is assembled anew by the
            # clerk, for whoever prepares signs the very digest that is paid.
            Step(
                "take_out",
                ("assembled",),
                "void",
                P.BATCH_REVIEW,
                "只退回一份花名册",
                duty=Duty.REVIEW,
                reason_required=True,
                primary=False,
                offered_for=_beside_each_roster,
            ),
            Step(
                "take_out_reviewed",
                ("reviewed",),
                "void",
                P.BATCH_APPROVE,
                "只退回一份花名册",
                duty=Duty.APPROVE,
                reason_required=True,
                primary=False,
                offered_for=_beside_each_roster,
            ),
            Step(
                "resubmit",
                ("sent_back",),
                "assembled",
                P.BATCH_ASSEMBLE,
                "说明后重新提交",
                duty=Duty.PREPARE,
                reason_required=True,
                guards=("batches_guard",),
            ),
            Step(
                "void",
                _LIVE,
                "void",
                P.BATCH_ASSEMBLE,
                "作废整批",
                duty=Duty.PREPARE,
                reason_required=True,
                primary=False,
            ),
        ),
        state_words={
            "drafted": "草稿",
            "assembled": "待复核",
            "reviewed": "待审批",
            "approved": "已审批",
            "sent_back": "已退回",
            "void": "已作废",
        },
    )
)

# Who may send one roster of a batch back, by the state it is in; the clerk sends one out of it in any live state.
ONE_BACK = {"assembled": BATCH.step("take_out"), "reviewed": BATCH.step("take_out_reviewed")}
