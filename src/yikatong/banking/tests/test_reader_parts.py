"""Bank files of any size, read in parts of any size: the same rows, bounded memory, nothing row by row."""

import io
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yikatong.banking.formats import camt053, camt054, pacs004, pain002
from yikatong.banking.formats.refusals import UnreadableBankFile
from yikatong.banking.tests import reports
from yikatong.banking.tests.instructions import resident_bytes
from yikatong.banking.tests.reports import amount_of, detail, document, entry, transaction


class Endless(io.RawIOBase):
    """A statement of many entries that is made while it is read, so that only the reader can hold it in memory."""

    def __init__(self, count: int) -> None:
        whole = reports.statement("@")
        self._head, self._tail = whole.split(b"@")
        self._one = entry("0.01", details=detail(1, "0.01")).encode() * 100
        self._left, self._rest = count // 100, self._head

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and self._left:
            self._rest += self._one
            self._left -= 1
            if not self._left:
                self._rest += self._tail
        block, self._rest = self._rest[:size], self._rest[size:]
        return block


def test_a_hundred_thousand_entries_are_read_in_parts_of_bounded_memory() -> None:
    reports.rows_of(camt053.read, reports.statement(entry("0.01") * 5_000))
    sizes, resident = [], [resident_bytes()]
    for _, rows in camt053.read(Endless(100_000)):  # type: ignore[arg-type]
        sizes.append(rows.height)
        resident.append(resident_bytes())
    assert sum(sizes) == 100_000 and max(sizes) < 10_000
    # The body has some 40 MB and would be several hundred as a tree.
    assert max(resident) - resident[0] < 48 << 20


def test_an_entry_of_a_hundred_thousand_details_is_read_in_parts_too() -> None:
    whole = reports.notification(entry("1000.00", details="".join(detail(n, "0.01") for n in range(100_000))))
    sizes, resident = [], [resident_bytes()]
    for _, rows in camt054.read(io.BytesIO(whole)):
        sizes.append(rows.height)
        resident.append(resident_bytes())
    assert sum(sizes) == 100_000 and max(sizes) < 20_000
    assert max(resident) - resident[0] < 48 << 20
    with pytest.raises(UnreadableBankFile, match="100000 笔明细"):
        list(camt054.read(io.BytesIO(whole.replace(b">1000.00<", b">1000.01<"))))


@pytest.mark.parametrize(
    ("reader", "body_of"),
    [
        (pain002, lambda n: reports.status_report(transactions="".join(transaction(i) for i in range(n)))),
        (camt053, lambda n: reports.statement(entry("0.01", details=detail(1, "0.01")) * n)),
        (camt054, lambda n: reports.notification(entry("0.01", details=detail(1, "0.01")) * n)),
        (pacs004, lambda n: reports.returns(*[reports.returned(1, "0.01")] * n, count=n, total=f"{n / 100:.2f}")),
    ],
)
def test_nothing_is_done_row_by_row(reader: Any, body_of: Callable[[int], bytes]) -> None:
    few, many = body_of(100), body_of(1_000)
    reports.rows_of(reader.read, few)
    calls = [reports.calls(lambda body=body: list(reader.read(io.BytesIO(body)))) for body in (few, many)]  # type: ignore[misc]
    assert calls[1] - calls[0] < 50, calls


SPACES = st.sampled_from(["", "\n", "\n  ", "<!-- </Ntry> -->"])
ENTRIES = st.lists(
    st.tuples(st.sampled_from(["DBIT", "CRDT"]), st.lists(st.integers(1, 10**9), max_size=4), SPACES), max_size=12
)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


@given(groups=st.lists(ENTRIES, min_size=1, max_size=3), block_bytes=st.integers(64, 2_000))
def test_entries_are_the_same_whatever_the_parts(groups: list[Any], block_bytes: int) -> None:
    body, expected, number = "", [], 0
    for entries in groups:
        text = ""
        for side, details, space in entries:
            told = ""
            for fen in details:
                number += 1
                told += detail(number, _yuan(fen)) + space
                expected.append((fen, side, f"E{number}-1"))
            if not details:
                expected.append((7, side, ""))
            text += space + entry(_yuan(sum(details) or 7), side=side, details=told)
        body += reports.group("Ntfctn", text, "", "CNY")
    whole = document("camt.054.001.08", f"<B>{body}</B>")
    pairs = list(camt054.read(io.BytesIO(whole), block_bytes=block_bytes))
    sides = {"DBIT": "debit", "CRDT": "credit"}
    rows = pl.concat([rows for _, rows in pairs]).select("amount_fen", "side", "end_to_end_id").rows()
    assert rows == [(fen, sides[side], name) for fen, side, name in expected]
    assert len({id(head) for head, _ in pairs}) == len(groups)


@given(
    rows=st.lists(st.tuples(st.sampled_from(["ACCP", "RJCT", "PDNG"]), st.integers(0, 10**9)), max_size=30),
    block_bytes=st.integers(64, 2_000),
    cut=st.integers(1, 60),
)
def test_statuses_are_the_same_whatever_the_parts(rows: list[tuple[str, int]], block_bytes: int, cut: int) -> None:
    told = "".join(transaction(n, status, amount_of(_yuan(fen))) for n, (status, fen) in enumerate(rows))
    total = _yuan(sum(fen for _, fen in rows))
    counted = f"<OrgnlNbOfTxs>{len(rows)}</OrgnlNbOfTxs><OrgnlCtrlSum>{total}</OrgnlCtrlSum>"
    body = reports.status_report(group=counted, batch=counted, transactions=told)
    _, found = reports.rows_of(pain002.read, body, block_bytes=block_bytes)
    assert [(one.end_to_end_id, one.status, one.amount_fen) for one in found] == [
        (f"E{n}-1", status, fen) for n, (status, fen) in enumerate(rows)
    ]
    with pytest.raises(UnreadableBankFile):
        reports.rows_of(pain002.read, body[:-cut], block_bytes=block_bytes)


@given(amounts=st.lists(st.integers(1, 10**9), min_size=1, max_size=30), block_bytes=st.integers(64, 2_000))
def test_returns_are_the_same_whatever_the_parts(amounts: list[int], block_bytes: int) -> None:
    told = [reports.returned(n, _yuan(fen)) for n, fen in enumerate(amounts)]
    body = reports.returns(*told, count=len(amounts), total=_yuan(sum(amounts)))
    _, found = reports.rows_of(pacs004.read, body, block_bytes=block_bytes)
    assert [(one.bank_reference, one.amount_fen) for one in found] == [
        (f"MB-RTR-{n}", fen) for n, fen in enumerate(amounts)
    ]


@pytest.mark.parametrize(
    "body",
    [
        reports.statement(f"<Deep>{entry('1.00')}</Deep>"),
        reports.statement(entry("1.00").replace("<NtryDtls>", f"<NtryDtls></NtryDtls>{detail(1, '1.00')}<NtryDtls>")),
        document("camt.053.001.08", f"<BkToCstmrStmt>{entry('1.00')}</BkToCstmrStmt>"),
    ],
)
def test_a_row_where_none_belongs_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableBankFile, match="文件结构不对"):
        reports.rows_of(camt053.read, body)


def test_white_space_within_a_value_ends_no_row() -> None:
    body = reports.status_report(
        transactions=transaction(1, "RJCT", "<StsRsnInf><AddtlInf> a\tb\nc </AddtlInf></StsRsnInf>")
    )
    assert reports.rows_of(pain002.read, body)[1] == [("E1-1", "RJCT", "", "a b c", None, "")]
