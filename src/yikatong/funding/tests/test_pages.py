"""Every page of batches and funding, walked through by the officials whose pages they are."""

import pytest
from django.test import Client

from yikatong.batches.models import PaymentBatch
from yikatong.batches.tests.world import SHIQIAO, SHIQIAO_VILLAGE, World
from yikatong.core import slots
from yikatong.core.models import Official
from yikatong.funding.models import Allotment, CashPlan, Drawdown

from .money import apply, planned


class Desk:
    """One official's browser."""

    def __init__(self, world: World, role: str) -> None:
        self.client = Client()
        self.client.force_login(Official.objects.get(pk=world.official(role)))

    def sees(self, address: str, *sentences: str) -> str:
        """Open the page; it must show the sentences."""
        response = self.client.get(address)
        shown = response.content.decode()
        assert response.status_code == 200, (address, response.status_code)
        for sentence in sentences:
            assert sentence in shown, (address, sentence)
        return shown

    def does(self, address: str, **posted: object) -> str:
        """Post a form; answers the page that follows."""
        response = self.client.post(address, posted, follow=True)
        assert response.status_code == 200, (address, response.status_code)
        return response.content.decode()


def test_a_batch_from_the_sealed_rosters_to_approval(world: World) -> None:
    first = world.seal({world.person("张建国"): 100_00})
    second = world.seal({world.person("王五", SHIQIAO_VILLAGE): 20_50}, township=SHIQIAO)
    clerk, reviewer, leader = (Desk(world, f"department_{role}") for role in ("clerk", "reviewer", "leader"))
    clerk.sees("/batches/rosters/", "2 份盖章花名册", "柳河镇", "石桥镇")
    for roster in (first, second):
        digest = world.run("SELECT digest FROM rosters_roster WHERE id = %s", roster)
        clerk.sees(f"/batches/rosters/{roster}/", "接收花名册", digest)
        assert "已接收花名册" in clerk.does(f"/batches/rosters/{roster}/accept/", digest=digest)
    cycle_no = world.run("SELECT no FROM catalog_cycle WHERE id = %s", world.ids["cycle"])
    clerk.sees(f"/batches/assemble/{cycle_no}/", "汇总成批次", "柳河镇")
    assert "至少选一份" in clerk.does(f"/batches/assemble/{cycle_no}/")
    assert "请部门复核" in clerk.does(f"/batches/assemble/{cycle_no}/", rosters=[first, second])
    batch = PaymentBatch.objects.get()
    page = f"/batches/{batch.no}/"
    clerk.sees(page, "分乡镇核对", "120.50", "只退回石桥镇")
    for desk, verb in ((reviewer, "review"), (leader, "approve")):
        desk.sees("/", batch.no)
        desk.sees(page, "您的决定")
        batch.refresh_from_db()
        shown = desk.does(f"{page}decide/", verb=verb, version=batch.version, digest=batch.digest)
        assert "已记录" in shown
    assert "已审批" in leader.sees("/batches/", batch.no)
    shown = clerk.does(f"{page}send-out/{second}/", version=batch.version + 1, digest=batch.digest, reason="面积有误")
    assert "重新汇总成批次" in shown and "第 2 版" in shown
    clerk.sees(page, "这个批次已被替代")


def test_a_roster_is_sent_back_with_a_reason(world: World) -> None:
    roster = world.seal({world.person("张建国"): 100_00})
    clerk = Desk(world, "department_clerk")
    assert "请写明原因" in clerk.does(f"/batches/rosters/{roster}/send-back/", reason=" ")
    assert "已退回花名册" in clerk.does(f"/batches/rosters/{roster}/send-back/", reason="面积有误")


def test_the_money_from_allotment_to_drawdown(world: World) -> None:
    batch = world.approved(120_50)
    budget, approver = Desk(world, "finance_budget_officer"), Desk(world, "finance_approver")
    reviewer, treasurer, clerk = (
        Desk(world, role) for role in ("finance_reviewer", "finance_treasurer", "department_clerk")
    )
    told = {"program": world.ids["program"], "fiscal_year": world.at.year, "source": "central"}
    budget.sees("/funding/allotments/record/", "指标文号")
    wrong = budget.does("/funding/allotments/record/", **told, document_no="", amount="一百元")
    assert "请填写指标文号" in wrong and "最多两位小数" in wrong
    assert "大于 0" in budget.does("/funding/allotments/record/", **told, document_no="青财〔2026〕1号", amount="0")
    budget.does("/funding/allotments/record/", **told, document_no="青财〔2026〕1号", amount="1,000.00")
    allotment = Allotment.objects.get()
    approver.sees("/", "青财〔2026〕1号")
    approver.sees(f"/funding/allotments/{allotment.pk}/", "确认指标")
    seen = {"version": allotment.version, "digest": allotment.digest}
    assert "已记录" in approver.does(f"/funding/allotments/{allotment.pk}/decide/", verb="confirm", **seen)
    approver.sees("/funding/allotments/", "已确认", "1,000.00")

    clerk.sees("/funding/plans/", "等部门申请用款的批次", batch.no)
    clerk.sees(f"/funding/plans/apply/{batch.no}/", "部门申报")
    assert "报财政复核" in clerk.does(f"/funding/plans/apply/{batch.no}/", declared="120.50", digest=batch.digest)
    plan = CashPlan.objects.get()
    page = f"/funding/plans/{plan.pk}/"
    reviewer.sees(page, "三方金额核对", "一致", "可用指标", "¥1,000.00")
    assert "张*国" in reviewer.does(f"{page}sample/")
    for desk, verb in ((reviewer, "verify"), (approver, "approve")):
        desk.sees("/", batch.no)
        plan.refresh_from_db()
        assert "已记录" in desk.does(f"{page}decide/", verb=verb, version=plan.version, digest=plan.digest)
    treasurer.sees(page, "拨付到零余额账户")
    assert "请填写支付凭证号" in treasurer.does(f"{page}draw-down/", voucher_no="", digest=plan.digest)
    assert "凭证 V-1" in treasurer.does(f"{page}draw-down/", voucher_no="V-1", digest=plan.digest)
    assert Drawdown.objects.get().state == "made"
    titles = [(one.title, one.state) for one in slots.stages(batch_id=batch.pk)]
    assert ("财政审批", "done") in titles and ("拨到零余额账户", "done") in titles


