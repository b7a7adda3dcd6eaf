"""camt.054.001.08, the notification: what the bank booked on our account, as it books it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from yikatong.banking.formats import camt, stream

MESSAGE = "camt.054.001.08"


@dataclass(frozen=True, slots=True)
class Notification:
    """The head of a notification; ``account`` as the bank names it."""

    message_id: str
    notification_id: str
    account: str
    created_at: str


def read(source: IO[bytes], *, chunk_rows: int = stream.CHUNK_ROWS) -> Iterator[tuple[Notification, list[camt.Entry]]]:
    """Yield ``(notification, entries)``, at least once each. Raises UnreadableBankFile, possibly at the end."""
    pairs = camt.rows(source, message=MESSAGE, group="Ntfctn", header_of=_notification)
    return stream.chunked(pairs, chunk_rows)


def _notification(group: stream.Element, message_id: str) -> Notification:
    return Notification(*camt.account_of(group, message_id))
