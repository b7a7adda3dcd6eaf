"""What a department may do with sealed rosters, and what it may not."""

import pytest

from yikatong.batches import actions, queries
from yikatong.batches.models import Claim, Entitlement, PaymentBatch, RosterAcceptance
from yikatong.batches.tests.world import SHIQIAO, SHIQIAO_VILLAGE, World
from yikatong.core import slots
from yikatong.core.refusals import NotFound, Refused


def test_accepted_rosters_become_one_batch_with_figures_of_the_database(world: World) -> None:
    zhang, li, wang = world.person("张建国"), world.person("李秀英"), world.person("王五", SHIQIAO_VILLAGE)
    first = world.seal({zhang: 100_00, li: 250_50})
    second = world.seal({wang: 99_99}, township=SHIQIAO)
    batch = world.assemble(first, second)
    assert (batch.count, batch.total_fen, batch.state) == (3, 450_49, "assembled")
    assert batch.no == batch.case_no and batch.no.startswith("PB-519999-P01-") and len(batch.digest) == 64
    due = Entitlement.objects.filter(batch=batch).order_by("amount_fen")
    assert [one.amount_fen for one in due] == [99_99, 100_00, 250_50]
    assert {one.kind for one in due} == {"regular"} and {one.county_code for one in due} == {"519999000000"}
    assert Claim.objects.filter(batch=batch).count() == 3
    assert [(one.count, one.difference_fen) for one in queries.township_lines(batch.pk)] == [(2, 0), (1, 0)]
    assert sorted(one.masked_name for one in queries.drawn_at_random(batch.pk, 3)) == ["张*国", "李*英", "王*"]


def test_a_roster_is_accepted_on_the_digest_that_was_seen(world: World) -> None:
    clerk = world.as_("department_clerk")
    roster = queries.sealed_roster_for(clerk, world.seal({world.person("张建国"): 1_00}))
    with pytest.raises(Refused) as refused:
        actions.accept(roster=roster, by=clerk, at=world.at, seen_digest="f" * 64)
    assert refused.value.code == "YK003"
    assert not RosterAcceptance.objects.filter(roster_id=roster.roster_id).exists()


def test_a_roster_is_accepted_once(world: World) -> None:
    roster = world.seal({world.person("张建国"): 1_00})
    world.accept(roster)
    with pytest.raises(Refused, match="已经接收过"):
        world.accept(roster)


def test_another_department_sees_and_accepts_nothing(world: World) -> None:
    roster = world.seal({world.person("张建国"): 1_00})
    stranger = world.as_("stranger")
    assert roster not in [one.roster_id for one in queries.sealed_rosters_for(stranger)]
    with pytest.raises(NotFound):
        queries.sealed_roster_for(stranger, roster)
    mine = queries.sealed_roster_for(world.as_("department_clerk"), roster)
    with pytest.raises(Refused) as refused:
        actions.accept(roster=mine, by=stranger, at=world.at, seen_digest=mine.digest)
    assert refused.value.code == "YK005"
    with pytest.raises(NotFound):
        actions.send_back_roster(roster=mine, by=stranger, at=world.at, reason="错了")
    batch = world.assemble(roster)
    with pytest.raises(NotFound):
        queries.batch_for(stranger, batch.no)


def test_only_accepted_rosters_of_the_cycle_are_assembled(world: World) -> None:
    clerk = world.as_("department_clerk")
    roster = world.seal({world.person("张建国"): 1_00})
    with pytest.raises(Refused, match="还没有接收"):
        actions.assemble(cycle_id=world.ids["cycle"], roster_ids=[roster], by=clerk, at=world.at)
    with pytest.raises(Refused, match="至少选一份"):
        actions.assemble(cycle_id=world.ids["cycle"], roster_ids=[], by=clerk, at=world.at)
    batch = world.assemble(roster)
    with pytest.raises(Refused, match=batch.no):
        actions.assemble(cycle_id=world.ids["cycle"], roster_ids=[roster], by=clerk, at=world.at)


@pytest.mark.tampers
def test_who_is_already_due_is_named_with_the_batch(world: World) -> None:
    zhang = world.person("张建国")
    batch = world.assemble(world.seal({zhang: 1_00}))
    again = world.seal({zhang: 1_00, world.person("李秀英"): 2_00}, forced=True)
    world.accept(again)
    assert [(one.person_name, one.batch_no) for one in queries.conflicts([again])] == [("张建国", batch.no)]
    with pytest.raises(Refused) as refused:
        actions.assemble(cycle_id=world.ids["cycle"], roster_ids=[again], by=world.as_("department_clerk"), at=world.at)
    assert refused.value.code == "YK040" and "张建国" in str(refused.value) and batch.no in str(refused.value)
    assert PaymentBatch.objects.filter(cycle_id=world.ids["cycle"]).count() == 1


@pytest.mark.tampers
def test_who_stands_in_two_chosen_rosters_is_named(world: World) -> None:
    zhang = world.person("张建国")
    first, second = world.seal({zhang: 1_00}), world.seal({zhang: 2_00}, forced=True)
    with pytest.raises(Refused, match=r"张建国.*出现两次"):
        world.assemble(first, second)


