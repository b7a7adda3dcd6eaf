"""camt.054.001.08, the notification: what the bank booked on our account, as it books it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import polars as pl

from yikatong.banking.formats import camt, stream

MESSAGE = "camt.054.001.08"
LAYOUT = camt.layout(MESSAGE, "Ntfctn")


@dataclass(frozen=True, slots=True)
class Notification:
    """The head of a notification; ``account`` as the bank names it."""

    message_id: str
    notification_id: str
    account: str
    created_at: str


def read(source: IO[bytes], *, block_bytes: int = stream.BLOCK_BYTES) -> Iterator[tuple[Notification, pl.DataFrame]]:
    """Yield ``(notification, entries)``, at least once each; columns of ``camt.ENTRY``.

    Raises UnreadableBankFile, possibly at the end.
    """
    return camt.read(source, LAYOUT, _notification, block_bytes=block_bytes)


def _notification(group: stream.Element, message_id: str) -> Notification:
    return Notification(*camt.account_of(group, message_id))
