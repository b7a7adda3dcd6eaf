"""Reads .csv as clerks export it: UTF-8 with or without mark, GB18030, UTF-16; commas, tabs, semicolons or bars."""

import codecs
import csv
import io

from yikatong.kit.sheets.model import Cell, Limits, Sheet, Unreadable, Workbook

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read(content: bytes, limits: Limits) -> Workbook:
    """One unnamed sheet of text cells; row n of it is record n of the file. Raises `Unreadable`."""
    decoded = decode(content)
    if "\x00" in decoded:
        raise Unreadable("FILE_TYPE", "里面不是文字；请在 WPS 或 Excel 里打开，另存为 .xlsx 再传")
    rows: list[list[Cell]] = []
    reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=_delimiter(decoded), strict=True)
    try:
        for record in reader:
            rows.append(list(record))
            if len(rows) > limits.rows_max + 100:
                raise Unreadable("FILE_TOO_LARGE", f"表太长，超过 {limits.rows_max} 行；请分成几份再传")
    except csv.Error as broken:
        raise Unreadable(
            "CSV_STRUCTURE", f"第 {len(rows) + 1} 条记录的引号不成对，后面的内容读不清", len(rows) + 1
        ) from broken
    return Workbook("csv", [Sheet(None, rows)])


def decode(content: bytes) -> str:
    """The text of a file by its mark, else UTF-16 by its zero bytes, else UTF-8, else GB18030. Raises `Unreadable`."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding)
    opening = content[:4096]
    if opening.count(0) > len(opening) // 8:
        # Chinese text in UTF-16 still has digits, commas and line ends, whose other byte is zero.
        return _decoded(content, "utf-16-le" if opening[1::2].count(0) >= opening[0::2].count(0) else "utf-16-be")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as broken:
        if broken.reason == "unexpected end of data" and broken.start > 0:
            raise Unreadable("FILE_DAMAGED", "文件在一个字的中间断了，可能没有传完，请重新传一次") from broken
        return _decoded(content, "gb18030")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as broken:
        if broken.end >= len(content) and broken.start > len(content) - 4:
            raise Unreadable("FILE_DAMAGED", "文件在一个字的中间断了，可能没有传完，请重新传一次") from broken
        note = "文字编码坏了，认不出汉字；请从原来的系统重新导出，或另存为 .xlsx 再传"
        raise Unreadable("ENCODING_GARBLED", note) from broken


def _delimiter(decoded: str) -> str:
    # The header is somewhere near the top; the separator is the character that makes most columns there.
    opening = decoded[:8192]
    return max(",\t;|", key=opening.count)
