"""``bin/bench --pages``: how long the server takes for every page that any official is shown, by following the links.

In this process, by Django's own client: no network, no second server, a warm cache. Pages of one kind are alike, so each
official opens a few of a kind: a kind is a view, and what of its filters and pages is asked for. Parts that a page loads
by itself are pages, too. What must be answered within 150 ms is the page; an answer that flows (an export) is not timed.
Nothing is posted, so nothing is decided.
"""

import logging
import re
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

LIMIT_MS = 150
# So many pages of one kind for each official, and so many slow ones in the table.
OF_A_KIND, TOLD = 3, 20
# The best of so many, unless the first is quick anyway: what else the machine does is not the page's.
TIMES, QUICK_MS = 3, 100
NOT_FOLLOWED = ("logout", "static")
LINK = re.compile(r'(?:href|hx-get)="([/?][^"#]*)"')


@dataclass(frozen=True)
class Page:
    """One page as one official saw it: its kind, the address, the best time and the first, and the answer's status."""

    kind: str
    address: str
    username: str
    ms: int
    first_ms: int
    status: int


def crawl() -> list[Page]:
    """Every official's pages in the standing database, the slowest first. Django stands already."""
    from django.test import override_settings

    from yikatong.banking import tasks
    from yikatong.core.models import Official

    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # what is not found is in the table
    tasks.count()  # what the worker does at night
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        found = [
            page
            for official in Official.objects.filter(is_active=True).order_by("username")
            for page in _pages_of(official)
        ]
    return sorted(found, key=lambda page: -page.ms)


def _pages_of(official: Any) -> Iterator[Page]:
    from django.test import Client
    from django.urls import Resolver404, resolve

    client = Client(raise_request_exception=False)
    client.force_login(official)
    waiting, seen, of_a_kind = deque(["/"]), {"/"}, Counter[str]()
    while waiting:
        address = waiting.popleft()
        try:
            view = resolve(address.split("?")[0]).view_name
        except Resolver404:
            continue
        kind = " ".join([view, *sorted(parse_qs(urlsplit(address).query, keep_blank_values=True))])
        of_a_kind[kind] += 1
        if view in NOT_FOLLOWED or of_a_kind[kind] > OF_A_KIND:
            continue
        answer, times = _timed(client, address)
        if not answer.streaming:
            yield Page(kind, address, official.username, min(times), times[0], answer.status_code)
        for link in (urljoin(address, one) for one in _links(answer)):
            if link not in seen:
                seen.add(link)
                waiting.append(link)


def _timed(client: Any, address: str) -> tuple[Any, list[int]]:
    times: list[int] = []
    while True:
        begun = time.perf_counter()
        answer = client.get(address)
        times.append(round((time.perf_counter() - begun) * 1000))
        if len(times) == TIMES or times[-1] < QUICK_MS:
            return answer, times


def _links(answer: Any) -> list[str]:
    if answer.status_code in (301, 302):
        return [answer["Location"]]
    if answer.streaming or "html" not in answer.get("Content-Type", ""):
        return []
    return [unescape(link) for link in LINK.findall(answer.content.decode())]


def as_json(pages: list[Page]) -> dict[str, Any]:
    """How many pages, how many of them over the limit or not answered, and the slowest of each kind, in milliseconds."""
    slowest: dict[str, Page] = {}
    for page in pages:
        slowest.setdefault(page.kind, page)
    return {
        "count": len(pages),
        "limit_ms": LIMIT_MS,
        "over_count": sum(page.ms > LIMIT_MS for page in pages),
        "broken": [asdict(page) for page in pages if page.status >= 400],
        "slowest": [asdict(page) for page in slowest.values()],
    }


def as_lines(told: dict[str, Any]) -> list[str]:
    """The table of the slowest kinds of pages."""
    over = f"{told['over_count']:,} of them over {told['limit_ms']} ms"
    lines = ["", f"pages: {told['count']:,} opened, {over} on the server; the slowest kinds (best of three, first)"]
    lines += [
        f"{page['kind']:<38}{page['ms']:>7} ms{page['first_ms']:>7} ms  {page['username']:<16} {page['address']}"
        for page in told["slowest"][:TOLD]
    ]
    lines += [f"answered {page['status']}: {page['username']} {page['address']}" for page in told["broken"]]
    return lines
