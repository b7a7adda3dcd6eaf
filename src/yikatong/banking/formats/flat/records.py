"""Reads a bank's text file as a stream of records: blocks of bytes become columns of texts, in bounded memory."""

import re
from collections.abc import Iterator
from typing import IO, NamedTuple

import polars as pl

from yikatong.banking.formats.characters import ENCODINGS, decode, encode, plain_texts
from yikatong.banking.formats.flat.layout import IGNORED, BankLayout, Field, FileLayout, Record
from yikatong.banking.formats.refusals import UnreadableBankFile
from yikatong.banking.formats.stream import BLOCK_BYTES, BYTES_MAX

LINE_BYTES_MAX = 1 << 16
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n|\Z)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What is left of a text that was once read in the wrong encoding: the replacement character, and its bytes as GBK.
_LOST = re.compile("\ufffd|锟斤拷|锟斤")


class Part(NamedTuple):
    """Rows in file order: the fields' texts and ``line``, the number of their line. ``told`` is what header and trailer
    say, the trailer only in the last part.
    """

    told: dict[str, str]
    rows: pl.DataFrame


def walk(source: IO[bytes], layout: BankLayout, file: FileLayout, *, block_bytes: int = BLOCK_BYTES) -> Iterator[Part]:
    """Yield the records of a seekable file, at least one part. Raises UnreadableBankFile, naming the line."""
    source.seek(0)
    told: dict[str, str] | None = None if file.header else {}
    held = pl.Series([], dtype=pl.String)
    after = 1
    for lines in _lines(source, layout, block_bytes):
        if told is None:
            told = _single(lines, layout, file.header, after, "首行")
            lines, after = lines.slice(1), after + 1
        if file.trailer:
            lines = pl.concat([held, lines])
            held, lines = lines.tail(1), lines.head(-1)
        yield Part(told, _rows(lines, layout, file.detail, after))
        after += lines.len()
    if told is None or (file.trailer and not held.len()):
        raise UnreadableBankFile(f"文件缺少{'首行' if told is None else '尾行'}，可能没有传完。请银行重发。")
    if file.trailer:
        told = told | _single(held, layout, file.trailer, after, "尾行")
    yield Part(told, _rows(held.head(0), layout, file.detail, after))


def first_line(source: IO[bytes], layout: BankLayout) -> str:
    """The first line of a seekable file, or as much of it as can be read; rewinds."""
    source.seek(0)
    line = source.read(LINE_BYTES_MAX).split(b"\n", 1)[0].rstrip(b"\r")
    source.seek(0)
    return line.decode("latin-1") if not layout.separator else line.decode(layout.encoding, errors="replace")


def _lines(source: IO[bytes], layout: BankLayout, block_bytes: int) -> Iterator[pl.Series]:
    """Whole lines without their ends; in fixed widths each character stands for a byte."""
    rest, seen, after = b"", 0, 1
    while True:
        block = source.read(block_bytes)
        rest += block
        seen += len(block)
        if seen > BYTES_MAX:
            raise UnreadableBankFile("文件超过 1 GB，不予读取。请银行分成几个文件重发。")
        cut = rest.rfind(b"\n") + 1 if block else len(rest)
        piece, rest = rest[:cut], rest[cut:]
        if len(rest) > LINE_BYTES_MAX:
            raise UnreadableBankFile(f"第 {after + piece.count(10)} 行太长，不像是约定的文件。请确认取的文件对不对。")
        if piece:
            text = _decoded(piece, layout, after)
            lines = (text if layout.separator else piece.decode("latin-1")).removesuffix("\n").split("\n")
            yield pl.Series(lines, dtype=pl.String).str.strip_suffix("\r")
            after += len(lines)
        if not block:
            return


def _decoded(piece: bytes, layout: BankLayout, after: int) -> str:
    """The text of a piece. Another encoding than agreed is refused, also one that happens to be readable."""
    agreed = ENCODINGS[layout.encoding]
    try:
        text = decode(piece, layout.encoding)
    except UnicodeDecodeError as error:
        line = after + piece.count(10, 0, error.start)
        raise UnreadableBankFile(f"第 {line} 行不是 {agreed} 编码的文字，或者半个字被截断了。请银行重发。") from error
    if odd := _CONTROL.search(text) or _LOST.search(text):
        line = after + text.count("\n", 0, odd.start())
        raise UnreadableBankFile(f"第 {line} 行有看不见的控制字符或者乱码。请银行按 {agreed} 编码重发。")
    if layout.encoding != "utf-8" and not piece.isascii() and _is_utf8(piece):
        raise UnreadableBankFile(f"文件是 UTF-8 编码，约定的是 {agreed}，读出来会是乱码。请银行按约定的编码重发。")
    return text


