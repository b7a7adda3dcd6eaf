"""Background work of this room."""

import logging
from datetime import datetime

from django.db import connection
from procrastinate.contrib.django import app as jobs

from yikatong.core import clock, tasks
from yikatong.core.authz import Actor, actor_for

from . import actions, words

log = logging.getLogger(__name__)


@tasks.work(actions.SEND_WORK, can_be_canceled=False)
def send(*, progress: tasks.Progress, by: Actor, at: datetime, notice_id: int) -> str:
    """Hand over the messages of one notice."""
    delivered = actions.send(notice_id=notice_id, by=by, at=at)
    whole = delivered.written_count + delivered.no_mobile_count
    progress.report(whole, whole)
    return words.SENT.format(written=delivered.written_count, no_mobile=delivered.no_mobile_count)


@jobs.periodic(cron="30 4 * * *")
@jobs.task(name="disclosure.verify_both_ways", queueing_lock="disclosure.verify_both_ways")
def look_both_ways(timestamp: int) -> None:
    """Each day after noon in Beijing: what was published against what the bank booked (双向验证)."""
    at = clock.now()
    try:
        log.info(
            "%s published lists differ", actions.verify_all_both_ways(by=actor_for(tasks.machine(), at.date()), at=at)
        )
    finally:
        # A worker's thread is no request: nobody else hangs up after it.
        connection.close()
