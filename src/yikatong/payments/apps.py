"""Registers payments with Django."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "yikatong.payments"
    label = "payments"
    verbose_name = "发放"
    CLOSED_TABLES = (
        "payments_appliedreport",
        "payments_outcomeclaim",
        "payments_payment",
        "payments_paymentexception",
        "payments_paymentoutcome",
        "payments_paymentrequest",
        "payments_refund",
        "payments_refundline",
        "payments_statementmatch",
    )
    OPEN_TABLES = ("payments_reportedline", "payments_statementitem")

    def ready(self) -> None:
        """Make the step tables, the kinds of transfer, menu, inbox and ribbon known."""
        from yikatong.core.permissions import P
        from yikatong.core.slots import INBOX, MENU, STAGES, MenuItem

        from . import rules, showing, states, subjects, words  # noqa: F401

        assert states.REQUEST and rules.SEND
        for title, url_name, icon in (
            (words.MENU_REQUESTS, "payments:list", "send"),
            (words.MENU_STUCK, "payments:stuck", "circle-x"),
            (words.MENU_REFUNDS, "payments:refunds", "landmark"),
            (words.MENU_EXCEPTIONS, "payments:exceptions", "triangle-alert"),
        ):
            MENU.append(MenuItem(words.MENU_GROUP, title, url_name, icon, lambda actor: actor.may(P.BATCH_SEE)))
        INBOX.append(showing.waiting)
        STAGES.append(showing.stages)
