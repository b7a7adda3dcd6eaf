"""pacs.004.001.09, the return (退票): payments that had settled and come back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO, NamedTuple

from yikatong.banking.formats import camt, stream
from yikatong.banking.formats.amounts import fen_of, yuan_text
from yikatong.banking.formats.refusals import UnreadableBankFile

MESSAGE = "pacs.004.001.09"


@dataclass(frozen=True, slots=True)
class ReturnReport:
    """The head of a return message: counts and sum (fen, None if not told) are held against the body."""

    message_id: str
    created_at: str
    original_message_id: str
    return_count: int
    total_fen: int | None


class ReturnedPayment(NamedTuple):
    """One payment that came back. ``bank_reference`` is the return's own, the same as on the statement's credit."""

    end_to_end_id: str
    amount_fen: int
    reason_code: str
    reason_text: str
    bank_reference: str
    returned_on: date | None


def read(
    source: IO[bytes], *, chunk_rows: int = stream.CHUNK_ROWS
) -> Iterator[tuple[ReturnReport, list[ReturnedPayment]]]:
    """Yield ``(report, returns)``, at least once. Raises UnreadableBankFile, possibly only at the end."""
    return stream.chunked(_rows(source), chunk_rows)


def _rows(source: IO[bytes]) -> Iterator[tuple[ReturnReport, ReturnedPayment | None]]:
    report: ReturnReport | None = None
    count = total_fen = 0
    for element in stream.walk(source, message=MESSAGE, rows={"TxInf": "PmtRtr"}, heads=("GrpHdr", "OrgnlGrpInf")):
        name = stream.local(element)
        if name == "GrpHdr":
            report = _report(element)
        elif report is None:
            raise UnreadableBankFile("退票文件没有报头（GrpHdr）。请银行补全后重发。")
        elif name == "OrgnlGrpInf":
            # The same group may also stand inside each transaction; only the file's own names its instruction.
            parent = element.getparent()
            if parent is not None and stream.local(parent) == "PmtRtr":
                original = stream.required(element, "OrgnlMsgId", "原代发指令编号")
                report = ReturnReport(
                    report.message_id, report.created_at, original, report.return_count, report.total_fen
                )
        else:
            row = _returned(element)
            count, total_fen = count + 1, total_fen + row.amount_fen
            yield report, row
    if report is None:
        raise UnreadableBankFile("退票文件没有报头（GrpHdr）。请银行补全后重发。")
    if count != report.return_count or report.total_fen not in (None, total_fen):
        raise UnreadableBankFile(
            f"退票文件写明 {report.return_count} 笔、{yuan_text(report.total_fen or 0)} 元，"
            f"里面是 {count} 笔、{yuan_text(total_fen)} 元。整个文件拒收，请银行核对后重发。"
        )
    yield report, None


def _report(element: stream.Element) -> ReturnReport:
    total, control = stream.text(element, "TtlRtrdIntrBkSttlmAmt"), stream.text(element, "CtrlSum")
    currency = stream.attribute(element, "TtlRtrdIntrBkSttlmAmt", "Ccy")
    total_fen = fen_of(total, where="退票合计", currency=currency) if total else None
    control_fen = fen_of(control, where="退票合计", currency=None) if control else None
    if None not in (total_fen, control_fen) and total_fen != control_fen:
        raise UnreadableBankFile("退票文件报头里的两个合计不相等。整个文件拒收，请银行核对后重发。")
    return ReturnReport(
        message_id=stream.required(element, "MsgId", "退票文件编号"),
        created_at=stream.text(element, "CreDtTm"),
        original_message_id="",
        return_count=stream.number(stream.required(element, "NbOfTxs", "退票笔数"), where="退票笔数"),
        total_fen=total_fen if total_fen is not None else control_fen,
    )


def _returned(element: stream.Element) -> ReturnedPayment:
    end_to_end_id = stream.required(element, "OrgnlEndToEndId", "款项编号")
    amount = stream.required(element, "RtrdIntrBkSttlmAmt", f"款项 {end_to_end_id} 的退回金额")
    day = stream.text(element, "IntrBkSttlmDt")
    return ReturnedPayment(
        end_to_end_id=end_to_end_id,
        amount_fen=fen_of(
            amount, where=f"款项 {end_to_end_id} ", currency=stream.attribute(element, "RtrdIntrBkSttlmAmt", "Ccy")
        ),
        reason_code=stream.text(element, "RtrRsnInf/Rsn/Cd") or stream.text(element, "RtrRsnInf/Rsn/Prtry"),
        reason_text=stream.text(element, "RtrRsnInf/AddtlInf"),
        bank_reference=stream.text(element, "RtrId"),
        returned_on=camt.day_of(day, where=f"款项 {end_to_end_id} 的退回日期") if day else None,
    )
