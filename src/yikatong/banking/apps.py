"""Registers banking with Django: its flow, tasks, menu entries and what waits for whom."""

from django.apps import AppConfig


class BankingConfig(AppConfig):
    name = "yikatong.banking"
    label = "banking"
    verbose_name = "银行"
    # Where money goes and what the bank said is written by the owner or the database's own functions.
    CLOSED_TABLES = (
        "banking_bankstatement",
        "banking_break",
        "banking_comparison",
        "banking_instructionevent",
        "banking_paymentinstruction",
        "banking_paymentprovider",
        "banking_serviceagreement",
        "banking_statementline",
    )
    OPEN_TABLES = ("banking_reportrow", "banking_statementrow")

    def ready(self) -> None:
        from yikatong.core.permissions import P
        from yikatong.core.slots import INBOX, MENU, STAGES, MenuItem

        from . import inbox, ribbon, states, tasks, unclosed

        assert states.FLOW and tasks.log
        INBOX.append(inbox.waiting)
        INBOX.append(unclosed.waiting)
        STAGES.append(ribbon.stages)
        sees = (P.BANK_EXCHANGE, P.BATCH_SEE)
        books = (P.BANK_EXCHANGE, P.BOOK_SEE)
        MENU.append(
            MenuItem("银行", "代发指令", "banking:instructions", "send", lambda actor: any(map(actor.may, sees)))
        )
        MENU.append(MenuItem("银行", "银行回盘", "banking:reports", "inbox", lambda actor: any(map(actor.may, books))))
        MENU.append(
            MenuItem("银行", "银行对账", "banking:reconciliation", "scale", lambda actor: any(map(actor.may, books)))
        )
        MENU.append(
            MenuItem("银行", "代发机构", "banking:providers", "landmark", lambda actor: any(map(actor.may, books)))
        )
