"""The worker's part: seal when a request is released, send, and visit the banks every minute."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django import app as jobs

from yikatong.core import clock, slots, tasks
from yikatong.core.authz import Actor, actor_for
from yikatong.core.models import TaskRun

from . import actions, queries, service, words

log = logging.getLogger(__name__)


def start_sealing(*, request_id: int, by: Actor, at: datetime) -> None:
    """Follow-up of ``payment_request.released``, in the same transaction: enqueue building and sending."""
    tasks.start(
        "banking.seal",
        title="生成代发指令",
        subject=f"payment_request:{request_id}",
        by=by,
        at=at,
        url=reverse("banking:instructions"),
        request_id=request_id,
    )


def seal_what_waited(*, by: Actor, at: datetime) -> None:
    """Follow-up of ``sending.resumed``: what was released meanwhile was not sealed, and nobody should have to ask for it."""
    for request in queries.unsealed_requests():
        start_sealing(request_id=request["request_id"], by=by, at=at)


@tasks.work("banking.seal", can_be_canceled=False)
def seal(*, progress: tasks.Progress, by: Actor, at: datetime, request_id: int) -> str:
    """Build and seal in one transaction; sending is a job of its own, since it must not run inside one."""
    sealed = actions.seal(request_id=request_id, by=machine(at), at=at)
    jobs.configure_task("banking.send").defer()
    return words.SEALED.format(count=len(sealed)) if sealed else words.NO_PAYMENTS


@contextmanager
def _own_connection() -> Iterator[None]:
    """A worker's thread is no request: nobody else hangs up after it."""
    try:
        yield
    finally:
        connection.close()


@jobs.task(name="banking.send")
@_own_connection()
def send_waiting() -> None:
    """Send whatever waits; what does not go now is tried again by the next visit."""
    at = clock.now()
    told = actions.send_waiting(by=machine(at), at=at)
    log.info("sent %s", told)


@jobs.periodic(cron="* * * * *")
@jobs.task(name="banking.fetch", queueing_lock="banking.fetch")
@_own_connection()
def visit_banks(timestamp: int) -> None:
    """Each minute: clear up what is half-sent, take in what is new, compare and close."""
    exchange()


@jobs.periodic(cron="0 4 * * *")
@jobs.task(name="banking.check_books", queueing_lock="banking.check_books")
@_own_connection()
def look_at_the_books(timestamp: int) -> None:
    """Each day at noon in Beijing (T+1): a day without statement, a result without ledger transfer."""
    at = clock.now()
    log.info("%s differences between the books", actions.check_books(by=machine(at), at=at))


@jobs.periodic(cron="30 18 * * *")
@jobs.task(name="banking.count_nightly", queueing_lock="banking.count_nightly")
@_own_connection()
def count_nightly(timestamp: int) -> None:
    """Each night in Beijing: people, cards and money of every year of which something has happened."""
    log.info("%s years counted", count())


def count() -> int:
    """Count the years of which something has happened, now; returns how many."""
    at = clock.now()
    return actions.count_years(by=machine(at), at=at)


def start_counting(*, by: Actor, at: datetime) -> TaskRun:
    """Somebody wants 人卡钱台账 as it stands now."""
    url = reverse("banking:people-cards-money")
    return tasks.start("banking.count_years", title=words.COUNTING, subject="banking", by=by, at=at, url=url)


@tasks.work("banking.count_years")
def count_now(*, progress: tasks.Progress, by: Actor, at: datetime) -> str:
    """Count what is to be counted in the area of whoever asked."""
    return words.COUNTED.format(count=actions.count_years(places=service.places_of(by), by=by, at=at))


def start_exchange(*, by: Actor, at: datetime) -> TaskRun:
    """Somebody asks for a round with the banks now; its visible run enqueues the round itself."""
    return tasks.start(
        "banking.exchange", title="与银行交换", subject="banking", by=by, at=at, url=reverse("banking:reports")
    )


@tasks.work("banking.exchange", can_be_canceled=False)
def exchange_now(*, progress: tasks.Progress, by: Actor, at: datetime) -> str:
    """The bank is never called inside a transaction, so the round is a job of its own."""
    jobs.configure_task("banking.exchange").defer()
    return words.EXCHANGING


@jobs.task(name="banking.exchange")
@_own_connection()
def exchange_once() -> None:
    """One round with the banks."""
    exchange()


def exchange() -> actions.Exchanged:
    """One round with the banks, now: send what waits, fetch, reconcile."""
    at = clock.now()
    actions.send_waiting(by=machine(at), at=at)
    return actions.fetch_and_reconcile(by=machine(at), at=at)


def machine(at: datetime) -> Actor:
    """The system itself, under whose name the bank's answers are applied."""
    return actor_for(tasks.machine(), at.date())


slots.follow("payment_request.released", start_sealing)
slots.follow("sending.resumed", seal_what_waited)
