"""Lays what a message of the bank says down in the staging tables. What is ours and what it means is said here; who is
paid is decided by payments' own rules.
"""

from collections.abc import Iterator

import polars as pl

from yikatong.core import sql

from .models import PaymentProvider
from .reading import Message

# Names and references longer than the columns that keep them.
LENGTHS = {"message_id": 80, "end_to_end_id": 80, "bank_reference": 80, "reason_code": 16, "return_reason": 16}


def laid_down(message: Message, *, report_id: int, provider: PaymentProvider, only: str = "") -> Iterator[bytes]:
    """Stage a whole message under ``report_id`` while its bytes are taken, which are yielded. ``only``: of its results
    those that name this one instruction.

    Must run inside a transaction: raises UnreadableBankFile, possibly after rows were staged.
    """
    count = 0
    for item in message.taken():
        if isinstance(item, bytes):
            yield item
            continue
        short = [pl.col(name).str.slice(0, length) for name, length in LENGTHS.items() if name in item.columns]
        numbered = item.with_columns(*short, report_id=report_id).with_row_index("line_no", offset=count + 1)
        count += numbered.height
        if message.contents.is_statement:
            sql.copy_frame("banking_statementrow", numbered)
        else:
            _stage_outcomes(numbered.filter(pl.col("message_id") == only) if only else numbered, provider)
    if message.contents.is_statement:
        message.contents.statement_rows = count
    else:
        message.contents.outcome_count = count


def _stage_outcomes(outcomes: pl.DataFrame, provider: PaymentProvider) -> None:
    """What names its instruction and its amount goes where payments looks for it, and all the rest where it is looked up."""
    named = outcomes["message_id"].unique().to_list()
    live = sql.rows("banking/live_requests", provider_id=provider.pk, message_ids=named)
    schema = {"message_id": pl.String, "request_id": pl.Int64, "took_place": pl.Boolean}
    known = outcomes.join(pl.DataFrame(live, schema=schema), on="message_id", how="left", maintain_order="left")
    is_plain = pl.col("request_id").is_not_null() & pl.col("amount_fen").is_not_null()
    plain = known.filter(is_plain).with_columns(repeats_void=pl.col("is_repeat") & pl.col("took_place"))
    sql.copy_frame("payments_reportedline", plain.drop("message_id", "is_repeat", "took_place"))
    sql.copy_frame("banking_reportrow", known.filter(~is_plain).drop("request_id", "took_place"))
