"""本页怎么用: a few sentences a page, written beside the room in ``help.toml``, a table a page named as its address."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOMS = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Help:
    """What the page is for, what to do on it, what comes next, and whom to ask."""

    purpose: str
    todo: str
    next: str
    ask: str


@cache
def pages() -> dict[str, Help]:
    """View name ("batches:detail", "inbox") -> help, of all rooms."""
    found: dict[str, Help] = {}
    for path in sorted(ROOMS.glob("*/help.toml")):
        room = path.parent.name
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        for page, told in written.items():
            name = page if room == "site" else f"{room}:{page}"
            found[name] = Help(**written[told.get("like", page)])
    return found


def page(view_name: str) -> Help | None:
    """The help of a page, by the name of its address."""
    return pages().get(view_name)
