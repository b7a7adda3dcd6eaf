"""The pages of the ways back, in the browser of the right official."""

from datetime import timedelta

from yikatong.payments.models import MonthEnd, Recovery, Refund

from .test_after_failure import approve, refund, stuck
from .test_month_ends import next_month
from .test_pages import as_, press
from .world import AMOUNTS, World


def test_money_is_recovered_in_the_browser(world: World) -> None:
    request = world.closed_with_failures(1)
    clerk, approver = as_("nongye.jingban"), as_("wang.caizheng")
    assert "登记追缴" in clerk.get(f"/payments/requests/{request.no}/").content.decode()
    form = f"/payments/recoveries/new/{world.batch.no}/?name=张建"
    page = clerk.get(form).content.decode()
    assert "张建国" in page and "819.58" in page
    assert "没有查到" in clerk.get(form.replace("张建", "张%25")).content.decode()
    payment = world.payments(request)[0]
    day = world.at.date()
    posted = {"payment": payment.id, "cause": "deceased", "amount": "12.3.4", "demanded_on": day, "due_on": day}
    page = clerk.post(form, posted).content.decode()
    assert "大于零的金额" in page and "请写明追缴的依据" in page
    posted |= {"amount": "800.00", "reason": "死亡证明", "due_on": day + timedelta(30)}
    assert "待财政审批" in clerk.post(form, posted, follow=True).content.decode()
    recovery = Recovery.objects.get()
    address = f"/payments/recoveries/{recovery.no}/"
    press(approver, f"{address}decide/", recovery, "approve")
    receipt = {"amount": "300", "voucher_no": "SK-1", "received_on": day}
    assert "请财政确认" in clerk.post(f"{address}receipts/", receipt, follow=True).content.decode()
    assert "已经登记过" in clerk.post(f"{address}receipts/", receipt, follow=True).content.decode()
    one = recovery.receipts.get()
    press(approver, f"/payments/receipts/{one.pk}/decide/", one, "confirm")
    page = clerk.get("/payments/recoveries/").content.decode()
    assert "500.00" in page and "SK-1" in page
    assert "已追回" in clerk.get(f"/payments/requests/{request.no}/").content.decode()
    give = f"/payments/recoveries/give-back/{world.batch.no}/"
    assert "请填缴款书号" in clerk.post(give, {"outcomes": [one.pk]}).content.decode()
    clerk.post(give, {"outcomes": [one.pk], "voucher_no": "JK-1"}, follow=True)
    given = Refund.objects.get()
    assert recovery.no in clerk.get(f"/payments/refunds/{given.no}/").content.decode()
    assert as_("minzheng.jingban").get(address).status_code == 404


def test_who_is_owed_is_paid_after_all_in_the_browser(world: World) -> None:
    world.closed_with_failures(1, 2)
    approve(world, refund(world, *(one.outcome_id for one in stuck(world))))
    clerk = as_("nongye.jingban")
    page = clerk.get("/payments/owed/").content.decode()
    assert "李秀英" in page and "可以补发" in page
    address = f"/payments/owed/{world.batch.fiscal_year}/{world.ids['cycle']}/"
    assert "请先选出" in clerk.post(address, {"outcomes": ["x", "0"]}, follow=True).content.decode()
    outcome = Refund.objects.get().lines.earliest("id").outcome_id
    page = clerk.post(address, {"outcomes": [outcome]}, follow=True).content.decode()
    assert "已汇总补发批次" in page and "差额" not in page.split("合计")[-1]
    assert "在补发" in clerk.get("/payments/owed/").content.decode()


def test_suspense_is_seen_by_age_and_exported(world: World) -> None:
    world.closed_with_failures(1)
    clerk = as_("nongye.jingban")
    page = clerk.get("/payments/ageing/").content.decode()
    assert "每一分都有明细" in page and "476.50" in page
    assert "导出 Excel" in page
    assert "没有待处理的钱" in as_("minzheng.jingban").get("/payments/ageing/").content.decode()


def test_a_month_ends_in_the_browser(world: World) -> None:
    world.closed_with_failures(1)
    treasurer, approver = as_("fang.guoku"), as_("wang.caizheng")
    year, month = next_month(world)
    assert f"{year} 年 {month} 月还没有清理" in treasurer.get("/payments/month-ends/").content.decode()
    assert "正确的年份" in treasurer.post("/payments/month-ends/new/", {}, follow=True).content.decode()
    page = treasurer.post("/payments/month-ends/new/", {"year": year, "month": month}, follow=True).content.decode()
    assert "可以重新发放，还没有办理" in page and "李秀英" in page
    table = MonthEnd.objects.get()
    assert table.total_fen == AMOUNTS[1]
    page = press(approver, f"/payments/month-ends/{table.pk}/decide/", table, "sign")
    assert "已签字" in page
    assert as_("nongye.jingban").get("/payments/month-ends/").status_code == 404
