"""ISO 20022, the first adapter: pain.001 out; pain.002, camt.054, pacs.004 and camt.053 in."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import IO

import polars as pl

from yikatong.banking.formats import adapters, camt053, camt054, pacs004, pain001, pain002, reasons, stream
from yikatong.banking.formats.adapters import Contents, WholeRefusal
from yikatong.banking.formats.instructions import InstructionHeader
from yikatong.banking.formats.pain002 import Meaning
from yikatong.banking.formats.refusals import UnreadableBankFile


class Iso20022:
    """The adapter of banks that speak ISO 20022. Its files are UTF-8, so that every name can be written."""

    code = "iso20022"
    title = "ISO 20022"
    extension = ".xml"
    carries_everything = True

    def file_name(self, header: InstructionHeader) -> str:
        """The message id."""
        return f"{header.message_id}.xml"

    def blocks(self, header: InstructionHeader, frames: Iterable[pl.DataFrame]) -> Iterator[bytes]:
        """A pain.001.001.09."""
        return pain001.blocks(header, frames)

    def unfit(self, texts: pl.DataFrame) -> pl.DataFrame:
        """Nothing: UTF-8 carries everything."""
        return pl.DataFrame(schema=adapters.UNFIT_TEXT)

    def open(self, body: IO[bytes], *, name: str) -> Contents:
        """The message by its name space, whatever the file is called."""
        kind = stream.kind_of(body)
        if kind != camt053.MESSAGE and kind not in _OUTCOMES:
            raise UnreadableBankFile(f"报文“{kind[:40]}”不是回盘、入账通知、退票或对账单。请确认取的文件对不对。")
        return Contents(kind, is_statement=kind == camt053.MESSAGE)

    def rows(self, body: IO[bytes], contents: Contents, accounts: Mapping[str, int]) -> Iterator[pl.DataFrame]:
        """Results of payments, or a statement's bookings."""
        read = _statement_lines if contents.is_statement else _OUTCOMES[contents.kind]
        return read(body, accounts, contents)

    def explain(self, code: str) -> reasons.Reason:
        """The external code sets of ISO 20022."""
        return reasons.explain(code)


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
        "creditor_account": pl.lit(""),
        "creditor_name": pl.lit(""),
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
        contents.accounts.add(notification.account)
        debits = entries.filter(side="debit")
        contents.known_messages |= set(debits["original_message_id"].unique())
        yield _outcomes(
            debits, "credited", message_id=pl.col("original_message_id"), bank_reference=pl.col("bank_reference"),
            booked_on=pl.col("booked_on"), creditor_account=pl.col("creditor_account"),
            creditor_name=pl.col("creditor_name"),
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
            *columns, message_id=pl.col("original_message_id"), creditor_account=pl.col("creditor_account"),
            creditor_name=pl.col("creditor_name"), statement_no=pl.lit(numbers[statement.statement_id]),
        )  # fmt: skip


def _day(created_at: str) -> date | None:
    try:
        return date.fromisoformat(created_at[:10])
    except ValueError:
        return None


_OUTCOMES: dict[str, Callable[[IO[bytes], Mapping[str, int], Contents], Iterator[pl.DataFrame]]] = {
    pain002.MESSAGE: _statuses,
    camt054.MESSAGE: _bookings,
    pacs004.MESSAGE: _returns,
}
