"""Builds the instruction file from the very rows that were signed. Nobody ever holds an editable payment file."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any

import polars as pl

from yikatong.core import audit, sql, vault
from yikatong.core.authz import Actor
from yikatong.core.beside import Beside
from yikatong.core.refusals import Refused

from . import words
from .formats import instructions
from .formats.adapters import UNFIT_TEXT, Adapter
from .formats.refusals import UnwritableInstruction
from .manifests import CardTotal
from .models import ServiceAgreement

# So many payments are fetched, opened and written at a time.
PART_ROWS = 20_000
PURPOSE = "building an instruction"
CARD_PLACE = "registry_card.number_sealed"
ID_PLACE = "registry_person.id_number_sealed"
MOBILE_PLACE = "registry_person.mobile_sealed"
LINE = {
    "end_to_end_id": pl.String,
    "amount_fen": pl.Int64,
    "creditor_name": pl.String,
    "person_id": pl.Int64,
    "id_number_sealed": pl.Binary,
    "mobile_sealed": pl.Binary,
    "card_id": pl.Int64,
    "number_sealed": pl.Binary,
    "card_bank_code": pl.String,
    "bank_name": pl.String,
    "remittance": pl.String,
}


TEXTS = dict.fromkeys(("end_to_end_id", "creditor_name", "bank_name", "remittance"), pl.String)
# So many payments are named in a refusal; the others are counted.
LISTED_MAX = 100


class Unwritable(Refused):
    """A value that the bank's file cannot carry; nothing was sealed and nothing is sent."""

    code = "unwritable"


def refuse_unfit(*, adapter: Adapter, request_id: int, fiscal_year: int, runs: Sequence[Mapping[str, Any]]) -> None:
    """Raise Unwritable listing every payment with a text that the bank's encoding cannot carry (A13, C20).

    Before anything is opened or written, so that all of them can be mended at once.
    """
    if adapter.carries_everything:
        return
    count, listed = 0, pl.DataFrame(schema=UNFIT_TEXT)
    for run in runs:
        texts = sql.frame(
            "banking/instruction_texts", TEXTS, request_id=request_id, fiscal_year=fiscal_year,
            first_id=run["first_id"], last_id=run["last_id"],
        )  # fmt: skip
        found = adapter.unfit(texts)
        count += found.height
        listed = pl.concat([listed, found]).head(LISTED_MAX)
    if count:
        lines = listed.select(pl.format("款项 {}（{}）：{}", *UNFIT_TEXT)).to_series()
        more = [] if count == listed.height else [words.UNFIT_MORE.format(count=count - listed.height)]
        raise Unwritable("\n".join([words.UNFIT.format(count=count, format=adapter.title), *lines, *more]))


def header_of(
    *, message_id: str, agreement: ServiceAgreement, run: Mapping[str, Any], at: datetime
) -> instructions.InstructionHeader:
    """What stands over a run of payments (first_id, last_id, line_count, line_fen)."""
    return instructions.InstructionHeader(
        message_id=message_id,
        created_at=at,
        payment_count=run["line_count"],
        total_fen=run["line_fen"],
        initiating_party=agreement.debtor_name,
        debtor_name=agreement.debtor_name,
        debtor_account=agreement.debtor_account,
        debtor_bank_code=agreement.provider.bank_code,
        requested_on=at.date(),
        debtor_bank_name=agreement.provider.name,
    )


def build(
    *,
    adapter: Adapter,
    header: instructions.InstructionHeader,
    agreement: ServiceAgreement,
    request_id: int,
    fiscal_year: int,
    run: Mapping[str, Any],
    cards: CardTotal,
    beside: Beside,
    by: Actor,
    at: datetime,
) -> Iterator[bytes]:
    """Yield the file of a run of payments in blocks, adding up its cards. Raises Unwritable.

    Opened part by part, for the one purpose, which the audit trail keeps once; rows come through ``beside``.
    """
    beside.do(
        audit.record, "vault.opened", subject=f"instruction:{header.message_id}", by=by, at=at, purpose=PURPOSE,
        count=run["line_count"], place=f"{CARD_PLACE}, {ID_PLACE}, {MOBILE_PLACE}",
    )  # fmt: skip
    parts = _sealed(beside, request_id, fiscal_year, run)
    try:
        yield from adapter.blocks(header, (_opened(part, agreement, cards) for part in parts))
    except UnwritableInstruction as error:
        raise Unwritable(str(error)) from error


def _sealed(beside: Beside, request_id: int, fiscal_year: int, run: Mapping[str, Any]) -> Iterator[pl.DataFrame]:
    """The rows of a run in order, part by part; the next part is on its way while the caller works on this one."""

    def asked(first_id: int) -> "Future[pl.DataFrame]":
        return beside.do(
            sql.frame, "banking/instruction_lines", LINE, request_id=request_id, fiscal_year=fiscal_year,
            first_id=first_id, last_id=min(first_id + PART_ROWS - 1, run["last_id"]),
        )  # fmt: skip

    coming = asked(run["first_id"])
    # A filing's payments are numbered one after the other; where numbers are missing, parts are smaller.
    for first_id in range(run["first_id"] + PART_ROWS, run["last_id"] + 1, PART_ROWS):
        part, coming = coming.result(), asked(first_id)
        yield part
    yield coming.result()


def _opened(lines: pl.DataFrame, agreement: ServiceAgreement, cards: CardTotal) -> pl.DataFrame:
    """Payments as they are written; whoever calls has recorded that their numbers are opened."""
    numbers = vault.unseal_series(lines["number_sealed"], rows=lines["card_id"], place=CARD_PLACE)
    cards.add(numbers)
    provider = agreement.provider
    code = pl.col("card_bank_code")
    return lines.with_columns(
        # The provider looks a card up in its own books only under its own number.
        bank_code=pl.when(code.is_in(provider.card_bank_codes)).then(pl.lit(provider.bank_code)).otherwise(code),
        card_number=numbers,
        id_number=vault.unseal_series(lines["id_number_sealed"], rows=lines["person_id"], place=ID_PLACE),
        mobile_number=vault.unseal_series(lines["mobile_sealed"], rows=lines["person_id"], place=MOBILE_PLACE),
    ).select(list(instructions.PAYMENT))
