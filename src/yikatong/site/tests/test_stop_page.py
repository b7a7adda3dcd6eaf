"""The emergency stop on its page, and the banner that everybody sees while it stands."""

import pytest
from django.test import Client
from django.urls import reverse

from yikatong.core import stopping
from yikatong.core.models import EmergencyStop, Official

pytestmark = pytest.mark.django_db
BANNER = "已紧急停发"


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(Official.objects.get(username=username))
    return client


def test_one_presses_everybody_sees_it_two_lift_it() -> None:
    auditor, approver, clerk = (signed_in(name) for name in ("shenji", "wang.caizheng", "liuhe.jingban"))
    page = reverse("stop")
    assert "立即停发" in auditor.get(page).content.decode() and "立即停发" not in clerk.get(page).content.decode()
    assert BANNER not in clerk.get("/").content.decode()
    auditor.post(page, {"reason": ""})
    assert not EmergencyStop.objects.exists()
    auditor.post(page, {"reason": "名册可能被改过"})
    stop = EmergencyStop.objects.get()
    for client in (auditor, approver, clerk):
        told = client.get("/").content.decode()
        assert BANNER in told and "名册可能被改过" in told
    assert "同意解除" in approver.get(page).content.decode() and "同意解除" not in clerk.get(page).content.decode()
    lift = reverse("stop-lift", args=[stop.pk])
    assert clerk.post(lift, {"reason": "查清了"}).status_code == 404
    assert "还要 2 个人同意" in approver.get(page).content.decode()
    approver.post(lift, {"reason": "查清了"})
    half = approver.get(page).content.decode()
    assert "还要 1 个人同意才解除，您已经同意" in half and "同意解除" not in half
    assert "同意解除" in auditor.get(page).content.decode()
    again = approver.post(lift, {"reason": "再点一次"}, follow=True).content.decode()
    assert "还要另一个人同意" in again and BANNER in again
    auditor.post(lift, {"reason": "名册核对过"})
    assert not stopping.history()[0].stands and BANNER not in clerk.get("/").content.decode()
    assert "名册核对过" in auditor.get(page).content.decode()


def test_whoever_may_not_press_it_is_told_nothing_stands() -> None:
    clerk = signed_in("liuhe.jingban")
    clerk.post(reverse("stop"), {"reason": "试试"})
    assert not EmergencyStop.objects.exists()
