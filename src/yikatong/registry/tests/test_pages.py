"""The registry in the browser's eyes: people masked, chasing, loading cards, changing the payee card."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yikatong.core import tasks
from yikatong.core.models import Official, TaskRun
from yikatong.registry.models import Card, CardChange, Person

from .county import CARDS_HEADER, LI_CARD, LI_ID, LI_NEWER, load_banks, load_people, with_two_cards


@pytest.fixture
def signed_in(client):
    """Sign in as somebody of the cast."""

    def sign_in(username):
        client.force_login(Official.objects.get(username=username))
        return client

    return sign_in


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.mark.django_db
def test_people_are_found_and_shown_masked(signed_in, cast, at):
    li = with_two_cards(cast, at)
    client = signed_in("liuhe.jingban")
    assert "李毅" in text(client.get(reverse("registry:people")))
    by_name = client.post(reverse("registry:people"), {"text": "李"})
    assert "黄波" not in text(client.get(by_name["location"]))
    found = text(client.post(reverse("registry:people"), {"text": LI_ID}))
    assert ("李毅" in found, "黄波" in found) == (True, False)
    page = text(client.get(reverse("registry:person", args=[li.pk])))
    assert "519***********6675" in page
    assert "6299 **** **** 0082" in page
    assert LI_ID not in page
    assert signed_in("shiqiao.jingban").get(reverse("registry:person", args=[li.pk])).status_code == 404


@pytest.mark.django_db
def test_who_cannot_be_paid_is_listed_with_the_remedy(signed_in, cast, at):
    with_two_cards(cast, at)
    client = signed_in("liuhe.jingban")
    page = text(client.get(reverse("registry:unpayable")))
    assert ("黄波" in page, "李毅" in page, "没有社保卡" in page) == (True, False, True)
    assert "黄波" not in text(client.get(reverse("registry:unpayable") + "?why=inactive"))
    huang = Person.objects.get(no="R000002")
    assert "请通知本人" in text(client.get(reverse("registry:person", args=[huang.pk])))


@pytest.mark.django_db
def test_a_change_goes_from_the_township_to_the_department(signed_in, cast, at):
    li = with_two_cards(cast, at)
    client = signed_in("liuhe.jingban")
    address = reverse("registry:propose", args=[li.pk])
    older = Card.objects.get(tail="0049")
    told = {"card": older.pk, "reason": "旧卡离家近", "confirmed_on": at.date()}
    assert "请写明本人为什么要换卡" in text(client.post(address, told | {"reason": ""}))
    client.post(address, told)
    change = CardChange.objects.get()
    client = signed_in("nongye.fuhe")
    assert "尾号 0049" in text(client.get("/"))
    assert "旧卡离家近" in text(client.get(reverse("registry:changes")))
    assert "批准变更" in text(client.get(reverse("registry:change", args=[change.pk])))
    decided = {"verb": "approve", "version": change.version, "digest": change.digest}
    client.post(reverse("registry:decide-change", args=[change.pk]), decided)
    assert "本人指定" in text(client.get(reverse("registry:person", args=[li.pk])))


def test_a_file_of_cards_is_loaded_in_the_background(fresh_database, signed_in, cast, at):
    load_banks(cast, at)
    load_people(cast, at)
    client = signed_in("renshe.faka")

    def upload(*rows):
        file = SimpleUploadedFile("cards.csv", "\n".join((CARDS_HEADER, *rows)).encode())
        client.post(reverse("registry:loads"), {"file": file, "as_of": at.date()})
        tasks.run_waiting()
        return TaskRun.objects.first()

    assert "新卡 2 张" in upload(LI_CARD, LI_NEWER).message
    refused = upload(LI_CARD.replace("正常", "冻结"))
    assert (refused.state, "第 2 行“状态”列" in refused.message) == ("refused", True)
    page = text(client.get(reverse("registry:loads")))
    assert "cards.csv" in page
    assert "青禾农村商业银行" in page
    assert signed_in("liuhe.jingban").get(reverse("registry:loads")).status_code == 404
