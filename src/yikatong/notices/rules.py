"""What a proof may be. Pure."""

from yikatong.core.refusals import Refused

from . import words

PROOF_BYTES_MAX = 10 * 1024 * 1024

# A file is what its first bytes say, whatever its name says.
_BEGINNINGS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}


def proof_type(content: bytes) -> str | None:
    """The media type of a proof by its first bytes, None when it is neither JPEG, PNG nor PDF."""
    return next((kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning)), None)


def check_proof(content: bytes) -> None:
    """Raises Refused (``proof_size``, ``proof_type``) for what cannot be kept as proof."""
    if not content:
        raise Refused(words.PROOF_EMPTY, code="proof_size")
    if len(content) > PROOF_BYTES_MAX:
        raise Refused(words.PROOF_TOO_LARGE, code="proof_size")
    if proof_type(content) is None:
        raise Refused(words.PROOF_TYPE, code="proof_type")
