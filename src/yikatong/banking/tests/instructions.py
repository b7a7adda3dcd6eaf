"""Payments and instructions for the tests of this folder; every person and number is fictional."""

import io
import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

from yikatong.banking.formats import pain001

BEIJING = timezone(timedelta(hours=8))
DEBTOR_ACCOUNT = "51999900000000000001"
BANK_CODE = "999999992"


def card(n: int) -> str:
    return f"62179990{n:011d}"


def row(n: int, amount_fen: int = 12_345) -> pain001.PaymentRow:
    return pain001.PaymentRow(
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


def header(
    rows: list[pain001.PaymentRow], message_id: str = "QH2026-0001", **changes: object
) -> pain001.InstructionHeader:
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


def instruction(rows: list[pain001.PaymentRow], message_id: str = "QH2026-0001", **changes: object) -> bytes:
    target = io.BytesIO()
    pain001.write(target, header(rows, message_id, **changes), [rows])
    return target.getvalue()


def in_tens(rows: list[pain001.PaymentRow]) -> Iterator[list[pain001.PaymentRow]]:
    for start in range(0, len(rows), 10):
        yield rows[start : start + 10]


def resident_bytes() -> int:
    """The memory this process holds now; what lxml holds outside Python counts too."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
