"""Registers rosters with Django, and what they contribute to other rooms' pages."""

from django.apps import AppConfig

VIEWS = ("rosters_currentline", "rosters_currentmatch", "rosters_currentproblem", "rosters_effectiveline")


class RostersConfig(AppConfig):
    name = "yikatong.rosters"
    label = "rosters"
    verbose_name = "花名册"
    CLOSED_TABLES = ("rosters_matchround", "rosters_linematch")

    def ready(self) -> None:
        from yikatong.core import slots
        from yikatong.core.permissions import P

        from . import contributions, states, tasks, words  # noqa: F401

        slots.INBOX.append(contributions.inbox)
        slots.STAGES.append(contributions.stages)
        slots.MENU.append(
            slots.MenuItem(
                words.MENU_GROUP, words.MENU_TITLE, "rosters:list", "users", lambda actor: actor.may(P.ROSTER_SEE)
            )
        )

    def after_install(self) -> None:
        """Let the application read the room's views."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(f"GRANT SELECT ON {', '.join(VIEWS)} TO yikatong_app")
