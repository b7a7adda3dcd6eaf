"""Registers the ledger with Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "yikatong.ledger"
    label = "ledger"
    verbose_name = "资金账"
    CLOSED_TABLES = ("ledger_account", "ledger_balance", "ledger_transfer", "ledger_transferrule")

    def after_install(self) -> None:
        """Write the kinds of transfer that the rooms have registered."""
        from .install import write_rules

        write_rules()
