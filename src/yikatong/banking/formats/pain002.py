"""pain.002.001.10, the status report: what the bank says about an instruction and each of its payments."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any

import polars as pl

from yikatong.banking.formats import stream
from yikatong.banking.formats.amounts import CURRENCY, fen_column, fen_of, yuan_text
from yikatong.banking.formats.layouts import Layout
from yikatong.banking.formats.refusals import UnreadableBankFile

MESSAGE = "pain.002.001.10"
LAYOUT = Layout(
    message=MESSAGE,
    group="OrgnlPmtInfAndSts",
    row="TxInfAndSts",
    columns={
        "end_to_end_id": "OrgnlEndToEndId",
        "status": "TxSts",
        "reason_code": "StsRsnInf/Rsn/Cd|StsRsnInf/Rsn/Prtry",
        "reason_text": "StsRsnInf/AddtlInf",
        "amount": "OrgnlTxRef/Amt/InstdAmt",
        "currency": "OrgnlTxRef/Amt/InstdAmt/@Ccy",
        "bank_reference": "AcctSvcrRef",
    },
)
# One payment's status. ``amount_fen`` is null where the bank does not repeat the amount (mock-bank does not).
STATUS = {
    "end_to_end_id": pl.String,
    "status": pl.String,
    "reason_code": pl.String,
    "reason_text": pl.String,
    "amount_fen": pl.Int64,
    "bank_reference": pl.String,
}


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
REJECTED = [status for status, meaning in _MEANINGS.items() if meaning is Meaning.REJECTED]


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


def read(source: IO[bytes], *, block_bytes: int = stream.BLOCK_BYTES) -> Iterator[tuple[StatusReport, pl.DataFrame]]:
    """Yield ``(report, statuses)``, at least once; columns of ``STATUS``.

    Raises UnreadableBankFile, possibly only at the end, when totals do not hold: take nothing in before the last pair.
    """
    report: StatusReport | None = None
    whole, batch = _Tally(), _Tally()
    for group, rows, is_whole in stream.walk(source, LAYOUT, block_bytes=block_bytes):
        report = report or _report(group)
        statuses = _statuses(rows)
        whole.add(statuses)
        batch.add(statuses)
        if is_whole and stream.local(group) == LAYOUT.group:
            batch.hold_against(*_declared(group), _declared_by_status(group))
            batch = _Tally()
        yield report, statuses
    assert report is not None
    whole.hold_against(report.original_count, report.original_total_fen, {})
    whole.hold_against_group(report.group_status)


def _report(group: stream.Element) -> StatusReport:
    """What the report says above its payments; ``group`` is the first group of these, or the root without any."""
    body = group.getparent() if stream.local(group) == LAYOUT.group else next(iter(group), group)
    originals = stream.children(body, "OrgnlGrpInfAndSts")
    if not originals:
        raise UnreadableBankFile("回盘里没有写明回的是哪一份代发指令（OrgnlGrpInfAndSts）。请银行补全后重发。")
    heads = stream.children(body, "GrpHdr")
    message_id = stream.required(heads[0], "MsgId", "回盘编号") if heads else ""
    return _original(originals[0], message_id, stream.text(body, "GrpHdr/CreDtTm"))


def _original(element: stream.Element, message_id: str, created_at: str) -> StatusReport:
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


def _statuses(rows: pl.DataFrame) -> pl.DataFrame:
    told = pl.col("amount") != ""
    read = rows.with_columns(
        amount_fen=pl.when(told & (pl.col("currency") == CURRENCY)).then(fen_column(pl.col("amount")))
    )
    nameless = (pl.col("end_to_end_id") == "") | (pl.col("status") == "")
    for odd in read.filter(nameless | (told & pl.col("amount_fen").is_null())).head(1).iter_rows(named=True):
        _refuse(odd)
    return read.select(list(STATUS))


def _refuse(row: dict[str, Any]) -> None:
    """Raise UnreadableBankFile for what is wrong with one row."""
    if not row["end_to_end_id"]:
        raise UnreadableBankFile(f"回盘的第 {row['place']} 笔没有写明款项编号。请银行补全后重发。")
    where = f"款项 {row['end_to_end_id'][:35]} "
    if not row["status"]:
        raise UnreadableBankFile(f"{where}没有写明状态。请银行补全后重发。")
    fen_of(row["amount"], where=where, currency=row["currency"])
    raise AssertionError(row["place"])


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
        self._count = 0
        self._total_fen: int | None = 0
        self._by_status: dict[str, int] = {}

    def add(self, rows: pl.DataFrame) -> None:
        self._count += rows.height
        for status, count in rows.group_by("status").len().rows():
            self._by_status[status] = self._by_status.get(status, 0) + count
        # One payment without an amount and the sum says nothing any more.
        if self._total_fen is not None:
            silent = rows["amount_fen"].null_count()
            self._total_fen = None if silent else self._total_fen + int(rows["amount_fen"].sum())

    def hold_against(self, count: int | None, total_fen: int | None, by_status: dict[str, int]) -> None:
        if count is not None and self._count > count:
            raise UnreadableBankFile(
                f"回盘写明原指令 {count} 笔，里面却有 {self._count} 笔。整个文件拒收，请银行核对后重发。"
            )
        whole = count is not None and self._count == count and self._total_fen is not None
        if whole and total_fen is not None and self._total_fen != total_fen:
            raise UnreadableBankFile(
                f"回盘写明合计 {yuan_text(total_fen)} 元，逐笔相加是 {yuan_text(self._total_fen or 0)} 元。"
                "整个文件拒收，请银行核对后重发。"
            )
        for status, declared in by_status.items():
            seen = self._by_status.get(status, 0)
            if seen != declared:
                raise UnreadableBankFile(
                    f"回盘写明 {status} 有 {declared} 笔，里面是 {seen} 笔。整个文件拒收，请银行核对后重发。"
                )

    def hold_against_group(self, group_status: str) -> None:
        meanings = {meaning_of(status) for status in self._by_status}
        group = meaning_of(group_status)
        said_good = group in (Meaning.ACCEPTED, Meaning.SETTLED) and Meaning.REJECTED in meanings
        said_bad = group is Meaning.REJECTED and meanings - {Meaning.REJECTED}
        if said_good or said_bad:
            raise UnreadableBankFile(
                f"回盘的总状态是 {group_status}，与里面逐笔的状态矛盾。整个文件拒收，请银行核对后重发。"
            )
