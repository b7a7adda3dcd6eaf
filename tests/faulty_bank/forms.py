"""The form of files in which the faulty bank speaks: ISO 20022, or the bar-separated text of a rural bank."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from yikatong.banking.tests import flat_files
from yikatong.banking.tests.flat_files import Answer

from . import instructions, messages
from .instructions import Line, Order, Unfit
from .messages import Told


class Form(Protocol):
    """Reads instructions and writes messages. What a form has no message for is written as None, and not posted.

    ``stems`` are the beginnings of the messages' numbers: receipt, results, returns, statement.
    """

    extension: str
    stems: dict[str, str]

    def read(self, body: bytes, *, holds: bool) -> Order: ...

    def receipt(self, number: str, at: datetime, message_id: str, status: str, reason: str) -> bytes | None: ...

    def statuses(
        self, number: str, at: datetime, message_id: str, lines: Sequence[Told], count: int, total_fen: int
    ) -> bytes | None: ...

    def notification(self, number: str, at: datetime, account: str, lines: Sequence[Told]) -> bytes | None: ...

    def returns(self, number: str, at: datetime, message_id: str, lines: Sequence[Told]) -> bytes | None: ...

    def statement(
        self, number: str, at: datetime, account: str, day: date, opening_fen: int, closing_fen: int,
        lines: Sequence[Told],
    ) -> bytes | None: ...  # fmt: skip


class Iso:
    """pain.001 in; pain.002, camt.054, pacs.004 and camt.053 out."""

    extension = ".xml"
    stems = dict.fromkeys(("receipt", "results", "returns", "statement"), "FB-")
    read = staticmethod(instructions.read)
    receipt = staticmethod(messages.receipt)
    statuses = staticmethod(messages.statuses)
    notification = staticmethod(messages.notification)
    returns = staticmethod(messages.returns)
    statement = staticmethod(messages.statement)


class Bar:
    """The bar-separated text files of ``qinghe-bar``."""

    extension = ".txt"
    stems = {"receipt": "HP_", "results": "HP_", "returns": "TP_", "statement": "DZ_"}
    codes = {"AC01": "2001", "AC04": "2002", "BE01": "2003", "AC06": "2004", "MD07": "2006", "AB06": "2007"}

    def read(self, body: bytes, *, holds: bool) -> Order:
        """Raises Unfit: FF01 not such a file, AM18 count, AM10 sum."""
        try:
            head, paid = flat_files.bar_instruction(body)
            count, total, message_id, day, account = head[:5]
        except (ValueError, AssertionError, IndexError) as error:
            raise Unfit("FF01") from error
        lines = tuple(Line(one.end_to_end_id, one.amount_fen, one.card_number, one.name) for one in paid)
        order = Order(message_id, account, date.fromisoformat(day), lines)
        if holds and int(count) != len(lines):
            raise Unfit("AM18")
        if holds and total != flat_files.yuan(order.total_fen):
            raise Unfit("AM10")
        return order

    def receipt(self, number: str, at: datetime, message_id: str, status: str, reason: str) -> bytes | None:
        """Only a refusal has a file."""
        if status != "RJCT" or reason == "DUPL":
            return None
        return flat_files.bar_results([], message_id, file_code="9001", day=_day(at))

    def statuses(
        self, number: str, at: datetime, message_id: str, lines: Sequence[Told], count: int, total_fen: int
    ) -> bytes | None:
        """The failed lines."""
        return flat_files.bar_results(map(self._failed, lines), message_id, day=_day(at))

    def notification(self, number: str, at: datetime, account: str, lines: Sequence[Told]) -> bytes | None:
        """The paid lines; what came back is told by the returns alone."""
        if any(line.side == "credit" for line in lines):
            return None
        answers = [Answer(one.end_to_end_id, one.amount_fen, "0000", one.reference, one.account) for one in lines]
        return flat_files.bar_results(answers, lines[0].message_id, day=_day(at))

    def returns(self, number: str, at: datetime, message_id: str, lines: Sequence[Told]) -> bytes | None:
        """What came back."""
        return flat_files.bar_returns(map(self._failed, lines), day=_day(at))

    def statement(
        self, number: str, at: datetime, account: str, day: date, opening_fen: int, closing_fen: int,
        lines: Sequence[Told],
    ) -> bytes | None:  # fmt: skip
        """A day of the account."""
        sides = {side: [self._failed(line) for line in lines if line.side == side] for side in ("debit", "credit")}
        return flat_files.bar_statement(
            sides["debit"], opening_fen, day=f"{day:%Y%m%d}", account=account, credits=sides["credit"]
        )

    def _failed(self, line: Told) -> Answer:
        code = self.codes.get(line.code, line.code)
        return Answer(line.end_to_end_id, line.amount_fen, code, line.reference)


def _day(at: datetime) -> str:
    return f"{at:%Y%m%d}"
