"""Looks at a file before anything opens it: size, true type, bombs, macros, passwords."""

import io
import zipfile
import zlib

from yikatong.kit.sheets.model import Limits, Unreadable

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_EXTENSIONS = {"xlsx": "xlsx", "xlsm": "xlsx", "xls": "xls", "et": "xls", "csv": "csv", "txt": "csv"}
_ADVICE = "请在 WPS 或 Excel 里打开它，用“另存为”存成 .xlsx 再传"


def file_type(content: bytes, filename: str, limits: Limits) -> str:
    """xlsx, xls or csv. Raises `Unreadable` when the extension is unknown or the content is something else or dangerous."""
    extension = filename.rpartition(".")[2].lower()
    expected = _EXTENSIONS.get(extension)
    if len(content) > limits.bytes_max:
        raise Unreadable(
            "FILE_TOO_LARGE", f"文件有 {len(content) >> 20} MB，最多 {limits.bytes_max >> 20} MB，请分成几份传"
        )
    if expected is None:
        raise Unreadable("FILE_TYPE", f"扩展名是“.{extension}”，只收 .xlsx、.xls 和 .csv；{_ADVICE}")
    found = _by_content(content, extension)
    if found == "xlsx":
        check_archive(content, limits)
    if found != expected:
        raise Unreadable("FILE_TYPE", f"扩展名是“.{extension}”，里面其实是 {found} 格式；{_ADVICE}")
    if extension == "xlsm":
        raise Unreadable("FILE_MACRO", f"这是带宏的工作簿；{_ADVICE}")
    return found


def _by_content(content: bytes, extension: str) -> str:
    if content.startswith(b"PK"):
        return "xlsx"
    if content.startswith(_OLE):
        return _by_directory(content)
    if extension not in ("csv", "txt") and not content:
        raise Unreadable("FILE_DAMAGED", "文件是空的，可能没有传完，请重新传一次")
    opening = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head")):
        raise Unreadable("FILE_TYPE", f"里面其实是网页（HTML 或 XML），不是表格文件；{_ADVICE}")
    if opening.startswith((b"%pdf", b"{\\rtf", b"\x89png", b"\xff\xd8\xff", b"gif8", b"rar!", b"7z\xbc\xaf")):
        raise Unreadable("FILE_TYPE", f"里面不是表格；{_ADVICE}")
    return "csv"


def _by_directory(content: bytes) -> str:
    # Names in the directory of a compound file are UTF-16; an encrypted .xlsx is wrapped in one.
    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        raise Unreadable("FILE_PROTECTED", "打开这份表要密码；请先去掉打开密码再传")
    if holds("_VBA_PROJECT"):
        raise Unreadable("FILE_MACRO", f"这是带宏的工作簿；{_ADVICE}")
    if not holds("Workbook") and not holds("Book"):
        if holds("WordDocument"):
            raise Unreadable("FILE_TYPE", f"里面其实是 Word 文档；{_ADVICE}")
        raise Unreadable("FILE_DAMAGED", "文件不完整，可能没有传完，请重新传一次")
    return "xls"


def check_archive(content: bytes, limits: Limits) -> None:
    """Refuses an archive that inflates too far, lies about its sizes, leaves its folder, holds macros or XML entities."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as broken:
        raise Unreadable("FILE_DAMAGED", "文件不完整，可能没有传完，请重新传一次") from broken
    entries = archive.infolist()
    if len(entries) > limits.entries_max or sum(entry.file_size for entry in entries) > limits.inflated_bytes_max:
        raise Unreadable("FILE_TOO_LARGE", "文件展开后太大，不像一份花名册；请另存一份只留名册的再传")
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names) or any(name.startswith(("/", "\\")) or ".." in name for name in names):
        raise Unreadable("FILE_DAMAGED", f"文件内部的结构不正常；{_ADVICE}")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unreadable("FILE_MACRO", f"这是带宏的工作簿；{_ADVICE}")
    if "xl/workbook.xml" not in names:
        raise Unreadable("FILE_TYPE", f"里面不是 .xlsx 工作簿；{_ADVICE}")
    for entry in entries:
        _check_entry(archive, entry)


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    # Reading stops at the declared size and compares the checksum, so an entry that lies about its size ends here.
    if entry.flag_bits & 1:
        raise Unreadable("FILE_PROTECTED", "打开这份表要密码；请先去掉打开密码再传")
    tail = b""
    try:
        with archive.open(entry) as stream:
            while piece := stream.read(1 << 20):
                joined = tail + piece
                if b"<!DOCTYPE" in joined or b"<!ENTITY" in joined or "<!DOCTYPE".encode("utf-16-le") in joined:
                    raise Unreadable("FILE_DAMAGED", f"文件内部夹带了不该有的内容；{_ADVICE}")
                tail = piece[-32:]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as broken:
        raise Unreadable("FILE_DAMAGED", "文件不完整，可能没有传完，请重新传一次") from broken
