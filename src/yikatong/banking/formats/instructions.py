"""What goes to a bank, whatever the form of its file: the header, a payment's columns, and what no bank's file carries."""

import re
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from yikatong.banking.formats.amounts import yuan_text
from yikatong.banking.formats.refusals import UnwritableInstruction


@dataclass(frozen=True, slots=True)
class InstructionHeader:
    """What stands over the payments. ``created_at`` has a time zone; count and sum are held against the payments."""

    message_id: str
    created_at: datetime
    payment_count: int
    total_fen: int
    initiating_party: str
    debtor_name: str
    debtor_account: str
    debtor_bank_code: str
    requested_on: date
    debtor_bank_name: str = ""


# One payment: who is paid, on which card, how many fen, for what (项目名称 and cycle). ``bank_code`` is the clearing number
# (CNAPS) of the card's bank. Name of the bank, ID number and mobile number go with it when given (not null nor empty),
# because the notice hands them to the bank (J3).
PAYMENT = {
    "end_to_end_id": pl.String,
    "amount_fen": pl.Int64,
    "creditor_name": pl.String,
    "card_number": pl.String,
    "bank_code": pl.String,
    "remittance": pl.String,
    "bank_name": pl.String,
    "id_number": pl.String,
    "mobile_number": pl.String,
}

IDENTIFIER = "[A-Za-z0-9][A-Za-z0-9._-]{0,34}"
_DIGITS = re.compile(r"[0-9]+")
# Control characters, line separators, direction marks, non-characters: nothing a name or a remark needs, and enough to
# make two readers see two different things. Surrogates no text of ours can hold.
UNFIT = "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
_EMPTY_OR_LONG = "的{field}是空的或者超过 {length_max} 个字，不能发送。"
_UNSEEN = "的{field}里有看不见的控制字符，不能发送。请改正后重新生成。"
_NO_DIGITS = "的{field}必须是不超过 {length_max} 位的数字，不能发送。请改正后重新生成。"


def refuse_header(header: InstructionHeader) -> None:
    """Raise UnwritableInstruction for a header that no file may have."""
    what = f"代发指令 {header.message_id[:35]}"
    if not re.fullmatch(IDENTIFIER, header.message_id):
        raise UnwritableInstruction(f"{what} 的编号只能用字母、数字和 . - _，最长 35 位。")
    if header.created_at.tzinfo is None:
        raise UnwritableInstruction(f"{what} 的生成时间没有时区。")
    if header.payment_count < 1 or header.total_fen < 1:
        raise UnwritableInstruction(f"{what} 里没有要发放的款项，不能发送。")
    plain(header.initiating_party, 140, what, "发起单位")
    plain(header.debtor_name, 140, what, "付款单位")
    digits(header.debtor_account, 34, what, "付款账号")
    digits(header.debtor_bank_code, 35, what, "银行行号")
    if header.debtor_bank_name:
        plain(header.debtor_bank_name, 140, what, "银行名称")


def refuse_other_totals(header: InstructionHeader, count: int, total_fen: int) -> None:
    """Raise UnwritableInstruction when what was written is not what the header says."""
    if (count, total_fen) != (header.payment_count, header.total_fen):
        raise UnwritableInstruction(
            f"代发指令 {header.message_id} 应有 {header.payment_count} 笔、{yuan_text(header.total_fen)} 元，"
            f"实际写出 {count} 笔、{yuan_text(total_fen)} 元，没有发送。请检查批次后重新生成。"
        )


def refuse_unwritable(rows: pl.DataFrame) -> None:
    """Raise UnwritableInstruction for the first payment (columns of ``PAYMENT``) that no bank's file could carry."""
    faults = [
        ("的编号只能用字母、数字和 . - _，最长 35 位。", ~pl.col("end_to_end_id").str.contains(f"^{IDENTIFIER}$")),
        ("的金额不大于零，不能发送。", pl.col("amount_fen") < 1),
        *_digits_faults("bank_code", 35, "银行行号"),
        *_plain_faults("bank_name", 140, "银行名称", may_miss=True),
        *_plain_faults("creditor_name", 140, "收款人姓名"),
        *_plain_faults("id_number", 35, "身份证号", may_miss=True),
        *_digits_faults("mobile_number", 30, "手机号", may_miss=True),
        *_digits_faults("card_number", 34, "卡号"),
        *_plain_faults("remittance", 140, "附言"),
    ]
    first = pl.coalesce(pl.when(fault).then(pl.lit(sentence)) for sentence, fault in faults)
    told = rows.select("end_to_end_id", fault=first).filter(pl.col("fault").is_not_null()).head(1)
    for end_to_end_id, sentence in told.rows():
        raise UnwritableInstruction(f"款项 {end_to_end_id[:35]} {sentence}")


def _plain_faults(column: str, length_max: int, field: str, *, may_miss: bool = False) -> list[tuple[str, pl.Expr]]:
    value = pl.col(column)
    there = value != "" if may_miss else pl.lit(True)
    empty = (value.str.strip_chars() == "") | (value.str.len_chars() > length_max)
    return [
        (_EMPTY_OR_LONG.format(field=field, length_max=length_max), there & empty),
        (_UNSEEN.format(field=field), there & value.str.contains(UNFIT)),
    ]


def _digits_faults(column: str, length_max: int, field: str, *, may_miss: bool = False) -> list[tuple[str, pl.Expr]]:
    value = pl.col(column)
    there = value != "" if may_miss else pl.lit(True)
    odd = ~value.str.contains(f"^[0-9]{{1,{length_max}}}$")
    return [(_NO_DIGITS.format(field=field, length_max=length_max), there & odd)]


def plain(value: str, length_max: int, what: str, field: str) -> str:
    """The value itself. Raises UnwritableInstruction when it is empty, long or has unseen characters."""
    if not value.strip() or len(value) > length_max:
        raise UnwritableInstruction(f"{what} {_EMPTY_OR_LONG.format(field=field, length_max=length_max)}")
    if re.search(UNFIT, value):
        raise UnwritableInstruction(f"{what} {_UNSEEN.format(field=field)}")
    return value


def digits(value: str, length_max: int, what: str, field: str) -> str:
    """The value itself. Raises UnwritableInstruction when it is not a number of at most ``length_max`` digits."""
    if not _DIGITS.fullmatch(value) or len(value) > length_max:
        raise UnwritableInstruction(f"{what} {_NO_DIGITS.format(field=field, length_max=length_max)}")
    return value
