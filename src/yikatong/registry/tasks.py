"""Background work of the registry."""

from datetime import date, datetime

from yikatong.core import tasks
from yikatong.core.authz import Actor
from yikatong.core.models import StoredFile
from yikatong.core.tasks import Progress

from . import actions

WORK = "registry.load_cards"


@tasks.work(WORK)
def load_cards(*, progress: Progress, by: Actor, at: datetime, file_id: int, as_of: str) -> str:
    """Take over a stored file of cards; the message tells what it brought."""
    file = StoredFile.objects.get(pk=file_id)
    load = actions.take_cards(file=file, as_of=date.fromisoformat(as_of), by=by, at=at)
    progress.report(load.row_count, load.row_count)
    return (
        f"{file.name}：{load.row_count:,} 行，新卡 {load.new_count:,} 张，状态变化 {load.changed_count:,} 张，"
        f"持卡人还不在人员库里的 {load.unknown_count:,} 张。"
    )
