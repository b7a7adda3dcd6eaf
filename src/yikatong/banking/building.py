"""Builds the instruction file from the very rows that were signed. Nobody ever holds an editable payment file."""

import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from yikatong.core import sql, vault
from yikatong.core.authz import Actor
from yikatong.core.refusals import Refused

from .formats import pain001
from .formats.refusals import UnwritableInstruction
from .models import ServiceAgreement

CHUNK_ROWS = 5_000
PURPOSE = "building an instruction"
CARD_PLACE = "registry_card.number_sealed"
ID_PLACE = "registry_person.id_number_sealed"
MOBILE_PLACE = "registry_person.mobile_sealed"


class Unwritable(Refused):
    """A value that the bank's file cannot carry; nothing was sealed and nothing is sent."""

    code = "unwritable"


def build(
    *,
    message_id: str,
    agreement: ServiceAgreement,
    request_id: int,
    fiscal_year: int,
    run: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> bytes:
    """The pain.001 bytes for a run of payments (first_id, last_id, line_count, line_fen). Raises Unwritable.

    Rows come through a server-side cursor; numbers are opened chunk by chunk for the one purpose.
    """
    target = io.BytesIO()
    header = pain001.InstructionHeader(
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
    parameters = {
        "request_id": request_id,
        "fiscal_year": fiscal_year,
        "first_id": run["first_id"],
        "last_id": run["last_id"],
    }
    chunks = (_opened(rows, agreement, message_id, by, at) for rows in _rows(parameters))
    try:
        pain001.write(target, header, chunks)
    except UnwritableInstruction as error:
        raise Unwritable(str(error)) from error
    return target.getvalue()


def _rows(parameters: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql.text("banking/instruction_lines"), parameters)
        while rows := cursor.fetchmany(CHUNK_ROWS):
            columns = [column[0] for column in cursor.description or ()]
            yield [dict(zip(columns, row, strict=True)) for row in rows]


def _opened(
    rows: list[dict[str, Any]], agreement: ServiceAgreement, message_id: str, by: Actor, at: datetime
) -> list[pain001.PaymentRow]:
    def column(place: str, row_id: str, name: str) -> list[str | None]:
        sealed = [(row[row_id], row[name]) for row in rows]
        return vault.open_many(sealed, place=place, purpose=PURPOSE, subject=f"instruction:{message_id}", by=by, at=at)

    numbers = column(CARD_PLACE, "card_id", "number_sealed")
    identities = column(ID_PLACE, "person_id", "id_number_sealed")
    mobiles = column(MOBILE_PLACE, "person_id", "mobile_sealed")
    return [
        pain001.PaymentRow(
            end_to_end_id=row["end_to_end_id"],
            amount_fen=row["amount_fen"],
            creditor_name=row["name"],
            card_number=number or "",
            bank_code=_bank_code(row["bank_code"], agreement),
            remittance=row["remittance"],
            bank_name=row["bank_name"],
            id_number=identity or "",
            mobile_number=mobile or "",
        )
        for row, number, identity, mobile in zip(rows, numbers, identities, mobiles, strict=True)
    ]


def _bank_code(card_bank_code: str, agreement: ServiceAgreement) -> str:
    # The provider looks a card up in its own books only under its own number.
    provider = agreement.provider
    return provider.bank_code if card_bank_code in provider.card_bank_codes else card_bank_code
