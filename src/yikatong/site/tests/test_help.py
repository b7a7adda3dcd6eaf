"""Every page that anybody can reach says 本页怎么用: four short, plain answers beside the room."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from yikatong.core.models import Official
from yikatong.site import helping

# Sheets of paper and files, which have no frame with a button; and the help itself.
NO_PAGES = {
    "help",
    "export",
    "print",
    "banking:book-workbook",
    "banking:books-workbook",
    "banking:break-workbook",
    "banking:proof",
    "banking:service-workbook",
    "notices:print",
    "notices:print-village",
    "notices:proof",
    "payments:export-ageing",
    "rosters:annotated-copy",
    "rosters:chase-export",
    "rosters:template",
}
EMPTY = ("相关", "有关部门", "按要求", "按规定", "及时办理", "认真", "请知悉", "详见", "如有疑问", "以此类推", "等等")
FILE = re.compile(r"(\.xlsx|\.csv|/export/)$")


def routes(
    patterns: list[URLPattern | URLResolver], space: str = "", path: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{one.namespace}:" if one.namespace else space
            yield from routes(one.url_patterns, inner, path + str(one.pattern))
        elif hasattr(one.callback, "permissions"):
            yield space + str(one.name), path + str(one.pattern), one


def pages() -> set[str]:
    """The names of all staff's addresses that answer GET with a page."""
    found = set()
    for name, path, route in routes(get_resolver().url_patterns):
        request = RequestFactory().get("/")
        request.user = AnonymousUser()
        arguments = dict.fromkeys(route.pattern.converters, "1")
        if route.callback(request, **arguments).status_code != 405 and not FILE.search(path):
            found.add(name)
    return found


def test_every_page_says_how_it_is_used() -> None:
    assert sorted(pages() - NO_PAGES - helping.pages().keys()) == []


def test_no_help_is_left_of_a_page_that_is_gone() -> None:
    names = {name for name, _, _ in routes(get_resolver().url_patterns)}
    assert sorted(helping.pages().keys() - names) == []


@pytest.mark.parametrize("page", sorted(helping.pages()))
def test_help_is_short_and_says_something(page: str) -> None:
    told = helping.pages()[page]
    for sentence in (told.purpose, told.todo, told.next, told.ask):
        assert 8 <= len(sentence) <= 110, sentence
        assert sentence.endswith("。"), sentence
        assert [phrase for phrase in EMPTY if phrase in sentence] == []
    assert len({told.purpose, told.todo, told.next, told.ask}) == 4


def test_two_pages_do_not_say_the_same() -> None:
    purposes = [told["purpose"] for path in sorted(helping.ROOMS.glob("*/help.toml")) for told in written(path)]
    assert [words for words, times in Counter(purposes).items() if times > 1] == []


def written(path: Path) -> list[dict[str, str]]:
    return [told for told in tomllib.loads(path.read_text(encoding="utf-8")).values() if "like" not in told]


def test_a_page_leads_to_its_help_with_and_without_script(db: None) -> None:
    client = Client()
    client.force_login(Official.objects.get(username="nongye.fuhe"))
    link = reverse("help", args=["inbox"])
    assert f'href="{link}" data-dialog="help"' in client.get("/").content.decode()
    whole = client.get(link).content.decode()
    told = helping.pages()["inbox"]
    assert told.purpose in whole and told.ask in whole and "<html" in whole
    small = client.get(link, headers={"HX-Request": "true"}).content.decode()
    assert told.todo in small and "<html" not in small
    assert client.get(reverse("help", args=["no:such"])).status_code == 404
    assert "看本页怎么用" in client.get(reverse("keys")).content.decode()
