"""From the file to the completed roster, and every refusal on the way."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from yikatong.core import proofs
from yikatong.core.models import Official
from yikatong.core.refusals import NotFound, Refused
from yikatong.core.workflow import trail
from yikatong.rosters import actions, queries
from yikatong.rosters.models import LineMatch, RosterLine
from yikatong.rosters.states import FLOW

from . import desk
from .desk import CLERK, HUANG_CARD, HUANG_ROW, LI_CARD, LI_ROW, WANG_ROW

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground(cast, at):
    desk.ground(cast, at)


def rows_of(roster, cast, at, **more):
    return queries.problem_rows(roster, actor=cast[CLERK], at=at, **more)[0]


def figures(roster):
    found = queries.figures(roster)
    assert found is not None
    return found


def results(roster):
    return {row["result"]: row["count"] for row in queries.match_results(roster)}


def test_a_read_roster_holds_every_row_and_what_is_wrong_with_it(cast, at, ground):
    roster = desk.read_roster(cast, at, LI_ROW, HUANG_ROW.replace("95.30,95.30", "95.30,99.00"), WANG_ROW)
    found = figures(roster)
    assert (roster.state, found["row_count"], found["ok_count"], found["error_count"]) == ("checked", 3, 2, 1)
    (row,) = rows_of(roster, cast, at)
    assert (row.row_no, row.problems[0].kind, row.tone("amount")) == (3, "AMOUNT_MISMATCH", "error")
    assert row.cells["id_number"] == desk.HUANG_ID


def test_others_see_masked_numbers_and_other_townships_nothing(cast, at, ground):
    roster = desk.read_roster(cast, at, LI_ROW.replace("190.60", "190.00"))
    (row,) = queries.problem_rows(roster, actor=cast["nongye.jingban"], at=at)[0]
    assert row.cells["id_number"] == "519***********6675"
    with pytest.raises(NotFound):
        queries.roster_for(cast["shiqiao.jingban"], roster.no)
    with pytest.raises(NotFound):
        queries.roster_for(cast["minzheng.jingban"], roster.no)


def test_no_number_lies_open_in_the_database(cast, at, ground):
    desk.read_roster(cast, at, LI_ROW.replace("190.60", "190.00"))
    with connection.cursor() as cursor:
        for table in ("rosters_rosterline", "rosters_rosterproblem"):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM {table} AS t")
            assert desk.LI_ID not in (cursor.fetchone()[0] or "")


def test_a_file_that_cannot_be_used_is_refused_with_one_sentence(cast, at, ground):
    roster = desk.receive(cast, at, "序号,户主姓名,身份证号码,补贴金额（元）\n".encode())
    with pytest.raises(Refused, match="没有找到发放对象") as refused:
        desk.read(cast, at, roster)
    assert refused.value.code == "file_refused"


def test_the_same_file_twice_is_recognized(cast, at, ground):
    first = desk.read_roster(cast, at)
    with pytest.raises(actions.AlreadyUploaded) as known:
        desk.receive(cast, at, desk.sheet(LI_ROW, HUANG_ROW, WANG_ROW))
    assert known.value.roster_no == first.no
    again = desk.read(cast, at, desk.receive(cast, at, desk.sheet(LI_ROW, HUANG_ROW, WANG_ROW), again=True))
    assert [problem.kind for problem in queries.file_problems(again)] == ["ALREADY_UPLOADED"]


def test_an_empty_file_and_another_township_are_refused(cast, at, ground):
    with pytest.raises(Refused, match="空"):
        desk.receive(cast, at, b"")
    cycle = desk.read_roster(cast, at).cycle
    with pytest.raises(NotFound):
        actions.receive(
            content=b"x", filename="x.csv", cycle=cycle, area_code=desk.LIUHE, by=cast["shiqiao.jingban"], at=at
        )


def test_correcting_a_row_appends_a_revision_and_leaves_the_others(cast, at, ground):
    roster = desk.read_roster(cast, at, LI_ROW.replace("190.60", "190.00"), HUANG_ROW)
    (row,) = rows_of(roster, cast, at)
    actions.correct_line(
        roster=roster, row_key=row.row_key, changes={"amount": "190.60"}, by=cast[CLERK], at=at, seen_version=2
    )
    found = figures(roster)
    assert (found["ok_count"], found["error_count"]) == (2, 0)
    revisions = RosterLine.objects.filter(roster=roster).values_list("row_key", "revision", "standing")
    other = "1-001-0000003"
    assert set(revisions) == {(row.row_key, 1, "error"), (row.row_key, 2, "ok"), (other, 1, "ok")}


def test_correcting_refuses_unknown_rows_nothing_changed_and_old_pages(cast, at, ground):
    roster = desk.read_roster(cast, at)
    common = {"roster": roster, "by": cast[CLERK], "at": at}
    for key, changes, version, code in (
        ("9-001-0000001", {"name": "李毅"}, roster.version, "no_row"),
        ("1-001-0000002", {"name": "李毅"}, roster.version, "no_change"),
        ("1-001-0000002", {"name": "王军"}, 0, "YK002"),
    ):
        with pytest.raises(Refused) as refused:
            actions.correct_line(row_key=key, changes=changes, seen_version=version, **common)
        assert refused.value.code == code


def test_b11_of_two_who_edit_one_row_the_second_is_told_and_changes_nothing(cast, at, ground):
    roster = desk.read_roster(cast, at, LI_ROW.replace("190.60", "190.00"), HUANG_ROW)
    (row,) = rows_of(roster, cast, at)
    seen = {"row_key": row.row_key, "by": cast[CLERK], "at": at, "seen_version": roster.version}
    other = type(roster).objects.get(pk=roster.pk)
    actions.correct_line(roster=roster, changes={"amount": "190.60"}, **seen)
    with pytest.raises(Refused) as refused:
        actions.correct_line(roster=other, changes={"amount": "99.00"}, **seen)
    assert refused.value.code == "YK002"
    assert RosterLine.objects.filter(roster=roster, row_key=row.row_key).count() == 2


def test_dropping_one_of_two_equal_rows_mends_the_other(cast, at, ground):
    roster = desk.read_roster(cast, at, LI_ROW, LI_ROW, HUANG_ROW)
    first, second = rows_of(roster, cast, at)
    common = {"roster": roster, "by": cast[CLERK], "at": at}
    with pytest.raises(Refused, match="理由"):
        actions.drop_line(row_key=second.row_key, reason=" ", seen_version=roster.version, **common)
    actions.drop_line(row_key=second.row_key, reason="抄了两遍", seen_version=roster.version, **common)
    found = figures(roster)
    assert (found["ok_count"], found["error_count"], found["dropped_count"]) == (2, 0, 1)
    assert queries.dropped_rows(roster)[0]["reason"] == "抄了两遍"
    actions.correct_line(row_key=second.row_key, changes={}, seen_version=roster.version, **common)
    assert figures(roster)["error_count"] == 2
    assert first.row_key != second.row_key


def test_money_of_a_household_goes_to_the_head_and_missing_cards_are_chased(cast, at, ground):
    roster = desk.matched_roster(cast, at)
    assert results(roster) == {"matched": 1, "card_inactive": 1, "no_card": 1}
    assert {line["name"] for line in queries.chase_list(roster)} == {"黄波", "王军"}
    assert queries.payable_lines(roster)[0]["payee_name"] == "李毅"
    desk.load_cards(cast, at, LI_CARD, HUANG_CARD.format("正常"), days=1)
    assert actions.match(roster=roster, by=cast[CLERK], at=at, seen_version=roster.version) == 2
    assert results(roster) == {"matched": 2, "no_card": 1}


def test_a_wrong_total_blocks_completion_until_it_is_confirmed_with_a_reason(cast, at, ground):
    roster = desk.matched_roster(cast, at, LI_ROW, HUANG_ROW, ",合计,,,,3.00,,300.00")
    common = {"roster": roster, "by": cast[CLERK], "at": at}
    with pytest.raises(Refused, match="合计") as refused:
        actions.complete(seen_version=roster.version, seen_warnings=desk.warnings(roster), **common)
    assert refused.value.code == "YK008"
    roster = desk.fresh(cast, roster)
    common["roster"] = roster
    with pytest.raises(Refused, match="理由"):
        actions.confirm_total(reason="", **common)
    actions.confirm_total(reason="合计行抄错", **common)
    actions.complete(seen_version=roster.version, seen_warnings=desk.warnings(roster), **common)
    assert desk.fresh(cast, roster).total_fen == 19060


def test_where_only_a_subtotal_differs_the_page_says_so_and_that_the_total_agrees(cast, at, ground):
    rows = (LI_ROW, ",小计,,,,2.00,,190.00", HUANG_ROW, ",小计,,,,1.00,,95.30", ",合计,,,,3.00,,285.90")
    roster = desk.read_roster(cast, at, *rows)
    client = Client()
    client.force_login(Official.objects.get(username=CLERK))
    page = client.get(reverse("rosters:detail", args=[roster.no])).content.decode()
    assert "合计与各行一致" in page and "小计与各行不一致" in page and "处小计和它上面的行对不上" in page
    assert "“小计”写的是 190.00，明细加起来是 190.60" in page and "各行相加" not in page
    actions.confirm_total(roster=roster, reason="小计手工填错", by=cast[CLERK], at=at)
    page = client.get(reverse("rosters:detail", args=[roster.no])).content.decode()
    assert "合计与各行一致" in page and "小计不一致，已说明" in page and "合计不一致" not in page


def test_a_right_total_needs_no_confirmation(cast, at, ground):
    roster = desk.read_roster(cast, at, LI_ROW, HUANG_ROW, ",合计,,,,3.00,,285.90")
    with pytest.raises(Refused) as refused:
        actions.confirm_total(roster=roster, reason="多此一举", by=cast[CLERK], at=at)
    assert refused.value.code == "no_mismatch"


def test_what_the_clerk_is_reminded_of_is_looked_at_before_completing_and_stays_in_the_trail(cast, at, ground):
    roster = desk.matched_roster(cast, at, LI_ROW.replace("柳河社区", "没有这个村"), HUANG_ROW)
    common = {"roster": roster, "by": cast[CLERK], "at": at, "seen_version": roster.version}
    assert desk.warnings(roster)
    for seen in (0, desk.warnings(roster) + 1):
        with pytest.raises(Refused, match="提醒都看过了") as refused:
            actions.complete(seen_warnings=seen, **common)
        assert refused.value.code == "warnings_unseen"
    assert desk.fresh(cast, roster).state == "matched"
    actions.complete(seen_warnings=desk.warnings(roster), **common)
    assert "行的提醒都看过了" in trail(FLOW, roster.pk)[-1].reason


def test_completing_freezes_count_total_and_digest(cast, at, ground):
    roster = desk.completed_roster(cast, at)
    assert (roster.state, roster.count, roster.total_fen, len(roster.digest)) == ("completed", 1, 19060, 64)
    assert not [finding for finding in proofs.verify() if finding.check.startswith("rosters/")]
    for act in (
        lambda: actions.correct_line(
            roster=roster, row_key="1-001-0000002", changes={}, by=cast[CLERK], at=at, seen_version=roster.version
        ),
        lambda: actions.match(roster=roster, by=cast[CLERK], at=at, seen_version=roster.version),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "YK004"


def test_nobody_is_on_two_completed_rosters_of_a_cycle(cast, at, ground):
    desk.completed_roster(cast, at, LI_ROW)
    second = desk.matched_roster(cast, at, LI_ROW, HUANG_ROW)
    assert results(second) == {"already_claimed": 1, "card_inactive": 1}


def test_a_roster_without_a_payable_line_is_not_completed(cast, at, ground):
    roster = desk.matched_roster(cast, at, WANG_ROW)
    with pytest.raises(Refused, match="没有一行可以发放"):
        actions.complete(
            roster=roster, by=cast[CLERK], at=at, seen_version=roster.version, seen_warnings=desk.warnings(roster)
        )


def test_a_roster_sent_back_is_corrected_and_completed_anew(cast, at, ground):
    roster = desk.completed_roster(cast, at)
    with pytest.raises(NotFound):
        actions.send_back(roster_id=roster.pk, reason="面积不对", by=cast["minzheng.jingban"], at=at)
    with pytest.raises(Refused, match="原因"):
        actions.send_back(roster_id=roster.pk, reason="", by=cast["nongye.jingban"], at=at)
    actions.send_back(roster_id=roster.pk, reason="面积不对", by=cast["nongye.jingban"], at=at)
    back = desk.fresh(cast, roster)
    common = {"roster": back, "by": cast[CLERK], "at": at}
    changes = {"quantity": "1.00", "amount": "95.30"}
    actions.correct_line(row_key="1-001-0000002", changes=changes, seen_version=back.version, **common)
    actions.match(seen_version=back.version, **common)
    digest = actions.complete(seen_version=back.version, seen_warnings=desk.warnings(back), **common)
    assert digest != roster.digest and desk.fresh(cast, roster).total_fen == 9530


def test_another_file_replaces_the_lines_and_nothing_is_lost(cast, at, ground):
    roster = desk.read_roster(cast, at)
    common = {"roster": roster, "by": cast[CLERK], "at": at, "filename": "b.csv", "content": desk.sheet(LI_ROW)}
    with pytest.raises(Refused):
        actions.replace(seen_version=0, **common)
    actions.replace(seen_version=roster.version, **common)
    roster = desk.read(cast, at, roster)
    assert figures(roster)["row_count"] == 1
    assert RosterLine.objects.filter(roster=roster).count() == 4


def test_a_void_roster_is_out_of_the_way(cast, at, ground):
    roster = desk.read_roster(cast, at)
    actions.void(roster=roster, reason="传错了", by=cast[CLERK], at=at, seen_version=roster.version)
    assert desk.receive(cast, at, desk.sheet(LI_ROW, HUANG_ROW, WANG_ROW)).no.endswith("-02")
    assert not LineMatch.objects.filter(roster=roster).exists()


def test_whether_a_row_was_corrected_is_looked_up_and_never_joined():
    # Joined, 20,000 rows among those of many years were compared with all of 20,000 rows.
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN SELECT id FROM rosters_currentline WHERE roster_id = 1")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "SubPlan" in plan
    assert "later.revision > " not in plan.partition("SubPlan")[0]
