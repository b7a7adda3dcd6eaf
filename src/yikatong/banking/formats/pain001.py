"""pain.001.001.09, the payment instruction, written as a stream: strings by the column, never the whole file.

One ``PmtInf`` block with one debtor account (the zero-balance account). Counts and sums stand before the rows in this
format, so they are given beforehand and held against what was really written at the end.
"""

from collections.abc import Iterable, Iterator

import polars as pl

from yikatong.banking.formats import instructions
from yikatong.banking.formats.amounts import CURRENCY, yuan_column, yuan_text
from yikatong.banking.formats.instructions import PAYMENT, InstructionHeader

__all__ = ["MESSAGE", "PAYMENT", "InstructionHeader", "blocks"]

MESSAGE = "pain.001.001.09"


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
    instructions.refuse_other_totals(header, count, total_fen)
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
    instructions.refuse_header(header)
    return _OPENING.format(
        message=MESSAGE,
        id=header.message_id,
        created=header.created_at.isoformat(timespec="seconds"),
        count=header.payment_count,
        total=yuan_text(header.total_fen),
        party=_escape(header.initiating_party),
        requested=header.requested_on.isoformat(),
        debtor=_escape(header.debtor_name),
        account=header.debtor_account,
        currency=CURRENCY,
        agent=_agent(header.debtor_bank_code, header.debtor_bank_name),
    )


def _payments(rows: pl.DataFrame) -> bytes:
    instructions.refuse_unwritable(rows)
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


def _agent(code: str, name: str) -> str:
    named = f"<Nm>{_escape(name)}</Nm>" if name else ""
    return f"{_AGENT}{code}</MmbId></ClrSysMmbId>{named}</FinInstnId>"


def _escape(value: str) -> str:
    for sign, escape in _ESCAPES.items():
        value = value.replace(sign, escape)
    return value


_AGENT = "<FinInstnId><ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId><MmbId>"
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
