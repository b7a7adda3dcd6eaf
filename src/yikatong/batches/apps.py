"""Registers batches with Django: its flows, its menu entry, what waits for whom and its stop of the ribbon."""

from django.apps import AppConfig


class BatchesConfig(AppConfig):
    name = "yikatong.batches"
    label = "batches"
    verbose_name = "发放批次"
    # Only the functions of sql/install write what people are due.
    CLOSED_TABLES = (
        "batches_paymentbatch",
        "batches_batchroster",
        "batches_batchtownship",
        "batches_entitlement",
        "batches_claim",
    )

    def ready(self) -> None:
        from yikatong.core.permissions import P
        from yikatong.core.slots import INBOX, MENU, STAGES, MenuItem

        from . import showing, states, subjects, words  # noqa: F401

        assert states.BATCH and states.ACCEPTANCE
        MENU.append(
            MenuItem(
                words.MENU_GROUP,
                words.MENU_SEALED,
                "batches:sealed",
                "clipboard-check",
                lambda actor: actor.may(P.ROSTER_ACCEPT),
                words.ABOUT_SEALED,
            )
        )
        MENU.append(
            MenuItem(
                words.MENU_GROUP,
                words.MENU_BATCHES,
                "batches:list",
                "layers",
                lambda actor: actor.may(P.BATCH_SEE),
                words.ABOUT_BATCHES,
            )
        )
        INBOX.append(showing.waiting)
        STAGES.append(showing.stages)
