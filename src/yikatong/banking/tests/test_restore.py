"""After the database was restored to an older copy nothing is sent until every file the bank knows is reconciled."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from yikatong.banking import actions, examining, queries, restoring, sent_log
from yikatong.banking.models import PaymentInstruction, Restoration
from yikatong.core import databases
from yikatong.core.models import Official
from yikatong.core.refusals import Refused
from yikatong.payments.models import PaymentRequest
from yikatong.payments.tests.world import AMOUNTS

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


def test_a_file_that_cannot_be_here_again_must_be_explained(world: World, backup: Backup) -> None:
    backup()
    instruction = world.went()
    backup.restore()
    assert not PaymentRequest.objects.exists()
    restoration = restoring.enter(reason="磁盘坏了，恢复到昨晚", by=world.system, at=world.at)
    assert restoring.enter(reason="再按一次", by=world.system, at=world.at) == restoration
    examining.examine(restoration=restoration, by=world.system, at=world.at)
    assert refused(world, "auditor", "finance_approver") == "YK087"
    assert any(instruction.message_id in sentence for sentence in restoring.missing())
    with pytest.raises(Refused) as told:
        actions.restoring.explain(
            message_id=instruction.message_id, note="x", by=world.as_("bank_operator"), at=world.at
        )
    assert told.value.code == "YK005"
    auditor = world.as_("auditor")
    restoring.explain(message_id=instruction.message_id, note="银行已撤销这份文件", by=auditor, at=world.at)
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
