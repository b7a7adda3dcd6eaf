"""The log of every sending, outside of the database: whoever restores an older copy of the database is told by it.

One line of JSON a sending, in the state folder of the machine that sends, written and synced after ``sending`` is
committed and before the bank is called. What stands in it and not in the database was lost by a restore.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from yikatong.core import sql
from yikatong.core.refusals import Refused

from . import words

# Workers write beside each other, so the last line alone is not always the newest; far more never write at once.
LOOKED_AT = 200


@dataclass(frozen=True)
class Sending:
    """One sending of one file: which payments (by their end-to-end ids), how many, fen, and its place among events."""

    message_id: str
    sequence: int
    provider: str
    first_end_to_end_id: str
    last_end_to_end_id: str
    count: int
    total_fen: int


def write(sending: Sending) -> None:
    """Append a sending and have the disk keep it. Raises Refused when it cannot be written: then nothing is sent."""
    line = json.dumps(asdict(sending), ensure_ascii=False) + "\n"
    try:
        place().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with place().open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Refused(words.SENT_LOG_BROKEN.format(path=place(), why=error.strerror)) from error


def lost(*, whole: bool = False) -> list[Sending]:
    """The sendings, oldest first, that the database does not know; looks at the newest lines, or at all of them.

    Raises Refused when the log cannot be read: what cannot be checked is not trusted.
    """
    told = _lines(whole)
    if not told:
        return []
    known = sql.rows("banking/known_sendings", messages=[one.message_id for one in told])
    here = {(row["message_id"], row["sequence"]) for row in known}
    return [one for one in told if (one.message_id, one.sequence) not in here]


def place() -> Path:
    """The log of this database, by its name."""
    return Path(settings.STATE_DIR) / "sent" / f"{connection.settings_dict['NAME']}.log"


def _lines(whole: bool) -> list[Sending]:
    try:
        lines = place().read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Refused(words.SENT_LOG_BROKEN.format(path=place(), why=error.strerror)) from error
    return [_sending(line) for line in (lines if whole else lines[-LOOKED_AT:])]


def _sending(line: str) -> Sending:
    try:
        told: dict[str, Any] = json.loads(line)
        return Sending(**told)
    except (ValueError, TypeError) as error:
        raise Refused(words.SENT_LOG_BROKEN.format(path=place(), why=f"有一行不对：{line[:60]}")) from error
