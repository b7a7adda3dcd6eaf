"""列对应: odd headings are asked about once, remembered for the township, and asked about again when they change."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from yikatong.core.models import Official, StoredFile, TaskRun
from yikatong.core.refusals import NotFound, Refused
from yikatong.rosters import contributions, queries, rechecking, telling
from yikatong.rosters.models import ColumnMapping, HeadingQuestion, RosterLine, RosterReading
from yikatong.rosters.rules import told
from yikatong.rosters.states import FLOW

from . import desk
from .desk import CLERK, HUANG_ID, LI_ID, LI_ROW

pytestmark = pytest.mark.django_db

ODD = f"甲,乙,丙,丁,戊\n李毅,{LI_ID},2.00,95.30,190.60\n黄波,{HUANG_ID},1.00,95.30,95.30\n"
TOLD = {"A": "name", "B": "id_number", "C": "quantity", "D": "rate", "E": "amount"}
FIGURES = {"row_count": 2, "ok_count": 2}


@pytest.fixture
def ground(cast, at):
    desk.ground(cast, at)


def asked_roster(cast, at, text=ODD, name="柳河镇2026年耕地地力保护补贴.csv", **more):
    roster = desk.receive(cast, at, text.encode(), name=name, **more)
    return desk.read(cast, at, roster)


def tell(roster, cast, at, fields=TOLD, row=1):
    by = cast[CLERK]
    run = telling.tell(roster=roster, sheet=0, header_row=row, fields=fields, by=by, at=at, seen_version=roster.version)
    assert run.state == TaskRun.State.QUEUED
    form = told.form([(text, place) for place, text in enumerate("甲乙丙丁戊")],
                             {place: fields.get(letter) for place, letter in enumerate("ABCDE")})  # fmt: skip
    return desk.read(cast, at, roster, [form])


def figures(roster):
    found = queries.figures(roster) or {}
    return {name: found.get(name) for name in FIGURES}


def test_headings_that_say_nothing_are_asked_about_and_nothing_is_read(cast, at, ground):
    roster = asked_roster(cast, at)
    assert (roster.state, roster.readings.count()) == ("received", 0)
    asked = telling.question(roster)
    assert asked is not None
    (head,) = telling.heads(asked, by=cast[CLERK], at=at)
    assert (head.header_row, head.rows[0], head.fields) == (1, list("甲乙丙丁戊"), [None] * 5)
    assert LI_ID.encode() not in bytes(asked.heads_sealed)
    with pytest.raises(NotFound):
        telling.heads(asked, by=cast["shiqiao.jingban"], at=at)


def test_a_roster_that_is_not_being_read_says_what_the_clerk_has_to_do(cast, at, ground):
    client = Client()
    client.force_login(Official.objects.get(username=CLERK))
    roster = desk.receive(cast, at, ODD.encode())
    assert said(cast, client, roster) == ("正在读取", "等读完，再核对")
    desk.read(cast, at, roster)
    assert said(cast, client, roster) == ("待指认表头", "指认表头")
    common = {"by": cast[CLERK], "at": at, "seen_version": roster.version}
    telling.tell(roster=roster, sheet=0, header_row=1, fields=TOLD, **common)
    assert said(cast, client, roster) == ("正在读取", "等读完，再核对")
    TaskRun.objects.filter(subject=f"roster:{roster.pk}").update(state="done")
    other = desk.receive(cast, at, LI_ROW.encode())
    TaskRun.objects.filter(subject=f"roster:{other.pk}").update(state="refused")
    assert said(cast, client, other) == ("没有收，请换一份表", "换一份表，重新上传")
    TaskRun.objects.filter(subject=f"roster:{other.pk}").update(state="canceled")
    assert said(cast, client, other) == ("没有读成，请重传", "重新上传")


def said(cast, client, roster):
    """What the list and the roster's page say of it, and what the inbox asks for; the three agree."""
    words = FLOW.standing(desk.fresh(cast, roster))[1]
    pages = [reverse("rosters:detail", args=[roster.no]), reverse("rosters:list"), reverse("begun")]
    for page in pages:
        assert words in client.get(page).content.decode(), page
    asked = [item for item in contributions.inbox(cast[CLERK], roster.created_at) if roster.no in item.url]
    return words, asked[0].what_to_do


