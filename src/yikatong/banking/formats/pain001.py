"""pain.001.001.09, the payment instruction, written as a stream: strings by the column, never the whole file.

One ``PmtInf`` block with one debtor account (the zero-balance account). Counts and sums stand before the rows in this
format, so they are given beforehand and held against what was really written at the end.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from yikatong.banking.formats.amounts import CURRENCY, yuan_column, yuan_text
from yikatong.banking.formats.refusals import UnwritableInstruction

MESSAGE = "pain.001.001.09"


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


def blocks(header: InstructionHeader, frames: Iterable[pl.DataFrame]) -> Iterator[bytes]:
    """Yield the whole message as UTF-8, a block a frame of payments (columns of ``PAYMENT``, in the order of the file).

    Raises UnwritableInstruction for a value the bank could not carry (naming the payment, never its personal data) and,
    at the end, when count or sum differ from the header; what was yielded is then a broken file to be discarded.
    """
    yield _opening(header).encode()
    count, total_fen = 0, 0
    for frame in frames:
        yield _payments(frame.with_columns(pl.col(pl.String).fill_null("")))
        count += frame.height
        total_fen += int(frame["amount_fen"].sum())
    if (count, total_fen) != (header.payment_count, header.total_fen):
        raise UnwritableInstruction(
            f"代发指令 {header.message_id} 应有 {header.payment_count} 笔、{yuan_text(header.total_fen)} 元，"
            f"实际写出 {count} 笔、{yuan_text(total_fen)} 元，没有发送。请检查批次后重新生成。"
        )
    yield b"</PmtInf></CstmrCdtTrfInitn></Document>\n"


_OPENING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{message}"><CstmrCdtTrfInitn>'
    "<GrpHdr><MsgId>{id}</MsgId><CreDtTm>{created}</CreDtTm><NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum>"
    "<InitgPty><Nm>{party}</Nm></InitgPty></GrpHdr>"
    "<PmtInf><PmtInfId>{id}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>false</BtchBookg>"
    "<NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum><ReqdExctnDt><Dt>{requested}</Dt></ReqdExctnDt>"
    "<Dbtr><Nm>{debtor}</Nm></Dbtr>"
    "<DbtrAcct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>{currency}</Ccy></DbtrAcct>"
    "<DbtrAgt>{agent}</DbtrAgt><ChrgBr>SLEV</ChrgBr>\n"
)


def _opening(header: InstructionHeader) -> str:
    what = f"代发指令 {header.message_id[:35]}"
    if not re.fullmatch(_IDENTIFIER, header.message_id):
        raise UnwritableInstruction(f"{what} 的编号只能用字母、数字和 . - _，最长 35 位。")
    if header.created_at.tzinfo is None:
        raise UnwritableInstruction(f"{what} 的生成时间没有时区。")
    if header.payment_count < 1 or header.total_fen < 1:
        raise UnwritableInstruction(f"{what} 里没有要发放的款项，不能发送。")
    return _OPENING.format(
        message=MESSAGE,
        id=header.message_id,
        created=header.created_at.isoformat(timespec="seconds"),
        count=header.payment_count,
        total=yuan_text(header.total_fen),
        party=_plain(header.initiating_party, 140, what, "发起单位"),
        requested=header.requested_on.isoformat(),
        debtor=_plain(header.debtor_name, 140, what, "付款单位"),
        account=_digits(header.debtor_account, 34, what, "付款账号"),
        currency=CURRENCY,
        agent=_agent(header.debtor_bank_code, header.debtor_bank_name, what),
    )


def _payments(rows: pl.DataFrame) -> bytes:
    _refuse_unwritable(rows)
    written = pl.concat_str(
        pl.lit("<CdtTrfTxInf><PmtId><EndToEndId>"), pl.col("end_to_end_id"),
        pl.lit(f'</EndToEndId></PmtId><Amt><InstdAmt Ccy="{CURRENCY}">'), yuan_column(pl.col("amount_fen")),
        pl.lit(f"</InstdAmt></Amt><CdtrAgt>{_AGENT}"), pl.col("bank_code"), pl.lit("</MmbId></ClrSysMmbId>"),
        _given("bank_name", "<Nm>", "</Nm>"), pl.lit("</FinInstnId></CdtrAgt><Cdtr><Nm>"), _escaped("creditor_name"),
        pl.lit("</Nm>"),
        _given("id_number", "<Id><PrvtId><Othr><Id>", "</Id><SchmeNm><Cd>NIDN</Cd></SchmeNm></Othr></PrvtId></Id>"),
        _given("mobile_number", "<CtctDtls><MobNb>+86-", "</MobNb></CtctDtls>"),
        pl.lit("</Cdtr><CdtrAcct><Id><Othr><Id>"), pl.col("card_number"),
        pl.lit("</Id></Othr></Id></CdtrAcct><RmtInf><Ustrd>"), _escaped("remittance"),
        pl.lit("</Ustrd></RmtInf></CdtTrfTxInf>\n"),
    )  # fmt: skip
    text: str = rows.select(written.str.join("")).item()
    return text.encode()


def _escaped(column: str) -> pl.Expr:
    return pl.col(column).str.replace_many(list(_ESCAPES), list(_ESCAPES.values()))


def _given(column: str, before: str, after: str) -> pl.Expr:
    """An element that is there only where the column has a value."""
    told = pl.concat_str(pl.lit(before), _escaped(column), pl.lit(after))
    return pl.when(pl.col(column) != "").then(told).otherwise(pl.lit(""))


def _refuse_unwritable(rows: pl.DataFrame) -> None:
    """Raise UnwritableInstruction for the first payment that the bank could not carry."""
    faults = [
        ("的编号只能用字母、数字和 . - _，最长 35 位。", ~pl.col("end_to_end_id").str.contains(f"^{_IDENTIFIER}$")),
        ("的金额不大于零，不能发送。", pl.col("amount_fen") < 1),
        *_digits_faults("bank_code", 35, "银行行号"),
        *_plain_faults("bank_name", 140, "银行名称", may_miss=True),
        *_plain_faults("creditor_name", 140, "收款人姓名"),
        *_plain_faults("id_number", 35, "身份证号码", may_miss=True),
        *_digits_faults("mobile_number", 30, "手机号码", may_miss=True),
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
        (_UNSEEN.format(field=field), there & value.str.contains(_UNFIT)),
    ]


def _digits_faults(column: str, length_max: int, field: str, *, may_miss: bool = False) -> list[tuple[str, pl.Expr]]:
    value = pl.col(column)
    there = value != "" if may_miss else pl.lit(True)
    odd = ~value.str.contains(f"^[0-9]{{1,{length_max}}}$")
    return [(_NO_DIGITS.format(field=field, length_max=length_max), there & odd)]


def _agent(code: str, name: str, what: str) -> str:
    named = f"<Nm>{_plain(name, 140, what, '银行名称')}</Nm>" if name else ""
    return f"{_AGENT}{_digits(code, 35, what, '银行行号')}</MmbId></ClrSysMmbId>{named}</FinInstnId>"


_AGENT = "<FinInstnId><ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId><MmbId>"
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_IDENTIFIER = "[A-Za-z0-9][A-Za-z0-9._-]{0,34}"
_DIGITS = re.compile(r"[0-9]+")
# Control characters, line separators, direction marks, non-characters: nothing a name or a remark needs, and enough to
# make two readers see two different things. Surrogates no text of ours can hold.
_UNFIT = "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
_EMPTY_OR_LONG = "的{field}是空的或者超过 {length_max} 个字，不能发送。"
_UNSEEN = "的{field}里有看不见的控制字符，不能发送。请改正后重新生成。"
_NO_DIGITS = "的{field}必须是不超过 {length_max} 位的数字，不能发送。请改正后重新生成。"


def _plain(value: str, length_max: int, what: str, field: str) -> str:
    if not value.strip() or len(value) > length_max:
        raise UnwritableInstruction(f"{what} {_EMPTY_OR_LONG.format(field=field, length_max=length_max)}")
    if re.search(_UNFIT, value):
        raise UnwritableInstruction(f"{what} {_UNSEEN.format(field=field)}")
    for sign, escape in _ESCAPES.items():
        value = value.replace(sign, escape)
    return value


def _digits(value: str, length_max: int, what: str, field: str) -> str:
    if not _DIGITS.fullmatch(value) or len(value) > length_max:
        raise UnwritableInstruction(f"{what} {_NO_DIGITS.format(field=field, length_max=length_max)}")
    return value
