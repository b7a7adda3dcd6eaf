"""Every step of this room can be done in the browser by the right official."""

import re
from typing import Any

import pytest
from django.test import Client

from yikatong.core.models import AuditEvent, Official
from yikatong.payments import choosing, lists, queries
from yikatong.payments.models import PaymentException, PaymentRequest, Refund

from .world import AMOUNTS, World, says


def as_(username: str) -> Client:
    """A browser in which somebody has signed in."""
    client = Client()
    client.force_login(Official.objects.get(username=username))
    return client


def press(client: Client, address: str, subject: Any, verb: str, reason: str = "") -> str:
    """Press a step's button on a page; returns the page that follows."""
    posted = {"verb": verb, "version": subject.version, "digest": subject.digest, "reason": reason}
    return client.post(address, posted, follow=True).content.decode()


def test_a_request_goes_through_the_browser(world: World) -> None:
    clerk = as_("nongye.jingban")
    assert world.batch.no in clerk.get("/payments/").content.decode()
    file = f"/payments/file/{world.batch.no}/"
    assert "四处金额一致" in clerk.get(file).content.decode()
    page = clerk.post(file, {"digest": world.batch.digest}, follow=True).content.decode()
    request = PaymentRequest.objects.get()
    assert request.no in page and "请财政复核" in page
    address = f"/payments/requests/{request.no}/"
    assert "复核通过" in as_("zheng.fuhe").get(address).content.decode()
    page = press(as_("zheng.fuhe"), f"{address}decide/", request, "send_back", "请写明项目文号")
    assert "已退回" in page
    request.refresh_from_db()
    press(clerk, f"{address}decide/", request, "file")
    for username, verb in (("zheng.fuhe", "verify"), ("nongye.fafang", "release_department")):
        request.refresh_from_db()
        press(as_(username), f"{address}decide/", request, verb, "已核对")
    request.refresh_from_db()
    assert request.state == "released"


def test_what_takes_long_to_count_follows_the_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "FEW", 2)
    request = world.sent()
    address, clerk = f"/payments/requests/{request.no}/", as_("nongye.jingban")
    later = f'hx-get="{address}?townships=1"'
    assert later not in clerk.get(address).content.decode(), "the bank has said nothing: all of it is in transit"
    world.report(request, says(world.payments(request)[0], "credited"))
    page = clerk.get(address).content.decode()
    assert later in page and "已到账" not in page.split('id="townships"')[1].split("</section>")[0]
    asked = clerk.get(address, {"townships": 1}).content.decode()
    assert later not in asked and "已到账" in asked.split('id="townships"')[1].split("</section>")[0]
    world.report(request, *[says(one, "credited") for one in world.payments(request)[1:]])
    assert later not in clerk.get(address).content.decode()


def test_three_are_drawn_from_the_request_and_the_draw_is_recorded(world: World) -> None:
    request = world.filed()
    verifier = as_("zheng.fuhe")
    address = f"/payments/requests/{request.no}/"
    assert "抽 3 户看看" in verifier.get(address).content.decode()
    page = verifier.post(f"{address}sample/").content.decode()
    event = AuditEvent.objects.get(name="payment_request.sampled")
    assert len(event.detail["entitlements"]) == 3 and "换一批" in page
    assert event.subject == f"payment_request:{request.pk}" and "name" not in str(event.detail)
    assert as_("minzheng.fuhe").post(f"{address}sample/").status_code == 404
    assert AuditEvent.objects.filter(name="payment_request.sampled").count() == 1


def test_strangers_see_nothing(world: World) -> None:
    request = world.filed()
    for username in ("minzheng.jingban", "liuhe.jingban", "yinhang", "xitong"):
        assert as_(username).get(f"/payments/requests/{request.no}/").status_code == 404, username


def test_a_list_says_what_happened_and_the_page_what_to_tell_the_person() -> None:
    told = "收款账户已经销户。请本人带身份证去换卡。"
    assert lists.first_sentence_of_reason({"reason_words": told}) == "收款账户已经销户"
    assert lists.first_sentence_of_reason({"reason_words": None}) == ""


