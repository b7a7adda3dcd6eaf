"""A reviewer sends one township back; the rest is assembled anew by the clerk and goes on."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from yikatong.batches import actions, queries
from yikatong.batches.models import BatchRoster, Claim, Entitlement, PaymentBatch
from yikatong.batches.tests.world import SHIQIAO, SHIQIAO_VILLAGE, World
from yikatong.core import slots
from yikatong.core.models import AuditEvent, Decision, Official
from yikatong.core.refusals import NotFound, Refused

WHY = "石桥镇王五的面积多写了 2 亩"


@pytest.fixture
def two(world: World) -> tuple[PaymentBatch, int, int]:
    """A batch of two townships, 1.00 and 2.00 yuan, with the rosters' ids."""
    liuhe = world.seal({world.person("张建国"): 1_00})
    shiqiao = world.seal({world.person("王五", SHIQIAO_VILLAGE): 2_00}, township=SHIQIAO)
    return world.assemble(liuhe, shiqiao), liuhe, shiqiao


def send_back(world: World, batch: PaymentBatch, roster: int, role: str = "department_reviewer") -> None:
    actions.send_one_back(
        batch=batch,
        roster=queries.roster_in(batch, roster),
        by=world.as_(role),
        at=world.at,
        seen_version=batch.version,
        seen_digest=batch.digest,
        reason=WHY,
    )


def renew(world: World, batch: PaymentBatch, *rosters: int) -> PaymentBatch:
    return actions.assemble_rest(batch=batch, roster_ids=rosters, by=world.as_("department_clerk"), at=world.at)


def state_of(world: World, roster: int) -> str:
    return str(world.run("SELECT state FROM rosters_roster WHERE id = %s", roster))


def test_one_township_goes_back_and_the_rest_goes_on_to_approval(
    world: World, two: tuple[PaymentBatch, int, int]
) -> None:
    batch, liuhe, shiqiao = two
    before = list(Entitlement.objects.filter(batch=batch).order_by("id").values_list("id", "amount_fen"))
    send_back(world, batch, shiqiao)
    assert (state_of(world, shiqiao), state_of(world, liuhe)) == ("sent_back", "completed")
    assert PaymentBatch.objects.get(pk=batch.pk).state == "void"
    renewed = renew(world, batch, liuhe)
    assert (renewed.supersedes_id, renewed.revision_no, renewed.count, renewed.total_fen) == (batch.pk, 2, 1, 1_00)
    assert renewed.digest != batch.digest
    # Who prepared signs the new digest; what was written stays as it was.
    assembled = Decision.objects.get(flow="payment_batch", subject_id=renewed.pk, verb="assemble")
    assert (assembled.official_id, assembled.digest) == (world.official("department_clerk"), renewed.digest)
    assert list(Entitlement.objects.filter(batch=batch).order_by("id").values_list("id", "amount_fen")) == before
    assert BatchRoster.objects.filter(batch=batch).count() == 2
    assert set(Claim.objects.values_list("batch_id", flat=True)) == {renewed.pk}
    assert world.sign(renewed, "review", "approve").state == "approved"
    assert world.findings("batches") == []


def test_totals_and_ribbon_follow(world: World, two: tuple[PaymentBatch, int, int]) -> None:
    batch, liuhe, shiqiao = two
    send_back(world, batch, shiqiao)
    clerk = world.as_("department_clerk")
    waiting = [one for one in slots.inbox(clerk, world.at) if batch.no in one.title]
    assert [(one.what_to_do, one.count, one.total_fen) for one in waiting] == [("去重新汇总其余的", 1, 1_00)]
    assert not [one for one in slots.inbox(clerk, world.at) if one.key == liuhe]
    renewed = renew(world, batch, liuhe)
    assert [(one.township_code, one.difference_fen) for one in queries.township_lines(renewed.pk)] == [
        ("519999100000", 0)
    ]
    assert {stage.title: stage.note for stage in slots.stages(batch_id=renewed.pk)}["部门审批"] == "待复核"
    assert {stage.title: stage.note for stage in slots.stages(batch_id=batch.pk)}["部门审批"] == "已作废"
    assert {stage.title: stage.state for stage in slots.stages(roster_id=shiqiao)}["花名册"] == "fail"
    assert [one for one in slots.inbox(clerk, world.at) if batch.no in one.title] == []


def test_who_approves_may_do_so_after_the_review_and_nobody_after_the_approval(
    world: World, two: tuple[PaymentBatch, int, int]
) -> None:
    batch, liuhe, shiqiao = two
    world.sign(batch, "review")
    with pytest.raises(Refused) as refused:
        send_back(world, batch, shiqiao)
    assert refused.value.code == "YK005"
    send_back(world, batch, shiqiao, role="department_leader")
    renewed = world.sign(renew(world, batch, liuhe), "review", "approve")
    with pytest.raises(Refused, match="已经走到下一步"):
        send_back(world, renewed, liuhe, role="department_leader")


