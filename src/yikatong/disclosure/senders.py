"""Who hands text messages over. The first sender writes to the database; a real one opens the numbers to send them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from yikatong.core import sql


@dataclass(frozen=True)
class Delivered:
    """What has become of a notice's messages in all."""

    written_count: int
    no_mobile_count: int


class Sender(Protocol):
    """Hands over every message of a notice that has no SmsDelivery yet, and writes one for each."""

    name: str

    def deliver(self, *, notice_id: int, at: datetime) -> Delivered:
        """Deliver what waits; safe to run again."""
        ...


class DatabaseSender:
    """Writes the deliveries and reaches nobody: for the demo, for tests, and until a gateway is contracted."""

    name = "database"

    def deliver(self, *, notice_id: int, at: datetime) -> Delivered:
        """One statement for all messages of the notice."""
        sql.run("disclosure/deliver_to_database", notice=notice_id, sender=self.name, at=at)
        counts = sql.one("disclosure/delivery_counts", notice=notice_id)
        return Delivered(counts["written_count"], counts["no_mobile_count"])
