import io
from datetime import date
from typing import Any

import pytest

from yikatong.banking.formats import camt053, camt054, pacs004, pain002, stream
from yikatong.banking.formats.reasons import Action, explain
from yikatong.banking.formats.refusals import UnreadableBankFile
from yikatong.banking.tests import reports
from yikatong.banking.tests.reports import BALANCES, amount_of, detail, document, entry, transaction

READERS = [pain002, camt053, camt054, pacs004]


def test_a_status_report_is_read_whole() -> None:
    reason = "<StsRsnInf><Rsn><Cd>AC04 </Cd></Rsn><AddtlInf>closed</AddtlInf></StsRsnInf>"
    body = reports.status_report(
        group="<OrgnlNbOfTxs>3</OrgnlNbOfTxs><OrgnlCtrlSum>3.30</OrgnlCtrlSum><GrpSts>PART</GrpSts>",
        transactions=transaction(1, more=amount_of("1.10")) + transaction(2, "RJCT", reason),
    )
    head, rows = reports.rows_of(pain002.read, body)
    assert (head.original_message_id, head.original_count, head.original_total_fen) == ("QH1", 3, 330)
    assert rows[0] == ("E1-1", "ACCP", "", "", 110, "")
    assert rows[1] == ("E2-1", "RJCT", "AC04", "closed", None, "")


def test_a_report_without_payments_still_comes_once() -> None:
    duplicate = "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>DUPL</Cd></Rsn></StsRsnInf>"
    head, rows = reports.rows_of(pain002.read, reports.status_report(group=duplicate))
    assert head.is_duplicate_notice and rows == []


@pytest.mark.parametrize(
    "body",
    [
        reports.status_report(group="<OrgnlNbOfTxs>1</OrgnlNbOfTxs>", transactions=transaction(1) + transaction(2)),
        reports.status_report(batch="<OrgnlNbOfTxs>1</OrgnlNbOfTxs>", transactions=transaction(1) + transaction(2)),
        reports.status_report(
            group="<OrgnlNbOfTxs>1</OrgnlNbOfTxs><OrgnlCtrlSum>1.11</OrgnlCtrlSum>",
            transactions=transaction(1, more=amount_of("1.10")),
        ),
        reports.status_report(
            batch="<NbOfTxsPerSts><DtldNbOfTxs>2</DtldNbOfTxs><DtldSts>ACCP</DtldSts></NbOfTxsPerSts>",
            transactions=transaction(1),
        ),
        reports.status_report(group="<GrpSts>ACCP</GrpSts>", transactions=transaction(1, "RJCT")),
        reports.status_report(group="<GrpSts>RJCT</GrpSts>", transactions=transaction(1, "ACCP")),
        reports.status_report(transactions=transaction(1, "")),
        reports.status_report(transactions=transaction(1, more=amount_of("1.00", "USD"))),
        reports.status_report(group="<OrgnlNbOfTxs>x</OrgnlNbOfTxs>"),
        document("pain.002.001.10", "<CstmrPmtStsRpt><GrpHdr><MsgId>P1</MsgId></GrpHdr></CstmrPmtStsRpt>"),
        document(
            "pain.002.001.10",
            f"<CstmrPmtStsRpt><OrgnlPmtInfAndSts>{transaction(1)}</OrgnlPmtInfAndSts></CstmrPmtStsRpt>",
        ),
        document("pain.002.001.10", f"<CstmrPmtStsRpt>{transaction(1)}</CstmrPmtStsRpt>"),
    ],
)
def test_a_status_report_that_contradicts_itself_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableBankFile):
        reports.rows_of(pain002.read, body)


def test_an_unknown_status_is_never_a_success() -> None:
    assert pain002.meaning_of("OKAY") is pain002.meaning_of("") is pain002.Meaning.UNKNOWN


def test_a_statement_is_read_with_its_balances_and_entries() -> None:
    back = detail(3, "2.00", "<RtrInf><Rsn><Cd>AC06</Cd></Rsn></RtrInf>")
    body = reports.statement(
        entry("12.00", details=detail(1, "5.00") + detail(2, "7.00")) + entry("2.00", side="CRDT", details=back),
        summary=reports.summary("TtlNtries", "<NbOfNtries>2</NbOfNtries><Sum>14.00</Sum>"),
    )
    head, rows = reports.rows_of(camt053.read, body)
    assert (head.opening_fen, head.closing_fen, head.day) == (10_000, 9_000, date(2026, 11, 23))
    assert [(r.amount_fen, r.side, r.end_to_end_id, r.return_reason) for r in rows] == [
        (500, "debit", "E1-1", ""), (700, "debit", "E2-1", ""), (200, "credit", "E3-1", "AC06"),
    ]  # fmt: skip
    assert head.gap_fen(debit_fen=1_200, credit_fen=200) == 0


def test_a_statement_with_a_hole_is_read_and_shows_its_gap() -> None:
    head, rows = reports.rows_of(camt053.read, reports.statement(entry("4.00", details=detail(1, "4.00"))))
    assert head.gap_fen(debit_fen=sum(r.amount_fen for r in rows), credit_fen=0) == -600


def test_an_overdrawn_account_has_a_negative_balance() -> None:
    balances = reports.balance("OPBD", "1.00", "DBIT") + reports.balance("CLBD", "2.00", "DBIT")
    head, _ = reports.rows_of(camt053.read, reports.statement("", balances=balances))
    assert (head.opening_fen, head.closing_fen) == (-100, -200)


