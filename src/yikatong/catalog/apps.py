"""Registers catalog with Django: its flows, menu entries and what waits for whom."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "yikatong.catalog"
    label = "catalog"
    verbose_name = "补贴政策清单"
    # Only publication writes what is in force; see sql/install/020_publish.sql.
    CLOSED_TABLES = ("catalog_program", "catalog_benefitrate", "catalog_legalbasis")

    def ready(self) -> None:
        from yikatong.core.permissions import P
        from yikatong.core.slots import INBOX, MENU, SEARCH, MenuItem

        from . import finding, inbox, states, subjects, words  # noqa: F401

        assert states.LIST_FLOW
        lists = (P.CATALOG_DRAFT, P.CATALOG_VERIFY, P.CATALOG_APPROVE)
        for title, url_name, icon, shown, note in (
            (words.MENU_PROGRAMS, "programs", "book-open", lambda actor: bool(actor.posts), words.ABOUT_PROGRAMS),
            (words.MENU_LISTS, "lists", "list-tree", lambda actor: any(map(actor.may, lists)), words.ABOUT_LISTS),
            (words.MENU_CYCLES, "cycles", "calendar-range", lambda actor: actor.may(P.ROSTER_SEE), words.ABOUT_CYCLES),
        ):
            MENU.append(MenuItem(words.MENU_GROUP, title, f"catalog:{url_name}", icon, shown, note))
        INBOX.append(inbox.waiting)
        SEARCH.append(finding.search)
