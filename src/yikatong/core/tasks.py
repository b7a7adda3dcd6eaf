"""Background work: enqueued in the same transaction, shown with its progress, safe to run again.

A task is a function registered with ``@work(name)``; it gets ``progress`` and its keyword arguments. ``start``
makes the visible TaskRun and defers the job; procrastinate keeps both in PostgreSQL.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from procrastinate import App
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.periodic import PeriodicRegistry

from . import clock, sql
from .authz import Actor, actor_for
from .models import Official, TaskRun
from .refusals import Refused

_WORK: dict[str, Callable[..., str | None]] = {}
# What people have decided already, or what leaves the house: it is not undone by pressing 取消.
_NOT_CANCELED: set[str] = set()
STOPPED = "已按您的要求停下，什么都没有改动。"


class Canceled(Refused):
    """Somebody pressed 取消; the work stops and leaves nothing half-done."""

    code = "canceled"


@dataclass
class Progress:
    """Reports how far a task is, on a connection of its own so that people see it before the work commits."""

    task_run_id: int

    def report(self, done: int, total: int) -> None:
        """Show ``done`` of ``total``; raises Canceled when somebody has asked the work to stop."""
        with sql.connected_besides(autocommit=True) as own:
            state = own.execute(
                "UPDATE core_taskrun SET done_count = %s, total_count = %s WHERE id = %s RETURNING state",
                (done, total, self.task_run_id),
            ).fetchone()
        if state and state[0] == TaskRun.State.CANCELED:
            raise Canceled(STOPPED)


def work(
    name: str, *, can_be_canceled: bool = True
) -> Callable[[Callable[..., str | None]], Callable[..., str | None]]:
    """Register ``function(*, progress, by, at, **arguments) -> message`` as the work called ``name``."""

    def register(function: Callable[..., str | None]) -> Callable[..., str | None]:
        _WORK[name] = function
        if not can_be_canceled:
            _NOT_CANCELED.add(name)
        return function

    return register


def start(name: str, *, title: str, subject: str, by: Actor, at: datetime, url: str = "", **arguments: Any) -> TaskRun:
    """Enqueue the work in the current transaction; returns its TaskRun. Arguments must be JSON values."""
    run = TaskRun.objects.create(
        name=name, title=title, subject=subject, started_by_id=by.official_id, queued_at=at, url=url
    )
    jobs.configure_task("core.run", queueing_lock=f"run:{run.pk}").defer(task_run_id=run.pk, arguments=arguments)
    return run


@jobs.task(name="core.run", retry=3)
def run(task_run_id: int, arguments: dict[str, Any]) -> None:
    """Do one enqueued piece of work, all or nothing. A refusal is an answer; anything else is tried again."""
    try:
        _run(task_run_id, arguments)
    finally:
        # The worker gives each job a thread; a connection left open there would belong to nobody.
        connection.close()


def _run(task_run_id: int, arguments: dict[str, Any]) -> None:
    unfinished = (TaskRun.State.QUEUED, TaskRun.State.RUNNING, TaskRun.State.FAILED)
    if not TaskRun.objects.filter(pk=task_run_id, state__in=unfinished).update(state=TaskRun.State.RUNNING):
        return
    task_run = TaskRun.objects.select_related("started_by").get(pk=task_run_id)
    try:
        with transaction.atomic():
            message = _do(task_run, arguments)
            _finish(task_run_id, message or "已办完。")
    except Refused as refused:
        _end(
            task_run_id,
            TaskRun.State.CANCELED if isinstance(refused, Canceled) else TaskRun.State.REFUSED,
            str(refused),
        )
    except Exception:
        _end(task_run_id, TaskRun.State.FAILED, "没有办成，什么都没有改动。系统会再试；还不行请联系系统管理员。")
        raise


def _do(task_run: TaskRun, arguments: dict[str, Any]) -> str | None:
    at = clock.now()
    actor = actor_for(task_run.started_by, at.date())
    return _WORK[task_run.name](progress=Progress(task_run.pk), by=actor, at=at, **arguments)


def _finish(task_run_id: int, message: str) -> None:
    """Commits with the work itself: who pressed 取消 before this finds nothing done, who presses later is told so."""
    running = TaskRun.objects.filter(pk=task_run_id, state=TaskRun.State.RUNNING)
    if not running.update(state=TaskRun.State.DONE, message=message, ended_at=clock.now()):
        raise Canceled(STOPPED)


def _end(task_run_id: int, state: TaskRun.State, message: str) -> None:
    TaskRun.objects.filter(pk=task_run_id).update(state=state, message=message, ended_at=clock.now())


def cancel(task_run: TaskRun, *, by: Actor) -> None:
    """Ask queued or running work to stop; running work is rolled back and ends when its process has noticed.

    Raises Refused if it is not this actor's, has ended, or is not for canceling.
    """
    if not can_be_canceled(task_run):
        raise Refused("这一步已经定了，或者要发到外面去，不能取消。")
    own = TaskRun.objects.filter(pk=task_run.pk, started_by_id=by.official_id)
    waiting, running = own.filter(state=TaskRun.State.QUEUED), own.filter(state=TaskRun.State.RUNNING)
    changed = waiting.update(state=TaskRun.State.CANCELED, message="已取消，还没有开始。", ended_at=clock.now())
    changed = changed or running.update(state=TaskRun.State.CANCELED, message="正在停下，办到一半的会还原。")
    if not changed:
        raise Refused("这件事已经办完，或者不是您发起的，不能取消。")


def can_be_canceled(task_run: TaskRun) -> bool:
    """Whether 取消 is offered for this work at all."""
    return task_run.name not in _NOT_CANCELED


def machine() -> Official:
    """The system's own official, under whose name the bank's answers are applied. Made at migration."""
    found: Official = Official.objects.get(username="system")
    return found


def worker() -> App:
    """Procrastinate's app on connections of the worker's own."""
    connector = jobs.connector
    assert isinstance(connector, DjangoConnector)
    return jobs.with_connector(connector.get_worker_connector())


def run_waiting() -> None:
    """Run everything that waits, in this process, until the queue is empty (command line, demo, tests)."""
    worker_app = worker()
    # Only what waits: what comes by the clock is the worker's.
    worker_app.periodic_registry = PeriodicRegistry()  # type: ignore[no-untyped-call]
    with worker_app.replace_connector(worker_app.connector):
        worker_app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="never")