def test_failures_are_paid_again_and_given_back_in_the_browser(world: World) -> None:
    request = world.closed_with_failures(1, 2)
    clerk = as_("nongye.jingban")
    one, two = queries.stuck_for(world.as_("department_clerk"))
    for address in ("/payments/stuck/", f"/payments/stuck/{world.batch.no}/"):
        page = clerk.get(address).content.decode()
        assert "李秀英" in page and "请本人去银行" in page
    paper = clerk.get("/print/", {"of": "/payments/stuck/"}).content.decode()
    assert "李秀英" in paper and "大写" in paper
    reissue = f"/payments/stuck/{world.batch.no}/reissue/"
    assert "请至少选一个人" in clerk.post(reissue, {}).content.decode()
    page = clerk.post(reissue, {"outcomes": [one.outcome_id], "note": "已解冻"}, follow=True).content.decode()
    assert f"{world.batch.no}-R2" in page
    refund = f"/payments/stuck/{world.batch.no}/refund/"
    page = clerk.post(refund, {"outcomes": [two.outcome_id]}).content.decode()
    assert "请选退回的原因" in page and "请填缴款书号" in page
    posted = {"outcomes": [two.outcome_id], "cause": "uncorrectable", "voucher_no": "JK-1", "note": ""}
    clerk.post(refund, posted, follow=True)
    given = Refund.objects.get()
    assert given.no in clerk.get("/payments/refunds/").content.decode()
    address = f"/payments/refunds/{given.no}/"
    assert "批准退回国库" in as_("wang.caizheng").get(address).content.decode()
    page = press(as_("wang.caizheng"), f"{address}decide/", given, "send_back", "缴款书号不对")
    assert "已退回" in page
    clerk.post(refund, posted, follow=True)
    again = Refund.objects.latest("id")
    press(as_("wang.caizheng"), f"/payments/refunds/{again.no}/decide/", again, "approve")
    again.refresh_from_db()
    assert again.state == "approved" and request.state == "closed"


def test_of_many_a_page_is_shown_and_all_of_a_reason_are_chosen_as_a_set(world: World, monkeypatch: Any) -> None:
    world.closed_with_failures(1, 2)
    monkeypatch.setattr(choosing, "PAGE_SIZE", 1)
    clerk, address = as_("nongye.jingban"), f"/payments/stuck/{world.batch.no}/reissue/"
    page = clerk.get(address).content.decode()
    assert "2 笔可以重新发放" in page and page.count('name="outcomes"') == 1
    (whole,) = re.findall(r'name="all" value="(\w+)"', page)
    assert "全部 2 笔合计" in page and f"{(AMOUNTS[1] + AMOUNTS[2]) / 100:,.2f}" in page
    assert 'name="outcomes"' in clerk.get(address, {"page": "2", "reason": "no such"}).content.decode()
    assert "和您看到的不一样" in clerk.post(address, {"all": f"{whole[:-1]}-"}).content.decode()
    page = clerk.post(address, {"all": whole, "note": "都换了卡"}, follow=True).content.decode()
    assert f"{world.batch.no}-R2" in page
    claimed = queries.piles_for(world.as_("department_clerk"), batch_id=world.batch.pk)
    assert sum(pile.count for pile in claimed) == 2 and {pile.hold for pile in claimed} == {"claimed"}
    assert "已经在处理" in clerk.get(address).content.decode()


@pytest.mark.parametrize("refused", [True, False])
def test_exceptions_are_explained_and_settled_in_the_browser(world: World, refused: bool) -> None:
    request = world.sent()
    world.report(request, {**says(world.payments(request)[0], "credited"), "amount_fen": 7})
    problem = PaymentException.objects.get()
    clerk, address = as_("nongye.jingban"), f"/payments/exceptions/{problem.pk}/"
    assert "金额不一样" in clerk.get("/payments/exceptions/").content.decode()
    assert "说明情况" in clerk.get(address).content.decode()
    assert "金额不一样" in clerk.get(f"/payments/requests/{request.no}/").content.decode()
    page = press(clerk, f"{address}decide/", problem, "explain", "" if refused else "银行更正")
    problem.refresh_from_db()
    assert problem.state == ("raised" if refused else "explained")
    assert ("请写明原因" in page) is refused
