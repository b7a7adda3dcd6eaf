"""Paid facts and text messages follow the closing of a request (L4–L7)."""

from datetime import timedelta

import psycopg
import pytest
from django.test import Client

from yikatong.core import tasks
from yikatong.core.models import Official, TaskRun
from yikatong.core.refusals import Refused
from yikatong.disclosure import actions, queries, showing
from yikatong.disclosure.models import PaidNotice, SmsDelivery, SmsMessage
from yikatong.payments.tests.world import AMOUNTS, World, says


def test_a_closed_request_leaves_paid_facts_and_one_message_a_credited_payment(world: World) -> None:
    request = world.closed_with_failures(1)
    notice = PaidNotice.objects.get(request=request)
    assert (notice.count, notice.total_fen) == (5, sum(AMOUNTS) - AMOUNTS[1])
    assert notice.due_on == notice.paid_to + timedelta(days=5)
    messages = list(SmsMessage.objects.filter(notice=notice))
    assert [one.person_id for one in messages] == [world.people[0], *world.people[2:]]
    assert messages[0].text == (
        f"【青禾县一卡通】您的{world.at.year}年耕地地力保护补贴资金819.58元已发放到尾号0000的社保卡（标准95.30元/亩）。"
    )


def test_recording_again_changes_nothing(world: World) -> None:
    request = world.closed_with_failures(1)
    again = actions.record_paid(request_id=request.pk, by=world.as_("bank_operator"), at=world.at)
    assert again == PaidNotice.objects.get()
    assert SmsMessage.objects.count() == 5 and TaskRun.objects.filter(name=actions.SEND_WORK).count() == 1


def test_nothing_is_recorded_before_the_closing_or_where_nobody_was_credited(world: World) -> None:
    request = world.sent()
    operator = world.as_("bank_operator")
    with pytest.raises(Refused) as refused:
        actions.record_paid(request_id=request.pk, by=operator, at=world.at)
    assert refused.value.code == "YK070"
    world.report(request, *[says(one, "failed") for one in world.payments(request)])
    world.close_request(request, [])
    assert actions.record_paid(request_id=request.pk, by=operator, at=world.at) is None
    assert not PaidNotice.objects.exists()


def test_messages_are_handed_over_and_people_without_a_number_are_counted(world: World) -> None:
    request = world.closed_with_failures(1)
    notice = PaidNotice.objects.get(request=request)
    assert queries.deliveries([notice.pk])[notice.pk].waiting_count == 5
    tasks.run_waiting()
    run = TaskRun.objects.get(name=actions.SEND_WORK)
    assert (run.state, run.message) == (TaskRun.State.DONE, "已发出 4 条，1 人没有手机号。")
    told = queries.deliveries([notice.pk])[notice.pk]
    assert (told.message_count, told.written_count, told.no_mobile_count, told.waiting_count) == (5, 4, 1, 0)
    again = actions.send(notice_id=notice.pk, by=world.as_("bank_operator"), at=world.at)
    assert (again.written_count, again.no_mobile_count) == (4, 1) and SmsDelivery.objects.count() == 5


def test_a_return_after_the_closing_is_taken_off_the_villages(world: World) -> None:
    request = world.closed_with_failures(1)
    payment = world.payments(request)[0]
    world.report(request, says(payment, "returned", bank_reference=f"B{payment.id}"))
    (village,) = queries.village_totals(PaidNotice.objects.get(request=request))
    assert (village.count, village.returned_count) == (4, 1)
    assert village.total_fen == sum(AMOUNTS) - AMOUNTS[0] - AMOUNTS[1]


def test_a_reissue_gets_facts_of_its_own(world: World) -> None:
    from yikatong.payments.tests.test_after_failure import reissue, stuck

    world.closed_with_failures(1)
    second = world.sent(reissue(world, stuck(world)[0].outcome_id))
    world.report(second, says(world.payments(second)[0], "credited"))
    world.close_request(second, world.payments(second))
    assert PaidNotice.objects.get(request=second).total_fen == AMOUNTS[1]


def test_names_on_the_lists_have_an_asterisk(world: World) -> None:
    request = world.closed_with_failures(1)
    notice = queries.notice_for(world.as_("auditor"), request.no)
    (village,) = queries.village_totals(notice)
    lines = queries.village_lines(notice, village.village_code)
    assert {one.masked_name for one in lines} >= {"张*国", "赵*河"}
    assert (village.count, village.total_fen) == (len(lines), sum(one.amount_fen for one in lines))
    pages = [queries.village_lines(notice, village.village_code, rows_max=2, rows_before=at) for at in (0, 2, 4)]
    assert [one for page in pages for one in page] == lines


@pytest.mark.parametrize("table", ["paidnotice", "paidvillage", "smsmessage"])
def test_the_application_writes_no_facts_by_itself(world: World, table: str) -> None:
    with world.app() as app:
        for statement in ("INSERT INTO {} SELECT * FROM {}", "UPDATE {} SET id = id", "DELETE FROM {}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement.replace("{}", f"disclosure_{table}"))


@pytest.mark.parametrize("table", ["paidnotice", "paidvillage", "smsmessage", "smsdelivery"])
def test_nobody_changes_recorded_facts(world: World, table: str) -> None:
    world.closed_with_failures(1)
    tasks.run_waiting()
    with pytest.raises(psycopg.Error) as refused:
        world.run(f"DELETE FROM disclosure_{table}")
    assert refused.value.sqlstate == "YK020"


@pytest.mark.tampers
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE disclosure_paidnotice SET total_fen = total_fen + 1",
        "UPDATE disclosure_paidnotice SET due_on = due_on + 1",
        "UPDATE disclosure_paidvillage SET count = count + 1",
        "UPDATE disclosure_paidvillage SET total_fen = total_fen - 1",
        "UPDATE disclosure_smsmessage SET text = replace(text, '819.58', '919.58')",
        "DELETE FROM disclosure_smsmessage WHERE id = (SELECT min(id) FROM disclosure_smsmessage)",
        "UPDATE payments_paymentoutcome SET booked_on = booked_on - 1 WHERE sequence = 1 AND result = 'credited'",
        "UPDATE disclosure_smsmessage SET person_id = (SELECT max(person_id) FROM disclosure_smsmessage)",
    ],
)
def test_verify_finds_altered_facts(world: World, change: str) -> None:
    from yikatong.core import proofs

    world.closed_with_failures(1)
    table = change.split()[2 if change.startswith("DELETE") else 1]
    world.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    world.run(change)
    assert any(finding.check.startswith("disclosure/") for finding in proofs.verify())


def test_the_pages_show_facts_villages_and_messages(world: World) -> None:
    request = world.closed_with_failures(1)
    client = Client()
    client.force_login(Official.objects.get(username="nongye.shenpi"))
    village = queries.village_totals(PaidNotice.objects.get())[0].village_code
    for address, words in (
        ("/disclosure/", request.no),
        (f"/disclosure/{request.no}/", "5 笔"),
        (f"/disclosure/{request.no}/villages/{village}/", "张*国"),
        (f"/disclosure/{request.no}/sms/", "819.58元"),
    ):
        page = client.get(address)
        assert page.status_code == 200 and words in page.content.decode(), address
    client.force_login(Official.objects.get(username="liuhe.jingban"))
    assert client.get(f"/disclosure/{request.no}/").status_code == 404
    client.force_login(Official.objects.get(username="minzheng.shenpi"))
    assert client.get(f"/disclosure/{request.no}/").status_code == 404
    assert [stage.title for stage in showing.stages({"batch_id": world.batch.pk})] == ["再公示"]
