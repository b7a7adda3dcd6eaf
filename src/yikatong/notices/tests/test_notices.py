"""Posting, objecting, proving, sealing, and every refusal on the way."""

import pytest
from django.db import Error, connection, transaction
from django.test import Client

from yikatong.core import audit, clock, proofs, slots, sql
from yikatong.core.models import Official
from yikatong.core.refusals import NotFound, Refused
from yikatong.notices import actions, queries, web
from yikatong.notices.models import PublicNotice
from yikatong.rosters import actions as rosters
from yikatong.rosters.tests import desk
from yikatong.rosters.tests.desk import CLERK, HUANG_CARD, HUANG_ROW, LI_CARD, LI_ROW

pytestmark = pytest.mark.django_db
LEADER = "liuhe.shenhe"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def roster(cast, at):
    desk.ground(cast, at)
    desk.load_cards(cast, at, LI_CARD, HUANG_CARD.format("正常"), days=1)
    return desk.completed_roster(cast, at, LI_ROW, HUANG_ROW)


@pytest.fixture
def notice(roster, cast, at):
    return actions.post(roster=roster, by=cast[CLERK], at=at, seen_digest=roster.digest)


def prove(notice, cast, at, **more):
    given = {"filename": "照片.png", "content": PICTURE, "village_code": "", "by": cast[CLERK]} | more
    return actions.add_proof(notice=notice, at=at, **given)


def seal(notice, cast, at, **more):
    given = {"by": cast[LEADER], "seen_version": notice.version, "seen_digest": notice.digest} | more
    actions.seal(notice=notice, at=at, **given)


def refused(statement, *parameters):
    with pytest.raises(Error) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    return getattr(error.value.__cause__, "sqlstate", None)


def held(roster):
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_key FROM notices_heldline WHERE roster_id = %s", [roster.pk])
        return {row[0] for row in cursor.fetchall()}


@pytest.fixture
def ended(notice):
    """The notice after its period."""
    clock.step_forward(days=8)
    return notice


def test_a_notice_carries_the_rosters_digest_and_hangs_its_days(notice, roster, cast):
    assert (notice.state, notice.digest, notice.count, notice.total_fen) == ("posted", roster.digest, 2, 28590)
    assert (notice.until_on - notice.posted_on).days == roster.cycle.notice_days
    (village,) = queries.villages(notice)
    assert (village.village_code, village.count, village.total_fen) == ("519999100001", 2, 28590)
    lines = queries.detail(notice, village.village_code, cast["liuhe.cun"])
    assert [line.masked_name for line in lines] == ["李*", "黄*"]
    assert not hasattr(lines[0], "id_number") and lines[0].quantity == "2.00"


def test_posting_is_refused_twice_unseen_and_to_others(roster, cast, at):
    with pytest.raises(Refused) as unseen:
        actions.post(roster=roster, by=cast[CLERK], at=at, seen_digest="0" * 64)
    assert unseen.value.code == "YK003"


def test_only_the_own_clerk_posts_and_only_once(notice, roster, cast, at):
    with pytest.raises(Refused, match="已经在公示"):
        actions.post(roster=roster, by=cast[CLERK], at=at, seen_digest=roster.digest)
    with pytest.raises(NotFound):
        actions.post(roster=roster, by=cast["shiqiao.jingban"], at=at, seen_digest=roster.digest)


def test_an_objection_holds_one_line_until_it_is_dismissed(notice, roster, cast, at):
    line = queries.detail(notice, "519999100001")[0]
    common = {"notice": notice, "by": cast["liuhe.cun"], "at": at}
    with pytest.raises(Refused, match="内容"):
        actions.raise_objection(row_key=line.row_key, text=" ", **common)
    with pytest.raises(Refused) as unknown:
        actions.raise_objection(row_key="9-9-9", text="不对", **common)
    assert unknown.value.code == "YK111"
    objection = actions.raise_objection(row_key=line.row_key, text="面积不对", **common)
    with pytest.raises(Refused, match="正在核实"):
        actions.raise_objection(row_key=line.row_key, text="又不对", **common)
    assert held(roster) == {line.row_key}
    decision = {"objection": objection, "by": cast[LEADER], "at": at, "seen_version": objection.version}
    with pytest.raises(Refused, match="原因"):
        actions.decide(verb="dismiss", reason="", **decision)
    actions.decide(verb="dismiss", reason="入户量过，没有错", **decision)
    assert held(roster) == set()


