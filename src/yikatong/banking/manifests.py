"""The manifest that goes with every instruction: what it holds, who signed for it, until when; under the system's seal.

With it the bank can check by itself that the file is the one that was approved: count, sum, card hash total and the
SHA-256 of the body; and it holds a piece of our audit chain that nobody here can take back.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from yikatong.core import files, sql
from yikatong.core.authz import Actor
from yikatong.core.refusals import Refused

from . import signing, words
from .models import InstructionManifest, PaymentInstruction

FILE_KIND = "instruction_manifest"
VERSION = 1
HASH_DIGITS = 8
HASH_MODULUS = 10**10


class ManifestBroken(Refused):
    """The manifest does not fit its instruction; nothing was sent."""

    code = "manifest_broken"


@dataclass
class CardTotal:
    """The sum of the last 8 digits of every account, modulo 10^10: a card that was exchanged changes it."""

    total: int = 0

    def add(self, numbers: pl.Series) -> None:
        """Add a column of numbers. What is no number is refused by whoever writes the file."""
        ends = numbers.str.tail(HASH_DIGITS).cast(pl.Int64, strict=False)
        self.total = (self.total + int(ends.sum())) % HASH_MODULUS


def write(*, instruction: PaymentInstruction, cards: CardTotal, by: Actor, at: datetime) -> InstructionManifest:
    """Sign and keep the manifest of an instruction that was sealed in this very transaction. Once for ever.

    Raises KeyExpired, Refused: YK078 it has a manifest or is past the sealing.
    """
    whole = sealed(_content(instruction, cards), at=at)
    name = f"{instruction.message_id}.manifest"
    file = files.store(name=name, kind=FILE_KIND, content=whole, by=by, at=at)
    sql.call("banking_seal_manifest", instruction.pk, file.pk, by.official_id, at)
    return InstructionManifest.objects.get(instruction=instruction)


def read(*, instruction: PaymentInstruction, by: Actor, at: datetime) -> bytes:
    """The very bytes to go with the instruction, held against it once more. Raises ManifestBroken."""
    kept = InstructionManifest.objects.filter(instruction=instruction).select_related("file").first()
    if kept is None:
        raise ManifestBroken(words.MANIFEST_BROKEN.format(no=instruction.message_id))
    whole = files.content(kept.file, purpose="sending an instruction", by=by, at=at)
    try:
        content = opened(whole, signing.own_keys(at=at), at=at)
    except signing.BadSignature as error:
        raise ManifestBroken(f"{words.MANIFEST_BROKEN.format(no=instruction.message_id)}{error}") from error
    told = (content["file_id"], content["body_sha256"], content["count"], content["total_fen"])
    if told != (instruction.message_id, instruction.body_digest, instruction.count, instruction.total_fen):
        raise ManifestBroken(words.MANIFEST_BROKEN.format(no=instruction.message_id))
    return whole


def sealed(content: dict[str, Any], *, at: datetime) -> bytes:
    """A manifest's content under the system's seal, as it goes to the bank. Raises KeyExpired."""
    return _canonical({"manifest": content, "signature": signing.sign(_canonical(content), at=at)})


def opened(whole: bytes, keys: list[signing.PublicKey], *, at: datetime) -> dict[str, Any]:
    """The content of a manifest that one of ``keys`` signed. Raises BadSignature; this is what a bank does, too."""
    try:
        told = json.loads(whole)
        content, signature = dict(told["manifest"]), dict(told["signature"])
    except (ValueError, KeyError, TypeError) as error:
        raise signing.BadSignature(words.NOT_SIGNED) from error
    signing.check(_canonical(content), signature, keys, at=at)
    return content


def _content(instruction: PaymentInstruction, cards: CardTotal) -> dict[str, Any]:
    facts = sql.one("banking/manifest_facts", instruction_id=instruction.pk)
    return {
        "version": VERSION,
        "file_id": instruction.message_id,
        "sender": {"agency": facts["agency_name"], "area_code": facts["area_code"]},
        "request_no": facts["request_no"],
        "request_digest": instruction.digest,
        "file_no": instruction.file_no,
        "batches": [{"no": facts["batch_no"], "digest": facts["batch_digest"]}],
        "fiscal_year": instruction.fiscal_year,
        "approvals": [
            row | {"at": row["at"].isoformat()} for row in sql.rows("banking/approvals", instruction_id=instruction.pk)
        ],
        "count": instruction.count,
        "total_fen": instruction.total_fen,
        "card_hash_total": cards.total,
        "body_sha256": instruction.body_digest,
        "not_after": instruction.not_after.isoformat(),
        "audit_chain": {"sequence": instruction.audit_sequence, "hash": instruction.audit_head},
    }


def _canonical(content: dict[str, Any]) -> bytes:
    """One form only: keys in order, no blanks, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
