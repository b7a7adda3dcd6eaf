"""Registers site with Django: its menu entries, its background work and the words of forms."""

from django.apps import AppConfig

# The tabs of the desk and what they lead to.
DESK_PAGES = ("done", "begun", "watched", "messages", "tasks", "task", "together", "exports", "export")


class SiteConfig(AppConfig):
    name = "yikatong.site"
    label = "site"
    verbose_name = "网站"
    # Preferences of an official and the contents of exported lists, which are removed after some days: no facts.
    OPEN_TABLES = ("site_watch", "site_savedview", "site_readmark", "site_listexportpiece")

    def ready(self) -> None:
        from yikatong.core.permissions import P
        from yikatong.core.slots import MENU, MenuItem

        from . import form_words, tasks  # noqa: F401  the work is registered

        form_words.install()
        MENU.insert(0, MenuItem("工作台", "待办", "inbox", "inbox", lambda actor: True, pages=DESK_PAGES))
        # Messages are in the top bar of every page, background work is a tab of the desk.
        MENU.extend(
            (
                MenuItem("监督", "资金账", "book", "scale", lambda actor: actor.may(P.BOOK_SEE)),
                MenuItem("监督", "紧急停发", "stop", "octagon-x", lambda actor: actor.may(P.SENDING_STOP)),
                MenuItem("监督", "操作留痕", "trail", "history", lambda actor: actor.may(P.AUDIT_SEE)),
                MenuItem("监督", "组织与任职", "officials", "contact", lambda actor: actor.may(P.OFFICIALS_SEE)),
            )
        )
