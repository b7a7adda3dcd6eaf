"""pacs.004.001.09, the return (退票): payments that had settled and come back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import polars as pl

from yikatong.banking.formats import camt, stream
from yikatong.banking.formats.amounts import CURRENCY, fen_column, fen_of, yuan_text
from yikatong.banking.formats.layouts import Layout
from yikatong.banking.formats.refusals import UnreadableBankFile

MESSAGE = "pacs.004.001.09"
LAYOUT = Layout(
    message=MESSAGE,
    group="PmtRtr",
    row="TxInf",
    columns={
        "end_to_end_id": "OrgnlEndToEndId",
        "amount": "RtrdIntrBkSttlmAmt",
        "currency": "RtrdIntrBkSttlmAmt/@Ccy",
        "reason_code": "RtrRsnInf/Rsn/Cd|RtrRsnInf/Rsn/Prtry",
        "reason_text": "RtrRsnInf/AddtlInf",
        "bank_reference": "RtrId",
        "day": "IntrBkSttlmDt",
    },
)
# One payment that came back. ``bank_reference`` is the return's own, the same as on the statement's credit;
# ``returned_on`` is null where the bank does not say.
RETURN = {
    "end_to_end_id": pl.String,
    "amount_fen": pl.Int64,
    "reason_code": pl.String,
    "reason_text": pl.String,
    "bank_reference": pl.String,
    "returned_on": pl.Date,
}


@dataclass(frozen=True, slots=True)
class ReturnReport:
    """The head of a return message: counts and sum (fen, None if not told) are held against the body."""

    message_id: str
    created_at: str
    original_message_id: str
    return_count: int
    total_fen: int | None


def read(source: IO[bytes], *, block_bytes: int = stream.BLOCK_BYTES) -> Iterator[tuple[ReturnReport, pl.DataFrame]]:
    """Yield ``(report, returns)``, at least once; columns of ``RETURN``.

    Raises UnreadableBankFile, possibly only at the end.
    """
    report: ReturnReport | None = None
    count = total_fen = 0
    for group, rows, is_whole in stream.walk(source, LAYOUT, block_bytes=block_bytes):
        if report is None or is_whole:
            report = _report(group)
        returns = _returns(rows)
        count, total_fen = count + returns.height, total_fen + int(returns["amount_fen"].sum())
        if is_whole and (count != report.return_count or report.total_fen not in (None, total_fen)):
            raise UnreadableBankFile(
                f"退票文件写明 {report.return_count} 笔、{yuan_text(report.total_fen or 0)} 元，"
                f"里面是 {count} 笔、{yuan_text(total_fen)} 元。整个文件拒收，请银行核对后重发。"
            )
        yield report, returns


def _report(group: stream.Element) -> ReturnReport:
    heads = stream.children(group, "GrpHdr")
    if not heads:
        raise UnreadableBankFile("退票文件没有报头（GrpHdr）。请银行补全后重发。")
    # The same group may also stand inside each transaction; only the file's own names its instruction.
    originals = stream.children(group, "OrgnlGrpInf")
    original = stream.required(originals[0], "OrgnlMsgId", "原代发指令编号") if originals else ""
    return _head(heads[0], original)


def _head(element: stream.Element, original: str) -> ReturnReport:
    total, control = stream.text(element, "TtlRtrdIntrBkSttlmAmt"), stream.text(element, "CtrlSum")
    currency = stream.attribute(element, "TtlRtrdIntrBkSttlmAmt", "Ccy")
    total_fen = fen_of(total, where="退票合计", currency=currency) if total else None
    control_fen = fen_of(control, where="退票合计", currency=None) if control else None
    if None not in (total_fen, control_fen) and total_fen != control_fen:
        raise UnreadableBankFile("退票文件报头里的两个合计不相等。整个文件拒收，请银行核对后重发。")
    return ReturnReport(
        message_id=stream.required(element, "MsgId", "退票文件编号"),
        created_at=stream.text(element, "CreDtTm"),
        original_message_id=original,
        return_count=stream.number(stream.required(element, "NbOfTxs", "退票笔数"), where="退票笔数"),
        total_fen=total_fen if total_fen is not None else control_fen,
    )


def _returns(rows: pl.DataFrame) -> pl.DataFrame:
    read = rows.with_columns(
        amount_fen=pl.when(pl.col("currency") == CURRENCY).then(fen_column(pl.col("amount"))),
        returned_on=camt.day_column(pl.col("day")),
    )
    unread = (pl.col("returned_on").is_null() & (pl.col("day") != "")) | pl.col("amount_fen").is_null()
    for odd in read.filter(unread | (pl.col("end_to_end_id") == "")).head(1).iter_rows(named=True):
        _refuse(odd)
    return read.select(list(RETURN))


def _refuse(row: dict[str, Any]) -> None:
    """Raise UnreadableBankFile for what is wrong with one row."""
    if not row["end_to_end_id"]:
        raise UnreadableBankFile(f"第 {row['place']} 笔退票没有写明款项编号。请银行补全后重发。")
    where = f"款项 {row['end_to_end_id'][:35]} "
    if not row["amount"]:
        raise UnreadableBankFile(f"{where}没有写明退回金额。请银行补全后重发。")
    fen_of(row["amount"], where=where, currency=row["currency"])
    camt.day_of(row["day"], where=f"{where}的退回日期")
    raise AssertionError(row["place"])
