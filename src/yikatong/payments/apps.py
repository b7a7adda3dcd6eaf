"""Registers payments with Django."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "yikatong.payments"
    label = "payments"
    verbose_name = "发放"
    CLOSED_TABLES = (
        "payments_appliedreport",
        "payments_lateclaim",
        "payments_lateline",
        "payments_monthend",
        "payments_monthendline",
        "payments_outcomeclaim",
        "payments_payment",
        "payments_paymentexception",
        "payments_paymentoutcome",
        "payments_paymentrequest",
        "payments_recovery",
        "payments_recoveryreceipt",
        "payments_refund",
        "payments_refundline",
        "payments_reinstatement",
        "payments_statementmatch",
    )
    OPEN_TABLES = ("payments_reportedline", "payments_statementitem")

    def ready(self) -> None:
        """Make the step tables, the kinds of transfer, menu, inbox and ribbon known."""
        from yikatong.core.permissions import P
        from yikatong.core.slots import INBOX, MENU, STAGES, MenuItem

        from . import queries_back, rules, showing, showing_back, states, subjects, words  # noqa: F401

        assert states.REQUEST and rules.SEND
        group, back = words.MENU_GROUP, words.MENU_GROUP_BACK
        for section, title, url_name, icon, note in (
            (group, words.MENU_REQUESTS, "payments:list", "send", words.ABOUT_REQUESTS),
            (back, words.MENU_STUCK, "payments:stuck", "circle-x", words.ABOUT_STUCK),
            (back, words.MENU_REFUNDS, "payments:refunds", "landmark", words.ABOUT_REFUNDS),
            (back, words.MENU_EXCEPTIONS, "payments:exceptions", "triangle-alert", words.ABOUT_EXCEPTIONS),
            (back, words.MENU_RECOVERIES, "payments:recoveries", "undo-2", words.ABOUT_RECOVERIES),
            (back, words.MENU_OWED, "payments:owed", "list-todo", words.ABOUT_OWED),
            (back, words.MENU_AGEING, "payments:ageing", "hourglass", words.ABOUT_AGEING),
        ):
            pages = ("payments:year-end",) if url_name == "payments:ageing" else ()
            MENU.append(MenuItem(section, title, url_name, icon, lambda actor: actor.may(P.BATCH_SEE), note, pages))
        shown = queries_back.SEES_MONTH_ENDS
        MENU.append(
            MenuItem(
                words.MENU_GROUP_BACK,
                words.MENU_MONTH_ENDS,
                "payments:month-ends",
                "calendar-check",
                lambda actor: any(map(actor.may, shown)),
                words.ABOUT_MONTH_ENDS,
            )
        )
        INBOX.append(showing.waiting)
        INBOX.append(showing_back.waiting)
        STAGES.append(showing.stages)
