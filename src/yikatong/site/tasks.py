"""Background work of the site: long lists as Excel files, and removing them after some days."""

import logging
from datetime import datetime

from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django import app as jobs

from yikatong.core import clock, tasks
from yikatong.core.authz import Actor

from . import exporting

log = logging.getLogger(__name__)


@tasks.work(exporting.WORK)
def export(*, progress: tasks.Progress, by: Actor, at: datetime, page_sealed: str) -> str:
    """Make the lists of one page into a workbook, as the actor who asked may see them now."""
    url = reverse("export", args=[progress.task_run_id])
    return exporting.make(page=exporting.page_of(page_sealed, by=by), url=url, progress=progress, by=by, at=at)


@jobs.periodic(cron="0 19 * * *")
@jobs.task(name="site.drop_exports", queueing_lock="site.drop_exports")
def drop_exports(timestamp: int) -> None:
    """Each night at three in Beijing: workbooks whose days are over are removed."""
    try:
        log.info("%s pieces of exported lists removed", exporting.drop_expired(at=clock.now()))
    finally:
        # A worker's thread is no request: nobody else hangs up after it.
        connection.close()
