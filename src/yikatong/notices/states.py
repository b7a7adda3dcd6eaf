"""The steps of a public notice and of an objection: the clerk posts, the township's leader decides and seals.

A notice is withdrawn by the department's sending its roster back, in the same transaction.
"""

from yikatong.core import workflow
from yikatong.core.permissions import P
from yikatong.core.workflow import Duty, Step

FLOW = workflow.register(
    workflow.Flow(
        "public_notice",
        table="notices_publicnotice",
        initial="drafted",
        steps=(
            Step(
                "post", ("drafted",), "posted", P.NOTICE_POST, "张贴公示", Duty.PREPARE, guards=("notices_unpostable",)
            ),
            Step(
                "seal", ("posted",), "sealed", P.NOTICE_SEAL, "盖章上报", Duty.APPROVE, guards=("notices_unsealable",)
            ),
            Step(
                "withdraw",
                ("posted", "sealed"),
                "withdrawn",
                P.ROSTER_SEND_BACK,
                "撤下公示",
                own_agency=False,
                guards=("notices_unwithdrawable",),
                primary=False,
            ),
        ),
        state_words={"drafted": "草稿", "posted": "公示中", "sealed": "已盖章上报", "withdrawn": "已撤下"},
    )
)

OBJECTION_FLOW = workflow.register(
    workflow.Flow(
        "objection",
        table="notices_objection",
        initial="drafted",
        steps=(
            Step(
                "raise",
                ("drafted",),
                "raised",
                P.OBJECTION_RECORD,
                "登记异议",
                Duty.PREPARE,
                own_agency=False,
                guards=("notices_unobjectionable",),
            ),
            Step(
                "uphold",
                ("raised",),
                "upheld",
                P.OBJECTION_DECIDE,
                "异议成立，这一行不发",
                Duty.APPROVE,
                reason_required=True,
            ),
            Step(
                "dismiss",
                ("raised",),
                "dismissed",
                P.OBJECTION_DECIDE,
                "异议不成立，恢复这一行",
                Duty.APPROVE,
                reason_required=True,
            ),
        ),
        state_words={"drafted": "草稿", "raised": "待核实", "upheld": "成立", "dismissed": "不成立"},
    )
)
