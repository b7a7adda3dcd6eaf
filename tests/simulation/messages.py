"""What the simulated bank reads and writes: an instruction's payments; status, bookings, returns, statement."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .world import ACCOUNT

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
PAYMENT = re.compile(
    rb"<CdtTrfTxInf>.*?<EndToEndId>([^<]+)</EndToEndId>.*?<InstdAmt[^>]*>([0-9.]+)</InstdAmt>"
    rb".*?<CdtrAcct><Id><Othr><Id>([0-9]+)</Id>.*?</CdtTrfTxInf>",
    re.DOTALL,
)


@dataclass(frozen=True)
class Line:
    """One payment of an instruction as the bank read it, or a booking of it; fen."""

    message_id: str
    end_to_end_id: str
    amount_fen: int
    card: str
    reference: str = ""
    reason: str = ""

    def with_(self, **changes: object) -> "Line":
        """The same line told otherwise."""
        return replace(self, **changes)  # type: ignore[arg-type]


def payments_of(message_id: str, body: bytes) -> list[Line]:
    """The payments of a pain.001."""
    return [
        Line(message_id, end_to_end_id.decode(), int(yuan.replace(b".", b"")), card.decode())
        for end_to_end_id, yuan, card in PAYMENT.findall(body)
    ]


def refusal(message_id: str, reason: str, no: str, at: datetime) -> bytes:
    """pain.002: the instruction is refused as a whole; DUPL: it was seen before."""
    group = f"<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>"
    return _status(no, at, message_id, group, "")


def failures(lines: Sequence[Line], no: str, at: datetime) -> bytes:
    """pain.002: these payments of one instruction failed."""
    told = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{line.end_to_end_id}</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
        f"<StsRsnInf><Rsn><Cd>{line.reason}</Cd></Rsn></StsRsnInf></TxInfAndSts>"
        for line in lines
    )
    message_id = lines[0].message_id
    told = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{message_id}</OrgnlPmtInfId>{told}</OrgnlPmtInfAndSts>"
    return _status(no, at, message_id, "<GrpSts>PART</GrpSts>", told)


def bookings(lines: Sequence[Line], no: str, at: datetime) -> bytes:
    """camt.054: these payments were booked."""
    told = "".join(_entry(line, at, "DBIT") for line in lines)
    return _document(
        "camt.054.001.08",
        f"<BkToCstmrDbtCdtNtfctn>{_head(no, at)}<Ntfctn><Id>{no}</Id><CreDtTm>{_moment(at)}</CreDtTm>{_account()}"
        f"{told}</Ntfctn></BkToCstmrDbtCdtNtfctn>",
    )


def returns(lines: Sequence[Line], no: str, at: datetime) -> bytes:
    """pacs.004: these payments came back."""
    told = "".join(
        f"<TxInf><RtrId>{line.reference}</RtrId><OrgnlEndToEndId>{line.end_to_end_id}</OrgnlEndToEndId>"
        f'<RtrdIntrBkSttlmAmt Ccy="CNY">{_yuan(line.amount_fen)}</RtrdIntrBkSttlmAmt>'
        f"<IntrBkSttlmDt>{at:%Y-%m-%d}</IntrBkSttlmDt>"
        f"<RtrRsnInf><Rsn><Cd>{line.reason}</Cd></Rsn></RtrRsnInf></TxInf>"
        for line in lines
    )
    return _document(
        "pacs.004.001.09",
        f"<PmtRtr><GrpHdr><MsgId>{no}</MsgId><CreDtTm>{_moment(at)}</CreDtTm><NbOfTxs>{len(lines)}</NbOfTxs>"
        f"<SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>"
        f"<OrgnlGrpInf><OrgnlMsgId>{lines[0].message_id}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
        f"</OrgnlGrpInf>{told}</PmtRtr>",
    )


def statement(
    debits: Sequence[Line], credits: Sequence[Line], balances: tuple[int, int], no: int, at: datetime
) -> bytes:
    """camt.053 of the day of ``at``: balances (opening, closing, in fen), payments that left, payments that came back."""
    name = f"B-{no}"
    told = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{_yuan(fen)}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{at:%Y-%m-%d}</Dt></Dt></Bal>"
        for code, fen in zip(("OPBD", "CLBD"), balances, strict=True)
    )
    told += "".join(_entry(line, at, "DBIT") for line in debits) + "".join(_entry(line, at, "CRDT") for line in credits)
    return _document(
        "camt.053.001.08",
        f"<BkToCstmrStmt>{_head(name, at)}<Stmt><Id>{name}</Id><LglSeqNb>{no}</LglSeqNb>"
        f"<CreDtTm>{_moment(at)}</CreDtTm>{_account()}{told}</Stmt></BkToCstmrStmt>",
    )


def _status(no: str, at: datetime, message_id: str, group: str, told: str) -> bytes:
    return _document(
        "pain.002.001.10",
        f"<CstmrPmtStsRpt>{_head(no, at)}<OrgnlGrpInfAndSts><OrgnlMsgId>{message_id}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group}</OrgnlGrpInfAndSts>{told}</CstmrPmtStsRpt>",
    )


def _entry(line: Line, at: datetime, side: str) -> str:
    back = f"<RtrInf><Rsn><Cd>{line.reason}</Cd></Rsn></RtrInf>" if side == "CRDT" else ""
    return (
        f'<Ntry><Amt Ccy="CNY">{_yuan(line.amount_fen)}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{at:%Y-%m-%d}</Dt></BookgDt><AcctSvcrRef>{line.reference}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><MsgId>{line.message_id}</MsgId><AcctSvcrRef>{line.reference}</AcctSvcrRef>"
        f"<EndToEndId>{line.end_to_end_id}</EndToEndId></Refs>{back}</TxDtls></NtryDtls></Ntry>"
    )


def _document(message: str, told: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}{message}">{told}</Document>'.encode()


def _head(no: str, at: datetime) -> str:
    return f"<GrpHdr><MsgId>{no}</MsgId><CreDtTm>{_moment(at)}</CreDtTm></GrpHdr>"


def _account() -> str:
    return f"<Acct><Id><Othr><Id>{ACCOUNT}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>"


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