@pytest.mark.tampers
def test_objections_keep_lines_out_and_are_counted(world: World) -> None:
    zhang, li = world.person("张建国"), world.person("李秀英")
    roster = world.seal({zhang: 1_00, li: 2_00})
    notice = world.ids[f"notice {roster}"]
    objection = _object(world, notice, "1-1")
    batch = world.assemble(roster)
    assert (batch.count, batch.total_fen) == (1, 2_00)
    member = batch.rosters.get()
    assert (member.held_count, member.held_fen) == (1, 1_00)
    # Decided afterwards, the line is not slipped into the frozen batch, and nothing is found wrong.
    world.run("UPDATE notices_objection SET state = 'dismissed' WHERE id = %s", objection)
    assert [one.difference_fen for one in queries.township_lines(batch.pk)] == [0]
    assert world.sign(batch, "review").state == "reviewed"


@pytest.mark.tampers
def test_nothing_is_assembled_of_objections_alone(world: World) -> None:
    roster = world.seal({world.person("张建国"): 1_00})
    _object(world, world.ids[f"notice {roster}"], "1-1")
    with pytest.raises(Refused, match="都有异议"):
        world.assemble(roster)


def test_two_others_review_and_approve(world: World) -> None:
    batch = world.approved()
    assert (batch.state, batch.version) == ("approved", 3)
    assert [item for item in slots.inbox(world.as_("department_leader"), world.at) if batch.no in item.title] == []


@pytest.mark.tampers
def test_who_assembled_may_not_review_even_with_another_appointment(world: World) -> None:
    batch = world.assemble(world.seal({world.person("张建国"): 1_00}))
    world.run(
        "UPDATE core_appointment SET role = 'department_reviewer' WHERE official_id = %s",
        world.official("department_clerk"),
    )
    with pytest.raises(Refused) as refused:
        actions.take(
            "review",
            batch=batch,
            by=world.as_("department_clerk"),
            at=world.at,
            seen_version=batch.version,
            seen_digest=batch.digest,
        )
    assert refused.value.code == "YK006"


def test_sent_back_with_a_reason_and_submitted_again(world: World) -> None:
    batch = world.assemble(world.seal({world.person("张建国"): 1_00}))
    with pytest.raises(Refused) as refused:
        actions.take(
            "send_back",
            batch=batch,
            by=world.as_("department_reviewer"),
            at=world.at,
            seen_version=batch.version,
            seen_digest=batch.digest,
        )
    assert refused.value.code == "YK007"
    world.sign(batch, "send_back")
    actions.take(
        "resubmit",
        batch=batch,
        by=world.as_("department_clerk"),
        at=world.at,
        seen_version=batch.version,
        seen_digest=batch.digest,
        reason="已说明",
    )
    assert world.sign(batch, "review", "approve").state == "approved"


def test_one_township_out_voids_the_signatures_and_refreezes_the_rest(world: World) -> None:
    zhang, wang = world.person("张建国"), world.person("王五", SHIQIAO_VILLAGE)
    first, second = world.seal({zhang: 1_00}), world.seal({wang: 2_00}, township=SHIQIAO)
    batch = world.sign(world.assemble(first, second), "review", "approve")
    renewed = _send_out(world, batch, second)
    assert renewed is not None
    batch.refresh_from_db()
    assert batch.state == "void" and renewed.supersedes_id == batch.pk
    assert (renewed.state, renewed.revision_no, renewed.total_fen) == ("assembled", 2, 1_00)
    assert renewed.no != batch.no and renewed.digest != batch.digest
    assert Claim.objects.filter(batch=batch).count() == 0 and Claim.objects.filter(batch=renewed).count() == 1
    assert Entitlement.objects.filter(batch=batch).count() == 2
    assert world.run("SELECT state FROM rosters_roster WHERE id = %s", second) == "sent_back"
    assert world.run("SELECT state FROM rosters_roster WHERE id = %s", first) == "completed"


def test_the_last_roster_out_leaves_no_batch(world: World) -> None:
    roster = world.seal({world.person("张建国"): 1_00})
    batch = world.assemble(roster)
    assert _send_out(world, batch, roster) is None
    assert PaymentBatch.objects.get(pk=batch.pk).state == "void"


def test_a_roster_in_a_batch_is_not_sent_back_past_it(world: World) -> None:
    clerk = world.as_("department_clerk")
    roster = world.seal({world.person("张建国"): 1_00})
    batch = world.assemble(roster)
    with pytest.raises(Refused, match=batch.no):
        actions.send_back_roster(roster=queries.sealed_roster_for(clerk, roster), by=clerk, at=world.at, reason="有错")


def _send_out(world: World, batch: PaymentBatch, roster: int) -> PaymentBatch | None:
    clerk = world.as_("department_clerk")
    return actions.send_roster_out(
        batch=batch,
        roster=queries.sealed_roster_for(clerk, roster),
        by=clerk,
        at=world.at,
        seen_version=batch.version,
        seen_digest=batch.digest,
        reason="面积有误",
    )


def _object(world: World, notice: int, row_key: str) -> int:
    objection = world.insert(
        "notices_objection",
        notice_id=notice,
        roster_id=0,
        line_id=0,
        row_key=row_key,
        text="面积不对",
        raised_by_name="",
        raised_at=world.at,
        state="drafted",
        version=0,
        digest="",
        case_no="",
        area_code="",
        agency_id=1,
    )
    world.run("UPDATE notices_objection SET state = 'raised', version = 1 WHERE id = %s", objection)
    return objection