@pytest.mark.parametrize("who", [CLERK, "liuhe.cun"])
def test_b16_who_had_a_line_held_does_not_let_it_go(notice, roster, cast, at, who):
    line = queries.detail(notice, "519999100001")[0]
    objection = actions.raise_objection(notice=notice, row_key=line.row_key, text="不对", by=cast[who], at=at)
    for verb in ("dismiss", "uphold"):
        with pytest.raises(Refused) as refused:
            actions.decide(
                objection=objection, verb=verb, reason="算了", by=cast[who], at=at, seen_version=objection.version
            )
        assert refused.value.code in ("YK005", "YK006")
    assert held(roster) == {line.row_key}


def test_notices_and_objections_are_paged_each_by_itself(notice, roster, cast, at, monkeypatch):
    monkeypatch.setattr(web, "PAGE_SIZE", 1)
    for line, text in zip(queries.detail(notice, "519999100001"), ("第一条异议", "第二条异议"), strict=True):
        actions.raise_objection(notice=notice, row_key=line.row_key, text=text, by=cast[CLERK], at=at)
    client = Client()
    client.force_login(Official.objects.get(username=CLERK))
    first, second = (client.get("/notices/", {"objections": number}).content.decode() for number in (1, 2))
    assert "第二条异议" in first and "第一条异议" not in first and "?objections=2" in first
    assert "第一条异议" in second and "第二条异议" not in second and roster.program.name in second


def test_a_long_board_is_paged_and_printed_in_volumes(notice, cast, monkeypatch):
    monkeypatch.setattr(web, "PAGE_SIZE", 1)
    monkeypatch.setattr(web, "VOLUME_ROWS", 1)
    client = Client()
    client.force_login(Official.objects.get(username="liuhe.cun"))
    board = f"/notices/{notice.pk}/villages/519999100001/"
    first, second = (client.get(board, {"page": number}).content.decode() for number in (1, 2))
    assert "李*" in first and "黄*" not in first and 'data-th="序号">1</td>' in first and "page=2" in first
    assert "黄*" in second and "李*" not in second and 'data-th="序号">2</td>' in second
    assert "285.90" in first and "285.90" in second, "the sum is the village's"
    one, two = (client.get(f"{board}print/", {"page": number}).content.decode() for number in (1, 2))
    assert "（第 1 册，共 2 册）" in one and "<tr><td>1</td><td>李*</td>" in one and "黄*" not in one
    assert "（第 2 册，共 2 册）" in two and "<tr><td>2</td><td>黄*</td>" in two and "page=1" in two
    assert client.get(f"/notices/{notice.pk}/villages/519999100009/").status_code == 404


def test_an_upheld_line_stays_out(notice, roster, cast, at):
    line = queries.detail(notice, "519999100001")[0]
    objection = actions.raise_objection(notice=notice, row_key=line.row_key, text="不对", by=cast[CLERK], at=at)
    actions.decide(
        objection=objection, verb="uphold", reason="确实不对", by=cast[LEADER], at=at, seen_version=objection.version
    )
    assert held(roster) == {line.row_key}
    assert queries.villages(notice)[0].held_fen == line.amount_fen
    by_line = sql.rows("notices/village_totals_by_line", roster=roster.pk)
    assert [vars(one) for one in queries.villages(notice)] == by_line
    looked_up, gone_through = (
        sql.rows(f"notices/{name}", roster=roster.pk, village="519999100001", rows_max=None, rows_before=0)
        for name in ("village_lines", "village_lines_by_line")
    )
    assert looked_up == gone_through and [one["held"] for one in looked_up] == [True, False]


