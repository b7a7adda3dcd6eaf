"""The bank's messages as it writes them. Nothing of the product is used: the reader is held against another's writing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.sax.saxutils import escape

NS = "urn:iso:std:iso:20022:tech:xsd:"


@dataclass(frozen=True)
class Told:
    """One line as a message tells it. ``side`` is debit (paid) or credit (back); ``code`` the reason, fen the amount, ``account``
    and ``name`` whom it paid, where it says so.
    """

    end_to_end_id: str
    message_id: str
    amount_fen: int
    reference: str = ""
    code: str = ""
    side: str = "debit"
    account: str = ""
    name: str = ""


def yuan(fen: int) -> str:
    """Fen as the yuan of a message."""
    return f"{abs(fen) // 100}.{abs(fen) % 100:02d}"


def receipt(number: str, at: datetime, message_id: str, status: str, reason: str = "") -> bytes:
    """A pain.002 without lines: the bank has an instruction, or refuses it as a whole."""
    why = f"<StsRsnInf><Rsn><Cd>{escape(reason)}</Cd></Rsn></StsRsnInf>" if reason else ""
    original = f"<OrgnlMsgId>{escape(message_id)}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
    body = f"<OrgnlGrpInfAndSts>{original}<GrpSts>{status}</GrpSts>{why}</OrgnlGrpInfAndSts>"
    return _document("pain.002.001.10", f"<CstmrPmtStsRpt>{_head(number, at)}{body}</CstmrPmtStsRpt>")


def statuses(number: str, at: datetime, message_id: str, lines: Sequence[Told], count: int, total_fen: int) -> bytes:
    """A pain.002 that rejects the given lines of an instruction of ``count`` lines."""
    told = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{escape(line.end_to_end_id)}</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
        f"<StsRsnInf><Rsn><Prtry>{escape(line.code)}</Prtry></Rsn></StsRsnInf>"
        f'<OrgnlTxRef><Amt><InstdAmt Ccy="CNY">{yuan(line.amount_fen)}</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>'
        for line in lines
    )
    name = escape(message_id)
    totals = f"<OrgnlNbOfTxs>{count}</OrgnlNbOfTxs><OrgnlCtrlSum>{yuan(total_fen)}</OrgnlCtrlSum>"
    body = (
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{name}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{totals}"
        f"</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>{name}</OrgnlPmtInfId>{told}</OrgnlPmtInfAndSts>"
    )
    return _document("pain.002.001.10", f"<CstmrPmtStsRpt>{_head(number, at)}{body}</CstmrPmtStsRpt>")


def notification(number: str, at: datetime, account: str, lines: Sequence[Told], *, wrong_fen: int = 0) -> bytes:
    """A camt.054 of bookings; ``wrong_fen`` is what its summary is wrong by."""
    entries = "".join(_entry(line, at.date()) for line in lines)
    body = f"{_group_head(number, at, account)}{_summary(lines, wrong_fen)}{entries}"
    whole = f"<BkToCstmrDbtCdtNtfctn>{_head(number, at)}<Ntfctn>{body}</Ntfctn></BkToCstmrDbtCdtNtfctn>"
    return _document("camt.054.001.08", whole)


def returns(number: str, at: datetime, message_id: str, lines: Sequence[Told]) -> bytes:
    """A pacs.004 of payments that came back."""
    total = yuan(sum(line.amount_fen for line in lines))
    head = (
        f"<GrpHdr><MsgId>{number}</MsgId><CreDtTm>{at.isoformat()}</CreDtTm><NbOfTxs>{len(lines)}</NbOfTxs>"
        f'<TtlRtrdIntrBkSttlmAmt Ccy="CNY">{total}</TtlRtrdIntrBkSttlmAmt></GrpHdr>'
    )
    told = "".join(
        f"<TxInf><RtrId>{line.reference}</RtrId><OrgnlEndToEndId>{escape(line.end_to_end_id)}</OrgnlEndToEndId>"
        f'<RtrdIntrBkSttlmAmt Ccy="CNY">{yuan(line.amount_fen)}</RtrdIntrBkSttlmAmt>'
        f"<IntrBkSttlmDt>{at.date()}</IntrBkSttlmDt><RtrRsnInf><Rsn><Cd>{line.code}</Cd></Rsn></RtrRsnInf></TxInf>"
        for line in lines
    )
    original = f"<OrgnlGrpInf><OrgnlMsgId>{escape(message_id)}</OrgnlMsgId></OrgnlGrpInf>"
    return _document("pacs.004.001.09", f"<PmtRtr>{head}{original}{told}</PmtRtr>")


def statement(
    number: str, at: datetime, account: str, day: date, opening_fen: int, closing_fen: int, lines: Sequence[Told]
) -> bytes:
    """The camt.053 of one day."""
    balances = _balance("OPBD", opening_fen, day) + _balance("CLBD", closing_fen, day)
    entries = "".join(_entry(line, day) for line in lines)
    body = f"{_group_head(number, at, account)}{balances}{_summary(lines, 0)}{entries}"
    whole = f"<BkToCstmrStmt>{_head(number, at)}<Stmt>{body}</Stmt></BkToCstmrStmt>"
    return _document("camt.053.001.08", whole)


def _document(message: str, body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{NS}{message}">{body}</Document>'.encode()


def _head(number: str, at: datetime) -> str:
    return f"<GrpHdr><MsgId>{number}</MsgId><CreDtTm>{at.isoformat()}</CreDtTm></GrpHdr>"


def _group_head(number: str, at: datetime, account: str) -> str:
    named = f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>"
    return f"<Id>{number}</Id><CreDtTm>{at.isoformat()}</CreDtTm>{named}"


def _balance(code: str, fen: int, day: date) -> str:
    side = "CRDT" if fen >= 0 else "DBIT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{yuan(fen)}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _summary(lines: Iterable[Told], wrong_fen: int) -> str:
    sides = {"debit": "TtlDbtNtries", "credit": "TtlCdtNtries"}
    told = ""
    for side, name in reversed(sides.items()):
        amounts = [line.amount_fen for line in lines if line.side == side]
        wrong = wrong_fen if side == "debit" else 0
        told += f"<{name}><NbOfNtries>{len(amounts)}</NbOfNtries><Sum>{yuan(sum(amounts) + wrong)}</Sum></{name}>"
    return f"<TxsSummry>{told}</TxsSummry>"


def _entry(line: Told, day: date) -> str:
    side = "DBIT" if line.side == "debit" else "CRDT"
    amount = f'<Amt Ccy="CNY">{yuan(line.amount_fen)}</Amt>'
    message = f"<MsgId>{escape(line.message_id)}</MsgId>" if line.message_id else ""
    refs = f"<Refs>{message}<EndToEndId>{escape(line.end_to_end_id)}</EndToEndId></Refs>"
    who = f"<Cdtr><Pty><Nm>{escape(line.name)}</Nm></Pty></Cdtr>" if line.name else ""
    paid = f"<RltdPties>{who}<CdtrAcct><Id><Othr><Id>{line.account}</Id></Othr></Id></CdtrAcct></RltdPties>"
    parties = paid if line.side == "debit" and line.account else ""
    back = f"<RtrInf><Rsn><Cd>{line.code}</Cd></Rsn></RtrInf>" if line.side == "credit" and line.code else ""
    return (
        f"<Ntry>{amount}<CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
        f"<AcctSvcrRef>{line.reference}</AcctSvcrRef><NtryDtls><TxDtls>{refs}{amount}{parties}{back}</TxDtls></NtryDtls></Ntry>"
    )
