"""Several waiting things decided in one go: each by its own action; what is refused stays and says why."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yikatong.batches import actions
from yikatong.batches.models import PaymentBatch
from yikatong.batches.states import BATCH
from yikatong.batches.tests.conftest import origin, world
from yikatong.batches.tests.world import SHIQIAO, SHIQIAO_VILLAGE, World
from yikatong.core import slots, together
from yikatong.core.models import AuditEvent, Decision, Official
from yikatong.core.together import KINDS, Outcome, Seen
from yikatong.core.workflow import FLOWS, Duty
from yikatong.site import web_desk

REVIEW = "payment_batch.review"

__all__ = ["origin", "world"]


@pytest.fixture
def batches(world: World) -> list[PaymentBatch]:
    """Two assembled batches: two lines of 3.50 yuan and one of 2.00."""
    first = world.seal({world.person("张建国"): 1_00, world.person("李秀英"): 2_50})
    second = world.seal({world.person("王五", SHIQIAO_VILLAGE): 2_00}, township=SHIQIAO)
    return [world.assemble(first), world.assemble(second)]


def decide(world: World, batches: list[PaymentBatch], role: str = "department_reviewer", **told: Any) -> Outcome:
    way = KINDS[REVIEW].way(told.pop("verb", "review"))
    assert way is not None
    seen = [Seen(one.pk, one.version, told.get("digest", one.digest)) for one in batches]
    return together.decide(KINDS[REVIEW], way, seen=seen, by=world.as_(role), at=world.at, reason="逐件看过")


def states(batches: list[PaymentBatch]) -> list[str]:
    return [PaymentBatch.objects.get(pk=one.pk).state for one in batches]


def client_of(world: World, role: str = "department_reviewer") -> Client:
    client = Client()
    client.force_login(Official.objects.get(pk=world.official(role)))
    return client


def test_each_is_decided_by_its_own_action_with_the_same_opinion(world: World, batches: list[PaymentBatch]) -> None:
    outcome = decide(world, batches)
    assert (len(outcome.done), outcome.left, together.sums(outcome.done)) == (2, [], (3, 5_50))
    assert states(batches) == ["reviewed", "reviewed"]
    taken = Decision.objects.filter(verb="review", subject_id__in=[one.pk for one in batches])
    assert sorted((one.digest, one.reason) for one in taken) == sorted((one.digest, "逐件看过") for one in batches)
    event = AuditEvent.objects.get(name="inbox.decided_together")
    assert event.detail["decided"] == [one.pk for one in batches] and event.detail["total_fen"] == 5_50


def test_what_somebody_else_decided_first_stays_as_it_is(world: World, batches: list[PaymentBatch]) -> None:
    actions.take(
        "void",
        batch=PaymentBatch.objects.get(pk=batches[0].pk),
        by=world.as_("department_clerk"),
        at=world.at,
        seen_version=batches[0].version,
        seen_digest=batches[0].digest,
        reason="重做",
    )
    outcome = decide(world, batches)
    assert [one.key for one in outcome.done] == [batches[1].pk]
    assert [left.thing and left.thing.key for left in outcome.left] == [batches[0].pk]
    assert "刚才有人先办了一步" in outcome.left[0].reason
    assert states(batches) == ["void", "reviewed"]


def test_another_digest_than_the_one_seen_is_refused(world: World, batches: list[PaymentBatch]) -> None:
    outcome = decide(world, batches, digest="f" * 64)
    assert (outcome.done, ["数据指纹" in left.reason for left in outcome.left]) == ([], [True, True])
    assert states(batches) == ["assembled", "assembled"]


def test_who_may_not_decide_one_may_not_decide_many(world: World, batches: list[PaymentBatch]) -> None:
    outcome = decide(world, batches, role="department_clerk")
    assert (outcome.done, len(outcome.left)) == ([], 2)
    outcome = decide(world, batches, role="stranger")
    assert [(left.thing, left.reason) for left in outcome.left] == [(None, together.GONE)] * 2
    assert states(batches) == ["assembled", "assembled"]


def test_an_unexpected_error_stops_the_row_and_says_so(
    world: World, batches: list[PaymentBatch], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = actions.take

    def failing(verb: str, *, batch: PaymentBatch, **signed: Any) -> None:
        if batch.pk == batches[0].pk:
            raise RuntimeError("the disk is full")
        real(verb, batch=batch, **signed)

    monkeypatch.setattr(actions, "take", failing)
    outcome = decide(world, batches)
    assert [left.reason for left in outcome.left] == [together.BROKEN, together.NOT_TRIED]
    assert states(batches) == ["assembled", "assembled"]


def test_the_inbox_offers_it_and_the_page_tells_count_and_sum_first(world: World, batches: list[PaymentBatch]) -> None:
    client = client_of(world)
    inbox = client.get("/").content.decode()
    picks = [f"{REVIEW}:{one.pk}" for one in batches]
    assert all(f'value="{pick}"' in inbox for pick in picks)
    # Who brought it here, and since when.
    assert "周敏（农业农村局）" in inbox and "交来，今天" in inbox
    page = client.post(reverse("together"), {"pick": picks}).content.decode()
    assert "已选 2 件，等您“复核通过”" in page and "共 3 笔，5.50 元" in page
    assert states(batches) == ["assembled", "assembled"]
    seen = [f"{one.pk}:{one.version}:{one.digest}" for one in batches]
    told = {"kind": REVIEW, "verb": "review", "reason": "逐件看过", "thing": seen}
    answer = client.post(reverse("together-decide"), told).content.decode()
    assert "2 件都办成了" in answer and "3 笔" in answer and "5.50 元" in answer
    assert states(batches) == ["reviewed", "reviewed"]
    again = client.post(reverse("together-decide"), told).content.decode()
    assert "2 件都没有办成" in again and "刚才有人先办了一步" in again
    assert "现在都办不了" in client.post(reverse("together"), {"pick": picks}).content.decode()


def test_a_long_inbox_is_shown_in_pages_and_summed_whole(
    world: World, batches: list[PaymentBatch], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_desk, "PAGE_SIZE", 1)
    client = client_of(world)
    pages = [client.get("/", {"page": number}).content.decode() for number in (1, 2)]
    picks = [f'value="{REVIEW}:{one.pk}"' for one in batches]
    assert sorted(page.count(pick) for page in pages for pick in picks) == [0, 0, 1, 1]
    assert all("全部 2 件" in page and "5.50" in page and "第 1 / 2 页" in pages[0] for page in pages)


def test_what_is_open_of_many_is_asked_at_once_and_is_what_is_open_of_each(
    world: World, batches: list[PaymentBatch]
) -> None:
    decide(world, batches[:1])
    found = [PaymentBatch.objects.get(pk=one.pk) for one in batches]
    for role in ("department_clerk", "department_reviewer", "department_leader", "stranger"):
        actor = world.as_(role)
        with CaptureQueriesContext(connection) as asked:
            together_told = BATCH.open_to_each(found, actor)
        assert len(asked) in (0, 2)
        assert together_told == [(one, BATCH.open_to(one, actor)) for one in found]


def test_sending_back_together_needs_a_reason(world: World, batches: list[PaymentBatch]) -> None:
    client = client_of(world)
    told = {"kind": REVIEW, "verb": "send_back", "thing": [f"{one.pk}:{one.version}:{one.digest}" for one in batches]}
    assert "请写明原因" in client.post(reverse("together-decide"), told).content.decode()
    assert states(batches) == ["assembled", "assembled"]
    client.post(reverse("together-decide"), {**told, "reason": "面积对不上"})
    assert states(batches) == ["sent_back", "sent_back"]


def test_several_sealed_rosters_are_accepted_together(world: World) -> None:
    rosters = [
        world.seal({world.person("张建国"): 1_00}),
        world.seal({world.person("王五", SHIQIAO_VILLAGE): 2_00}, township=SHIQIAO),
    ]
    client = client_of(world, "department_clerk")
    picks = [f"sealed_roster.accept:{one}" for one in rosters]
    page = client.post(reverse("together"), {"pick": picks})
    assert "共 2 笔，3.00 元" in page.content.decode()
    seen = [f"{one.key}:{one.version}:{one.digest}" for one in page.context["things"]]
    told = {"kind": "sealed_roster.accept", "verb": "accept", "thing": seen}
    assert "2 件都办成了" in client.post(reverse("together-decide"), told).content.decode()
    waiting = [one for one in slots.inbox(world.as_("department_clerk"), world.at) if one.key in rosters]
    assert [(one.what_to_do, one.together) for one in waiting] == [("去汇总", "")] * 2


@pytest.mark.parametrize(
    ("picks", "words"),
    [
        ([], "还没有选"),
        ([f"{REVIEW}:1", "cash_plan.verify:1"], "一次只能办同一类事"),
        ([f"{REVIEW}:{number}" for number in range(together.THINGS_MAX + 1)], "一次最多选"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_a_sentence(db: None, picks: list[str], words: str) -> None:
    client = Client()
    client.force_login(Official.objects.get(username="nongye.fuhe"))
    assert words in client.post(reverse("together"), {"pick": picks}, follow=True).content.decode()
    assert client.post(reverse("together"), {"pick": ["no.such:1"]}).status_code == 404
    assert (
        client.post(reverse("together-decide"), {"kind": REVIEW, "verb": "void", "thing": ["1:1:x"]}).status_code == 404
    )
    assert client.get(reverse("together"))["Location"] == "/"


def test_the_last_step_before_money_leaves_is_never_taken_together() -> None:
    duties = {
        FLOWS[flow].step(way.verb).duty
        for kind in KINDS.values()
        for flow in [kind.code.partition(".")[0]]
        if flow in FLOWS
        for way in kind.ways
    }
    assert duties == {Duty.REVIEW, Duty.APPROVE, Duty.VERIFY}
    assert all(not way.reason_required for kind in KINDS.values() for way in kind.ways[:1])
