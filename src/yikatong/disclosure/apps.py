"""Registers disclosure with Django: what follows a closed request, its menu entry and its stop of the ribbon."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "yikatong.disclosure"
    label = "disclosure"
    verbose_name = "公开"
    # Only the function of sql/install writes paid facts and messages.
    CLOSED_TABLES = (
        "disclosure_paidnotice",
        "disclosure_paidvillage",
        "disclosure_smsmessage",
        "disclosure_twowayverification",
    )

    def ready(self) -> None:
        """Follow closed requests; make menu, ribbon and background work known."""
        from yikatong.core import slots
        from yikatong.core.permissions import P

        from . import showing, tasks, words  # noqa: F401  the work is registered

        slots.follow("payment_request.closed", showing.on_closed)
        slots.MENU.append(
            slots.MenuItem(
                words.MENU_GROUP,
                words.MENU_PAID,
                "disclosure:list",
                "newspaper",
                lambda actor: actor.may(P.PAID_FACTS_SEE),
                words.ABOUT_PAID,
            )
        )
        slots.STAGES.append(showing.stages)
