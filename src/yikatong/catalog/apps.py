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

        from . import finding, inbox, states, subjects  # noqa: F401

        assert states.LIST_FLOW
        lists = (P.CATALOG_DRAFT, P.CATALOG_VERIFY, P.CATALOG_APPROVE)
        MENU.append(MenuItem("政策", "补贴项目", "catalog:programs", "book-open", lambda actor: bool(actor.posts)))
        MENU.append(
            MenuItem("政策", "补贴政策清单", "catalog:lists", "list-tree", lambda actor: any(map(actor.may, lists)))
        )
        MENU.append(
            MenuItem("政策", "发放周期", "catalog:cycles", "calendar-range", lambda actor: actor.may(P.ROSTER_SEE))
        )
        INBOX.append(inbox.waiting)
        SEARCH.append(finding.search)
