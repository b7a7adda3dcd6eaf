"""Every page of the room opens for those it is for, and says what stands in the database."""

import io
from datetime import timedelta

from django.test import Client
from django.urls import reverse

from yikatong.banking import actions
from yikatong.banking.models import Break
from yikatong.core import slots
from yikatong.core.models import Official, TaskRun

from .world import World


def signed_in(world: World, role: str) -> Client:
    client = Client()
    client.force_login(Official.objects.get(pk=world.as_(role).official_id))
    return client


def test_the_bank_operator_sees_the_way_of_the_money(world: World) -> None:
    instruction = world.went()
    world.visit()
    world.days(1)
    world.visit()
    client = signed_in(world, "bank_operator")
    told = client.get(reverse("banking:instructions")).content.decode()
    assert instruction.message_id in told and "银行已收到" in told
    told = client.get(reverse("banking:instruction", args=[instruction.message_id])).content.decode()
    assert "已到账" in told and "正在发送" in told and "零余额账户，尾号 0001" in told
    for page in ("reports", "reconciliation", "providers"):
        assert client.get(reverse(f"banking:{page}")).status_code == 200
    statement = instruction.agreement.statements.get()
    assert instruction.message_id in client.get(reverse("banking:statement", args=[statement.pk])).content.decode()
    (stage,) = [one for one in slots.stages(batch_id=instruction.request.batch_id) if one.title == "银行对账"]
    assert (stage.note, stage.state) == ("已对平", "done")


def test_a_break_goes_from_the_bank_operator_to_finance(world: World) -> None:
    for body in (b"<a", b"<b"):
        actions.receive(provider=world.provider, report_no="X1", body=io.BytesIO(body), by=world.system, at=world.at)
    subject = Break.objects.get()
    for role, verb in (("bank_operator", "explain"), ("finance_reviewer", "settle")):
        waiting = slots.inbox(world.as_(role), world.at)
        url = reverse("banking:break", args=[subject.pk])
        assert url in {item.url for item in waiting}
        client = signed_in(world, role)
        assert "编号" in client.get(url).content.decode()
        posted = {"verb": verb, "version": subject.version, "digest": subject.digest, "reason": "已核实"}
        assert client.post(url, posted).status_code == 302
        subject = Break.objects.get()
    assert subject.state == "settled"


def test_the_button_starts_a_round_and_a_township_sees_nothing(world: World) -> None:
    world.sealed()
    assert signed_in(world, "finance_treasurer").post(reverse("banking:exchange")).status_code == 302
    assert TaskRun.objects.filter(name="banking.exchange").count() == 1
    clerk = signed_in(world, "township_clerk")
    for page in ("instructions", "reports", "reconciliation", "providers"):
        assert clerk.get(reverse(f"banking:{page}")).status_code == 404


def test_an_unbuilt_instruction_waits_for_the_bank_operator(world: World) -> None:
    request = world.released()
    operator = world.as_("bank_operator")
    assert request.no in {item.title for item in slots.inbox(operator, world.at)}
    client = signed_in(world, "bank_operator")
    assert request.no in client.get(reverse("banking:instructions")).content.decode()
    before = TaskRun.objects.filter(name="banking.seal").count()
    client.post(reverse("banking:seal", args=[request.pk]))
    assert TaskRun.objects.filter(name="banking.seal").count() == before + 1


def test_a_request_that_does_not_close_in_time_waits_for_operator_and_finance(world: World) -> None:
    instruction = world.went()
    no = instruction.request.no
    told = {role: {item.title for item in slots.inbox(world.as_(role), world.at)} for role in LOOKING}
    assert not any(no in title for titles in told.values() for title in titles)
    world.at += timedelta(days=4)
    # The operator has the overdue lines of the file before them; finance is told of the request.
    (item,) = [one for one in slots.inbox(world.as_("finance_reviewer"), world.at) if one.title.startswith(no)]
    assert item.what_to_do == "有 6 笔银行没有答复，请向银行查询" and item.url.endswith(f"{instruction.message_id}/")
    (item,) = [one for one in slots.inbox(world.as_("bank_operator"), world.at) if one.title == instruction.message_id]
    assert item.what_to_do == "向银行催要结果"
    assert not any(one.title.startswith(no) for one in slots.inbox(world.as_("township_clerk"), world.at))


LOOKING = ("bank_operator", "finance_reviewer")
