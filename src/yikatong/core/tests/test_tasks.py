"""Background work: canceled means that nothing was done; done means that it was, and is not done again."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.cast import Cast
from yikatong.core import audit, clock, tasks
from yikatong.core.models import AuditEvent, TaskRun
from yikatong.core.refusals import Refused

CLERK = "nongye.jingban"


@pytest.fixture
def pressed(fresh_database: Any) -> Iterator[dict[str, Any]]:
    """A work that writes one audit event; ``pressed["when"]`` is called while it is at work."""
    during: dict[str, Any] = {"when": lambda _run: None}

    def write(*, progress: tasks.Progress, by: Any, at: Any, reports: bool = True) -> str:
        audit.record("test.written", subject="test", by=by, at=at)
        during["when"](TaskRun.objects.get(pk=progress.task_run_id))
        if reports:
            progress.report(1, 2)
        return "写好了。"

    tasks.work("test.write")(write)
    tasks.work("test.leave", can_be_canceled=False)(write)
    yield during
    tasks._WORK.pop("test.write")
    tasks._WORK.pop("test.leave")
    tasks._NOT_CANCELED.discard("test.leave")


def start(name: str = "test.write", **arguments: Any) -> TaskRun:
    with transaction.atomic():
        return tasks.start(name, title="写一条", subject="test", by=Cast()[CLERK], at=clock.now(), **arguments)


def ended(run: TaskRun) -> tuple[str, int]:
    """Its state, and how many events it wrote."""
    run.refresh_from_db()
    return run.state, AuditEvent.objects.filter(name="test.written").count()


def cancel_from_elsewhere(run: TaskRun) -> None:
    """As another process does while the work's own transaction is open."""
    from yikatong.core import sql

    with sql.connected_besides(autocommit=True) as other:
        other.execute("UPDATE core_taskrun SET state = 'canceled' WHERE id = %s AND state = 'running'", [run.pk])


def test_work_survives_whoever_asked_for_it_and_is_done_once(pressed: dict[str, Any]) -> None:
    run = start()
    tasks.run_waiting()
    assert ended(run) == ("done", 1) and run.message == "写好了。" and run.ended_at
    tasks._run(run.pk, {})
    assert ended(run) == ("done", 1)
    with pytest.raises(Refused, match="已经办完"):
        tasks.cancel(run, by=Cast()[CLERK])


@pytest.mark.parametrize("reports", [True, False])
def test_canceled_while_at_work_leaves_nothing(pressed: dict[str, Any], reports: bool) -> None:
    pressed["when"] = cancel_from_elsewhere
    run = start(reports=reports)
    tasks.run_waiting()
    assert ended(run) == ("canceled", 0)
    assert "什么都没有改动" in run.message and run.ended_at


def test_canceled_before_it_began_never_begins(pressed: dict[str, Any]) -> None:
    run = start()
    tasks.cancel(run, by=Cast()[CLERK])
    tasks.run_waiting()
    assert ended(run) == ("canceled", 0)
    assert run.message == "已取消，还没有开始。" and run.ended_at


def test_only_who_began_it_cancels_it(pressed: dict[str, Any]) -> None:
    run = start()
    with pytest.raises(Refused):
        tasks.cancel(run, by=Cast()["nongye.fuhe"])
    tasks.run_waiting()
    assert ended(run) == ("done", 1)


def test_what_leaves_the_house_is_not_canceled(pressed: dict[str, Any]) -> None:
    run = start("test.leave")
    with pytest.raises(Refused, match="不能取消"):
        tasks.cancel(run, by=Cast()[CLERK])
    tasks.run_waiting()
    assert ended(run) == ("done", 1)
    # An instruction that somebody has released, a round with the banks, and messages to people.
    assert {"banking.seal", "banking.exchange", "disclosure.send_sms"} <= tasks._NOT_CANCELED
