"""Reads .csv as clerks export it: UTF-8 with or without mark, GB18030, UTF-16; commas, tabs, semicolons or bars."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

from yikatong.kit.sheets.book import Sheet, Workbook
from yikatong.kit.sheets.encodings import encoding_of
from yikatong.kit.sheets.model import Limits, Unreadable
from yikatong.kit.sheets.packed import CHUNK_ROWS, Builder

_CHUNK_CELLS_MAX = 500_000


def read(content: bytes, limits: Limits) -> Workbook:
    """One unnamed sheet of text cells; row n of it is record n of the file. Raises `Unreadable`."""
    encoding = encoding_of(content)
    reader = csv.reader(_text(content, encoding), delimiter=_delimiter(content, encoding), strict=True)
    builder, count = Builder(), 0
    for chunk in _chunks(reader, limits):
        lengths = list(map(len, chunk))
        builder.add(_narrowed(chunk, max(lengths), count, limits), lengths)
        count += len(chunk)
    return Workbook("csv", [Sheet(None, builder.rows())])


def _text(content: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")


def _delimiter(content: bytes, encoding: str) -> str:
    # The header is somewhere near the top; the separator is the character that makes most columns there.
    opening = _text(content, encoding).read(8192)
    return max(",\t;|", key=opening.count)


def _chunks(reader: Iterator[list[str]], limits: Limits) -> Iterator[list[list[str]]]:
    """The records in lists that are short where records are long."""
    count, size = 0, CHUNK_ROWS // 10
    while True:
        chunk: list[list[str]] = []
        broken = None
        try:
            chunk.extend(islice(reader, size))
        except csv.Error as fault:
            broken = fault  # what was read before the fault is in the list
        count += len(chunk)
        if count > limits.rows_max + 100:
            raise Unreadable("FILE_TOO_LARGE", f"表太长，超过 {limits.rows_max} 行；请分成几份再传")
        if broken is not None:
            note = f"第 {count + 1} 条记录的引号不成对，后面的内容读不清"
            raise Unreadable("CSV_STRUCTURE", note, count + 1) from broken
        if not chunk:
            return
        yield chunk
        size = max(1, min(CHUNK_ROWS, _CHUNK_CELLS_MAX // max(1, *map(len, chunk))))


def _narrowed(chunk: Sequence[list[str]], width: int, before: int, limits: Limits) -> Sequence[list[Any]]:
    """The records without what stands beyond the widest table; spreadsheets write empty cells there."""
    if width <= limits.columns_max:
        return chunk
    beyond = list(map(any, map(itemgetter(slice(limits.columns_max, None)), chunk)))
    if any(beyond):
        row = before + beyond.index(True) + 1
        raise Unreadable("FILE_TOO_LARGE", f"表太宽，超过 {limits.columns_max} 列；请删去右边多余的列再传", row)
    return list(map(itemgetter(slice(limits.columns_max)), chunk))
