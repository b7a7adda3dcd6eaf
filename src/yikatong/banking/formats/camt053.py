"""camt.053.001.08, the statement: an account's balances of one day and every entry between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO

import polars as pl

from yikatong.banking.formats import camt, stream
from yikatong.banking.formats.refusals import UnreadableBankFile

MESSAGE = "camt.053.001.08"
LAYOUT = camt.layout(MESSAGE, "Stmt")


@dataclass(frozen=True, slots=True)
class Statement:
    """The head of a statement; balances in fen, negative when overdrawn."""

    message_id: str
    statement_id: str
    account: str
    created_at: str
    statement_no: str
    day: date
    opening_fen: int
    closing_fen: int

    def gap_fen(self, *, debit_fen: int, credit_fen: int) -> int:
        """What the entries leave unexplained between the balances; zero on a whole statement (Q2)."""
        return self.closing_fen - (self.opening_fen + credit_fen - debit_fen)


def read(source: IO[bytes], *, block_bytes: int = stream.BLOCK_BYTES) -> Iterator[tuple[Statement, pl.DataFrame]]:
    """Yield ``(statement, entries)``, at least once a statement; columns of ``camt.ENTRY``.

    Raises UnreadableBankFile, possibly at the end. A summary that contradicts the entries is refused. Balances that the
    entries do not explain are not: that is a break for reconciliation to show (``Statement.gap_fen``), and only the
    bank's own file can show it.
    """
    return camt.read(source, LAYOUT, _statement, block_bytes=block_bytes)


def _statement(group: stream.Element, message_id: str) -> Statement:
    account = camt.account_of(group, message_id)
    balances = {stream.text(balance, "Tp/CdOrPrtry/Cd"): balance for balance in stream.children(group, "Bal")}
    for code, called in (("OPBD", "期初余额"), ("CLBD", "期末余额")):
        if code not in balances:
            raise UnreadableBankFile(f"对账单 {account.group_id} 没有{called}（{code}）。请银行补全后重发。")
    closing = balances["CLBD"]
    day = stream.text(closing, "Dt/Dt") or stream.text(closing, "Dt/DtTm")
    return Statement(
        message_id=account.message_id,
        statement_id=account.group_id,
        account=account.account,
        created_at=account.created_at,
        statement_no=stream.text(group, "LglSeqNb") or stream.text(group, "ElctrncSeqNb"),
        day=camt.day_of(day, where=f"对账单 {account.group_id} 的日期"),
        opening_fen=_balance_fen(balances["OPBD"]),
        closing_fen=_balance_fen(closing),
    )


def _balance_fen(balance: stream.Element) -> int:
    amount_fen = camt.amount_of(balance, "余额")
    return amount_fen if camt.side_of(balance, "余额") == "credit" else -amount_fen
