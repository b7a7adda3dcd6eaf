"""The small county that every history starts from: batches whose money is drawn, requests released, a bank agreed with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from typing import Any

from django.db import connection

from yikatong.banking import providing
from yikatong.batches.tests.world import ROLES
from yikatong.core import databases, vault
from yikatong.funding import actions as funding
from yikatong.payments import actions as payments
from yikatong.payments.tests.world import MORE_ROLES, World
from yikatong.registry.queries import CARD_KIND

BEIJING = timezone(timedelta(hours=8))
# A Monday: the simulated clock begins here, whatever the real one says.
BEGINNING = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
APPOINTED_ON = date(2026, 1, 1)
SIZES = (1, 2, 3, 5, 8, 12)
ROLES_HERE = {**ROLES, **MORE_ROLES}
ACCOUNT = "51999900000000000001"
BANK_CODE = "999999992"
COUNTY = "519999000000"
CLOCK = """
CREATE TABLE simulation_clock (stands_at timestamptz NOT NULL);
INSERT INTO simulation_clock VALUES (%s);
GRANT SELECT, UPDATE ON simulation_clock TO PUBLIC;
CREATE OR REPLACE FUNCTION core_now() RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = public, pg_temp AS 'SELECT stands_at FROM simulation_clock';
"""


class County(World):
    """Makes the county in a fresh database, whose clock stands still at ``BEGINNING``; ``requests`` by their size."""

    requests: dict[int, int]

    def __post_init__(self) -> None:
        self.requests = {}
        super().__post_init__()

    def made(self) -> "County":
        """Six batches of 1 to 12 lines, each with its drawn money and its released request; and the agreement."""
        self._allot()
        for place, size in enumerate(SIZES):
            people = {self.person(f"张{'甲乙丙丁戊己'[place]}{line}"): 1_000 + 137 * line for line in range(size)}
            self._seal_numbers(list(people))
            batch = self.sign(self.assemble(self.seal(people)), "review", "approve")
            self._draw(batch, sum(people.values()))
            request = payments.file(
                batch_id=batch.pk, by=self.as_("department_clerk"), at=self.at, seen_digest=batch.digest
            )
            self.step(request, "verify", "finance_reviewer")
            self.step(request, "release_department", "department_cashier")
            self.requests[size] = request.pk
        with as_owner(self.owner_url):
            agree()
        return self

    def _allot(self) -> None:
        total = sum(1_000 + 137 * line for size in SIZES for line in range(size))
        allotment = funding.record_allotment(
            program_id=self.ids["program"], fiscal_year=self.at.year, source="central", document_no="川财农〔2026〕1号",
            amount_fen=total + 500, by=self.as_("finance_budget_officer"), at=self.at,
        )  # fmt: skip
        seen: dict[str, Any] = {"seen_version": allotment.version, "seen_digest": allotment.digest}
        approver = self.as_("finance_approver")
        funding.decide_allotment("confirm", allotment=allotment, by=approver, at=self.at, **seen)

    def _draw(self, batch: Any, total_fen: int) -> None:
        plan = funding.apply_for_plan(
            batch_id=batch.pk, declared_fen=total_fen, by=self.as_("department_clerk"), at=self.at,
            seen_digest=batch.digest,
        )  # fmt: skip
        for verb, role in (("verify", "finance_reviewer"), ("approve", "finance_approver")):
            seen: dict[str, Any] = {"seen_version": plan.version, "seen_digest": plan.digest}
            funding.decide_plan(verb, plan=plan, by=self.as_(role), at=self.at, **seen)
        treasurer = self.as_("finance_treasurer")
        funding.draw_down(
            plan=plan, voucher_no=f"V-{batch.pk}", by=treasurer, at=self.at, seen_digest=plan.digest
        )  # fmt: skip

    def _seal_numbers(self, people: list[int]) -> None:
        """Numbers that an instruction can carry; the cards made below are of one byte."""
        self.run("ALTER TABLE registry_card DISABLE TRIGGER USER")
        for person in people:
            card = self.ids[f"card {person}"]
            number = vault.seal(card_number(card).encode(), place="registry_card.number_sealed", row=card)
            index = vault.index(card_number(card), kind=CARD_KIND)
            self.run(
                "UPDATE registry_card SET number_sealed = %s, number_index = %s WHERE id = %s", number, index, card
            )
            identity = vault.seal(b"519999199001011234", place="registry_person.id_number_sealed", row=person)
            self.run("UPDATE registry_person SET id_number_sealed = %s WHERE id = %s", identity, person)
        self.run("ALTER TABLE registry_card ENABLE TRIGGER USER")


def card_number(card: int) -> str:
    """The number of a card, told by its id."""
    return f"62179990{card:011d}"


def agree() -> None:
    """Register the bank as the owner does; whether it dedupes for ever, each history says for itself."""
    terms = {
        "name": "青禾农村商业银行", "bank_code": BANK_CODE, "card_bank_codes": ["000000000000"],
        "transport_url": "https://bank.example", "dedupes_forever": True, "valid_days": 3,
    }  # fmt: skip
    agreement = {
        "agency": "农业农村局", "county": COUNTY, "document_no": "青财代〔2026〕1号",
        "valid_from": datetime(2020, 1, 1, tzinfo=BEIJING).date(), "debtor_name": "农业农村局",
        "debtor_account": ACCOUNT, "statement_account": ACCOUNT,
    }  # fmt: skip
    providing.load_provider(told={"provider": terms, "agreements": [agreement]}, file="provider.toml")


@contextmanager
def as_owner(owner_url: str) -> Iterator[None]:
    """Django's default connection as the owner, for a while."""
    with _led_to(databases.for_django(owner_url)):
        yield


@contextmanager
def as_application(where: databases.Databases) -> Iterator[None]:
    """Django's default connection to a database as the application, for a while."""
    with _led_to(where.app):
        yield


@contextmanager
def _led_to(parameters: dict[str, Any]) -> Iterator[None]:
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(parameters)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
