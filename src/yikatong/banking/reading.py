"""Reads one message of the bank into the staging tables. What is ours and what it means is said here; who is paid is
decided by payments' own rules.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import IO, NamedTuple

from yikatong.core import sql

from .formats import camt053, camt054, pacs004, pain002, stream
from .formats.pain002 import Meaning
from .formats.reasons import explain
from .formats.refusals import UnreadableBankFile

OUTCOME_COLUMNS = (
    "report_id", "line_no", "message_id", "end_to_end_id", "result", "reason_code", "action", "reason_words", "amount_fen",
    "bank_reference", "booked_on",
)  # fmt: skip
STATEMENT_COLUMNS = (
    "report_id", "statement_no", "line_no", "side", "amount_fen", "bank_reference", "end_to_end_id", "message_id",
    "booked_on", "return_reason",
)  # fmt: skip


class Line(NamedTuple):
    """One result of one payment, as payments wants it; fen, None where the bank does not repeat the amount."""

    message_id: str
    end_to_end_id: str
    result: str
    reason_code: str
    amount_fen: int | None
    bank_reference: str
    booked_on: date | None


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
        _stage_statements(body, report_id, accounts, contents)
        return contents
    readers: dict[str, Callable[..., Iterator[Line]]] = {
        pain002.MESSAGE: _statuses,
        camt054.MESSAGE: _bookings,
        pacs004.MESSAGE: _returns,
    }
    if kind not in readers:
        raise UnreadableBankFile(f"报文“{kind[:40]}”不是回盘、入账通知、退票或对账单。请确认取的文件对不对。")
    with sql.copy_in("banking_reportrow", OUTCOME_COLUMNS) as copy:
        for line_no, line in enumerate(readers[kind](body, accounts, contents), start=1):
            reason = explain(line.reason_code) if line.result != "credited" else None
            action, clerk = (str(reason.action), reason.clerk[:200]) if reason else ("", "")
            told = (line.message_id[:80], line.end_to_end_id[:80], line.result, line.reason_code[:16], action, clerk)
            copy.write_row((report_id, line_no, *told, line.amount_fen, line.bank_reference[:80], line.booked_on))
            contents.outcome_count += 1
    return contents


def _statuses(body: IO[bytes], accounts: Mapping[str, int], contents: Contents) -> Iterator[Line]:
    """Only a refusal is a result here: money that moved is told by the booking alone, with its reference."""
    contents.is_ours = True
    report: pain002.StatusReport | None = None
    row_count = 0
    for report, rows in pain002.read(body):
        row_count += len(rows)
        if report.is_duplicate_notice:
            continue
        contents.known_messages.add(report.original_message_id)
        for row in rows:
            if pain002.meaning_of(row.status) is Meaning.REJECTED:
                yield Line(
                    report.original_message_id, row.end_to_end_id, "failed", row.reason_code or report.reason_code,
                    row.amount_fen, row.bank_reference, _day(report.created_at),
                )  # fmt: skip
    if report is None:
        return
    contents.duplicate_notice = report.is_duplicate_notice
    refused = pain002.meaning_of(report.group_status) is Meaning.REJECTED and not report.is_duplicate_notice
    if refused and not row_count:
        day = _day(report.created_at)
        contents.refusals.append(WholeRefusal(report.original_message_id, report.reason_code, day))


def _bookings(body: IO[bytes], accounts: Mapping[str, int], contents: Contents) -> Iterator[Line]:
    for notification, entries in camt054.read(body):
        if notification.account not in accounts:
            continue
        contents.is_ours = True
        for entry in entries:
            if entry.side == "debit":
                contents.known_messages.add(entry.original_message_id)
                yield Line(
                    entry.original_message_id, entry.end_to_end_id, "credited", "", entry.amount_fen,
                    entry.bank_reference, entry.booked_on,
                )  # fmt: skip
            elif entry.return_reason:
                # The reference is the return's own, which would contradict that of the payment.
                yield Line(
                    "", entry.end_to_end_id, "returned", entry.return_reason, entry.amount_fen, "", entry.booked_on
                )


def _returns(body: IO[bytes], accounts: Mapping[str, int], contents: Contents) -> Iterator[Line]:
    contents.is_ours = True
    for _, rows in pacs004.read(body):
        for row in rows:
            yield Line("", row.end_to_end_id, "returned", row.reason_code, row.amount_fen, "", row.returned_on)


def _stage_statements(body: IO[bytes], report_id: int, accounts: Mapping[str, int], contents: Contents) -> None:
    numbers: dict[str, int] = {}
    with sql.copy_in("banking_statementrow", STATEMENT_COLUMNS) as copy:
        for statement, entries in camt053.read(body):
            if statement.account not in accounts:
                continue
            contents.is_ours = True
            if statement.statement_id not in numbers:
                numbers[statement.statement_id] = len(numbers) + 1
                contents.statements.append((numbers[statement.statement_id], statement))
            for entry in entries:
                contents.statement_rows += 1
                place = (report_id, numbers[statement.statement_id], contents.statement_rows)
                names = (entry.bank_reference[:80], entry.end_to_end_id[:80], entry.original_message_id[:80])
                copy.write_row(
                    (*place, entry.side, entry.amount_fen, *names, entry.booked_on, entry.return_reason[:16])
                )


def _day(created_at: str) -> date | None:
    try:
        return date.fromisoformat(created_at[:10])
    except ValueError:
        return None
