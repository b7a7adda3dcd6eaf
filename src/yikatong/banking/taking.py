"""Statements while they are read: their lines go in as they come, the head that counts and seals them at the end."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from yikatong.core import sql
from yikatong.core.authz import Actor
from yikatong.core.beside import Beside

from .formats.adapters import Contents
from .formats.camt053 import Statement


class Taking:
    """The statements of one message; ``accounts``: how a statement names an account -> the agreement it stands under."""

    def __init__(self, accounts: Mapping[str, int], *, report_id: int, by: Actor) -> None:
        self._accounts, self._report_id, self._by = accounts, report_id, by
        # None: the day's statement is here already, and what is staged is only held against it.
        self._begun: dict[int, int | None] = {}
        self._days: set[tuple[int, object]] = set()

    def spoken_for(self, contents: Contents) -> list[int] | None:
        """The agreements of the accounts whose bookings a message's results are; None where it does not say."""
        return sorted(self._accounts[name] for name in contents.accounts) or None

    def take_lines(self, staged: pl.DataFrame, contents: Contents, beside: Beside) -> None:
        """Make staged rows (``statement_no``, ``line_no``) the lines of their statements, as they come."""
        statements = dict(contents.statements)
        bounds = staged.group_by("statement_no").agg(first=pl.col("line_no").min(), last=pl.col("line_no").max())
        for group_no, first, last in bounds.sort("statement_no").iter_rows():
            statement = statements[group_no]
            if group_no not in self._begun:
                self._begun[group_no] = beside.do(self._begin, statement).result()
            if self._begun[group_no] is not None:
                beside.do(
                    sql.call, "banking_take_lines", self._report_id, group_no, self._begun[group_no], first, last,
                    self._accounts[statement.account], self._by.official_id,
                )  # fmt: skip

    def finish(self, contents: Contents, at: datetime) -> list[tuple[int | None, str]]:
        """Put the heads over the lines; the id of each statement (None: its day was here before) and its account."""
        return [(self._headed(group_no, one, at), one.account) for group_no, one in contents.statements]

    def _begin(self, statement: Statement) -> int | None:
        agreement = self._accounts[statement.account]
        # Of two statements of a day in one message the second is held against the first.
        if (agreement, statement.day) in self._days:
            return None
        self._days.add((agreement, statement.day))
        begun: int | None = sql.call("banking_begin_statement", agreement, statement.day, self._by.official_id)
        return begun

    def _headed(self, group_no: int, statement: Statement, at: datetime) -> int | None:
        # A statement without lines was not begun yet.
        begun = self._begun[group_no] if group_no in self._begun else self._begin(statement)
        headed: int | None = sql.call(
            "banking_take_statement", self._report_id, group_no, begun, self._accounts[statement.account],
            statement.statement_no or statement.statement_id, statement.day, statement.opening_fen,
            statement.closing_fen, self._by.official_id, at,
        )  # fmt: skip
        return headed
