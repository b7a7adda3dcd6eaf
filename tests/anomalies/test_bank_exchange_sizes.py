"""C21 (RELIABILITY 3): files of no line, of one and of a hundred thousand. That of one line stands in ``test_bank_exchange_ends.py``."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import polars as pl
import psycopg
import pytest

from tests.faulty_bank import messages as written
from tests.simulation import steps
from tests.simulation.history import Bent, History
from tests.simulation.invariants import after_step, rows_of
from tests.simulation.place import Place
from tests.simulation.world import ACCOUNT, BEGINNING, CLOCK, County, agree, as_application, as_owner, card_number
from yikatong.banking.models import PaymentInstruction
from yikatong.core import databases, vault
from yikatong.payments.models import PaymentRequest
from yikatong.registry.queries import CARD_KIND

from .scenes import days, results, scene, sent, state
from .test_bank_exchange_ends import received

LINES = 100_000
# Building, sending, booking, reading, applying and closing, also on a busy machine; most of it is the bank of the test.
SECONDS_MAX = 90
PEOPLE = """
INSERT INTO registry_person (
    id, no, name, name_key, id_number_sealed, id_index, id_masked, sex, relation, village_code, group_no, mobile_masked,
    flags, guardian_relation, custodian_relation
)
SELECT
    one.id, 'C' || one.id, '张' || one.id, '张' || one.id, one.number_sealed, sha256(convert_to('C' || one.id, 'UTF8')),
    '519***********0000', '', '', '519999100201', '', '', '{}', '', ''
FROM unnest(%s::bigint[], %s::bytea[]) AS one (id, number_sealed)
"""
CARDS = """
WITH card AS (
    INSERT INTO registry_card (
        id, number_sealed, number_index, prefix, tail, holder_name, holder_id_sealed, holder_id_index, bank_id, person_id
    )
    SELECT
        one.id, one.number_sealed, one.number_index, '9999', '0000', person.name, '\\x00', person.id_index, %s,
        person.id
    FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[], %s::bigint[]) AS one (id, number_sealed, number_index, person_id)
    INNER JOIN registry_person AS person ON person.id = one.person_id
    RETURNING id, holder_name
)
INSERT INTO registry_cardstatus (status, holder_name, as_of, card_id, load_id)
SELECT 'active', holder_name, %s, id, %s FROM card
"""


class Crowd(County):
    """One released request of very many lines; its number lies in ``requests``."""

    def gathered(self, count: int) -> "Crowd":
        """Everything below the request is what others would have typed, written as the owner; the rest is done by actions."""
        amounts = {person: 100 + place % 7 for place, person in enumerate(self._people(count))}
        self.batch = self.sign(self.assemble(self.seal(amounts)), "review", "approve")
        self.fund(self.batch)
        request = self.step(self.filed(), "verify", "finance_reviewer")
        self.requests[count] = self.step(request, "release_department", "department_cashier").pk
        with as_owner(self.owner_url):
            agree()
        return self

    def _people(self, count: int) -> list[int]:
        people, cards = self._ids("registry_person", count), self._ids("registry_card", count)
        self.run(
            PEOPLE, people, self._sealed(["519999199001011234"] * count, "registry_person.id_number_sealed", people)
        )
        numbers = [card_number(card) for card in cards]
        sealed = self._sealed(numbers, "registry_card.number_sealed", cards)
        indexes = vault.index_series(pl.Series(numbers), kind=CARD_KIND).to_list()
        self.run(CARDS, self.ids["bank"], cards, sealed, indexes, people, self.at.date(), self.ids["load"])
        self.ids |= {f"card {person}": card for person, card in zip(people, cards, strict=True)}
        self.run("ANALYZE")
        return people

    def _ids(self, table: str, count: int) -> list[int]:
        drawn = "SELECT array_agg(nextval(pg_get_serial_sequence(%s, 'id'))) FROM generate_series(1, %s)"
        return list(self.run(drawn, table, count))

    @staticmethod
    def _sealed(numbers: list[str], place: str, rows: list[int]) -> list[bytes]:
        return vault.seal_series(pl.Series(numbers), place=place, rows=pl.Series(rows)).to_list()


@pytest.fixture
def crowded(template: Any, django_db_blocker: Any) -> Iterator[History]:
    """A county with one released request of a hundred thousand lines, and a bank without faults."""
    with django_db_blocker.unblock():
        where = databases.clone_from_template(template, f"yikatong_crowd_{uuid.uuid4().hex[:8]}")
        try:
            with psycopg.connect(where.owner_url, autocommit=True) as owner:
                owner.execute(psycopg.ClientCursor(owner).mogrify(CLOCK, [BEGINNING]).encode())
            with as_application(where):
                crowd = Crowd(where.owner_url, where.app_url).gathered(LINES)
                crowd.close()
            bent = Bent(dedupes=True, faults={}, sizes=(LINES,), file_lines=LINES)
            history = History(1, where, crowd.requests, bent=bent)
            with history.begun():
                yield history
        finally:
            databases.drop(where)


def test_c21_a_hundred_thousand_lines_are_paid_reported_and_closed_in_time(crowded: History) -> None:
    began = time.monotonic()
    sent(crowded)
    assert PaymentInstruction.objects.values_list("count", flat=True).get() == LINES
    days(crowded)
    seconds = time.monotonic() - began
    assert state(crowded) == "closed", crowded.told
    assert rows_of("SELECT result, count(*) FROM payments_paymentoutcome GROUP BY result") == [("credited", LINES)]
    assert after_step(crowded) == []
    assert seconds < SECONDS_MAX


def test_c21_a_report_of_no_line_changes_nothing(lived: Place) -> None:
    with scene(lived) as history:
        sent(history)
        instruction, at = PaymentInstruction.objects.get(), history.at
        told = {
            "notification": written.notification("N", at, ACCOUNT, []),
            "returns": written.returns("P", at, instruction.message_id, []),
            "statuses": written.statuses("S", at, instruction.message_id, [], 2, instruction.total_fen),
        }
        kept = {kind: received(history, kind, body) for kind, body in told.items()}
        assert {kind: report.standing for kind, report in kept.items()} == dict.fromkeys(told, "nothing_new")
        assert all("没有一笔发放结果" in report.sentence for report in kept.values())
        steps.visit(history, is_calm=True)
        assert state(history) == "released"
        days(history, 2)
        assert (results(), state(history)) == (["credited"] * 2, "closed")
        assert PaymentRequest.objects.filter(pk=history.requests[0], state="closed").exists()
