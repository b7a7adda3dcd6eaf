"""Registers banking with Django: its flow, tasks, menu entries and what waits for whom."""

from django.apps import AppConfig

# Pages that stand beside an entry of the menu without being below it.
PAGES = {
    "instructions": ("banking:clearance",),
    "reconciliation": ("banking:statement", "banking:break", "banking:uploads", "banking:upload"),
    "providers": ("banking:agreement",),
}


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
        "banking_othercardline",
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
        "banking_yearcount",
        "banking_yearcountline",
    )
    OPEN_TABLES = ("banking_namerow", "banking_reportrow", "banking_statementrow")

    def ready(self) -> None:
        from yikatong.core.permissions import P
        from yikatong.core.slots import INBOX, MENU, SEARCH, STAGES, MenuItem, shown_to

        from . import finding, inbox, inbox_service, ribbon, states, subjects, tasks, unclosed, words  # noqa: F401

        assert states.FLOW and tasks.log
        INBOX.append(inbox.waiting)
        INBOX.append(unclosed.waiting)
        INBOX.append(inbox_service.waiting)
        STAGES.append(ribbon.stages)
        SEARCH.append(finding.search)
        sees = (P.BANK_EXCHANGE, P.BATCH_SEE)
        books = (P.BANK_EXCHANGE, P.BOOK_SEE)
        tells = (*books, P.COMPLAINT_RECORD)
        for title, url_name, icon, seers, note in (
            (words.MENU_INSTRUCTIONS, "instructions", "send", sees, words.ABOUT_INSTRUCTIONS),
            (words.MENU_REPORTS, "reports", "inbox", books, words.ABOUT_REPORTS),
            (words.MENU_BOOKS, "books", "equal", books, words.ABOUT_BOOKS),
            (words.MENU_RECONCILIATION, "reconciliation", "scale", books, words.ABOUT_RECONCILIATION),
            (words.MENU_PROVIDERS, "providers", "landmark", books, words.ABOUT_PROVIDERS),
            (words.MENU_SERVICE, "service", "chart-column", books, words.ABOUT_SERVICE),
            (words.MENU_PEOPLE, "people-cards-money", "users", (P.BOOK_SEE,), words.ABOUT_PEOPLE),
            (words.MENU_COMPLAINTS, "complaints", "message-square", tells, words.ABOUT_COMPLAINTS),
        ):
            pages = PAGES.get(url_name, ())
            MENU.append(MenuItem(words.MENU_GROUP, title, f"banking:{url_name}", icon, shown_to(seers), note, pages))