def test_each_notification_of_a_file_comes_under_its_own_head() -> None:
    pairs = list(camt054.read(io.BytesIO(reports.notification(entry("1.00", details=detail(1, "1.00")), groups=2))))
    assert [len(rows) for _, rows in pairs] == [1, 1]
    assert pairs[0][0] is not pairs[1][0]


@pytest.mark.parametrize(
    "body",
    [
        reports.statement(entry("12.00", details=detail(1, "5.00") + detail(2, "6.99"))),
        reports.statement(entry("1.00", status="PDNG")),
        reports.statement(entry("1.00", side="X")),
        reports.statement(entry("1.00", currency="USD")),
        reports.statement("", currency="EUR"),
        reports.statement("", balances=reports.balance("OPBD", "1.00")),
        reports.statement("", balances=BALANCES.replace("2026-11-23", "yesterday")),
        reports.statement(entry("1.00", details=detail(1, "1.00", "<CdtDbtInd>CRDT</CdtDbtInd>"))),
        reports.statement(entry("1.00"), summary=reports.summary("TtlNtries", "<NbOfNtries>2</NbOfNtries>")),
        reports.statement(entry("1.00"), summary=reports.summary("TtlDbtNtries", "<Sum>1.01</Sum>")),
    ],
)  # fmt: skip
def test_a_statement_that_contradicts_itself_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableBankFile):
        reports.rows_of(camt053.read, body)


def test_returns_are_read_with_their_sum() -> None:
    head, rows = reports.rows_of(pacs004.read, reports.returns(reports.returned(1, "1.00")))
    assert (head.original_message_id, head.return_count, head.total_fen) == ("QH1", 1, 100)
    assert rows == [("E1-1", 100, "AC06", "", "MB-RTR-1", date(2026, 11, 25))]


@pytest.mark.parametrize(
    "body",
    [
        reports.returns(reports.returned(1, "1.00"), count=2),
        reports.returns(reports.returned(1, "1.01")),
        reports.returns(reports.returned(1, "1.00"), control="<CtrlSum>2.00</CtrlSum>"),
        document("pacs.004.001.09", "<PmtRtr></PmtRtr>"),
        document("pacs.004.001.09", f"<PmtRtr>{reports.returned(1, '1.00')}</PmtRtr>"),
    ],
)
def test_returns_that_contradict_themselves_are_refused(body: bytes) -> None:
    with pytest.raises(UnreadableBankFile):
        reports.rows_of(pacs004.read, body)


BOMB = '<!DOCTYPE Document [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "prolog", [BOMB, OUTSIDE, f"<!--{'x' * 70_000}-->{BOMB}", '<!DOCTYPE Document SYSTEM "http://127.0.0.1/x">']
)
def test_entities_and_document_types_are_refused_before_anything_is_read(reader: Any, prolog: str) -> None:
    body = document(reader.MESSAGE, "<Nm>&c;&x;</Nm>", prolog)
    with pytest.raises(UnreadableBankFile, match="DOCTYPE"):
        reports.rows_of(reader.read, body)
    with pytest.raises(UnreadableBankFile):
        stream.kind_of(io.BytesIO(body))


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "body",
    [
        b"", b"%PDF-1.7", b"<html/>", document("pain.001.001.09", ""), document("camt.052.001.08", "<Ntry/>"),
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>',
        "<a/>".encode("utf-16"), b"<Document>&nbsp;</Document>",
    ],
)  # fmt: skip
def test_anything_but_the_expected_message_is_refused_in_chinese(reader: Any, body: bytes) -> None:
    with pytest.raises(UnreadableBankFile) as refused:
        reports.rows_of(reader.read, body)
    assert str(refused.value).endswith("。") and "0x" not in str(refused.value)


def test_a_truncated_file_is_refused_even_after_good_rows() -> None:
    body = reports.statement(entry("1.00", details=detail(1, "1.00")) * 50)
    with pytest.raises(UnreadableBankFile):
        reports.rows_of(camt053.read, body[:-40])


def test_a_body_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BYTES_MAX", 100_000)
    with pytest.raises(UnreadableBankFile, match="1 GB"):
        reports.rows_of(camt053.read, reports.statement(entry("1.00") * 1_000))


def test_the_kind_of_a_message_is_told_and_the_file_rewound() -> None:
    file = io.BytesIO(reports.returns(reports.returned(1, "1.00")))
    assert stream.kind_of(file) == pacs004.MESSAGE and file.tell() == 0
    with pytest.raises(UnreadableBankFile):
        stream.kind_of(io.BytesIO(b"<html/>"))


def test_a_gb18030_file_is_read() -> None:
    body = (
        reports.statement(entry("1.00")).decode().replace("UTF-8", "GB18030").replace("S1", "对账1").encode("gb18030")
    )
    assert reports.rows_of(camt053.read, body)[0].statement_id == "对账1"


def test_reasons_become_actions_and_unknown_ones_are_investigated() -> None:
    assert explain("AC04").action is Action.FIX_CARD
    assert explain("AC06").action is Action.ASK_PERSON
    assert explain("MD07").action is Action.STOP_DECEASED
    assert explain("AB07").action is Action.RETRY_LATER
    for unknown in ("", "XX99", "ac04", "AC04 "):
        assert explain(unknown).action is Action.INVESTIGATE
    assert "死" not in explain("MD07").citizen
