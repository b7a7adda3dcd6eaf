"""Registers rosters with Django, and what they contribute to other rooms' pages."""

from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "yikatong.rosters"
    label = "rosters"
    verbose_name = "花名册"
    # What is still on its way is no fact: it is removed once it is received, or after a day.
    OPEN_TABLES = ("rosters_upload", "rosters_uploadpiece")
    CLOSED_TABLES = (
        "rosters_matchround",
        "rosters_linematch",
        "rosters_matchtotal",
        "rosters_cyclecomparison",
        "rosters_cycledifference",
        "rosters_changedperson",
    )

    def ready(self) -> None:
        from yikatong.core import slots
        from yikatong.core.permissions import P

        from . import contributions, states, subjects, tasks, words  # noqa: F401

        slots.INBOX.append(contributions.inbox)
        slots.STAGES.append(contributions.stages)
        slots.MENU.append(
            slots.MenuItem(
                words.MENU_GROUP,
                words.MENU_TITLE,
                "rosters:list",
                "file-spreadsheet",
                lambda actor: actor.may(P.ROSTER_SEE),
                words.MENU_NOTE,
            )
        )
