"""The steps of a change of the payee card: proposed at the township, approved by a department reviewer."""

from yikatong.core import workflow
from yikatong.core.permissions import P
from yikatong.core.workflow import Duty, Step

HOLDS = "registry_change_holds"

FLOW = workflow.register(
    workflow.Flow(
        "card_change",
        table="registry_cardchange",
        initial="drafted",
        steps=(
            Step("propose", ("drafted",), "proposed", P.CARD_CHANGE_PREPARE, "提出变更", Duty.PREPARE, guards=(HOLDS,)),
            Step(
                "approve",
                ("proposed",),
                "approved",
                P.CARD_CHANGE_APPROVE,
                "批准变更",
                Duty.APPROVE,
                own_agency=False,
                guards=(HOLDS,),
            ),
            Step(
                "send_back",
                ("proposed",),
                "sent_back",
                P.CARD_CHANGE_APPROVE,
                "不同意",
                Duty.APPROVE,
                own_agency=False,
                reason_required=True,
                primary=False,
            ),
            # An urgent case need not wait for the cooling period if a third official looks at it (R08).
            Step(
                "hasten",
                ("approved",),
                "hastened",
                P.CARD_CHANGE_HASTEN,
                "提前启用",
                Duty.VERIFY,
                own_agency=False,
                reason_required=True,
                guards=(HOLDS,),
                primary=False,
                hint="冷静期没满就用这张卡，请写清为什么急、怎样向本人核实过。",
            ),
            Step("withdraw", ("proposed",), "withdrawn", P.CARD_CHANGE_PREPARE, "撤回", Duty.PREPARE, primary=False),
        ),
        state_words={
            "drafted": "草稿",
            "proposed": "待部门复核",
            "approved": "已批准",
            "hastened": "已批准，提前启用",
            "sent_back": "未同意",
            "withdrawn": "已撤回",
        },
    )
)
