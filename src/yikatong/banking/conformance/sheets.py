"""The small files that the suite sends: penny amounts to test cards, each line with an amount of its own."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl

from yikatong.banking import manifests
from yikatong.banking.formats.adapters import Adapter
from yikatong.banking.formats.instructions import PAYMENT, InstructionHeader

from .terms import Terms, TrialCard

# A name with a middle dot, one beyond the basic plane (GB18030-2022), one that older fonts lack, one that is long.
RARE_NAMES = ("阿卜杜热合曼·图尔荪", "李𬱖", "张㐂", "买买提阿卜杜拉·艾合买提江·吐尔逊")


@dataclass(frozen=True)
class Sheet:
    """One instruction of the suite: its id, bytes, manifest, and what it asks for (end-to-end id → fen, and → card)."""

    message_id: str
    file_name: str
    body: bytes
    manifest: bytes
    asked: dict[str, int]
    kinds: dict[str, str]
    cards: dict[str, str] = field(default_factory=dict)


def sheet(
    message_id: str,
    terms: Terms,
    cards: list[TrialCard],
    *,
    adapter: Adapter,
    at: datetime,
    valid: timedelta,
    stem: str,
    more_fen: int = 0,
) -> Sheet:
    """A well-formed instruction for some cards that is good until ``at`` + ``valid``; its lines are named by ``stem``.
    ``more_fen``: so much more for the first one.
    """
    names = [f"{stem}-{place}" for place in range(1, len(cards) + 1)]
    amounts = {name: place + (more_fen if place == 1 else 0) for place, name in enumerate(names, start=1)}
    rows = [
        (name, amounts[name], card.name, card.number, card.bank_code, "联调测试")
        for name, card in zip(names, cards, strict=True)
    ]
    frame = pl.DataFrame(rows, schema=list(PAYMENT)[:6], orient="row").with_columns(
        **{name: pl.lit("") for name in list(PAYMENT)[6:]}
    )
    header = _header(message_id, terms, amounts=amounts, at=at)
    body = b"".join(adapter.blocks(header, [frame]))
    manifest = _manifest(message_id, body, frame, at=at, not_after=at + valid)
    kinds = {name: card.kind for name, card in zip(names, cards, strict=True)}
    return Sheet(
        message_id,
        adapter.file_name(header),
        body,
        manifest,
        amounts,
        kinds,
        {name: card.number for name, card in zip(names, cards, strict=True)},
    )


def _header(message_id: str, terms: Terms, *, amounts: dict[str, int], at: datetime) -> InstructionHeader:
    return InstructionHeader(
        message_id=message_id,
        created_at=at,
        payment_count=len(amounts),
        total_fen=sum(amounts.values()),
        initiating_party=terms.debtor_name,
        debtor_name=terms.debtor_name,
        debtor_account=terms.debtor_account,
        debtor_bank_code=terms.debtor_bank_code,
        requested_on=at.date(),
    )


def with_wrong_sum(good: Sheet, dearer: Sheet) -> Sheet | None:
    """The same file with another sum over it than its lines have; its manifest fits the bytes. None where the form of the
    files has no sum. ``dearer`` is the same file with more in a line: of a text file everything but its payments is taken
    from there.
    """
    if b"<CtrlSum>" in good.body:
        body = re.sub(rb"<CtrlSum>[0-9.]+</CtrlSum>", b"<CtrlSum>99.99</CtrlSum>", good.body)
    else:
        names = [name.encode() for name in good.asked]
        pairs = zip(good.body.split(b"\n"), dearer.body.split(b"\n"), strict=True)
        body = b"\n".join(own if any(name in own for name in names) else other for own, other in pairs)
    if body == good.body:
        return None
    content = json.loads(good.manifest)["manifest"] | {"body_sha256": hashlib.sha256(body).hexdigest()}
    at = datetime.fromisoformat(content["approvals"][0]["at"])
    return Sheet(
        good.message_id, good.file_name, body, manifests.sealed(content, at=at), good.asked, good.kinds, good.cards
    )


def rare(cards: list[TrialCard], adapter: Adapter) -> list[TrialCard]:
    """The same cards under names that lesser systems turn into question marks, as far as the form can carry them."""
    texts = pl.DataFrame({"end_to_end_id": list(RARE_NAMES), "creditor_name": list(RARE_NAMES)})
    unfit = adapter.unfit(texts.with_columns(bank_name=pl.lit(""), remittance=pl.lit("联调测试")))
    names = [name for name in RARE_NAMES if name not in set(unfit["end_to_end_id"])]
    usable = [cards[place % len(cards)] for place in range(len(names))]
    return [TrialCard(card.kind, card.number, name, card.bank_code) for card, name in zip(usable, names, strict=True)]


def _manifest(message_id: str, body: bytes, frame: pl.DataFrame, *, at: datetime, not_after: datetime) -> bytes:
    cards = manifests.CardTotal()
    cards.add(frame["card_number"])
    content = {
        "version": manifests.VERSION,
        "file_id": message_id,
        "sender": {"agency": "联调测试", "area_code": ""},
        "request_no": message_id,
        "request_digest": "",
        "file_no": 1,
        "batches": [],
        "fiscal_year": at.year,
        "approvals": [{"step": "联调测试", "at": at.isoformat()}],
        "count": frame.height,
        "total_fen": int(frame["amount_fen"].sum()),
        "card_hash_total": cards.total,
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "not_after": not_after.isoformat(),
        "audit_chain": {"sequence": 0, "hash": ""},
    }
    return manifests.sealed(content, at=at)