def test_a_difference_is_shown_before_anybody_tries(world: World) -> None:
    plan = apply(world, world.approved(120_50), 130_50)
    Desk(world, "finance_reviewer").sees(f"/funding/plans/{plan.pk}/", "现在不能通过", "申报差 ¥10.00", "不一致")


def test_too_small_an_allotment_is_shown_before_anybody_tries(world: World) -> None:
    plan = apply(world, world.approved(120_50), 120_50)
    Desk(world, "finance_approver").sees(f"/funding/plans/{plan.pk}/", "还差 ¥120.50")


@pytest.mark.parametrize("role", ["stranger", "township_clerk"])
def test_others_find_nothing(world: World, role: str) -> None:
    batch, plan = planned(world)
    desk = Desk(world, role)
    for address in (f"/batches/{batch.no}/", f"/funding/plans/{plan.pk}/", "/funding/allotments/1/"):
        assert desk.client.get(address).status_code == 404, address
    for address in (f"/batches/{batch.no}/decide/", f"/funding/plans/{plan.pk}/decide/"):
        assert desk.client.post(address, {"verb": "approve"}).status_code == 404, address


def test_an_unknown_step_is_not_found(world: World) -> None:
    batch, plan = planned(world)
    assert Desk(world, "department_leader").client.post(f"/batches/{batch.no}/decide/").status_code == 404
    desk = Desk(world, "finance_approver")
    assert desk.client.post(f"/funding/plans/{plan.pk}/decide/", {"verb": "x"}).status_code == 404
    assert desk.client.post("/funding/allotments/1/decide/", {"verb": "x"}).status_code == 404


def test_the_ribbon_names_what_is_still_to_come(world: World) -> None:
    batch = world.approved()
    assert [one.state for one in slots.stages(batch_id=batch.pk) if one.title == "财政审批"] == ["todo"]
    roster = world.run("SELECT roster_id FROM batches_batchroster")
    assert [one.state for one in slots.stages(roster_id=roster) if one.title == "部门审批"] == ["done"]
    free = world.seal({world.person("李秀英"): 1_00})
    assert [one.state for one in slots.stages(roster_id=free) if one.title == "部门审批"] == ["todo"]


def test_finance_sends_one_township_back_and_the_clerk_lets_the_rest_go_on(world: World) -> None:
    liuhe = world.seal({world.person("张建国"): 100_00})
    shiqiao = world.seal({world.person("王五", SHIQIAO_VILLAGE): 20_50}, township=SHIQIAO)
    batch = world.sign(world.assemble(liuhe, shiqiao), "review", "approve")
    plan = apply(world, batch, 120_50)
    clerk, reviewer = Desk(world, "department_clerk"), Desk(world, "finance_reviewer")
    page = f"/funding/plans/{plan.pk}/"
    reviewer.sees(page, "只退一乡", "石桥镇，1 笔")
    posted = {"verb": "send_back", "version": plan.version, "digest": plan.digest, "roster": shiqiao}
    assert "请写明退回的原因" in reviewer.does(f"{page}decide/", **posted, reason=" ")
    assert reviewer.client.post(f"{page}decide/", {**posted, "roster": 999_999, "reason": "不对"}).status_code == 404
    assert "只退石桥镇" in reviewer.does(f"{page}decide/", **posted, reason="王五的面积多写了 2 亩")
    apply_page = f"/funding/plans/apply/{batch.no}/"
    clerk.sees(apply_page, "财政只退了一乡", "王五的面积多写了 2 亩", "只退石桥镇，其余重新汇总")
    batch.refresh_from_db()
    shown = clerk.does(
        f"/batches/{batch.no}/send-out/{shiqiao}/", version=batch.version, digest=batch.digest, reason="财政退回"
    )
    renewed = PaymentBatch.objects.get(supersedes=batch)
    assert renewed.no in shown and (renewed.count, renewed.total_fen) == (1, 100_00)
    assert world.run("SELECT state FROM rosters_roster WHERE id = %s", shiqiao) == "sent_back"
    # A plan that goes back as a whole names nobody, and a batch of one township goes back as a whole only.
    plan = apply(world, world.sign(renewed, "review", "approve"), 100_00)
    assert "只退一乡" not in reviewer.sees(f"/funding/plans/{plan.pk}/")
    again = {"verb": "send_back", "version": plan.version, "digest": plan.digest, "reason": "补文号"}
    reviewer.does(f"/funding/plans/{plan.pk}/decide/", **again)
    assert "财政只退了一乡" not in clerk.sees(f"/funding/plans/apply/{renewed.no}/")
