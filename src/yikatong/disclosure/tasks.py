"""Background work of this room."""

from datetime import datetime

from yikatong.core import tasks
from yikatong.core.authz import Actor

from . import actions, words


@tasks.work(actions.SEND_WORK)
def send(*, progress: tasks.Progress, by: Actor, at: datetime, notice_id: int) -> str:
    """Hand over the messages of one notice."""
    delivered = actions.send(notice_id=notice_id, by=by, at=at)
    whole = delivered.written_count + delivered.no_mobile_count
    progress.report(whole, whole)
    return words.SENT.format(written=delivered.written_count, no_mobile=delivered.no_mobile_count)
