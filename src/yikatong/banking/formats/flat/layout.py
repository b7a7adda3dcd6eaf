"""What one bank's TOML says about its files, and which fields each kind of record may have."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from yikatong.banking.formats.reasons import Reason

INSTRUCTION, RESULTS, RETURNS, STATEMENT = "instruction", "results", "returns", "statement"
INBOUND = (RESULTS, RETURNS, STATEMENT)
RECORDS = ("header", "detail", "trailer")
IGNORED = "ignored"
# Fields that are numbers: by themselves they stand right in a fixed width, filled with zeros.
AMOUNTS = {"amount", "total", "success_total", "failed_total", "debit_total", "credit_total", "opening", "closing"}
COUNTS = {"count", "success_count", "failed_count", "debit_count", "credit_count"}
NUMBERS = AMOUNTS | COUNTS | {"line_no", "card_hash"}
# Texts of a payment that may hold any character.
TEXTS = {"creditor_name": "收款人姓名", "bank_name": "开户银行名称", "remittance": "附言"}

_TOTALS = {"count", "total", "date"}
_OUT_HEADER = _TOTALS | {
    "message_id", "created", "debtor_name", "debtor_account", "debtor_bank_code", "debtor_bank_name", "initiating_party",
}  # fmt: skip
_OUT_DETAIL = {
    "line_no", "end_to_end_id", "amount", "card_number", "bank_code", "id_number", "mobile_number", "message_id", *TEXTS,
}  # fmt: skip
_RESULT_HEADER = _TOTALS | {
    "message_id", "file_code", "success_count", "success_total", "failed_count", "failed_total", IGNORED,
}  # fmt: skip
_RESULT_DETAIL = {
    "end_to_end_id",
    "message_id",
    "amount",
    "code",
    "bank_reference",
    "booked_on",
    "card_number",
    "creditor_name",
    IGNORED,
}
_STATEMENT_HEADER = _TOTALS | {
    "account", "statement_no", "opening", "closing", "debit_count", "debit_total", "credit_count", "credit_total", IGNORED,
}  # fmt: skip
_STATEMENT_DETAIL = _RESULT_DETAIL | {"side"}

# What a record may have.
FIELDS = {
    (INSTRUCTION, "header"): _OUT_HEADER,
    (INSTRUCTION, "detail"): _OUT_DETAIL,
    # The sum over the cards is known only after the last payment.
    (INSTRUCTION, "trailer"): _OUT_HEADER | {"card_hash"},
    (RESULTS, "header"): _RESULT_HEADER,
    (RESULTS, "detail"): _RESULT_DETAIL,
    (RESULTS, "trailer"): _RESULT_HEADER,
    (RETURNS, "header"): _TOTALS | {"message_id", IGNORED},
    (RETURNS, "detail"): _RESULT_DETAIL,
    (RETURNS, "trailer"): _TOTALS | {IGNORED},
    (STATEMENT, "header"): _STATEMENT_HEADER,
    (STATEMENT, "detail"): _STATEMENT_DETAIL,
    (STATEMENT, "trailer"): _STATEMENT_HEADER - {"account"},
}
# What a file must have, in one of its records; of alternatives one.
NEEDED = {
    INSTRUCTION: ("count", "total", "end_to_end_id", "card_number", "creditor_name", "amount"),
    RESULTS: ("count", "total", "end_to_end_id", "amount", "code", "bank_reference", "booked_on|date"),
    RETURNS: ("count", "total", "end_to_end_id", "amount", "code", "booked_on|date"),
    STATEMENT: (
        "account", "date", "opening", "closing", "count|debit_count", "total|debit_total", "end_to_end_id", "amount",
        "side", "bank_reference",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One column: one of our names, or a constant ``text``. ``width`` counts bytes of the file's encoding."""

    name: str = ""
    text: str = ""
    width: int | None = None
    align: Literal["left", "right"] = "left"
    fill: str = " "


Record = tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class FileLayout:
    """One kind of file: its records (an empty one is absent) and what the file is called.

    ``file_name`` makes the name of one that goes out, ``file_like`` tells one that comes in (``*`` for anything).
    """

    kind: str
    header: Record
    detail: Record
    trailer: Record
    file_name: str = ""
    file_like: str = ""

    def has(self, name: str) -> bool:
        """Whether any record has a field."""
        return any(field.name == name for record in (self.header, self.detail, self.trailer) for field in record)


@dataclass(frozen=True, slots=True)
class BankLayout:
    """One bank's files. An empty ``separator`` means fixed widths; ``extension`` is the ending of the bank's own files."""

    code: str
    title: str
    extension: str
    encoding: str
    newline: str
    separator: str
    amount: Literal["fen", "yuan"]
    date: str
    files: Mapping[str, FileLayout]
    success_codes: frozenset[str]
    pending_codes: frozenset[str]
    refused_codes: frozenset[str]
    debit: str
    credit: str
    reasons: Mapping[str, Reason]
