"""The seam between the exchange and the form in which a bank speaks: everything of a format is behind an ``Adapter``.

What to pay, when to send and what an answer means is decided elsewhere and is the same for all banks.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Protocol

import polars as pl

from yikatong.banking.formats.camt053 import Statement
from yikatong.banking.formats.instructions import InstructionHeader
from yikatong.banking.formats.reasons import Reason

# One result of one payment: credited, failed or returned. Fen, null where the bank does not repeat the amount.
# ``message_id`` is empty where the bank does not name the instruction; ``reason_code`` is the bank's own;
# ``creditor_account`` the card it says it credited, in the bank's form of the number, ``creditor_name`` whose it is; empty
# where it does not say.
OUTCOME = {
    "message_id": pl.String,
    "end_to_end_id": pl.String,
    "result": pl.String,
    "reason_code": pl.String,
    "amount_fen": pl.Int64,
    "bank_reference": pl.String,
    "booked_on": pl.Date,
    "creditor_account": pl.String,
    "creditor_name": pl.String,
}
# One booking of a statement, in fen; ``statement_no`` counts the statements of a message from 1.
STATEMENT_LINE = {
    "side": pl.String,
    "amount_fen": pl.Int64,
    "bank_reference": pl.String,
    "end_to_end_id": pl.String,
    "booked_on": pl.Date,
    "return_reason": pl.String,
    "message_id": pl.String,
    "creditor_account": pl.String,
    "creditor_name": pl.String,
    "statement_no": pl.Int32,
}
# A text of an instruction that the bank's file cannot carry, with the sentence that says what and how to mend it.
UNFIT_TEXT = {"end_to_end_id": pl.String, "creditor_name": pl.String, "fault": pl.String}


@dataclass(frozen=True)
class WholeRefusal:
    """The bank refused an instruction as a whole."""

    message_id: str
    reason_code: str
    booked_on: date | None


@dataclass
class Contents:
    """What a message held for us. ``known_messages``: instructions the bank thereby says it has; ``accounts``: whose
    bookings its results are, empty where it does not say. ``name_count``: how many names were laid down to be compared.
    """

    kind: str
    is_statement: bool = False
    is_ours: bool = False
    duplicate_notice: bool = False
    outcome_count: int = 0
    known_messages: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    refusals: list[WholeRefusal] = field(default_factory=list)
    statements: list[tuple[int, Statement]] = field(default_factory=list)
    statement_rows: int = 0
    name_count: int = 0


class Adapter(Protocol):
    """One form of bank files. ``code`` is what ``PaymentProvider.format_code`` says, ``title`` what people read."""

    @property
    def code(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def extension(self) -> str:
        """The ending of the bank's own files, such as ``.xml``."""

    @property
    def carries_everything(self) -> bool:
        """Whether ``unfit`` is always empty, so that it need not be asked."""

    def file_name(self, header: InstructionHeader) -> str:
        """What the instruction's file is called."""

    def blocks(self, header: InstructionHeader, frames: Iterable[pl.DataFrame]) -> Iterator[bytes]:
        """Yield an instruction, a block a frame of payments (columns of ``instructions.PAYMENT``).

        Raises UnwritableInstruction, at the end too; what was yielded is then a broken file to be discarded.
        """

    def unfit(self, texts: pl.DataFrame) -> pl.DataFrame:
        """Of payments' texts (``end_to_end_id``, ``creditor_name``, ``bank_name``, ``remittance``) those that the file
        cannot carry, as ``UNFIT_TEXT``.
        """

    def open(self, body: IO[bytes], *, name: str) -> Contents:
        """What kind of message a seekable file is; ``name`` is what the bank calls it. Raises UnreadableBankFile."""

    def rows(self, body: IO[bytes], contents: Contents, accounts: Mapping[str, int]) -> Iterator[pl.DataFrame]:
        """Yield what an opened message says: ``STATEMENT_LINE`` where ``contents.is_statement``, else ``OUTCOME``; note the
        rest in ``contents``. ``accounts`` are those whose statements concern us.

        Raises UnreadableBankFile, possibly at the end: nothing that was yielded counts then.
        """

    def explain(self, code: str) -> Reason:
        """What a reason code of this bank asks for; what is not known is to be investigated."""
