"""The left menu: what an official does daily is one click away; where there is too much, whole groups fold into a page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from yikatong.core import slots
from yikatong.core.authz import Actor

from . import words

# More than this nobody takes in at a glance; the inbox and the search lead everywhere anyway.
ENTRIES_MAX = 12


@dataclass(frozen=True)
class Section:
    """A group of the menu that may fold into one entry with a page of its own at /sections/SLUG/."""

    slug: str
    group: str
    icon: str
    lead: str


# Folded in this order, least daily first, until the menu is short enough. Groups not named here never fold.
SECTIONS = (
    Section("bank", "银行", "landmark", words.SECTION_BANK),
    Section("back", "退票与退回", "undo-2", words.SECTION_BACK),
    Section("policy", "政策", "book-open", words.SECTION_POLICY),
    Section("people", "人和卡", "users", words.SECTION_PEOPLE),
    Section("disclosure", "公示公开", "megaphone", words.SECTION_DISCLOSURE),
    Section("money", "指标与资金", "scale", words.SECTION_MONEY),
    Section("paying", "发放", "send", words.SECTION_PAYING),
)


@dataclass(frozen=True)
class MenuLink:
    """One link of the left menu. ``waiting`` is the number beside it, 0 for none; a section leads to several pages."""

    title: str
    url: str
    icon: str
    is_here: bool = False
    waiting: int = 0
    is_section: bool = False
    note: str = ""


@dataclass(frozen=True)
class Menu:
    """The menu of a page: its groups, and beside which pages of a folded section the page stands."""

    groups: list[tuple[str, list[MenuLink]]]
    section: Section | None
    siblings: list[MenuLink]


def section(slug: str) -> Section | None:
    """A section by its slug."""
    return next((one for one in SECTIONS if one.slug == slug), None)


def links(actor: Actor, group: str, path: str = "") -> list[MenuLink]:
    """The pages of a group that the actor may open."""
    return [_link(item, path) for item in slots.menu(actor).get(group, [])]


def menu(actor: Actor, path: str, waiting: int, view_name: str = "") -> Menu:
    """The menu of ``actor`` on the page ``path``, shown by ``view_name``; ``waiting`` is the number beside 待办."""
    grouped = slots.menu(actor)
    here = _entry_of(view_name, path, [item for items in grouped.values() for item in items])
    folded = _folded({group: len(items) for group, items in grouped.items()})
    shut = {one.group for one in folded}
    groups = [
        (group, [_link(item, here, waiting) for item in items]) for group, items in grouped.items() if group not in shut
    ]
    inside = next((one for one in folded if _is_inside(one, grouped[one.group], path, here)), None)
    more = [
        MenuLink(one.group, reverse("section", args=[one.slug]), one.icon, one is inside, is_section=True)
        for one in sorted(folded, key=lambda one: list(grouped).index(one.group))
    ]
    siblings = [_link(item, here) for item in grouped[inside.group]] if inside else []
    return Menu([*groups, (words.MORE, more)] if more else groups, inside, siblings)


def _folded(counts: dict[str, int]) -> list[Section]:
    """As many sections as must fold; one of a single page never does, for nothing would be gained."""
    folded: list[Section] = []
    length = sum(counts.values())
    for one in SECTIONS:
        if length > ENTRIES_MAX and counts.get(one.group, 0) > 1:
            folded.append(one)
            length -= counts[one.group] - 1
    return folded


def _is_inside(one: Section, items: Iterable[slots.MenuItem], path: str, here: str) -> bool:
    return path == reverse("section", args=[one.slug]) or here in [reverse(item.url_name) for item in items]


def _link(item: slots.MenuItem, here: str, waiting: int = 0) -> MenuLink:
    url = reverse(item.url_name)
    return MenuLink(item.title, url, item.icon, url == here, waiting if url == "/" else 0, note=item.note)


def _entry_of(view_name: str, path: str, items: list[slots.MenuItem]) -> str:
    """The address of the entry that a page belongs to: one that names it, else the longest beginning of its address."""
    named = [reverse(item.url_name) for item in items if view_name in item.pages]
    # Every address begins with that of the inbox.
    below = [url for item in items if path == (url := reverse(item.url_name)) or (url != "/" and path.startswith(url))]
    return named[0] if named else max(below, key=len, default="")
