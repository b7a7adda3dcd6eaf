"""Lays what a message of the bank says down in the staging tables. What is ours and what it means is said here; who is
paid is decided by payments' own rules.
"""

from collections.abc import Callable, Iterator

import polars as pl

from yikatong.core import sql
from yikatong.core.beside import Beside

from . import marking
from .models import PaymentProvider
from .reading import Message
from .taking import Taking

# Names and references longer than the columns that keep them.
LENGTHS = {"message_id": 80, "end_to_end_id": 80, "bank_reference": 80, "reason_code": 16, "return_reason": 16}


def laid_down(
    message: Message, *, report_id: int, provider: PaymentProvider, taking: Taking, beside: Beside, only: str = ""
) -> Iterator[bytes]:
    """Stage a whole message under ``report_id`` while its bytes are taken, which are yielded; what is staged is there once
    ``beside`` is settled. What ``taking`` takes of it at once is no longer staged. ``only``: of its results those that
    name this one instruction.

    Must run inside a transaction: raises UnreadableBankFile, possibly after rows were staged.
    """
    count = 0
    live = _Live(provider, beside, lambda: taking.spoken_for(message.contents))
    for item in message.taken():
        if isinstance(item, bytes):
            yield item
            continue
        short = [pl.col(name).str.slice(0, length) for name, length in LENGTHS.items() if name in item.columns]
        whole = marking.marked(item.with_columns(*short, report_id=report_id), names_cards=provider.names_cards)
        if not only:
            message.contents.name_count += _note_names(item, report_id, beside)
        numbered = whole.with_row_index("line_no", offset=count + 1)
        count += numbered.height
        if message.contents.is_statement:
            _copy("banking_statementrow", numbered, beside)
            taking.take_lines(numbered, message.contents, beside)
        else:
            _stage_outcomes(numbered.filter(pl.col("message_id") == only) if only else numbered, live, beside)
    if message.contents.is_statement:
        message.contents.statement_rows = count
    else:
        message.contents.outcome_count = count


def lay_down(message: Message, *, report_id: int, provider: PaymentProvider, taking: Taking, only: str = "") -> None:
    """Stage a message whose bytes are kept already. Raises as ``laid_down``."""
    with Beside() as beside:
        told = laid_down(message, report_id=report_id, provider=provider, taking=taking, beside=beside, only=only)
        for _ in told:
            pass


def _note_names(item: pl.DataFrame, report_id: int, beside: Beside) -> int:
    """Lay down whom the bank names as paid, to be held against whom we meant; returns how many."""
    if not (item["creditor_name"] != "").any():
        return 0
    short = pl.col("end_to_end_id").str.slice(0, LENGTHS["end_to_end_id"])
    named = marking.named(item).with_columns(short, pl.col("amount_fen").fill_null(0), report_id=report_id)
    _copy("banking_namerow", named, beside)
    return named.height


class _Live:
    """The requests of a provider's instructions that are not void, and of the accounts that the message speaks for; each
    asked for once a message.
    """

    def __init__(self, provider: PaymentProvider, beside: Beside, accounts: Callable[[], list[int] | None]) -> None:
        self._provider_id, self._beside, self._accounts = provider.pk, beside, accounts
        self._known = pl.DataFrame(schema={"message_id": pl.String, "request_id": pl.Int64, "took_place": pl.Boolean})

    def of(self, named: pl.Series) -> pl.DataFrame:
        """One row for each name: message_id, request_id (null: none of ours that is live), took_place."""
        fresh = named.unique().to_frame("message_id").join(self._known, on="message_id", how="anti")
        if fresh.height:
            names = fresh["message_id"].to_list()
            whose = {"provider_id": self._provider_id, "accounts": self._accounts()}
            asked = self._beside.do(sql.rows, "banking/live_requests", message_ids=names, **whose)
            live = pl.DataFrame(asked.result(), schema=self._known.schema)
            self._known = pl.concat([self._known, fresh.join(live, on="message_id", how="left")])
        return self._known


def _stage_outcomes(outcomes: pl.DataFrame, live: _Live, beside: Beside) -> None:
    """What names its instruction and its amount goes where payments looks for it, and all the rest where it is looked up."""
    known = outcomes.join(live.of(outcomes["message_id"]), on="message_id", how="left", maintain_order="left")
    is_plain = pl.col("request_id").is_not_null() & pl.col("amount_fen").is_not_null()
    plain = known.filter(is_plain).with_columns(repeats_void=pl.col("is_repeat") & pl.col("took_place"))
    _copy("payments_reportedline", plain.drop("message_id", "is_repeat", "took_place"), beside)
    _copy("banking_reportrow", known.filter(~is_plain).drop("request_id", "took_place"), beside)


def _copy(table: str, rows: pl.DataFrame, beside: Beside) -> None:
    if rows.height:
        beside.do(sql.copy_texts, table, rows.columns, list(sql.texts_of(rows)))
