"""Registers funding with Django: its flows, kinds of transfer, menu entries, inbox and its stops of the ribbon."""

from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "yikatong.funding"
    label = "funding"
    verbose_name = "用款计划与拨付"

    def ready(self) -> None:
        from yikatong.core.permissions import P
        from yikatong.core.slots import INBOX, MENU, STAGES, MenuItem

        from . import rules, showing, states, subjects, words  # noqa: F401

        assert states.PLAN and rules.DRAW
        MENU.append(
            MenuItem(
                words.MENU_GROUP,
                words.MENU_PLANS,
                "funding:plans",
                "scale",
                lambda actor: actor.may(P.BATCH_SEE),
                words.ABOUT_PLANS,
            )
        )
        MENU.append(
            MenuItem(
                words.MENU_GROUP,
                words.MENU_ALLOTMENTS,
                "funding:allotments",
                "file-text",
                lambda actor: actor.may(P.BOOK_SEE),
                words.ABOUT_ALLOTMENTS,
            )
        )
        INBOX.append(showing.waiting)
        STAGES.append(showing.stages)
