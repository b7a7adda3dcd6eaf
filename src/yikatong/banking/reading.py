"""Reads one message of the bank into the staging tables. What is ours and what it means is said here; who is paid is
decided by payments' own rules.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import IO

import polars as pl

from yikatong.core import sql

from .formats import camt053, camt054, pacs004, pain002, stream
from .formats.pain002 import Meaning
from .formats.reasons import explain
from .formats.refusals import UnreadableBankFile

# So many rows go into the staging table at a time.
STAGED_ROWS = 50_000
# Names and references longer than the columns that keep them.
LENGTHS = {"message_id": 80, "end_to_end_id": 80, "bank_reference": 80, "reason_code": 16, "return_reason": 16}


@dataclass(frozen=True)
class WholeRefusal:
    """The bank refused an instruction as a whole."""

    message_id: str
    reason_code: str
    booked_on: date | None


@dataclass
class Contents:
    """What a message held for us. ``known_messages``: instructions the bank thereby says it has."""

    kind: str
    is_ours: bool = False
    duplicate_notice: bool = False
    outcome_count: int = 0
    known_messages: set[str] = field(default_factory=set)
    refusals: list[WholeRefusal] = field(default_factory=list)
    statements: list[tuple[int, camt053.Statement]] = field(default_factory=list)
    statement_rows: int = 0


def read(body: IO[bytes], *, report_id: int, accounts: Mapping[str, int]) -> Contents:
    """Stage a whole message under ``report_id``; ``accounts`` maps statement accounts to agreement ids.

    Must run inside a transaction: raises UnreadableBankFile, possibly after rows were staged.
    """
    kind = stream.kind_of(body)
    contents = Contents(kind)
    if kind == camt053.MESSAGE:
        lines = _statement_lines(body, accounts, contents)
        contents.statement_rows = _stage("banking_statementrow", lines, report_id)
        return contents
    readers: dict[str, Callable[..., Iterator[pl.DataFrame]]] = {
        pain002.MESSAGE: _statuses,
        camt054.MESSAGE: _bookings,
        pacs004.MESSAGE: _returns,
    }
    if kind not in readers:
        raise UnreadableBankFile(f"报文“{kind[:40]}”不是回盘、入账通知、退票或对账单。请确认取的文件对不对。")
    outcomes = map(_explained, readers[kind](body, accounts, contents))
    contents.outcome_count = _stage("banking_reportrow", outcomes, report_id)
    return contents


def _stage(table: str, parts: Iterable[pl.DataFrame], report_id: int) -> int:
    """Copy the parts into a staging table, numbering their rows from 1; returns how many there were."""
    count = 0
    for part in _gathered(parts):
        short = [pl.col(name).str.slice(0, length) for name, length in LENGTHS.items() if name in part.columns]
        numbered = part.with_columns(*short, report_id=report_id).with_row_index("line_no", offset=count + 1)
        count += sql.copy_frame(table, numbered)
    return count


def _gathered(parts: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same rows in fewer parts."""
    waiting: list[pl.DataFrame] = []
    for part in parts:
        waiting.append(part)
        if sum(one.height for one in waiting) >= STAGED_ROWS:
            yield pl.concat(waiting)
            waiting.clear()
    if waiting:
        yield pl.concat(waiting)


def _explained(outcomes: pl.DataFrame) -> pl.DataFrame:
    """Outcomes with what their reasons ask for; a credited one has none."""
    reasons = map(explain, outcomes.filter(pl.col("result") != "credited")["reason_code"].unique())
    told = [(reason.code, str(reason.action), reason.clerk[:200]) for reason in reasons]
    meant = pl.DataFrame(told, schema=dict.fromkeys(("reason_code", "action", "reason_words"), pl.String), orient="row")
    joined = outcomes.join(meant, on="reason_code", how="left", maintain_order="left")
    return joined.with_columns(
        pl.when(pl.col("result") != "credited").then(pl.col(name)).otherwise(pl.lit("")).alias(name)
        for name in ("action", "reason_words")
    )


