"""No link leads nowhere: whatever an official is shown, at any stage of a run, opens for that official."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client

from tests import whole_run

from .test_lists import Page, one_of_each_role

# Signing out and static files are no pages.
NOT_FOLLOWED = re.compile(r"^/(logout|static)/")
# Of one kind of page so many are opened for one official at one stage: each row of a list leads to the same kind.
OF_A_KIND_MAX = 2
NUMBERS = re.compile(r"\d+")


def dead_links(client: Client) -> list[str]:
    """Links that the signed-in official is shown, from 待办 on, and that do not open; each with the page that shows it."""
    waiting, seen, dead = [("/", "")], {"/"}, []
    kinds: dict[str, int] = defaultdict(int)
    while waiting:
        address, shown_on = waiting.pop(0)
        kind = NUMBERS.sub("0", address)
        if kinds[kind] == OF_A_KIND_MAX:
            continue
        kinds[kind] += 1
        answer = client.get(address)
        if answer.status_code != 200:
            dead.append(f"{shown_on} shows {address}: {answer.status_code}")
            continue
        if answer.streaming or "text/html" not in answer["Content-Type"]:
            answer.close()
            continue
        for link in Page(answer.content.decode()).links:
            there = urljoin(address, link).partition("#")[0]
            if there not in seen and not urlsplit(there).netloc and not NOT_FOLLOWED.search(there):
                seen.add(there)
                waiting.append((there, address))
    return dead


def test_every_link_that_is_shown_opens(fresh_database: Any, tmp_path: Path) -> None:
    whole_run.play(fresh_database, tmp_path)
    wrong = []
    for official in one_of_each_role():
        client = Client()
        client.force_login(official)
        wrong += [f"{official.username}: {one}" for one in dead_links(client)]
    assert not wrong, "\n".join(wrong)
