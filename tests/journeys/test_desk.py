"""The desk across all rooms after a whole run: what officials did and began is found again, and only by those who may."""

from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse

from tests import whole_run
from yikatong.batches.models import PaymentBatch
from yikatong.core import authz, clock, subjects
from yikatong.core.models import AuditEvent, Decision, Official
from yikatong.core.workflow import FLOWS
from yikatong.registry.models import Person
from yikatong.rosters.models import Roster
from yikatong.site import queries

CLERK = "nongye.jingban"
TOWNSHIP = "liuhe.jingban"
REVIEWER = "nongye.fuhe"


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(Official.objects.get(username=username))
    return client


def page(client: Client, name: str) -> str:
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    return answer.content.decode()


def found(client: Client, text: str) -> Any:
    return client.post(reverse("search"), {"q": text})


def test_the_rows_of_every_flow_have_a_name_and_a_page() -> None:
    assert set(FLOWS) - set(subjects.KINDS) == set()


def test_after_a_whole_run_everybody_finds_what_they_did_and_nothing_else(fresh_database: Any, tmp_path: Path) -> None:
    whole_run.play(fresh_database, tmp_path)
    everybody_sees_what_they_decided()
    what_was_begun_says_where_it_stands()
    watching_brings_news_and_news_are_read_once()
    search_finds_numbers_programs_and_people()
    everything_in_the_trail_is_told_in_chinese()


def everybody_sees_what_they_decided() -> None:
    for official in Official.objects.filter(pk__in=Decision.objects.values("official_id"), is_machine=False):
        text = page(signed_in(official.username), "done")
        assert "您还没有办过事" not in text, official.username


def what_was_begun_says_where_it_stands() -> None:
    batch = PaymentBatch.objects.latest("pk")
    text = page(signed_in(CLERK), "begun")
    assert batch.no in text
    assert "等谁" in text


def watching_brings_news_and_news_are_read_once() -> None:
    client, batch = signed_in(CLERK), PaymentBatch.objects.latest("pk")
    watch = {"flow": "payment_batch", "subject": batch.pk, "back": reverse("batches:detail", args=[batch.no])}
    assert client.post(reverse("watch"), watch)["Location"] == watch["back"]
    assert batch.no in page(client, "watched")
    client.post(reverse("watch"), {**watch, "watch": "no"})
    assert batch.no not in page(client, "watched")
    assert client.post(reverse("watch"), {**watch, "back": "//evil.example/"})["Location"] == "/"
    # A township's clerk may not see the batch: watching it is like watching nothing.
    assert signed_in("liuhe.jingban").post(reverse("watch"), watch).status_code == 404
    assert "条没看" in page(client, "inbox")
    assert "he-mail__one--new" not in page(client, "messages")
    assert "条没看" not in page(client, "inbox")


def search_finds_numbers_programs_and_people() -> None:
    roster, batch = Roster.objects.latest("pk"), PaymentBatch.objects.latest("pk")
    township, clerk = signed_in(TOWNSHIP), signed_in(CLERK)
    assert found(township, roster.no)["Location"] == reverse("rosters:detail", args=[roster.no])
    assert batch.no in shown(clerk, batch.no)
    assert "没有找到" in shown(township, batch.no)
    assert roster.program.name in shown(clerk, roster.program.name[:4])
    person = Person.objects.exclude(id_index=None).first()
    assert person is not None
    assert person.id_masked in shown(township, person.name)
    # Who has no business with people finds none.
    assert "没有找到" in shown(signed_in("fang.guoku"), "不在这里的人")
    assert person.id_masked not in shown(signed_in("xitong"), person.name)


def everything_in_the_trail_is_told_in_chinese() -> None:
    auditor = authz.actor_for(Official.objects.get(username="shenji"), clock.today())
    told = queries.told(auditor, list(AuditEvent.objects.all()))
    assert told and {one.event.name for one in told if not one.words} == set()


def shown(client: Client, text: str) -> str:
    return client.post(reverse("search"), {"q": text}, follow=True).content.decode()


def test_filters_of_the_inbox_stand_in_the_address_and_can_be_kept(db: None) -> None:
    client = signed_in(CLERK)
    answer = client.post(reverse("save-view"), {"query": "due=week&evil=1", "name": "本周要办"}, follow=True)
    assert "已存为常用筛选" in answer.content.decode()
    assert answer.request["QUERY_STRING"] == "due=week"
    text = page(client, "inbox")
    assert "?due=week" in text
    assert "本周要办" in text
    assert "请给这组筛选起个名字" in client.post(reverse("save-view"), {"name": " "}, follow=True).content.decode()
