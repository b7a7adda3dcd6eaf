"""Registers notices with Django, and what they contribute to other rooms' pages."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "yikatong.notices"
    label = "notices"
    verbose_name = "公示"

    def ready(self) -> None:
        from yikatong.core import slots
        from yikatong.core.permissions import P

        from . import actions, contributions, states, subjects, words  # noqa: F401

        slots.INBOX.append(contributions.inbox)
        slots.STAGES.append(contributions.stages)
        slots.MENU.append(
            slots.MenuItem(
                words.MENU_GROUP,
                words.MENU_TITLE,
                "notices:list",
                "megaphone",
                lambda actor: actor.may(P.ROSTER_SEE) or actor.may(P.NOTICE_PROVE),
                words.MENU_NOTE,
            )
        )
        slots.follow("roster.sent_back", actions.withdraw_for)
