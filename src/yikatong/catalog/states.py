"""The steps of a list (A4, A7) and of a cycle (N4)."""

from yikatong.core import workflow
from yikatong.core.permissions import P
from yikatong.core.workflow import Duty, Step

INTACT = "catalog_list_intact"
IN_ORDER = "catalog_list_in_order"

# 「会同财政部门报同级政府批准后确定」: a department drafts its own part, or finance the whole county's; another
# official of finance verifies; the government of the same level approves, and that publishes.
LIST_FLOW = workflow.register(
    workflow.Flow(
        "catalog_list",
        table="catalog_cataloglist",
        initial="drafted",
        steps=(
            Step("submit", ("drafted",), "submitted", P.CATALOG_DRAFT, "提交清单", Duty.PREPARE, guards=(INTACT,)),
            Step(
                "submit_county",
                ("drafted",),
                "submitted",
                P.CATALOG_VERIFY,
                "提交全县清单",
                Duty.PREPARE,
                guards=(INTACT,),
            ),
            Step(
                "verify",
                ("submitted",),
                "verified",
                P.CATALOG_VERIFY,
                "财政审核通过",
                Duty.VERIFY,
                own_agency=False,
                guards=(INTACT,),
            ),
            Step(
                "approve",
                ("verified",),
                "published",
                P.CATALOG_APPROVE,
                "政府批准并公布",
                Duty.APPROVE,
                own_agency=False,
                guards=(INTACT, IN_ORDER),
            ),
            Step(
                "send_back",
                ("submitted",),
                "sent_back",
                P.CATALOG_VERIFY,
                "退回修改",
                Duty.VERIFY,
                own_agency=False,
                reason_required=True,
                primary=False,
            ),
            Step(
                "refuse",
                ("verified",),
                "sent_back",
                P.CATALOG_APPROVE,
                "政府退回",
                Duty.APPROVE,
                own_agency=False,
                reason_required=True,
                primary=False,
            ),
        ),
        state_words={
            "drafted": "草稿",
            "submitted": "待财政审核",
            "verified": "待政府批准",
            "published": "已公布",
            "sent_back": "已退回",
        },
    )
)

CYCLE_FLOW = workflow.register(
    workflow.Flow(
        "cycle",
        table="catalog_cycle",
        initial="drafted",
        steps=(
            Step("open", ("drafted",), "opened", P.CYCLE_OPEN, "开启周期", Duty.PREPARE),
            Step("close", ("opened",), "closed", P.CYCLE_OPEN, "关闭周期", reason_required=True, primary=False),
        ),
        state_words={"drafted": "草稿", "opened": "办理中", "closed": "已关闭"},
    )
)
