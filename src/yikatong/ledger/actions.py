"""Moving money: one action."""

from datetime import datetime

from yikatong.core import sql
from yikatong.core.authz import Actor


def post(kind: str, *, ground_id: int, by: Actor, at: datetime) -> int:
    """Post the transfer that the business fact ``ground_id`` justifies; returns the Transfer's id.

    The kind's ground function in the database says from where to where and how many fen; posting the same fact
    again changes nothing. Raises Refused: YK030 there is no such ground, YK031 the source has not enough.
    """
    transfer_id: int = sql.call("ledger_post", kind, ground_id, by.official_id, at)
    return transfer_id
