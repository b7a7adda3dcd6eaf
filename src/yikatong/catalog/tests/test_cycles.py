"""Opening and closing a cycle."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from yikatong.catalog import actions, queries
from yikatong.catalog.models import BenefitRate, Cycle, Program
from yikatong.core.refusals import NotFound, Refused

from .county import FARM, HEADER, published

pytestmark = pytest.mark.django_db


def opened(cast, at, *, code="P01", label=None, by="nongye.jingban", due=10, pay=30):
    today = at.date()
    return actions.open_cycle(
        program=Program.objects.get(code=code),
        label=label or str(at.year),
        roster_due_on=today + timedelta(due),
        pay_due_on=today + timedelta(pay),
        by=cast[by],
        at=at,
    )


def test_a_cycle_is_opened_on_the_terms_of_the_list(cast, at):
    published(cast, at)
    cycle = opened(cast, at)
    assert (cycle.no, cycle.state, cycle.rate_fen, cycle.notice_days) == (f"P01-{at.year}", "opened", 9530, 7)
    assert (cycle.paying_mode, cycle.fiscal_year, cycle.agency.name) == ("department", at.year, "农业农村局")
    assert list(queries.open_cycles_for(cast["liuhe.jingban"])) == [cycle]
    assert queries.cycle_for(cast["nongye.jingban"], cycle.no) == cycle


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"code": "P05"}, "大项目"),
        ({"label": "2026-09"}, "不是按年的周期"),
        ({"due": -1}, "已经过去"),
        ({"pay": 12}, "太早"),
        ({"label": "2099"}, "早于周期开始"),
    ],
)
def test_a_cycle_that_cannot_be_kept_is_refused(cast, at, asked, said):
    published(cast, at)
    with pytest.raises(Refused, match=said):
        opened(cast, at, **asked)
    assert not Cycle.objects.exists()


def test_a_cycle_is_opened_once(cast, at):
    published(cast, at, FARM)
    opened(cast, at)
    with pytest.raises(Refused, match="已经开过"):
        opened(cast, at)


def test_another_department_opens_nothing(cast, at):
    published(cast, at, FARM)
    with pytest.raises(Refused) as refused, transaction.atomic():
        opened(cast, at, by="minzheng.jingban")
    assert refused.value.code == "YK005"


def test_an_ended_program_opens_no_further_cycle(cast, at):
    published(cast, at, FARM + f",{at.year - 1}-12-31", header=HEADER + ",停止执行日期")
    with pytest.raises(Refused, match="停止执行"):
        opened(cast, at)


def test_a_cycle_of_a_secret_program_is_hidden(cast, at):
    published(cast, at, FARM + ",是", header=HEADER + ",涉密")
    cycle = opened(cast, at)
    assert queries.cycle_for(cast["nongye.fuhe"], cycle.no) == cycle
    assert not queries.cycles_for(cast["liuhe.jingban"]).exists()
    with pytest.raises(NotFound):
        queries.cycle_for(cast["minzheng.jingban"], cycle.no)


def test_the_standard_of_a_cycle_is_the_one_of_its_days(cast, at):
    header = HEADER + ",valid_from"
    month = FARM.replace("year", "month")
    published(cast, at, f"{month},{at.year}-01-01", header=header)
    published(cast, at, f"{month.replace('95.30', '99.00')},{at.year}-06-01", header=header)
    assert opened(cast, at, label=f"{at.year}-05").rate_fen == 9530
    june = opened(cast, at, label=f"{at.year}-06")
    assert june.rate_fen == 9900
    frame = queries.references_frame(cast["liuhe.jingban"], cycle=Cycle.objects.get(label=f"{at.year}-05"))
    assert frame.get_column("standard_fen").to_list() == [9530]


def test_b15_a_standard_raised_for_days_gone_by_changes_no_cycle_that_was_opened(cast, at):
    header = HEADER + ",valid_from"
    month = FARM.replace("year", "month")
    published(cast, at, f"{month},{at.year}-01-01", header=header)
    may = opened(cast, at, label=f"{at.year}-05")
    published(cast, at, f"{month.replace('95.30', '190.60')},{at.year}-02-01", header=header)
    may.refresh_from_db()
    assert may.rate_fen == 9530
    frame = queries.references_frame(cast["liuhe.jingban"], cycle=may)
    assert frame.get_column("standard_fen").to_list() == [9530]
    # Both standards stand, each with the list that signed it and the day from which it is valid.
    assert list(BenefitRate.objects.order_by("valid_from").values_list("rate_fen", flat=True)) == [9530, 19060]


def test_closing_needs_a_reason(cast, at):
    published(cast, at, FARM)
    cycle = opened(cast, at)
    with pytest.raises(Refused) as refused, transaction.atomic():
        actions.close_cycle(cycle=cycle, by=cast["nongye.jingban"], at=at, seen_version=1, reason="")
    assert refused.value.code == "YK007"
    actions.close_cycle(cycle=cycle, by=cast["nongye.jingban"], at=at, seen_version=1, reason="发放完毕")
    assert cycle.state == "closed"
    assert not queries.open_cycles_for(cast["liuhe.jingban"]).exists()


def _insert(cycle, **changes):
    told = {field.attname: getattr(cycle, field.attname) for field in Cycle._meta.fields if field.name != "id"}
    told |= {"state": "drafted", "version": 0, "no": "X-1", "label": "2025", **changes}
    Cycle(**told).save(force_insert=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"rate_fen": 1},
        {"paying_mode": "finance"},
        {"notice_days": 1},
        {"area_code": "519998000000"},
        {"fiscal_year": 2001},
        {"label": "2025-09"},
        {"state": "opened"},
    ],
)
def test_the_database_refuses_a_cycle_on_other_terms(cast, at, changes):
    published(cast, at, FARM)
    cycle = opened(cast, at)
    with pytest.raises(DatabaseError), transaction.atomic():
        _insert(cycle, **changes)
    with transaction.atomic():
        _insert(cycle)
        transaction.set_rollback(True)


@pytest.mark.parametrize("column", ["pay_due_on", "roster_due_on", "ends_on"])
def test_the_database_refuses_deadlines_out_of_order(cast, at, column):
    published(cast, at, FARM)
    cycle = opened(cast, at)
    with pytest.raises(DatabaseError), transaction.atomic():
        _insert(cycle, **{column: cycle.starts_on - timedelta(1)})


def test_the_application_changes_no_cycle(cast, at):
    published(cast, at, FARM)
    opened(cast, at)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_cycle SET state = 'closed'")
