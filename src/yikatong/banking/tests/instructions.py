"""Payments and instructions for the tests of this folder; every person and number is fictional."""

import os
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

import polars as pl

from yikatong.banking.formats import pain001

BEIJING = timezone(timedelta(hours=8))
DEBTOR_ACCOUNT = "51999900000000000001"
BANK_CODE = "999999992"


def card(n: int) -> str:
    return f"62179990{n:011d}"


class PaymentRow(NamedTuple):
    """A row of ``pain001.PAYMENT``."""

    end_to_end_id: str
    amount_fen: int
    creditor_name: str
    card_number: str
    bank_code: str
    remittance: str
    bank_name: str = ""
    id_number: str = ""
    mobile_number: str = ""


def frame(rows: list[PaymentRow]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=pain001.PAYMENT, orient="row")


def row(n: int, amount_fen: int = 12_345) -> PaymentRow:
    return PaymentRow(
        end_to_end_id=f"E{n}-1",
        amount_fen=amount_fen,
        creditor_name="阿力木·买买提" if n % 2 else "张㐂",
        card_number=card(n),
        bank_code=BANK_CODE,
        remittance="耕地地力保护补贴 2026年第1期",
        bank_name="青禾农商行",
        id_number="519999199001011234",
        mobile_number="13800000000",
    )


def header(rows: list[PaymentRow], message_id: str = "QH2026-0001", **changes: object) -> pain001.InstructionHeader:
    values: dict = {
        "message_id": message_id,
        "created_at": datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING),
        "payment_count": len(rows),
        "total_fen": sum(r.amount_fen for r in rows),
        "initiating_party": "青禾县农业农村局",
        "debtor_name": "青禾县农业农村局",
        "debtor_account": DEBTOR_ACCOUNT,
        "debtor_bank_code": BANK_CODE,
        "requested_on": date(2026, 11, 23),
        **changes,
    }
    return pain001.InstructionHeader(**values)


def instruction(rows: list[PaymentRow], message_id: str = "QH2026-0001", **changes: object) -> bytes:
    return b"".join(pain001.blocks(header(rows, message_id, **changes), [frame(rows)]))


def resident_bytes() -> int:
    """The memory this process holds now; what lxml holds outside Python counts too."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
