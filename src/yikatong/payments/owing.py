"""Paying after all what went back to the treasury as uncorrectable, with new funding (K3)."""

from collections.abc import Sequence
from datetime import datetime

from yikatong.batches import queries as batches
from yikatong.core import slots, sql
from yikatong.core.acting import action
from yikatong.core.authz import Actor


@action
def assemble_late(
    *, cycle_id: int, fiscal_year: int, outcome_ids: Sequence[int], by: Actor, at: datetime
) -> batches.Batch:
    """Freeze refunded lines of one cycle and one fiscal year into a batch of this year's money.

    The same people and amounts, on their present cards; the batch then goes the usual way from review to the bank.
    Raises Refused: YK093 not owed, already being paid, or no usable card; YK005 not this department's clerk.
    """
    batch_id: int = sql.call("payments_assemble_late", cycle_id, fiscal_year, list(outcome_ids), by.official_id, at)
    slots.announce("batch.assembled", batch_id=batch_id, by=by, at=at)
    return batches.batch(batch_id)
