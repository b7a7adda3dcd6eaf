"""After the database was restored to an older copy nothing is sent until every file the bank knows is reconciled."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from yikatong.banking import actions, books, examining, queries, restoring, sent_log, words
from yikatong.banking.models import BankReport, Break, PaymentInstruction, Restoration
from yikatong.core import databases, proofs
from yikatong.core.models import Official
from yikatong.core.refusals import Refused
from yikatong.payments.models import PaymentRequest
from yikatong.payments.tests.world import AMOUNTS

from .instructions import DEBTOR_ACCOUNT
from .test_exchange import kinds, state
from .world import World

TOTAL = sum(AMOUNTS)


class Backup:
    """``backup()`` copies the database as it is; ``backup.restore()`` puts the copy in its place."""

    def __init__(self, world: World, database: databases.Databases) -> None:
        self.world, self.database = world, database

    def __call__(self) -> None:
        with self._hung_up():
            self.copy = databases.clone_from_template(self.database, f"{self.database.name}_old")

    def restore(self) -> None:
        with self._hung_up():
            databases.drop(self.database)
            databases.clone_from_template(self.copy, self.database.name)
            databases.drop(self.copy)

    @contextmanager
    def _hung_up(self) -> Iterator[None]:
        connection.close()
        self.world.connection.close()
        yield
        self.world.connection = psycopg.connect(self.world.owner_url, autocommit=True)


@pytest.fixture
def backup(world: World, fresh_database: Any) -> Backup:
    return Backup(world, fresh_database)


def official(world: World, role: str) -> Official:
    found: Official = Official.objects.get(pk=world.as_(role).official_id)
    return found


def leave(world: World, *roles: str) -> Restoration:
    first, second = (official(world, role) for role in roles)
    return restoring.leave(first=first, second=second, reason="与银行逐份核清", at=world.at)


def refused(world: World, *roles: str) -> str:
    with pytest.raises(Refused) as told:
        leave(world, *roles)
    return told.value.code


def test_a_restored_database_notices_it_and_sends_nothing(world: World, backup: Backup) -> None:
    instruction = world.sealed()
    backup()
    assert actions.send(instruction=instruction, by=world.system, at=world.at) == "acknowledged"
    backup.restore()
    assert kinds(instruction) == ["sealed"]
    told = actions.send_waiting(by=world.system, at=world.at)
    assert "恢复" in told[instruction.message_id] and kinds(instruction) == ["sealed"]
    restoration = queries.restoration_standing()
    assert restoration is not None and restoration.noticed == "sent_log"
    assert refused(world, "auditor", "finance_approver") == "YK087"
    done = examining.examine(restoration=restoration, by=world.system, at=world.at)
    assert done.adopted == [instruction.message_id] and done.trouble == []
    assert kinds(instruction) == ["sealed", "sending", "unknown", "acknowledged"]
    assert world.balance("in_transit") + world.balance("credited") == TOTAL
    assert refused(world, "auditor", "auditor") == "YK006"
    assert refused(world, "auditor", "bank_operator") == "YK005"
    assert restoring.missing() == []
    leave(world, "auditor", "finance_approver")
    world.days(1)
    assert world.visit().closed == [instruction.request_id] and world.balance("credited") == TOTAL


def test_a_file_sealed_after_the_copy_is_sealed_again_under_its_number(world: World, backup: Backup) -> None:
    request = world.released()
    backup()
    (instruction,) = actions.seal(request_id=request.pk, by=world.system, at=world.at)
    actions.send(instruction=instruction, by=world.system, at=world.at)
    backup.restore()
    assert not PaymentInstruction.objects.exists()
    with pytest.raises(Refused) as told:
        actions.seal(request_id=request.pk, by=world.system, at=world.at)
    assert told.value.code == "YK083"
    restoration = restoring.notice(by=world.system, at=world.at)
    assert restoration is not None
    with pytest.raises(Refused) as told:
        actions.seal(request_id=request.pk, numbers={}, by=world.system, at=world.at + timedelta(days=1))
    assert told.value.code == "YK083"
    done = examining.examine(restoration=restoration, by=world.system, at=world.at)
    assert done.trouble == []
    (again,) = queries.instructions_of(request.pk)
    assert again.message_id == instruction.message_id and kinds(again)[-1] == "acknowledged"
    leave(world, "auditor", "finance_approver")
    world.days(1)
    world.visit()
    assert state(request) == "closed" and world.balance("credited") == TOTAL


def test_what_the_bank_told_since_the_copy_waits_until_its_file_is_here_again(world: World, backup: Backup) -> None:
    request = world.released()
    backup()
    (instruction,) = actions.seal(request_id=request.pk, by=world.system, at=world.at)
    # A return names the payment alone.
    world.bank.control.return_later(DEBTOR_ACCOUNT, end_to_end_id=world.end_to_end_id(request, 1), reason="AC06")
    actions.send(instruction=instruction, by=world.system, at=world.at)
    world.days(4)
    backup.restore()
    # Nobody entered the restore mode, and the worker visits the bank: what it tells has to find its file.
    assert world.visit().trouble == [words.RESTORING] and not BankReport.objects.exists()
    restoration = queries.restoration_standing()
    assert restoration is not None and restoration.noticed == "sent_log"
    world.at += timedelta(days=3)
    examining.examine(restoration=restoration, by=world.system, at=world.at)
    assert (world.balance("credited"), world.balance("suspense")) == (TOTAL - AMOUNTS[1], AMOUNTS[1])
    leave(world, "auditor", "finance_approver")
    trouble = world.visit().trouble
    assert state(request) == "closed", trouble
    assert list(proofs.verify()) == [] and not Break.objects.exists()
    (again,) = queries.instructions_of(request.pk)
    (file,) = books.files_for(world.as_("auditor"), month=again.sealed_at.date().replace(day=1))
    assert again.message_id == instruction.message_id and file.standing == "agree"


def test_a_file_that_cannot_be_here_again_must_be_explained(world: World, backup: Backup) -> None:
    backup()
    instruction = world.went()
    backup.restore()
    assert not PaymentRequest.objects.exists()
    restoration = restoring.enter(reason="磁盘坏了，恢复到昨晚", by=world.system, at=world.at)
    assert restoring.enter(reason="再按一次", by=world.system, at=world.at) == restoration
    (told,) = examining.examine(restoration=restoration, by=world.system, at=world.at).trouble
    assert instruction.message_id in told and "restore explain" in told
    assert refused(world, "auditor", "finance_approver") == "YK087"
    assert any(instruction.message_id in sentence for sentence in restoring.missing())
    with pytest.raises(Refused) as refusal:
        actions.restoring.explain(
            message_id=instruction.message_id, note="x", by=world.as_("bank_operator"), at=world.at
        )
    assert refusal.value.code == "YK005"
    auditor = world.as_("auditor")
    restoring.explain(message_id=instruction.message_id, note="银行已撤销这份文件", by=auditor, at=world.at)
    assert refused(world, "auditor", "finance_approver") == "YK087"
    assert examining.examine(restoration=restoration, by=world.system, at=world.at).trouble == []
    leave(world, "auditor", "finance_approver")
    # What was numbered after the copy is never numbered again: the bank still knows those numbers.
    assert world.payments(world.filed())[0].id > 1_000_000


def test_a_whole_database_is_not_taken_for_an_older_one(world: World) -> None:
    world.went()
    assert sent_log.lost(whole=True) == [] and restoring.notice(by=world.system, at=world.at) is None
    assert restoring.missing() == []


@pytest.mark.tampers
def test_a_log_that_cannot_be_read_stops_sending(world: World) -> None:
    world.went()
    with sent_log.place().open("a") as log:
        log.write("not a line\n")
    with pytest.raises(Refused):
        restoring.notice(by=world.system, at=world.at)
