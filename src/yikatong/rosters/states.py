"""The steps of a roster. Everything the township does prepares it; the department may only send it back."""

from yikatong.core import workflow
from yikatong.core.permissions import P
from yikatong.core.workflow import Duty, Step

OPEN = ("checked", "matched", "sent_back")

FLOW = workflow.register(
    workflow.Flow(
        "roster",
        table="rosters_roster",
        initial="drafted",
        steps=(
            Step(
                "receive",
                ("drafted",),
                "received",
                P.ROSTER_EDIT,
                "上传花名册",
                Duty.PREPARE,
                guards=("rosters_unreceivable",),
            ),
            Step("check", ("received",), "checked", P.ROSTER_EDIT, "核对", Duty.PREPARE),
            Step("replace", OPEN, "checked", P.ROSTER_EDIT, "重新上传", Duty.PREPARE, primary=False),
            Step("correct", OPEN, "checked", P.ROSTER_EDIT, "改这一行", Duty.PREPARE, primary=False),
            Step("match", OPEN, "matched", P.ROSTER_EDIT, "比对人员和社保卡", Duty.PREPARE),
            Step(
                "complete",
                ("matched",),
                "completed",
                P.ROSTER_EDIT,
                "定稿",
                Duty.PREPARE,
                guards=("rosters_incomplete",),
            ),
            Step(
                "send_back",
                ("completed",),
                "sent_back",
                P.ROSTER_SEND_BACK,
                "退回乡镇修改",
                own_agency=False,
                reason_required=True,
                primary=False,
            ),
            Step(
                "void",
                ("received", *OPEN),
                "void",
                P.ROSTER_EDIT,
                "作废",
                Duty.PREPARE,
                reason_required=True,
                primary=False,
            ),
        ),
        state_words={
            "drafted": "草稿",
            "received": "正在读取",
            "checked": "待修改比对",
            "matched": "已比对，待定稿",
            "completed": "已定稿",
            "sent_back": "已退回",
            "void": "已作废",
            # A received roster that is not being read (any more), see ``queries.rosters_for``.
            "asked": "待指认表头",
            "refused": "没有收，请换一份表",
            "failed": "没有读成，请重传",
        },
        told=lambda roster: getattr(roster, "stands", ""),
    )
)