def _is_utf8(piece: bytes) -> bool:
    try:
        return bool(_CHINESE.search(piece.decode("utf-8")))
    except UnicodeDecodeError:
        return False


def _single(lines: pl.Series, layout: BankLayout, record: Record, line: int, what: str) -> dict[str, str]:
    rows = _rows(lines.head(1), layout, record, line, what=what)
    return {name: str(value) for name, value in rows.drop("line").row(0, named=True).items()}


def _rows(lines: pl.Series, layout: BankLayout, record: Record, first: int, *, what: str = "") -> pl.DataFrame:
    """The fields of lines; the first of ``lines`` is line ``first`` of the file."""
    told = pl.DataFrame({"told": lines}).with_row_index("line", offset=first)
    cut = _separated(told, layout, record, what) if layout.separator else _fixed(told, record, what)
    for place, field in enumerate(record):
        if field.text:
            _refuse_other_text(cut, place, layout, field, what)
    columns = [
        _stripped(_texts(cut, place, layout, what), field).alias(field.name)
        for place, field in enumerate(record)
        if field.name not in ("", IGNORED)
    ]
    return pl.DataFrame([cut["line"], *columns])


def _separated(told: pl.DataFrame, layout: BankLayout, record: Record, what: str) -> pl.DataFrame:
    parts = told.select("line", parts=pl.col("told").str.split(layout.separator))
    for line, count in (
        parts.select("line", pl.col("parts").list.len()).filter(pl.col("parts") != len(record)).head(1).rows()
    ):
        raise UnreadableBankFile(
            f"第 {line} 行{_named(what)}有 {count} 栏，约定是 {len(record)} 栏。文件可能没有传完或者格式变了，请银行重发。"
        )
    columns = (pl.col("parts").list.get(place).alias(str(place)) for place in range(len(record)))
    return parts.select("line", *columns)


def _fixed(told: pl.DataFrame, record: Record, what: str) -> pl.DataFrame:
    widths = [field.width or 0 for field in record]
    length = pl.col("told").str.len_chars()
    for line, count in told.select("line", length).filter(pl.col("told") != sum(widths)).head(1).rows():
        raise UnreadableBankFile(
            f"第 {line} 行{_named(what)}有 {count} 个字节，约定是 {sum(widths)} 个。文件可能没有传完或者格式变了，请银行重发。"
        )
    starts = [sum(widths[:place]) for place in range(len(widths))]
    columns = (
        pl.col("told").str.slice(start, width).alias(str(place))
        for place, (start, width) in enumerate(zip(starts, widths, strict=True))
    )
    return told.select("line", *columns)


def _refuse_other_text(cut: pl.DataFrame, place: int, layout: BankLayout, field: Field, what: str) -> None:
    text = field.text if layout.separator else encode(field.text, layout.encoding).decode("latin-1")
    wanted = (
        text.ljust(field.width or 0, field.fill) if field.align == "left" else text.rjust(field.width or 0, field.fill)
    )
    for (line,) in cut.filter(pl.col(str(place)) != wanted).select("line").head(1).rows():
        raise UnreadableBankFile(
            f"第 {line} 行{_named(what)}第 {place + 1} 栏不是约定的固定文字。文件可能没有传完或者不是这种文件，请银行核对。"
        )


def _texts(cut: pl.DataFrame, place: int, layout: BankLayout, what: str) -> pl.Series:
    """A column as text; one character may have been cut in two by the widths."""
    cells = cut[str(place)]
    if layout.separator:
        return cells
    try:
        return plain_texts(cells, layout.encoding)
    except UnicodeDecodeError as error:
        line = cut["line"][error.object[: error.start].count(b"\n")]
        raise UnreadableBankFile(
            f"第 {line} 行{_named(what)}第 {place + 1} 栏把一个字从中间切开了，宽度与约定的不同。请银行核对后重发。"
        ) from error


def _stripped(cells: pl.Series, field: Field) -> pl.Series:
    """The values without what only fills their width. A number of nothing but zeros keeps one."""
    if field.width is None:
        return cells
    if field.align == "left":
        return cells.str.strip_chars_end(field.fill)
    bare = cells.str.strip_chars_start(field.fill)
    if field.fill != "0":
        return bare
    lost = (cells != "") & ((bare == "") | bare.str.starts_with("."))
    return pl.select(pl.when(lost).then(pl.lit("0") + bare).otherwise(bare)).to_series()


def _named(what: str) -> str:
    return f"（{what}）" if what else ""
