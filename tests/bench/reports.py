"""What the benchmark's bank says of an instruction: pain.002, camt.054 and camt.053, written line by line.

Every hundredth payment fails with AC04 (the account is closed), the rest are booked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
FAILS_EVERY = 100
PART_BYTES = 8 << 20
PAYMENT = re.compile(
    rb"<CdtTrfTxInf>.*?<EndToEndId>([^<]+)</EndToEndId>.*?<InstdAmt[^>]*>([0-9.]+)</InstdAmt>.*?</CdtTrfTxInf>",
    re.DOTALL,
)
HEAD_BYTES = 64 << 10


@dataclass(frozen=True)
class Held:
    """One instruction as the bank keeps it: its number, the debtor's account, its file, count and sum as told."""

    message_id: str
    account: str
    path: Path
    count: int
    total: str

    @classmethod
    def of(cls, path: Path) -> "Held":
        """Read the head of a pain.001 file."""
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)

        def told(pattern: bytes) -> str:
            found = re.search(pattern, head, re.DOTALL)
            assert found, pattern
            return found.group(1).decode()

        return cls(
            message_id=told(rb"<MsgId>([^<]+)</MsgId>"),
            account=told(rb"<DbtrAcct>.*?<Othr>\s*<Id>([^<]+)</Id>"),
            path=path,
            count=int(told(rb"<NbOfTxs>([0-9]+)</NbOfTxs>")),
            total=told(rb"<CtrlSum>([0-9.]+)</CtrlSum>"),
        )

    def payments(self) -> Iterator[tuple[str, str]]:
        """(end-to-end id, yuan as written) of every payment, in order."""
        rest = b""
        with self.path.open("rb") as file:
            while block := file.read(PART_BYTES):
                block = rest + block
                end = 0
                for found in PAYMENT.finditer(block):
                    yield found.group(1).decode(), found.group(2).decode()
                    end = found.end()
                rest = block[end:]


def fails(number: int, fails_every: int) -> bool:
    """Whether the payment of that place in its file fails."""
    return fails_every > 0 and number % fails_every == fails_every - 1


def status_report(target: IO[str], held: Held, moment: str, fails_every: int) -> None:
    """pain.002: the status of every payment."""
    failed = held.count // fails_every if fails_every else 0
    target.write(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}pain.002.001.10"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>S-{held.message_id}</MsgId><CreDtTm>{moment}</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{held.message_id}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
        f"<OrgnlNbOfTxs>{held.count}</OrgnlNbOfTxs><OrgnlCtrlSum>{held.total}</OrgnlCtrlSum>"
        f"<GrpSts>{'PART' if failed else 'ACCP'}</GrpSts></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{held.message_id}</OrgnlPmtInfId>\n"
    )
    for number, (end_to_end_id, _) in enumerate(held.payments()):
        status = "<TxSts>ACCP</TxSts>"
        if fails(number, fails_every):
            status = "<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf>"
        target.write(f"<TxInfAndSts><OrgnlEndToEndId>{end_to_end_id}</OrgnlEndToEndId>{status}</TxInfAndSts>\n")
    target.write("</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>\n")


def notification(target: IO[str], held: Held, moment: str, statement_account: str, fails_every: int) -> int:
    """camt.054: every payment that was booked. Returns the fen that left the account."""
    target.write(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}camt.054.001.08"><BkToCstmrDbtCdtNtfctn>'
        f"<GrpHdr><MsgId>N-{held.message_id}</MsgId><CreDtTm>{moment}</CreDtTm></GrpHdr>"
        f"<Ntfctn><Id>N-{held.message_id}</Id><CreDtTm>{moment}</CreDtTm>{_account(statement_account)}\n"
    )
    booked_fen = entries(target, held, moment[:10], fails_every)
    target.write("</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n")
    return booked_fen


def statement(
    target: IO[str],
    booked: list[tuple[Held, int]],
    moment: str,
    statement_account: str,
    number: int,
    balances: tuple[int, int],
) -> None:
    """camt.053: the day's balances (opening, closing, in fen) and every booking; ``booked`` is (instruction, fails_every)."""
    day, name = moment[:10], f"B-{statement_account[-6:]}-{number}"
    target.write(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}camt.053.001.08"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>{name}</MsgId><CreDtTm>{moment}</CreDtTm></GrpHdr>"
        f"<Stmt><Id>{name}</Id><LglSeqNb>{number}</LglSeqNb><CreDtTm>{moment}</CreDtTm>{_account(statement_account)}"
    )
    for code, fen in zip(("OPBD", "CLBD"), balances, strict=True):
        target.write(
            f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{fen // 100}.{fen % 100:02d}</Amt>'
            f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n"
        )
    for held, fails_every in booked:
        entries(target, held, day, fails_every)
    target.write("</Stmt></BkToCstmrStmt></Document>\n")


def entries(target: IO[str], held: Held, day: str, fails_every: int) -> int:
    """The bookings of one instruction, as notification and statement both show them. Returns their sum in fen."""
    total_fen = 0
    for number, (end_to_end_id, yuan) in enumerate(held.payments()):
        if fails(number, fails_every):
            continue
        total_fen += int(yuan.replace(".", ""))
        reference = f"R{end_to_end_id}"
        target.write(
            f'<Ntry><Amt Ccy="CNY">{yuan}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
            f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls><TxDtls><Refs>"
            f"<AcctSvcrRef>{reference}</AcctSvcrRef><MsgId>{held.message_id}</MsgId>"
            f"<EndToEndId>{end_to_end_id}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>\n"
        )
    return total_fen


def _account(number: str) -> str:
    return f"<Acct><Id><IBAN>{number}</IBAN></Id><Ccy>CNY</Ccy></Acct>"
