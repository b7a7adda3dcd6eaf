"""Small bank messages by hand, for what a well-behaved bank never sends."""

import gc
import io
import sys
from collections import namedtuple
from collections.abc import Callable, Collection, Iterator
from typing import Any

import polars as pl

from yikatong.banking.transports import Report, Wire

NS = "urn:iso:std:iso:20022:tech:xsd:"


def tuples(frame: pl.DataFrame) -> list[Any]:
    """A frame's rows by name."""
    return [namedtuple("Row", frame.columns)(*row) for row in frame.rows()]


def fetched(wire: Wire, known: Collection[str] = ()) -> Iterator[tuple[Report, bytes]]:
    """Every report that waits at a bank, with its bytes."""
    for report in wire.fetch_reports(known):
        with report.body:
            yield report, report.body.read()


def rows_of(read: Callable[..., Iterator[tuple[Any, pl.DataFrame]]], body: bytes, **block: int) -> tuple[Any, list]:
    """The last head and all rows by name."""
    pairs = list(read(io.BytesIO(body), **block))
    return pairs[-1][0], tuples(pl.concat([rows for _, rows in pairs]))


def document(message: str, body: str, prolog: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<Document xmlns="{NS}{message}">{body}</Document>'.encode()


def status_report(*, group: str = "", batch: str = "", transactions: str = "") -> bytes:
    return document(
        "pain.002.001.10",
        "<CstmrPmtStsRpt><GrpHdr><MsgId>P1</MsgId><CreDtTm>2026-11-23T09:00:00Z</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>QH1</OrgnlMsgId>{group}</OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>QH1</OrgnlPmtInfId>{batch}{transactions}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt>",
    )


def transaction(n: int, status: str = "ACCP", more: str = "") -> str:
    return f"<TxInfAndSts><OrgnlEndToEndId>E{n}-1</OrgnlEndToEndId><TxSts>{status}</TxSts>{more}</TxInfAndSts>"


def amount_of(yuan: str, currency: str = "CNY") -> str:
    return f'<OrgnlTxRef><Amt><InstdAmt Ccy="{currency}">{yuan}</InstdAmt></Amt></OrgnlTxRef>'


def entry(yuan: str, *, side: str = "DBIT", status: str = "BOOK", details: str = "", currency: str = "CNY") -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{yuan}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>'
        f"<BookgDt><Dt>2026-11-23</Dt></BookgDt><AcctSvcrRef>B1</AcctSvcrRef><NtryDtls>{details}</NtryDtls></Ntry>"
    )


def detail(n: int, yuan: str, more: str = "") -> str:
    return f'<TxDtls><Refs><EndToEndId>E{n}-1</EndToEndId></Refs><Amt Ccy="CNY">{yuan}</Amt>{more}</TxDtls>'


def balance(code: str, yuan: str, side: str = "CRDT") -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{yuan}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>2026-11-23</Dt></Dt></Bal>"
    )


def summary(name: str, totals: str) -> str:
    return f"<TxsSummry><{name}>{totals}</{name}></TxsSummry>"


BALANCES = balance("OPBD", "100.00") + balance("CLBD", "90.00")


def statement(entries: str, *, balances: str = BALANCES, summary: str = "", currency: str = "CNY") -> bytes:
    return document(
        "camt.053.001.08",
        f"<BkToCstmrStmt>{_head()}{group('Stmt', entries, balances + summary, currency)}</BkToCstmrStmt>",
    )


def notification(entries: str, *, groups: int = 1) -> bytes:
    body = group("Ntfctn", entries, "", "CNY") * groups
    return document("camt.054.001.08", f"<BkToCstmrDbtCdtNtfctn>{_head()}{body}</BkToCstmrDbtCdtNtfctn>")


def group(name: str, entries: str, before: str, currency: str) -> str:
    account = f"<Acct><Id><Othr><Id>51999900000000000001</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>"
    return f"<{name}><Id>S1</Id><CreDtTm>2026-11-23T23:59:59Z</CreDtTm>{account}{before}{entries}</{name}>"


def returns(*transactions: str, count: int = 1, total: str = "1.00", control: str = "") -> bytes:
    sum_returned = f'<TtlRtrdIntrBkSttlmAmt Ccy="CNY">{total}</TtlRtrdIntrBkSttlmAmt>'
    head = f"<MsgId>R1</MsgId><NbOfTxs>{count}</NbOfTxs>{control}{sum_returned}"
    return document(
        "pacs.004.001.09",
        f"<PmtRtr><GrpHdr>{head}</GrpHdr><OrgnlGrpInf><OrgnlMsgId>QH1</OrgnlMsgId></OrgnlGrpInf>{''.join(transactions)}</PmtRtr>",
    )


def returned(n: int, yuan: str) -> str:
    return (
        f"<TxInf><RtrId>MB-RTR-{n}</RtrId><OrgnlEndToEndId>E{n}-1</OrgnlEndToEndId>"
        f'<RtrdIntrBkSttlmAmt Ccy="CNY">{yuan}</RtrdIntrBkSttlmAmt><IntrBkSttlmDt>2026-11-25</IntrBkSttlmDt>'
        "<RtrRsnInf><Rsn><Cd>AC06</Cd></Rsn></RtrRsnInf></TxInf>"
    )


def _head() -> str:
    return "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-23T23:59:59Z</CreDtTm></GrpHdr>"


def calls(work: Callable[[], Any]) -> int:
    """How many functions of Python are entered."""
    count = 0

    def seen(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event == "call"

    # Test libraries hang callbacks on the garbage collector, and when it runs is chance.
    gc.disable()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
        gc.enable()
    return count
