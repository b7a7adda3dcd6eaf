"""Rows of known shapes are read without the parser, and never otherwise than by it."""

import io
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yikatong.banking.formats import camt053, camt054, pain002, shapes
from yikatong.banking.formats.refusals import UnreadableBankFile
from yikatong.banking.tests import reports
from yikatong.banking.tests.reports import detail, document, entry, transaction

BLOCK = 1_500
TEXTS = st.sampled_from(
    ["", " ", "AC04", " AC 04 ", "a\tb", "a\nb", "a\r\nb", "a&amp;b", "a&#10;b", "&lt;", "<![CDATA[</Ntry>]]>", "<!-- x -->y",
     "王\u3000五", "\u00a0", "]]", "\ue000", "'", '"', ",", "\\"]
)  # fmt: skip


def both_ways(read: Any, body: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any, int]:
    """What is read with shapes and without, and how many rows the shapes gave; a refusal as such."""
    given_rows = 0
    before = shapes.Shapes.rows

    def counted(self: shapes.Shapes, piece: bytes, gone: int) -> pl.DataFrame | None:
        nonlocal given_rows
        rows = before(self, piece, gone)
        given_rows += rows.height if rows is not None else 0
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(shapes.Shapes, "rows", counted)
        known = _read(read, body)
    with monkeypatch.context() as patch:
        patch.setattr(shapes.Shapes, "rows", lambda self, piece, gone: None)
        parsed = _read(read, body)
    return known, parsed, given_rows


def _read(read: Any, body: bytes) -> Any:
    try:
        return reports.rows_of(read, body, block_bytes=BLOCK)[1]
    except UnreadableBankFile as refused:
        return str(refused)


@given(told=st.lists(st.tuples(st.sampled_from(["RJCT", "ACCP", ""]), TEXTS, TEXTS), max_size=40))
def test_statuses_are_read_alike(told: list[tuple[str, str, str]]) -> None:
    rows = "".join(
        transaction(
            n,
            status or "ACCP",
            f"<StsRsnInf><Rsn><Cd>{code}</Cd><Prtry>P</Prtry></Rsn><AddtlInf>{more}</AddtlInf></StsRsnInf>"
            * bool(status),
        )
        for n, (status, code, more) in enumerate(told)
    )
    with pytest.MonkeyPatch.context() as patch:
        known, parsed, _ = both_ways(pain002.read, reports.status_report(transactions=rows), patch)
    assert known == parsed and len(known) == len(told)


@given(told=st.lists(st.tuples(TEXTS, st.integers(0, 3), st.booleans()), max_size=40))
def test_entries_are_read_alike(told: list[tuple[str, int, bool]]) -> None:
    rows = "".join(
        entry(
            f"{count or 1}.00",
            side="CRDT" if back else "DBIT",
            details=detail(n, "1.00", f"<RtrInf><Rsn><Cd>{text}</Cd></Rsn></RtrInf>" * back) * count,
        )
        for n, (text, count, back) in enumerate(told)
    )
    with pytest.MonkeyPatch.context() as patch:
        known, parsed, _ = both_ways(camt054.read, reports.notification(rows, groups=2), patch)
    assert known == parsed


def test_rows_of_one_writing_do_not_go_through_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(entry("1.00", details=detail(n, "1.00")) for n in range(1_000))
    known, parsed, given_rows = both_ways(camt053.read, reports.statement(rows), monkeypatch)
    assert known == parsed and len(known) == 1_000 and given_rows > 950
    indented = rows.replace("><", ">\n  <").replace("<Ntry>", "\n<Ntry>")
    known, parsed, given_rows = both_ways(camt053.read, reports.statement(indented), monkeypatch)
    assert known == parsed and len(known) == 1_000 and given_rows > 950


ROW = entry("1.00", details=detail(1, "1.00"))


@pytest.mark.parametrize(
    "odd",
    [
        ROW.replace("1.00", "1.0x", 1), ROW.replace("BOOK", "PDNG"), ROW.replace("CNY", "USD"),
        ROW.replace("</Refs>", ""), ROW.replace("<Sts>", "<Sts><"), f"<!-- {ROW} -->", f"<X>{ROW}</X>", f"<![CDATA[{ROW}]]>",
        f'<X xmlns="urn:x">{ROW}</X>', ROW.replace("<Ntry>", '<Ntry xmlns="urn:x">'), ROW[:-7] + ROW, "</Ntry>", "<Ntry>",
        ROW.replace("E1-1", "E\x011"), ROW.replace("E1-1", "E\ufffe1"), ROW.replace("E1-1", "E]]>1"), "stray text", ROW.replace("E1-1", "&c;"),
        ROW.replace("<TxDtls>", "<TxDtls><Ntry></Ntry>"), ROW.replace("NtryDtls", "Ntrydtls"), ROW.replace('Ccy="CNY"', "Ccy='CNY'"),
        ROW.replace("<Ntry>", "<n:Ntry>"), "<Bal/>", ROW.replace("<AcctSvcrRef>B1</AcctSvcrRef>", ""), "</Stmt><Stmt>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", [0, 20, 40])
def test_an_odd_row_among_plain_ones_is_taken_or_refused_alike(
    odd: str, place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = reports.statement("".join([ROW] * place + [odd] + [ROW] * (40 - place)))
    known, parsed, given_rows = both_ways(camt053.read, whole, monkeypatch)
    assert known == parsed
    assert given_rows or place == 0 or isinstance(known, str)


def test_rows_in_a_name_space_with_a_prefix_are_read_by_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    body = reports.notification(ROW * 40).decode().replace("<", "<d:").replace("<d:/", "</d:").replace("<d:?", "<?")
    body = body.replace("xmlns=", "xmlns:d=")
    known, parsed, given_rows = both_ways(camt054.read, body.encode(), monkeypatch)
    assert known == parsed and len(known) == 40 and given_rows == 0


def test_a_file_in_another_encoding_is_read_by_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    body = reports.notification(ROW.replace("B1", "流水") * 40).decode().replace("UTF-8", "GB18030").encode("gb18030")
    known, parsed, given_rows = both_ways(camt054.read, body, monkeypatch)
    assert known == parsed and known[0].bank_reference == "流水" and given_rows == 0


def test_a_body_cut_off_behind_a_row_is_refused() -> None:
    whole = document("camt.054.001.08", f"<B>{reports.group('Ntfctn', ROW * 40, '', 'CNY')}</B>")
    with pytest.raises(UnreadableBankFile):
        list(camt054.read(io.BytesIO(whole[: whole.rindex(b"</Ntry>") + 7]), block_bytes=BLOCK))
