"""The two fictional banks' own side, written by hand from what their TOML promises: it reads our files and answers them.

Line by line and without a line of the product's, so that both sides can be wrong only by themselves.
"""

import io
from collections.abc import Iterable
from typing import Any, NamedTuple

import polars as pl

from yikatong.banking.formats import registry
from yikatong.banking.formats.adapters import Contents

BAR, FIXED = "qinghe-bar", "qinghe-fixed"
ACCOUNT = "51999900000000000001"


class Paid(NamedTuple):
    """One line as the bank found it in our file."""

    end_to_end_id: str
    card_number: str
    name: str
    amount_fen: int


class Answer(NamedTuple):
    """One line of the bank's answer."""

    end_to_end_id: str
    amount_fen: int
    code: str
    reference: str = ""
    card_number: str = ""


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def bar_instruction(body: bytes) -> tuple[list[str], list[Paid]]:
    """Header cells and payments."""
    head, *lines = body.decode("gb18030").removesuffix("\r\n").split("\r\n")
    rows = [line.split("|") for line in lines]
    assert [row[0] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    return head.split("|"), [Paid(row[1], row[2], row[3], _fen(row[4])) for row in rows]


def fixed_instruction(body: bytes) -> tuple[bytes, list[Paid], tuple[int, int, int]]:
    """Header, payments, and the trailer's count, sum and card hash."""
    head, *lines, tail = body.removesuffix(b"\n").split(b"\n")
    assert len(head) == 140 and {len(line) for line in lines} == {213} and len(tail) == 36
    rows = [
        Paid(_cut(line, 9, 35), _cut(line, 44, 34), _cut(line, 78, 60), int(_cut(line, 138, 15)))
        for line in lines
        if line[:1] == b"D"
    ]
    return head, rows, (int(tail[1:9]), int(tail[9:26]), int(tail[26:]))


def _cut(line: bytes, start: int, width: int) -> str:
    return line[start : start + width].decode("gbk").rstrip(" ")


def _fen(text: str) -> int:
    whole, cents = text.split(".")
    assert len(cents) == 2
    return int(whole) * 100 + int(cents)


def bar_results(
    answers: Iterable[Answer], message_id: str = "QH1", *, file_code: str = "0000", day: str = "20261123"
) -> bytes:
    rows = list(answers)
    good = [one for one in rows if one.code == "0000"]
    head = [
        str(len(rows)), yuan(sum(one.amount_fen for one in rows)), str(len(good)),
        yuan(sum(one.amount_fen for one in good)), message_id, day, file_code,
    ]  # fmt: skip
    lines = [
        [one.end_to_end_id, one.card_number, "张?", yuan(one.amount_fen), one.code, "账户", one.reference]
        for one in rows
    ]
    return _bar([head, *lines])


def bar_returns(answers: Iterable[Answer], day: str = "20261125") -> bytes:
    rows = list(answers)
    lines = [[one.end_to_end_id, yuan(one.amount_fen), one.code, "退回"] for one in rows]
    return _bar([[str(len(rows)), yuan(sum(one.amount_fen for one in rows)), day], *lines])


def bar_statement(
    debits: Iterable[Answer], opening_fen: int, *, day: str = "20261123", account: str = ACCOUNT,
    credits: Iterable[Answer] = (),
) -> bytes:  # fmt: skip
    out, back = list(debits), list(credits)
    out_fen, back_fen = (sum(one.amount_fen for one in rows) for rows in (out, back))
    head = [
        account, day, yuan(opening_fen), yuan(opening_fen - out_fen + back_fen), str(len(out)), yuan(out_fen),
        str(len(back)), yuan(back_fen),
    ]  # fmt: skip
    lines = [
        [day, side, yuan(one.amount_fen), one.reference, one.end_to_end_id, one.code if side == "贷" else "", "摘要"]
        for side, rows in (("借", out), ("贷", back))
        for one in rows
    ]
    return _bar([head, *lines])


def _bar(lines: list[list[str]]) -> bytes:
    return "".join("|".join(line) + "\r\n" for line in lines).encode("gb18030")


def fixed_results(answers: Iterable[Answer], message_id: str = "QH1", day: str = "20261123") -> bytes:
    rows = list(answers)
    bad = [one for one in rows if one.code not in ("00", "01")]
    lines = [
        f"D{one.end_to_end_id:<35}{one.amount_fen:015d}{one.code:<4}{one.reference:<20}".encode()
        + "说明".encode("gbk").ljust(40)
        for one in rows
    ]
    totals = (len(rows), sum(one.amount_fen for one in rows), len(bad), sum(one.amount_fen for one in bad))
    return _fixed(f"H02{message_id:<35}{day}", lines, "T{:08d}{:017d}{:08d}{:017d}".format(*totals))


def fixed_returns(answers: Iterable[Answer], day: str = "20261125") -> bytes:
    rows = list(answers)
    lines = [f"D{one.end_to_end_id:<35}{one.amount_fen:015d}{one.code:<4}".encode() for one in rows]
    return _fixed(f"H03{day}", lines, f"T{len(rows):08d}{sum(one.amount_fen for one in rows):017d}")


def fixed_statement(
    debits: Iterable[Answer], opening_fen: int, *, day: str = "20261123", account: str = ACCOUNT
) -> bytes:
    rows = list(debits)
    total = sum(one.amount_fen for one in rows)
    lines = [f"D1{one.amount_fen:015d}{one.reference:<20}{one.end_to_end_id:<35}    ".encode() for one in rows]
    tail = f"T{opening_fen - total:>18}{len(rows):08d}{total:017d}"
    return _fixed(f"H04{account:<34}{day}{opening_fen:>18}", lines, tail)


def _fixed(head: str, lines: list[bytes], tail: str) -> bytes:
    return b"".join(line + b"\n" for line in (head.encode(), *lines, tail.encode()))


def taken(code: str, body: bytes, name: str = "", accounts: dict[str, int] | None = None) -> tuple[Contents, list[Any]]:
    """What our adapter makes of a bank's file: the contents and all rows by name."""
    adapter, source = registry.named(code), io.BytesIO(body)
    contents = adapter.open(source, name=name)
    frames = list(adapter.rows(source, contents, {ACCOUNT: 1} if accounts is None else accounts))
    return contents, [row for frame in frames for row in frame.rows(named=True)] if frames else []


def lines_of(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.rows(named=True)
