"""Registers banking with Django: its flow, tasks, menu entries and what waits for whom."""

from django.apps import AppConfig


class BankingConfig(AppConfig):
    name = "yikatong.banking"
    label = "banking"
    verbose_name = "银行"
    # Where money goes and what the bank said is written by the owner or the database's own functions.
    CLOSED_TABLES = (
        "banking_bankstatement",
        "banking_bookedtotal",
        "banking_break",
        "banking_breakline",
        "banking_clearance",
        "banking_comparison",
        "banking_inquiry",
        "banking_instructionevent",
        "banking_instructionmanifest",
        "banking_paymentinstruction",
        "banking_paymentprovider",
        "banking_reportedtotal",
        "banking_restoration",
        "banking_restorationend",
        "banking_restorationfile",
        "banking_restorationnote",
        "banking_restorationvisit",
        "banking_serviceagreement",
        "banking_statementline",
        "banking_statementupload",
    )
    OPEN_TABLES = ("banking_reportrow", "banking_statementrow")

    def ready(self) -> None:
        from yikatong.core.permissions import P
        from yikatong.core.slots import INBOX, MENU, SEARCH, STAGES, MenuItem

        from . import finding, inbox, inbox_service, ribbon, states, subjects, tasks, unclosed  # noqa: F401

        assert states.FLOW and tasks.log
        INBOX.append(inbox.waiting)
        INBOX.append(unclosed.waiting)
        INBOX.append(inbox_service.waiting)
        STAGES.append(ribbon.stages)
        SEARCH.append(finding.search)
        sees = (P.BANK_EXCHANGE, P.BATCH_SEE)
        books = (P.BANK_EXCHANGE, P.BOOK_SEE)
        MENU.append(
            MenuItem("银行", "代发指令", "banking:instructions", "send", lambda actor: any(map(actor.may, sees)))
        )
        MENU.append(MenuItem("银行", "银行回盘", "banking:reports", "inbox", lambda actor: any(map(actor.may, books))))
        MENU.append(MenuItem("银行", "每日对账", "banking:books", "equal", lambda actor: any(map(actor.may, books))))
        MENU.append(
            MenuItem("银行", "银行对账", "banking:reconciliation", "scale", lambda actor: any(map(actor.may, books)))
        )
        MENU.append(
            MenuItem("银行", "代发机构", "banking:providers", "landmark", lambda actor: any(map(actor.may, books)))
        )
        MENU.append(
            MenuItem("银行", "代发服务", "banking:service", "chart-column", lambda actor: any(map(actor.may, books)))
        )
        sees_book = P.BOOK_SEE
        MENU.append(
            MenuItem("银行", "人卡钱台账", "banking:people-cards-money", "users", lambda actor: actor.may(sees_book))
        )
        tells = (*books, P.COMPLAINT_RECORD)
        MENU.append(
            MenuItem(
                "银行", "服务投诉", "banking:complaints", "message-square", lambda actor: any(map(actor.may, tells))
            )
        )
