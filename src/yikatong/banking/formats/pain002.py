"""pain.002.001.10, the status report: what the bank says about an instruction and each of its payments."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, NamedTuple

from yikatong.banking.formats import stream
from yikatong.banking.formats.amounts import fen_of, yuan_text
from yikatong.banking.formats.refusals import UnreadableBankFile

MESSAGE = "pain.002.001.10"


class Meaning(StrEnum):
    """What a status code means for us. A code we do not know is UNKNOWN, never a success."""

    ACCEPTED = "accepted"
    SETTLED = "settled"
    REJECTED = "rejected"
    PENDING = "pending"
    PARTLY = "partly"
    UNKNOWN = "unknown"


_MEANINGS = {
    "ACTC": Meaning.ACCEPTED, "ACCP": Meaning.ACCEPTED, "ACSP": Meaning.ACCEPTED,
    "ACSC": Meaning.SETTLED, "ACCC": Meaning.SETTLED,
    "RJCT": Meaning.REJECTED, "CANC": Meaning.REJECTED,
    "RCVD": Meaning.PENDING, "PDNG": Meaning.PENDING,
    "PART": Meaning.PARTLY,
}  # fmt: skip


def meaning_of(status: str) -> Meaning:
    """The meaning of a group or transaction status code."""
    return _MEANINGS.get(status, Meaning.UNKNOWN)


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The head of a report. ``group_status`` is empty in a further report that restates single payments only.

    ``original_count`` and ``original_total_fen`` are those of the instruction as the bank read it, None if not told;
    a partial report holds fewer payments than that.
    """

    message_id: str
    created_at: str
    original_message_id: str
    original_count: int | None
    original_total_fen: int | None
    group_status: str
    reason_code: str
    reason_text: str

    @property
    def is_duplicate_notice(self) -> bool:
        """The bank refuses a copy of an instruction it already has: this says nothing about the first copy."""
        return self.group_status == "RJCT" and self.reason_code == "DUPL"


class TransactionStatus(NamedTuple):
    """One payment's status. ``amount_fen`` is None where the bank does not repeat the amount (mock-bank does not)."""

    end_to_end_id: str
    status: str
    reason_code: str
    reason_text: str
    amount_fen: int | None
    bank_reference: str


def read(
    source: IO[bytes], *, chunk_rows: int = stream.CHUNK_ROWS
) -> Iterator[tuple[StatusReport, list[TransactionStatus]]]:
    """Yield ``(report, statuses)`` with at most ``chunk_rows`` statuses each, at least once.

    Raises UnreadableBankFile, possibly only at the end, when totals do not hold: take nothing in before the last pair.
    """
    return stream.chunked(_rows(source), chunk_rows)


def _rows(source: IO[bytes]) -> Iterator[tuple[StatusReport, TransactionStatus | None]]:
    message_id = created_at = ""
    report: StatusReport | None = None
    whole, batch = _Tally(), _Tally()
    heads = ("GrpHdr", "OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts")
    for element in stream.walk(source, message=MESSAGE, rows={"TxInfAndSts": "OrgnlPmtInfAndSts"}, heads=heads):
        name = stream.local(element)
        if name == "GrpHdr":
            message_id = stream.required(element, "MsgId", "回盘编号")
            created_at = stream.text(element, "CreDtTm")
        elif name == "OrgnlGrpInfAndSts":
            report = _report(element, message_id, created_at)
        elif report is None:
            raise UnreadableBankFile("回盘里没有写明回的是哪一份代发指令（OrgnlGrpInfAndSts）。请银行补全后重发。")
        elif name == "TxInfAndSts":
            row = _status(element)
            whole.add(row)
            batch.add(row)
            yield report, row
        else:
            batch.hold_against(*_declared(element), _declared_by_status(element))
            batch = _Tally()
    if report is None:
        raise UnreadableBankFile("回盘里没有写明回的是哪一份代发指令（OrgnlGrpInfAndSts）。请银行补全后重发。")
    whole.hold_against(report.original_count, report.original_total_fen, {})
    whole.hold_against_group(report.group_status)
    yield report, None


