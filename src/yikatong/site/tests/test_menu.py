"""The menu stays short for every role, and nothing is lost by folding."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from tests.cast import Cast
from yikatong.core import slots
from yikatong.core.models import Official
from yikatong.site import menu

pytestmark = pytest.mark.django_db


def test_every_role_has_a_short_menu_that_leads_to_everything(cast: Cast) -> None:
    lengths = {}
    for official in Official.objects.exclude(username="system"):
        actor = cast[official.username]
        shown = menu.menu(actor, "/", 0)
        direct = [link for _, links in shown.groups for link in links]
        lengths[official.username] = len(direct)
        reached = {link.url for link in direct}
        for link in [link for link in direct if link.is_section]:
            folded = menu.section(link.url.split("/")[2])
            assert folded is not None
            reached |= {one.url for one in menu.links(actor, folded.group)}
        assert {reverse(item.url_name) for items in slots.menu(actor).values() for item in items} <= reached
    assert max(lengths.values()) <= menu.ENTRIES_MAX, lengths


def test_every_page_of_a_section_says_what_is_there(cast: Cast) -> None:
    groups = slots.menu(cast["shenji"])
    untold = [item.title for one in menu.SECTIONS for item in groups.get(one.group, []) if not item.note]
    assert untold == []


def test_a_page_of_a_folded_section_stands_beside_its_siblings(cast: Cast) -> None:
    path = reverse("banking:books")
    shown = menu.menu(cast["shenji"], path, 0)
    assert shown.section == menu.section("bank")
    assert [link.title for link in shown.siblings if link.is_here] == ["每日对账"]
    assert len(menu.menu(cast["yinhang"], path, 0).siblings) == 0


def test_a_page_that_lies_elsewhere_names_its_entry(cast: Cast) -> None:
    shown = menu.menu(cast["shenji"], reverse("payments:year-end"), 0, "payments:year-end")
    assert [link.title for link in shown.siblings if link.is_here] == ["待处理账龄"]
    named = [view for items in slots.menu(cast["shenji"]).values() for item in items for view in item.pages]
    assert named and len(named) == len(set(named))
    known = set(_view_names(get_resolver()))
    assert set(named) <= known, set(named) - known


def _view_names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _view_names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}"


def test_a_section_shows_only_what_its_reader_may_open() -> None:
    auditor, clerk, cadre = (_signed_in(name) for name in ("shenji", "liuhe.jingban", "liuhe.cun"))
    url = reverse("section", args=["bank"])
    assert "每日对账" in auditor.get(url).content.decode()
    assert "每日对账" not in clerk.get(url).content.decode()
    assert cadre.get(url).status_code == 404
    assert auditor.get(reverse("section", args=["nowhere"])).status_code == 404


def _signed_in(username: str) -> Client:
    client = Client()
    client.force_login(Official.objects.get(username=username))
    return client
