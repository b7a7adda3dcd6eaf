"""pain.001.001.09, the payment instruction, written as a stream: strings by the set, never the whole file.

One ``PmtInf`` block with one debtor account (the zero-balance account). Counts and sums stand before the rows in this
format, so they are given beforehand and held against what was really written at the end.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, NamedTuple

from yikatong.banking.formats.amounts import CURRENCY, yuan_text
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


class PaymentRow(NamedTuple):
    """One payment: who is paid, on which card, how many fen, for what (项目名称 and cycle).

    ``bank_code`` is the clearing number (CNAPS) of the card's bank. Name of the bank, ID number and mobile number go
    with it when given, because the notice hands them to the bank (J3).
    """

    end_to_end_id: str
    amount_fen: int
    creditor_name: str
    card_number: str
    bank_code: str
    remittance: str
    bank_name: str = ""
    id_number: str = ""
    mobile_number: str = ""


class WrittenInstruction(NamedTuple):
    """What was written: number of payments, sum in fen, bytes, SHA-256 of the bytes (hex)."""

    payment_count: int
    total_fen: int
    byte_count: int
    sha256: str


def write(target: IO[bytes], header: InstructionHeader, chunks: Iterable[Sequence[PaymentRow]]) -> WrittenInstruction:
    """Write the whole message to ``target`` as UTF-8 and return what it holds.

    Raises UnwritableInstruction for a value the bank could not carry (naming the payment, never its personal data) and
    when count or sum differ from the header; the target then holds a broken file that the caller must discard.
    """
    digest, size, count, total_fen = hashlib.sha256(), 0, 0, 0

    def put(text: str) -> None:
        nonlocal size
        block = text.encode("utf-8")
        digest.update(block)
        size += len(block)
        target.write(block)

    put(_opening(header))
    for chunk in chunks:
        put("".join([_payment(row) for row in chunk]))
        count += len(chunk)
        total_fen += sum(row.amount_fen for row in chunk)
    put("</PmtInf></CstmrCdtTrfInitn></Document>\n")
    if (count, total_fen) != (header.payment_count, header.total_fen):
        raise UnwritableInstruction(
            f"代发指令 {header.message_id} 应有 {header.payment_count} 笔、{yuan_text(header.total_fen)} 元，"
            f"实际写出 {count} 笔、{yuan_text(total_fen)} 元，没有发送。请检查批次后重新生成。"
        )
    return WrittenInstruction(count, total_fen, size, digest.hexdigest())


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
    if not _IDENTIFIER.fullmatch(header.message_id):
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


def _payment(row: PaymentRow) -> str:
    what = f"款项 {row.end_to_end_id[:35]}"
    if not _IDENTIFIER.fullmatch(row.end_to_end_id):
        raise UnwritableInstruction(f"{what} 的编号只能用字母、数字和 . - _，最长 35 位。")
    if row.amount_fen < 1:
        raise UnwritableInstruction(f"{what} 的金额不大于零，不能发送。")
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>{row.end_to_end_id}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="{CURRENCY}">{yuan_text(row.amount_fen)}</InstdAmt></Amt>'
        f"<CdtrAgt>{_agent(row.bank_code, row.bank_name, what)}</CdtrAgt>"
        f"<Cdtr><Nm>{_plain(row.creditor_name, 140, what, '收款人姓名')}</Nm>{_person(row, what)}</Cdtr>"
        f"<CdtrAcct><Id><Othr><Id>{_digits(row.card_number, 34, what, '卡号')}</Id></Othr></Id></CdtrAcct>"
        f"<RmtInf><Ustrd>{_plain(row.remittance, 140, what, '附言')}</Ustrd></RmtInf></CdtTrfTxInf>\n"
    )


def _person(row: PaymentRow, what: str) -> str:
    parts = ""
    if row.id_number:
        number = _plain(row.id_number, 35, what, "身份证号码")
        parts += f"<Id><PrvtId><Othr><Id>{number}</Id><SchmeNm><Cd>NIDN</Cd></SchmeNm></Othr></PrvtId></Id>"
    if row.mobile_number:
        parts += f"<CtctDtls><MobNb>+86-{_digits(row.mobile_number, 30, what, '手机号码')}</MobNb></CtctDtls>"
    return parts


def _agent(code: str, name: str, what: str) -> str:
    named = f"<Nm>{_plain(name, 140, what, '银行名称')}</Nm>" if name else ""
    return (
        "<FinInstnId><ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId>"
        f"<MmbId>{_digits(code, 35, what, '银行行号')}</MmbId></ClrSysMmbId>{named}</FinInstnId>"
    )


_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,34}")
_DIGITS = re.compile(r"[0-9]+")
# Control characters, line separators, direction marks, surrogates, non-characters: nothing a name or a remark needs,
# and enough to make two readers see two different things.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")


def _plain(value: str, length_max: int, what: str, field: str) -> str:
    if not value.strip() or len(value) > length_max:
        raise UnwritableInstruction(f"{what} 的{field}是空的或者超过 {length_max} 个字，不能发送。")
    if _UNFIT.search(value):
        raise UnwritableInstruction(f"{what} 的{field}里有看不见的控制字符，不能发送。请改正后重新生成。")
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _digits(value: str, length_max: int, what: str, field: str) -> str:
    if not _DIGITS.fullmatch(value) or len(value) > length_max:
        raise UnwritableInstruction(f"{what} 的{field}必须是不超过 {length_max} 位的数字，不能发送。请改正后重新生成。")
    return value
