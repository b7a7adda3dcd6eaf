"""The world of the payments, further on: an agreement with the real mock-bank, and cards it can pay."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from yikatong.banking import actions, providing
from yikatong.banking.models import PaymentInstruction, PaymentProvider
from yikatong.banking.transports.https import HttpsBank
from yikatong.core import databases, tasks, vault
from yikatong.core.authz import Actor, actor_for
from yikatong.demo import bank as demo_bank
from yikatong.payments.models import PaymentRequest
from yikatong.payments.tests.world import World as Below
from yikatong.registry.queries import CARD_KIND

from .instructions import BEIJING, DEBTOR_ACCOUNT

OPENING_FEN = 100_000_000
COUNTY = "519999000000"
MOBILE = "13800000000"


class World(Below):
    """``bank`` is the running mock-bank, on a Monday of the past week; ``system`` acts for us."""

    bank: demo_bank.BankProcess

    def banked(self, folder: Path) -> "World":
        """An agreement is registered, the bank runs and holds the zero-balance account."""
        self.at = monday(self.at)
        self._seal_numbers()
        self.bank = demo_bank.start(folder, clock_at=self.at)
        self.bank.control.open_debtor_account(DEBTOR_ACCOUNT, name="农业农村局", balance_fen=OPENING_FEN)
        self.register()
        return self

    def close(self) -> None:
        if hasattr(self, "bank"):
            self.bank.stop()
        super().close()

    @property
    def system(self) -> Actor:
        """The system's own actor."""
        return actor_for(tasks.machine(), self.at.date())

    @property
    def provider(self) -> PaymentProvider:
        """The provider as it stands."""
        return PaymentProvider.objects.get()

    def register(self, **changes: Any) -> None:
        """Register provider and agreement as the owner does."""
        terms = {
            "name": "青禾农村商业银行", "bank_code": demo_bank.PROVIDER_BANK_CODE, "card_bank_codes": ["000000000000"],
            "transport_url": self.bank.url, "dedupes_forever": True, "valid_days": 30, **changes,
        }  # fmt: skip
        agreement = {
            "agency": "农业农村局", "county": COUNTY, "document_no": "青财代〔2026〕1号",
            "valid_from": datetime(2020, 1, 1, tzinfo=BEIJING).date(), "debtor_name": "农业农村局",
            "debtor_account": DEBTOR_ACCOUNT, "statement_account": demo_bank.iban_of(DEBTOR_ACCOUNT),
        }  # fmt: skip
        with as_owner(self.owner_url):
            providing.load_provider(told={"provider": terms, "agreements": [agreement]}, file="provider.toml")

    def register_test_system(self) -> None:
        """Register the same bank once more, as a system to test with."""
        terms = {
            "name": "测试系统", "bank_code": demo_bank.PROVIDER_BANK_CODE, "transport_url": self.bank.url,
            "dedupes_forever": True, "is_test_system": True,
        }  # fmt: skip
        with as_owner(self.owner_url):
            providing.load_provider(told={"provider": terms}, file="provider.toml")

    def released(self) -> PaymentRequest:
        """A request that was verified and released; building is enqueued."""
        request = self.step(self.filed(), "verify", "finance_reviewer")
        return self.step(request, "release_department", "department_cashier")

    def sealed(self) -> PaymentInstruction:
        """The one instruction of a released request."""
        (instruction,) = actions.seal(request_id=self.released().pk, by=self.system, at=self.at)
        return instruction

    def went(self) -> PaymentInstruction:
        """An instruction that the bank has."""
        instruction = self.sealed()
        assert actions.send(instruction=instruction, by=self.system, at=self.at) == "acknowledged"
        return instruction

    def visit(self) -> actions.Exchanged:
        """Fetch and reconcile."""
        return actions.fetch_and_reconcile(by=self.system, at=self.at)

    def days(self, count: int) -> None:
        """Days go by at the bank and for us."""
        self.bank.control.advance(count)
        self.at += timedelta(days=count)

    def wire(self) -> HttpsBank:
        """The bank as anybody reaches it."""
        return HttpsBank(self.bank.url)

    def card_number(self, place: int) -> str:
        """The number of the card of the person at a place."""
        return f"62179990{place:011d}"

    def end_to_end_id(self, request: PaymentRequest, place: int) -> str:
        """The end-to-end id of the payment at a place."""
        return self.payments(request)[place].end_to_end_id

    def _seal_numbers(self) -> None:
        """The cards and mobile numbers below are made up of one byte; an instruction needs real ones."""
        self.run("ALTER TABLE registry_card DISABLE TRIGGER USER")
        for place, person in enumerate(self.people):
            card = self.ids[f"card {person}"]
            sealed = vault.seal(self.card_number(place).encode(), place="registry_card.number_sealed", row=card)
            index = vault.index(self.card_number(place), kind=CARD_KIND)
            self.run(
                "UPDATE registry_card SET number_sealed = %s, number_index = %s WHERE id = %s", sealed, index, card
            )
            number = vault.seal(b"519999199001011234", place="registry_person.id_number_sealed", row=person)
            self.run("UPDATE registry_person SET id_number_sealed = %s WHERE id = %s", number, person)
            if place:
                mobile = vault.seal(MOBILE.encode(), place="registry_person.mobile_sealed", row=person)
                self.run("UPDATE registry_person SET mobile_sealed = %s WHERE id = %s", mobile, person)
        self.run("ALTER TABLE registry_card ENABLE TRIGGER USER")


def monday(at: datetime) -> datetime:
    """Nine o'clock on the latest Monday that has begun: a day on which banks work."""
    return (at - timedelta(days=at.weekday())).replace(hour=9, minute=0, second=0, microsecond=0)


@contextmanager
def as_owner(owner_url: str) -> Iterator[None]:
    """Django's default connection as the owner, for a while."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(databases.for_django(owner_url))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