def _outcomes(rows: pl.DataFrame, result: str, **changes: pl.Expr | None) -> pl.DataFrame:
    """One result of each payment, as payments wants it; fen, null where the bank does not repeat the amount."""
    usual = {
        "message_id": pl.lit(""),
        "end_to_end_id": pl.col("end_to_end_id"),
        "result": pl.lit(result),
        "reason_code": pl.lit(""),
        "amount_fen": pl.col("amount_fen"),
        "bank_reference": pl.lit(""),
        "booked_on": pl.lit(None, pl.Date),
    }
    return rows.select(**{**usual, **changes})


def _statuses(body: IO[bytes], accounts: Mapping[str, int], contents: Contents) -> Iterator[pl.DataFrame]:
    """Only a refusal is a result here: money that moved is told by the booking alone, with its reference."""
    contents.is_ours = True
    report: pain002.StatusReport | None = None
    row_count = 0
    for report, rows in pain002.read(body):
        row_count += rows.height
        if report.is_duplicate_notice:
            continue
        contents.known_messages.add(report.original_message_id)
        code = pl.col("reason_code")
        yield _outcomes(
            rows.filter(pl.col("status").is_in(pain002.REJECTED)), "failed", message_id=pl.lit(report.original_message_id),
            reason_code=pl.when(code != "").then(code).otherwise(pl.lit(report.reason_code)),
            bank_reference=pl.col("bank_reference"), booked_on=pl.lit(_day(report.created_at), pl.Date),
        )  # fmt: skip
    if report is None:
        return
    contents.duplicate_notice = report.is_duplicate_notice
    refused = pain002.meaning_of(report.group_status) is Meaning.REJECTED and not report.is_duplicate_notice
    if refused and not row_count:
        day = _day(report.created_at)
        contents.refusals.append(WholeRefusal(report.original_message_id, report.reason_code, day))


def _bookings(body: IO[bytes], accounts: Mapping[str, int], contents: Contents) -> Iterator[pl.DataFrame]:
    for notification, entries in camt054.read(body):
        if notification.account not in accounts:
            continue
        contents.is_ours = True
        debits = entries.filter(side="debit")
        contents.known_messages |= set(debits["original_message_id"].unique())
        yield _outcomes(
            debits, "credited", message_id=pl.col("original_message_id"), bank_reference=pl.col("bank_reference"),
            booked_on=pl.col("booked_on"),
        )  # fmt: skip
        back = entries.filter(pl.col("side") == "credit", pl.col("return_reason") != "")
        # The reference is the return's own, which would contradict that of the payment.
        yield _outcomes(back, "returned", reason_code=pl.col("return_reason"), booked_on=pl.col("booked_on"))


def _returns(body: IO[bytes], accounts: Mapping[str, int], contents: Contents) -> Iterator[pl.DataFrame]:
    contents.is_ours = True
    for _, rows in pacs004.read(body):
        yield _outcomes(rows, "returned", reason_code=pl.col("reason_code"), booked_on=pl.col("returned_on"))


def _statement_lines(body: IO[bytes], accounts: Mapping[str, int], contents: Contents) -> Iterator[pl.DataFrame]:
    numbers: dict[str, int] = {}
    for statement, entries in camt053.read(body):
        if statement.account not in accounts:
            continue
        contents.is_ours = True
        if statement.statement_id not in numbers:
            numbers[statement.statement_id] = len(numbers) + 1
            contents.statements.append((numbers[statement.statement_id], statement))
        columns = ("side", "amount_fen", "bank_reference", "end_to_end_id", "booked_on", "return_reason")
        yield entries.select(
            *columns, message_id=pl.col("original_message_id"), statement_no=pl.lit(numbers[statement.statement_id])
        )


def _day(created_at: str) -> date | None:
    try:
        return date.fromisoformat(created_at[:10])
    except ValueError:
        return None
