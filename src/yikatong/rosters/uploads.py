"""What may be uploaded, and when totals are settled. Pure."""

import hashlib
import io
from collections.abc import Mapping
from typing import IO, Any

from yikatong.core.refusals import Refused

from . import words

FILE_MB_MAX = 200


def check_size(content: IO[bytes]) -> None:
    """Raises Refused ``file_size`` for an empty file and for one that no township needs to send."""
    check_bytes(content.seek(0, io.SEEK_END))


def check_bytes(size: int) -> None:
    """The same for a number of bytes."""
    if not size:
        raise Refused(words.FILE_EMPTY, code="file_size")
    if size > FILE_MB_MAX << 20:
        raise Refused(words.FILE_TOO_LARGE.format(mb=FILE_MB_MAX), code="file_size")


def digest(content: IO[bytes]) -> str:
    """SHA-256 (hex) by which the same file is recognized; the stream stands at its beginning afterwards."""
    content.seek(0)
    found = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    content.seek(0)
    return found


def totals_differ(figures: Mapping[str, Any]) -> bool:
    """Whether a declared total or subtotal differs from its rows."""
    return bool(figures["mismatch_count"])


def whole_differs(figures: Mapping[str, Any]) -> bool:
    """Whether it is the total of the whole table that differs; else what differs are subtotals alone."""
    declared = figures["declared_total_fen"]
    return declared is not None and declared != figures["read_total_fen"]
