"""What a bank's messages said during the suite, in memory: the files are small, and nothing of it goes into the books."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import polars as pl

from yikatong.banking import signing
from yikatong.banking.formats.adapters import Adapter, Contents
from yikatong.banking.formats.refusals import UnreadableBankFile
from yikatong.banking.transports import Report


class Booking(NamedTuple):
    """One line that was booked, as a message told it. Fen."""

    end_to_end_id: str
    amount_fen: int
    reference: str


@dataclass
class Answers:
    """Everything told so far, by kind. ``account`` is ours; messages about others are passed over. ``payees``: end-to-end
    ids with the number that the bank gave for who was paid, where it gave one.
    """

    account: str
    adapter: Adapter
    keys: list[signing.PublicKey] = field(default_factory=list)
    credited: list[Booking] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    payees: set[tuple[str, str]] = field(default_factory=set)
    returned: set[str] = field(default_factory=set)
    refused_files: dict[str, str] = field(default_factory=dict)
    statement_debits: list[Booking] = field(default_factory=list)
    statement_gaps: list[str] = field(default_factory=list)
    statement_count: int = 0
    unreadable: list[str] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)
    digests: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, report: Report, *, at: datetime) -> None:
        """Read one message. One that cannot be read is noted with its number, and nothing of it counts."""
        self.digests[report.report_id].add(report.sha256)
        if self.keys:
            try:
                signing.check_detached(report.sha256, report.signature, self.keys, at=at)
            except signing.BadSignature as bad:
                self.unsigned.append(f"{report.report_id}：{bad}")
        try:
            contents = self.adapter.open(report.body, name=report.report_id)
            parts = list(self.adapter.rows(report.body, contents, {self.account: 1}))
        except UnreadableBankFile as error:
            self.unreadable.append(f"{report.report_id}：{error}")
            return
        self.refused_files |= {refusal.message_id: refusal.reason_code for refusal in contents.refusals}
        if parts and contents.is_statement:
            self._statement(contents, pl.concat(parts))
        elif parts:
            self._results(pl.concat(parts))

    def _results(self, rows: pl.DataFrame) -> None:
        self._note_payees(rows.filter(result="credited"))
        told = rows.select(
            "end_to_end_id", pl.col("amount_fen").fill_null(0), "bank_reference", "result", "reason_code"
        )
        for end_to_end_id, amount_fen, reference, result, code in told.rows():
            if result == "credited":
                self.credited.append(Booking(end_to_end_id, amount_fen, reference))
            elif result == "failed":
                self.failed[end_to_end_id] = code
            else:
                self.returned.add(end_to_end_id)

    def _statement(self, contents: Contents, rows: pl.DataFrame) -> None:
        for number, statement in contents.statements:
            self.statement_count += 1
            lines = rows.filter(statement_no=number)
            self._note_payees(lines.filter(side="debit"))
            debits = lines.filter(side="debit").select("end_to_end_id", "amount_fen", "bank_reference")
            self.statement_debits += [Booking(*row) for row in debits.rows()]
            debit_fen = int(debits["amount_fen"].sum())
            credit_fen = int(lines.filter(side="credit")["amount_fen"].sum())
            gap_fen = statement.gap_fen(debit_fen=debit_fen, credit_fen=credit_fen)
            if gap_fen:
                self.statement_gaps.append(f"{statement.day} 的对账单差 {gap_fen} 分")

    def _note_payees(self, paid: pl.DataFrame) -> None:
        told = paid.filter(pl.col("creditor_account") != "")
        self.payees |= set(told.select("end_to_end_id", "creditor_account").rows())
