"""年末清退: what cannot be corrected this year is told county-wide, with owner and reason, until it is back (K2)."""

from yikatong.payments import queries_back as back
from yikatong.payments import words

from .test_after_failure import approve, refund, stuck
from .test_pages import as_
from .world import AMOUNTS, World


def test_what_goes_back_by_the_end_of_the_year_has_an_owner_and_a_reason(world: World) -> None:
    world.closed_with_failures(1, 2)
    today = world.at.date()
    for role in ("finance_approver", "department_clerk"):
        found = back.year_end_for(world.as_(role), today)
        (row,) = found.rows
        assert (row["batch_no"], row["official_name"]) == (world.batch.no, world.as_("department_clerk").name)
        assert (row["count"], row["total_fen"], row["reason_words"]) == (
            2,
            AMOUNTS[1] + AMOUNTS[2],
            words.REASONS["free"],
        )
        assert row["may_refund"] and row["due_on"] == today.replace(month=12, day=31)
    given = refund(world, stuck(world)[0].outcome_id)
    reasons = {
        row["reason"]: (row["count"], row["may_refund"])
        for row in back.year_end_for(world.as_("finance_approver"), today).rows
    }
    assert reasons == {"free": (1, True), "claimed": (1, False)}
    approve(world, given)
    found = back.year_end_for(world.as_("finance_approver"), today)
    assert (found.count, found.total_fen) == (1, AMOUNTS[2])
    assert (found.refunded_count, found.refunded_fen) == (1, AMOUNTS[1])


def test_the_page_leads_to_the_refund(world: World) -> None:
    world.closed_with_failures(1)
    page = as_("nongye.jingban").get("/payments/year-end/").content.decode()
    assert "去退回" in page and f"/payments/stuck/{world.batch.no}/refund/" in page and "476.50" in page
    page = as_("wang.caizheng").get("/payments/year-end/").content.decode()
    assert world.batch.no in page and "去退回" not in page.split("<table")[1]
    assert "0 笔" in page and as_("nongye.jingban").get("/payments/ageing/").content.decode().count("年末清退")
