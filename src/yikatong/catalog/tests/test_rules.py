"""Periods, units and names, without a database."""

from datetime import date

import pytest

from yikatong.catalog import rules


@pytest.mark.parametrize(
    ("kind", "label", "starts_on", "ends_on"),
    [
        ("year", "2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("quarter", "2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("quarter", "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("month", "2026-09", date(2026, 9, 1), date(2026, 9, 30)),
        ("month", "2028-02", date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_a_label_is_a_period(kind, label, starts_on, ends_on):
    assert rules.period(kind, label) == rules.Period(starts_on, ends_on, starts_on.year)


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("year", "2026-09"),
        ("month", "2026"),
        ("month", "2026-13"),
        ("quarter", "2026-Q5"),
        ("year", "２０２６"),
        ("year", "1999"),
    ],
)
def test_other_labels_are_none(kind, label):
    assert rules.period(kind, label) is None


def test_money_is_due_after_the_notice_at_the_earliest():
    assert rules.earliest_pay_day(date(2026, 11, 20), 7) == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        ("元/亩", "mu"),
        ("元/户", "household"),
        ("元/人月", "person"),
        ("元/人日", "person"),
        ("元/台（按机具核定）", "none"),
        ("元/人（按次核定）", "none"),
        ("元/吨", "none"),
        ("", "none"),
    ],
)
def test_a_unit_says_what_is_counted(unit, kind):
    assert rules.quantity_kind(unit) == kind


def test_machines_cases_and_visits_may_be_paid_several_times():
    assert rules.by_occasion("元/台（按机具核定）", None)
    assert rules.by_occasion("元/人次（按次核定）", None)
    assert not rules.by_occasion("元/人（按次核定）", None)
    assert not rules.by_occasion("元/次", 100)


def test_what_a_name_leaves_out():
    assert rules.exclusion("临时救助金（部分急难型临时救助金除外）") == "部分急难型临时救助金"
    assert rules.exclusion("耕地地力保护补贴资金") == ""