def _report(element: stream.Element, message_id: str, created_at: str) -> StatusReport:
    count, total_fen = _declared(element)
    return StatusReport(
        message_id=message_id,
        created_at=created_at,
        original_message_id=stream.required(element, "OrgnlMsgId", "原代发指令编号"),
        original_count=count,
        original_total_fen=total_fen,
        group_status=stream.text(element, "GrpSts"),
        reason_code=_reason(element),
        reason_text=stream.text(element, "StsRsnInf/AddtlInf"),
    )


def _status(element: stream.Element) -> TransactionStatus:
    end_to_end_id = stream.required(element, "OrgnlEndToEndId", "款项编号")
    amount = stream.text(element, "OrgnlTxRef/Amt/InstdAmt")
    currency = stream.attribute(element, "OrgnlTxRef/Amt/InstdAmt", "Ccy")
    return TransactionStatus(
        end_to_end_id=end_to_end_id,
        status=stream.required(element, "TxSts", f"款项 {end_to_end_id} 的状态"),
        reason_code=_reason(element),
        reason_text=stream.text(element, "StsRsnInf/AddtlInf"),
        amount_fen=fen_of(amount, where=f"款项 {end_to_end_id} ", currency=currency) if amount else None,
        bank_reference=stream.text(element, "AcctSvcrRef"),
    )


def _reason(element: stream.Element) -> str:
    return stream.text(element, "StsRsnInf/Rsn/Cd") or stream.text(element, "StsRsnInf/Rsn/Prtry")


def _declared(element: stream.Element) -> tuple[int | None, int | None]:
    count, total = stream.text(element, "OrgnlNbOfTxs"), stream.text(element, "OrgnlCtrlSum")
    return (
        stream.number(count, where="原指令笔数") if count else None,
        fen_of(total, where="原指令合计", currency=None) if total else None,
    )


def _declared_by_status(element: stream.Element) -> dict[str, int]:
    return {
        stream.text(per, "DtldSts"): stream.number(stream.text(per, "DtldNbOfTxs"), where="分状态笔数")
        for per in stream.children(element, "NbOfTxsPerSts")
    }


class _Tally:
    """What was really read, to be held against what the file declares."""

    def __init__(self) -> None:
        self.count = 0
        self.total_fen: int | None = 0
        self.by_status: dict[str, int] = {}

    def add(self, row: TransactionStatus) -> None:
        self.count += 1
        self.by_status[row.status] = self.by_status.get(row.status, 0) + 1
        # One payment without an amount and the sum says nothing any more.
        if self.total_fen is not None:
            self.total_fen = None if row.amount_fen is None else self.total_fen + row.amount_fen

    def hold_against(self, count: int | None, total_fen: int | None, by_status: dict[str, int]) -> None:
        if count is not None and self.count > count:
            raise UnreadableBankFile(
                f"回盘写明原指令 {count} 笔，里面却有 {self.count} 笔。整个文件拒收，请银行核对后重发。"
            )
        whole = count is not None and self.count == count and self.total_fen is not None
        if whole and total_fen is not None and self.total_fen != total_fen:
            raise UnreadableBankFile(
                f"回盘写明合计 {yuan_text(total_fen)} 元，逐笔相加是 {yuan_text(self.total_fen or 0)} 元。"
                "整个文件拒收，请银行核对后重发。"
            )
        for status, declared in by_status.items():
            seen = self.by_status.get(status, 0)
            if seen != declared:
                raise UnreadableBankFile(
                    f"回盘写明 {status} 有 {declared} 笔，里面是 {seen} 笔。整个文件拒收，请银行核对后重发。"
                )

    def hold_against_group(self, group_status: str) -> None:
        meanings = {meaning_of(status) for status in self.by_status}
        group = meaning_of(group_status)
        said_good = group in (Meaning.ACCEPTED, Meaning.SETTLED) and Meaning.REJECTED in meanings
        said_bad = group is Meaning.REJECTED and meanings - {Meaning.REJECTED}
        if said_good or said_bad:
            raise UnreadableBankFile(
                f"回盘的总状态是 {group_status}，与里面逐笔的状态矛盾。整个文件拒收，请银行核对后重发。"
            )
