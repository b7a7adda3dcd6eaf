"""Every page that an official can reach: whole, accessible by day and by night, light enough for a slow line, and never
wider than the window, from a small phone to a wide screen, also in 大字 and 紧凑.
"""

import re
from collections.abc import Iterator

import pytest

from . import looks
from .desk import Desk, Office

pytestmark = pytest.mark.browser

# Between them they reach every page; each walks on from what the ones before have seen.
WALKERS = (
    "nongye.jingban",
    "nongye.shenpi",
    "liuhe.jingban",
    "luo.yusuan",
    "fang.guoku",
    "wang.caizheng",
    "renshe.faka",
    "yinhang",
    "shenji",
)
PAGES_MIN = 45
NUMBERS = re.compile(r"/(?:\d+|(?=[\w-]*\d)[A-Z][\w-]*)(?=/)")
HELP = re.compile(r"^/help/[^/]+/")
NOT_PAGES = re.compile(r"\.(csv|xlsx)$|/export/$|/proofs/\d+/$|^/static/|\?")


def test_every_page_is_whole_accessible_and_fits(played_office: Office) -> None:
    wrong: list[str] = []
    seen: set[str] = {"/logout/"}
    for username in WALKERS:
        for desk, path in walk(played_office[username], seen):
            wrong += [f"{username} {path}: {fault}" for fault in looks.faults(desk.page)]
    assert not wrong, "\n".join(wrong)
    assert len(seen) > PAGES_MIN, sorted(seen)


def walk(desk: Desk, seen: set[str]) -> Iterator[tuple[Desk, str]]:
    """Follow links from 待办, one page of each kind; a link that leads nowhere is a fault."""
    waiting = ["/"]
    # Everybody has an inbox of their own.
    seen.discard("/")
    while waiting:
        path = waiting.pop(0)
        if shape(path) in seen:
            continue
        seen.add(shape(path))
        assert desk.open(path) == 200, f"{path} cannot be opened by whoever sees the link"
        hrefs = desk.page.eval_on_selector_all("a[href^='/']", "links => links.map(link => link.getAttribute('href'))")
        waiting += [href for href in hrefs if not NOT_PAGES.search(href)]
        yield desk, path


def shape(path: str) -> str:
    """Pages of one kind look the same: /batches/PB-1/ and /batches/PB-2/ are /batches/*/."""
    return NUMBERS.sub("/*", HELP.sub("/help/*/", path))
