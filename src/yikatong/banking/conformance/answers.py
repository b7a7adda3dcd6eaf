"""What a bank's messages said during the suite, in memory: the files are small, and nothing of it goes into the books."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from yikatong.banking import signing
from yikatong.banking.formats import camt053, camt054, pacs004, pain002, stream
from yikatong.banking.formats.pain002 import Meaning, meaning_of
from yikatong.banking.formats.refusals import UnreadableBankFile
from yikatong.banking.transports import Report


class Booking(NamedTuple):
    """One line that was booked, as a message told it. Fen."""

    end_to_end_id: str
    amount_fen: int
    reference: str


@dataclass
class Answers:
    """Everything told so far, by kind. ``account`` is ours; messages about others are passed over."""

    account: str
    keys: list[signing.PublicKey] = field(default_factory=list)
    credited: list[Booking] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    returned: set[str] = field(default_factory=set)
    refused_files: dict[str, str] = field(default_factory=dict)
    statement_debits: list[Booking] = field(default_factory=list)
    statement_gaps: list[str] = field(default_factory=list)
    statement_count: int = 0
    unreadable: list[str] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)
    digests: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, report: Report, *, at: datetime) -> None:
        """Read one message. One that cannot be read is noted with its number."""
        self.digests[report.report_id].add(report.sha256)
        if self.keys:
            try:
                signing.check_detached(report.sha256, report.signature, self.keys, at=at)
            except signing.BadSignature as bad:
                self.unsigned.append(f"{report.report_id}：{bad}")
        readers = {
            pain002.MESSAGE: self._statuses,
            camt054.MESSAGE: self._bookings,
            pacs004.MESSAGE: self._returns,
            camt053.MESSAGE: self._statements,
        }
        try:
            kind = stream.kind_of(report.body)
            if kind not in readers:
                raise UnreadableBankFile(f"报文“{kind[:40]}”不是回盘、入账通知、退票或对账单。")
            readers[kind](report)
        except UnreadableBankFile as error:
            self.unreadable.append(f"{report.report_id}：{error}")

    def _statuses(self, report: Report) -> None:
        for head, rows in pain002.read(report.body):
            if head.is_duplicate_notice:
                continue
            rejected = rows.filter(pl.col("status").is_in(pain002.REJECTED))
            self.failed |= {
                row["end_to_end_id"]: row["reason_code"] or head.reason_code for row in rejected.iter_rows(named=True)
            }
            if meaning_of(head.group_status) is Meaning.REJECTED:
                self.refused_files[head.original_message_id] = head.reason_code

    def _bookings(self, report: Report) -> None:
        for head, rows in camt054.read(report.body):
            if head.account == self.account:
                self.credited += _debits(rows)
                self.returned |= set(rows.filter(pl.col("return_reason") != "")["end_to_end_id"])

    def _returns(self, report: Report) -> None:
        for _, rows in pacs004.read(report.body):
            self.returned |= set(rows["end_to_end_id"])

    def _statements(self, report: Report) -> None:
        for head, rows in _by_head(camt053.read(report.body)):
            if head.account != self.account:
                continue
            self.statement_count += 1
            debits = _debits(rows)
            self.statement_debits += debits
            credit_fen = int(rows.filter(side="credit")["amount_fen"].sum())
            gap_fen = head.gap_fen(debit_fen=sum(one.amount_fen for one in debits), credit_fen=credit_fen)
            if gap_fen:
                self.statement_gaps.append(f"{head.day} 的对账单差 {gap_fen} 分")


def _debits(rows: pl.DataFrame) -> list[Booking]:
    paid = rows.filter(side="debit").select("end_to_end_id", "amount_fen", "bank_reference")
    return [Booking(*row) for row in paid.rows()]


def _by_head(parts: Iterator[tuple[Any, pl.DataFrame]]) -> list[tuple[Any, pl.DataFrame]]:
    """A reader's parts, those of one head together."""
    found: dict[int, tuple[Any, list[pl.DataFrame]]] = {}
    for head, rows in parts:
        found.setdefault(id(head), (head, []))[1].append(rows)
    return [(head, pl.concat(rows)) for head, rows in found.values()]
