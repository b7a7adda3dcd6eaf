"""Which encoding a text file has. The whole file is decoded to know it, in pieces, because the text of a million rows is large."""

import codecs

from yikatong.kit.sheets.model import Unreadable

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_PIECE_BYTES = 1 << 20
_CUT = "文件在一个字的中间断了，可能没有传完，请重新传一次"


def encoding_of(content: bytes) -> str:
    """The encoding of a file by its mark, else UTF-16 by its zero bytes, else UTF-8, else GB18030.

    Raises `Unreadable` when the file cannot be decoded by it or is no text.
    """
    encoding = _marked(content) or _by_zeros(content)
    if encoding is None:
        try:
            _decode(content, "utf-8")
            return "utf-8"
        except _Broken as broken:
            if broken.reason == "unexpected end of data" and broken.start > 0:
                raise Unreadable("FILE_DAMAGED", _CUT) from broken
            encoding = "gb18030"
    try:
        _decode(content, encoding)
    except _Broken as broken:
        if broken.end >= len(content) and broken.start > len(content) - 4:
            raise Unreadable("FILE_DAMAGED", _CUT) from broken
        note = "文字编码坏了，认不出汉字；请从原来的系统重新导出，或另存为 .xlsx 再传"
        raise Unreadable("ENCODING_GARBLED", note) from broken
    return encoding


def _marked(content: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)


def _by_zeros(content: bytes) -> str | None:
    opening = content[:4096]
    if opening.count(0) <= len(opening) // 8:
        return None
    # Chinese text in UTF-16 still has digits, commas and line ends, whose other byte is zero.
    return "utf-16-le" if opening[1::2].count(0) >= opening[0::2].count(0) else "utf-16-be"


class _Broken(Exception):
    """A place that cannot be decoded, counted from the start of the file."""

    def __init__(self, reason: str, start: int, end: int) -> None:
        super().__init__(reason)
        self.reason, self.start, self.end = reason, start, end


def _decode(content: bytes, encoding: str) -> None:
    """Decodes everything and keeps nothing. Raises `_Broken`, or `Unreadable` when a zero character tells that it is no text."""
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(content)
    zero = False
    for at in range(0, max(len(content), 1), _PIECE_BYTES):
        end = min(at + _PIECE_BYTES, len(content))
        try:
            zero |= "\x00" in decoder.decode(view[at:end], end == len(content))
        except UnicodeDecodeError as broken:
            # The decoder holds back the first bytes of a character whose rest is in the next piece.
            before = end - len(broken.object)
            raise _Broken(broken.reason, before + broken.start, before + broken.end) from broken
    if zero:
        raise Unreadable("FILE_TYPE", "里面不是文字；请在 WPS 或 Excel 里打开，另存为 .xlsx 再传")