def test_what_was_told_reads_the_file_and_the_next_one_by_itself(cast, at, ground):
    roster = tell(asked_roster(cast, at), cast, at)
    assert figures(roster) == FIGURES
    assert telling.question(roster) is None
    source = telling.source(roster)
    assert source is not None and source.told_now
    # The next file has its columns in another order and one more of them.
    moved = f"庚,乙,甲,丁,戊,丙\nx,{LI_ID},李毅,95.30,190.60,2.00\nx,{HUANG_ID},黄波,95.30,95.30,1.00\n"
    again = asked_roster(cast, at, moved, name="第二份.csv")
    assert figures(again) == FIGURES
    source = telling.source(again)
    assert source is not None and not source.told_now and source.earlier is not None
    assert source.earlier.reading.roster_id == roster.pk


def test_a_changed_heading_is_asked_about_again(cast, at, ground):
    tell(asked_roster(cast, at), cast, at)
    changed = asked_roster(cast, at, ODD.replace("戊", "己"), name="第二份.csv")
    assert telling.question(changed) is not None


def test_a_lost_heading_of_a_file_that_is_understood_is_pointed_out(cast, at, ground):
    first = desk.read_roster(cast, at)
    mapping = {column["column"]: column["field"] for column in queries.mapping(first)} | {"F": None}
    telling.change_mapping(roster=first, mapping=mapping, by=cast[CLERK], at=at, seen_version=first.version)
    forms = [json.loads(json.dumps(form)) for form in _started(first)]
    desk.read(cast, at, first, forms)
    other = desk.HEADER.replace("补贴标准（元/亩）", "每亩标准")
    second = asked_roster(cast, at, f"{other}\n{LI_ROW}\n", name="第二份.csv")
    source = telling.source(second)
    assert source is not None and source.gone == ["补贴标准(元/亩)"]


def _started(roster):
    columns = queries.mapping(roster)
    headings = [(column["header"], ord(column["column"]) - 65) for column in columns]
    return [told.form(headings, {ord(c["column"]) - 65: c["field"] for c in columns if c["column"] != "F"})]


def test_a_correction_in_place_is_checked_under_the_same_mapping(cast, at, ground):
    roster = tell(asked_roster(cast, at, ODD.replace(HUANG_ID, HUANG_ID[:-1] + "0")), cast, at)
    assert figures(roster) == {"row_count": 2, "ok_count": 1}
    (row,) = queries.problem_rows(roster, actor=cast[CLERK], at=at)[0]
    check = rechecking.recheck(
        roster, rechecking.Changes(edited={row.row_key: {"id_number": HUANG_ID}}), by=cast[CLERK], at=at
    )
    assert check.ok_count == 2
    assert RosterLine.objects.filter(roster=roster).count() == 3


def test_what_is_told_must_be_whole_and_of_a_row_of_headings(cast, at, ground):
    roster = asked_roster(cast, at)
    common = {"roster": roster, "sheet": 0, "by": cast[CLERK], "at": at, "seen_version": roster.version}
    with pytest.raises(Refused, match="身份证号、金额"):
        telling.tell(header_row=1, fields={"A": "name"}, **common)
    with pytest.raises(Refused, match="两列"):
        telling.tell(header_row=1, fields=TOLD | {"D": "amount"}, **common)
    with pytest.raises(Refused, match="不像表头"):
        telling.tell(header_row=2, fields=TOLD, **common)
    with pytest.raises(Refused, match="不像表头"):
        telling.tell(header_row=99, fields=TOLD, **common)
    with pytest.raises(NotFound):
        telling.tell(header_row=1, fields=TOLD, **{**common, "by": cast["shiqiao.jingban"]})


def test_another_township_knows_nothing_of_it(cast, at, ground):
    roster = tell(asked_roster(cast, at), cast, at)
    assert len(telling.remembered(roster.agency_id)) == 1
    assert telling.remembered(cast["shiqiao.jingban"].posts[0].agency_id) == []


def test_four_clicks_on_the_page_map_a_file(cast, at, ground, monkeypatch):
    roster = asked_roster(cast, at)
    client = Client()
    client.force_login(Official.objects.get(username=CLERK))
    TaskRun.objects.update(ended_at=at)
    page = client.get(reverse("rosters:detail", args=[roster.no])).content.decode()
    assert "表头认不全" in page
    page = client.get(reverse("rosters:headings", args=[roster.no])).content.decode()
    assert "每一列是什么" in page and "李毅" in page
    posted = {"version": roster.version, "header_row": "1", **TOLD}
    answer = client.post(reverse("rosters:headings", args=[roster.no]), posted)
    assert answer.status_code == 302
    run = TaskRun.objects.filter(subject=f"roster:{roster.pk}").latest("id")
    assert run.state == "queued"
    assert StoredFile.objects.filter(kind="roster").count() == 1
    assert (HeadingQuestion.objects.count(), ColumnMapping.objects.count(), RosterReading.objects.count()) == (1, 0, 0)
