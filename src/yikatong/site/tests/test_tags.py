"""The tags of ``{% load ui %}``, rendered."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import RequestContext, Template
from django.test import RequestFactory

from yikatong.core.authz import Actor, Post
from yikatong.core.permissions import P, Role
from yikatong.core.slots import Stage
from yikatong.core.workflow import Duty, Flow, Step

FLOW = Flow(
    "sample",
    table="sample",
    initial="assembled",
    steps=(
        Step("review", ("assembled",), "reviewed", P.BATCH_REVIEW, "复核通过", Duty.REVIEW),
        Step("send_back", ("assembled",), "sent_back", P.BATCH_REVIEW, "退回", Duty.REVIEW, True, True, (), False),
    ),
    state_words={"assembled": "待复核", "reviewed": "待审批"},
)


@dataclass
class Batch:
    """A subject without a table: buttons are drawn from these columns only."""

    pk: int = 3
    state: str = "assembled"
    version: int = 2
    digest: str = "9f3a" * 16
    case_no: str = ""
    area_code: str = "519999000000"
    agency_id: int = 1
    agency: Any = None


def actor(role: Role, agency_id: int = 1) -> Actor:
    return Actor(7, "zhoumin", "周敏", (Post(1, role, agency_id, "农业农村局", "519999000000", "519999"),))


def rendered(source: str, **context: Any) -> str:
    request = context.pop("request", None) or RequestFactory().get("/")
    whole = RequestContext(request)
    whole.push(context)
    return Template("{% load ui %}" + source).render(whole)


def test_status_shows_tone_icon_and_word() -> None:
    shown = rendered('{% status "credited" "已到账" %}')
    assert "he-tag--ok" in shown and "<svg" in shown and "已到账" in shown


def test_an_unlisted_state_is_grey() -> None:
    assert '<span class="he-tag">' in rendered('{% status "something_new" "新的" %}')


def test_words_are_escaped() -> None:
    shown = rendered("{% card title %}{{ text }}{% endcard %}{% tag text %}", title="<b>", text="<script>")
    assert "<script>" not in shown and "<b>" not in shown


def test_the_ribbon_marks_where_the_money_is() -> None:
    stages = [Stage("名册", "5 镇", "done", "/rosters/1/"), Stage("财政审批", "等您", "now"), Stage("到卡", "", "todo")]
    shown = rendered("{% ribbon stages %}", stages=stages)
    assert shown.count("<li") == 3
    assert 'aria-current="step"' in shown and 'href="/rosters/1/"' in shown and "（已办）" in shown


def test_the_trail_tells_decisions_as_sentences() -> None:
    decision = SimpleNamespace(
        verb="send_back",
        reason="白塔乡差 ¥100.00",
        business_at=datetime(2026, 11, 18, 2, 32, tzinfo=UTC),
        official=SimpleNamespace(name="周敏"),
        appointment=SimpleNamespace(role="department_reviewer", agency=SimpleNamespace(name="农业农村局")),
    )
    shown = rendered("{% trail decisions flow %}", decisions=[decision], flow=FLOW)
    assert "周敏（农业农村局 部门复核）" in shown and "11-18 10:32" in shown
    assert "<b>退回</b>。" in shown and "理由：白塔乡差 ¥100.00" in shown
    assert "还没有人办过" in rendered("{% trail decisions flow %}", decisions=[], flow=FLOW)


@pytest.mark.django_db
def test_the_right_official_gets_buttons_bound_to_what_they_saw() -> None:
    shown = rendered(
        '{% decide flow batch actor "/go/" %}', flow=FLOW, batch=Batch(), actor=actor(Role.DEPARTMENT_REVIEWER)
    )
    assert 'action="/go/"' in shown and 'name="verb" value="review"' in shown and 'value="send_back"' in shown
    assert 'name="version" value="2"' in shown and f'name="digest" value="{"9f3a" * 16}"' in shown
    assert "required" in shown and "现在等" not in shown


@pytest.mark.django_db
def test_others_read_who_is_next() -> None:
    batch = Batch(agency=SimpleNamespace(name="农业农村局"))
    shown = rendered("{% decide flow batch actor %}", flow=FLOW, batch=batch, actor=actor(Role.DEPARTMENT_CLERK))
    assert "<button" not in shown and "现在等：农业农村局的部门复核办“复核通过”。" in shown


@pytest.mark.django_db
def test_at_the_end_nobody_is_waited_for() -> None:
    shown = rendered(
        "{% decide flow batch actor %}", flow=FLOW, batch=Batch(state="reviewed"), actor=actor(Role.DEPARTMENT_REVIEWER)
    )
    assert "待审批，没有下一步了。" in shown


def test_the_pager_keeps_the_filter() -> None:
    request = RequestFactory().get("/trail/", {"subject": "batch:3", "page": "2"})
    shown = rendered("{% pager page %}", request=request, page=Paginator(range(1286), 50).get_page(2))
    assert "共 1,286 条，第 2 / 26 页" in shown
    assert "subject=batch%3A3&amp;page=3" in shown and "page=1" in shown
    second = rendered("{% pager page 'objections' %}", request=request, page=Paginator(range(60), 50).get_page(1))
    assert "page=2&amp;objections=2" in second and 'rel="prev"' not in second


def test_a_field_says_what_is_wrong_and_how_to_mend_it() -> None:
    class Due(forms.Form):
        due_on = forms.DateField(label="截止日", help_text="乡镇在这天前交齐")
        remark = forms.CharField(label="备注", required=False)

    form = Due({"due_on": "下周"})
    shown = rendered("{% field form.due_on %}{% field form.remark %}", form=form)
    assert "请按 2026-11-21 这样填日期。" in shown and "he-field--wrong" in shown
    assert 'id="id_due_on_helptext"' in shown and 'id="id_due_on_error"' in shown
    assert 'aria-describedby="id_due_on_helptext id_due_on_error"' in shown and "（可以不填）" in shown


def test_the_money_bar_covers_the_whole_width() -> None:
    shown = rendered(
        '{% money_bar parts "钱在哪里" %}', parts=[("已到卡", 97_60, "ok"), ("在途", 240, "info"), ("无", 0, "")]
    )
    assert shown.count("<rect") == 4 and 'width="976"' in shown and 'x="976"' in shown and 'width="24"' in shown
    assert "¥97.60" in shown
    assert "还没有钱进来" in rendered("{% money_bar parts %}", parts=[])


def test_deadlines_notes_and_empty_lists() -> None:
    today = date(2026, 11, 21)
    assert "超期 1 天" in rendered("{% due day today %}", day=date(2026, 11, 20), today=today)
    assert "—" in rendered("{% due day today %}", day=None, today=today)
    assert "he-note--error" in rendered('{% note "error" "现在不能通过" %}差 ¥100.00{% endnote %}')
    assert "没有要您办的事。" in rendered('{% nothing "没有要您办的事。" "下一件" %}')
    assert "周敏 2026-11-21" in rendered("{% watermark actor today %}", actor=actor(Role.AUDITOR), today=today)
