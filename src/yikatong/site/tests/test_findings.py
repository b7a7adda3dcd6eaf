"""Headings say how the things of a list stand."""

import pytest

from yikatong.batches.states import BATCH
from yikatong.core.models import TaskRun
from yikatong.core.workflow import Flow
from yikatong.site.showing import findings


class Row:
    def __init__(self, state: str) -> None:
        self.state = state


def said(*states: str, noun: str = "个批次") -> str:
    return findings.stand(BATCH, [Row(state) for state in states], noun, "还没有批次")


def test_a_list_says_how_many_stand_where() -> None:
    assert said() == "还没有批次"
    assert said("approved") == "1 个批次，已审批"
    assert said("approved", "approved") == "2 个批次，都已审批"
    assert said("assembled", "approved", "approved") == "3 个批次：2 个已审批，1 个待复核"


@pytest.mark.django_db
def test_rows_of_the_database_are_counted_there() -> None:
    none = findings.stand(Flow("x", "x", "", ()), TaskRun.objects.order_by("-id"), "件事", "没有")
    assert none == "没有"