def test_it_takes_a_reason_and_a_roster_of_this_batch(world: World, two: tuple[PaymentBatch, int, int]) -> None:
    batch, _, shiqiao = two
    roster = queries.roster_in(batch, shiqiao)
    told: dict[str, Any] = {"by": world.as_("department_reviewer"), "at": world.at, "seen_version": batch.version}
    with pytest.raises(Refused) as refused:
        actions.send_one_back(batch=batch, roster=roster, seen_digest=batch.digest, reason=" ", **told)
    assert refused.value.code == "YK007"
    with pytest.raises(Refused) as refused:
        actions.send_one_back(batch=batch, roster=roster, seen_digest="f" * 64, reason=WHY, **told)
    assert refused.value.code == "YK003"
    other = world.seal({world.person("赵六"): 5_00})
    with pytest.raises(NotFound):
        queries.roster_in(batch, other)
    elsewhere = queries.sealed_roster_for(world.as_("department_clerk"), other)
    with pytest.raises(NotFound, match="不在这个批次"):
        actions.send_one_back(batch=batch, roster=elsewhere, seen_digest=batch.digest, reason=WHY, **told)
    assert state_of(world, shiqiao) == "completed"


def test_the_rest_is_assembled_as_it_was_seen_and_once(world: World, two: tuple[PaymentBatch, int, int]) -> None:
    batch, liuhe, shiqiao = two
    with pytest.raises(Refused) as refused:
        renew(world, batch, liuhe, shiqiao)
    assert refused.value.code == "YK040"
    send_back(world, batch, shiqiao)
    with pytest.raises(Refused):
        renew(world, batch, liuhe, shiqiao)
    renew(world, batch, liuhe)
    with pytest.raises(Refused):
        renew(world, batch, liuhe)


def test_the_reviewer_cannot_assemble_the_rest(world: World, two: tuple[PaymentBatch, int, int]) -> None:
    batch, liuhe, shiqiao = two
    send_back(world, batch, shiqiao)
    with pytest.raises(Refused) as refused:
        actions.assemble_rest(batch=batch, roster_ids=[liuhe], by=world.as_("department_reviewer"), at=world.at)
    assert refused.value.code == "YK005"


def test_of_an_approval_and_a_township_sent_back_at_once_one_wins(
    world: World, two: tuple[PaymentBatch, int, int]
) -> None:
    batch, _, shiqiao = two
    world.sign(batch, "review")
    leader = world.as_("department_leader")
    roster = queries.roster_in(batch, shiqiao)
    together = threading.Barrier(2)
    outcomes: dict[str, str] = {}

    def attempt(name: str) -> None:
        mine = PaymentBatch.objects.get(pk=batch.pk)
        seen = {"seen_version": mine.version, "seen_digest": mine.digest}
        told: dict[str, Any] = {"by": leader, "at": world.at, "reason": WHY, **seen}
        together.wait()
        try:
            if name == "approve":
                actions.take("approve", batch=mine, **told)
            else:
                actions.send_one_back(batch=mine, roster=roster, **told)
            outcomes[name] = ""
        except Refused as refused:
            outcomes[name] = refused.code
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=[name]) for name in ("approve", "send back")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes.values()) == ["", "YK002"]
    approved = outcomes["approve"] == ""
    assert PaymentBatch.objects.get(pk=batch.pk).state == ("approved" if approved else "void")
    assert state_of(world, shiqiao) == ("completed" if approved else "sent_back")
    assert world.findings("batches") == []


def test_the_pages_lead_from_the_reviewer_to_the_clerk(world: World, two: tuple[PaymentBatch, int, int]) -> None:
    batch, _, shiqiao = two
    reviewer, clerk = _client(world, "department_reviewer"), _client(world, "department_clerk")
    detail = reverse("batches:detail", args=[batch.no])
    back = reverse("batches:send-one-back", args=[batch.no, shiqiao])
    assert back in reviewer.get(detail).content.decode()
    told = {"version": batch.version, "digest": batch.digest, "reason": WHY}
    assert "已退回乡镇" in reviewer.post(back, told, follow=True).content.decode()
    page = clerk.get(detail)
    assert "其余 1 份重新汇总成新版本" in page.content.decode()
    rest = {"roster": [one.roster_id for one in page.context["rest"]]}
    answer = clerk.post(reverse("batches:assemble-rest", args=[batch.no]), rest, follow=True).content.decode()
    assert "已重新汇总成批次" in answer and "第 2 版" in answer
    assert "其余 1 份重新汇总" not in clerk.get(detail).content.decode()


def _client(world: World, role: str) -> Client:
    client = Client()
    client.force_login(Official.objects.get(pk=world.official(role)))
    return client


def test_who_signs_may_have_some_drawn_at_random_and_it_is_recorded(
    world: World, two: tuple[PaymentBatch, int, int]
) -> None:
    batch = two[0]
    client = _client(world, "department_reviewer")
    page = client.post(reverse("batches:sample", args=[batch.no])).content.decode()
    assert "张*国" in page and "王*" in page and "张建国" not in page
    event = AuditEvent.objects.get(name="payment_batch.sampled")
    assert event.official_id == world.official("department_reviewer") and len(event.detail["entitlements"]) == 2