def test_a_proof_is_a_picture_or_pdf_by_its_content(notice, cast, at):
    for content in (b"", b"plain text", b"%PDF-" + b"0" * (10 << 20)):
        with pytest.raises(Refused):
            prove(notice, cast, at, content=content)
    with pytest.raises(NotFound):
        prove(notice, cast, at, by=cast["liuhe.cun"])
    assert prove(notice, cast, at, by=cast["liuhe.cun"], village_code="519999100001").pk


def test_the_seal_waits_for_the_end_of_the_period(notice, cast, at):
    prove(notice, cast, at)
    with pytest.raises(Refused, match="才满") as early:
        seal(notice, cast, at)
    assert early.value.code == "YK008"


def test_the_seal_needs_proof_and_the_leader(ended, cast, at):
    with pytest.raises(Refused, match="佐证"):
        seal(ended, cast, at)
    at = clock.now()
    prove(ended, cast, at)
    with pytest.raises(Refused) as clerk:
        seal(ended, cast, at, by=cast[CLERK])
    assert clerk.value.code == "YK005"
    seal(ended, cast, at)
    assert PublicNotice.objects.get(pk=ended.pk).state == "sealed"
    with pytest.raises(Refused, match="盖章之前"):
        prove(ended, cast, at)
    line = queries.detail(ended, "519999100001")[0]
    with pytest.raises(Refused, match="公示已经结束"):
        actions.raise_objection(notice=ended, row_key=line.row_key, text="迟了", by=cast[CLERK], at=at)


def test_a_roster_sent_back_takes_its_notice_down(notice, roster, cast, at):
    with pytest.raises(Refused) as early:
        actions.withdraw_for(roster_id=roster.pk, by=cast["nongye.jingban"], at=at)
    assert early.value.code == "YK008"
    rosters.send_back(roster_id=roster.pk, reason="重报", by=cast["nongye.jingban"], at=at)
    assert PublicNotice.objects.get(pk=notice.pk).state == "withdrawn"
    again = desk.fresh(cast, roster)
    rosters.match(roster=again, by=cast[CLERK], at=at, seen_version=again.version)
    rosters.complete(
        roster=again, by=cast[CLERK], at=at, seen_version=again.version, seen_warnings=desk.warnings(again)
    )
    second = actions.post(roster=again, by=cast[CLERK], at=at, seen_digest=again.digest)
    assert second.roster_version > notice.roster_version


def test_the_database_refuses_notices_and_proofs_by_hand(notice, roster):
    insert = """
        INSERT INTO notices_publicnotice (roster_id, roster_version, posted_on, until_on, count, total_fen, state, version,
            digest, case_no, area_code, agency_id)
        SELECT roster_id, 0, posted_on, until_on, 0, 0, 'drafted', 0, '', '', area_code, agency_id
        FROM notices_publicnotice WHERE id = %s
    """
    assert refused(insert, notice.pk) == "23505"
    assert refused("UPDATE notices_publicnotice SET until_on = posted_on WHERE id = %s", notice.pk) == "42501"
    assert refused("DELETE FROM notices_noticeproof") == "42501"
    assert refused("UPDATE notices_objection SET state = 'dismissed'") == "42501"


def test_inbox_ribbon_and_verify_tell_of_the_notice(notice, roster, cast, at):
    assert any(item.kind == "公示" for item in slots.inbox(cast[CLERK], at))
    stages = slots.stages(roster_id=roster.pk)
    assert [stage.title for stage in stages[:3]] == ["花名册", "定稿", "公示"] and stages[2].state == "now"
    audit.seal()
    assert not [one for one in proofs.verify() if one.check.startswith(("rosters/", "notices/"))]
