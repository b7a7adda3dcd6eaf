"""What may be uploaded, and when totals are settled. Pure."""

from collections.abc import Mapping
from typing import Any

from yikatong.core.refusals import Refused
from yikatong.kit import digest as digests

from . import words

FILE_MB_MAX = 200


def check_size(content: bytes) -> None:
    """Raises Refused ``file_size`` for an empty file and for one that no township needs to send."""
    if not content:
        raise Refused(words.FILE_EMPTY, code="file_size")
    if len(content) > FILE_MB_MAX << 20:
        raise Refused(words.FILE_TOO_LARGE.format(mb=FILE_MB_MAX), code="file_size")


def digest(content: bytes) -> str:
    """SHA-256 (hex) by which the same file is recognized."""
    return digests.of_bytes(content)


def totals_differ(figures: Mapping[str, Any]) -> bool:
    """Whether a declared total or subtotal differs from its rows."""
    return bool(figures["mismatch_count"])
