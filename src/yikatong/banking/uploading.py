"""A bank statement that a person brings: parsed, its difference shown, confirmed by a second person, then used.

Only statements. Line results are never taken from a person's hands: who could alter them on their way could make a paid
payment look failed (RELIABILITY 0.2); where the bank's own channel is down, they wait.
"""

import io
import json
from datetime import datetime
from typing import IO, Any

from django.db import transaction

from yikatong.core import files, sql, tasks
from yikatong.core.authz import Actor, actor_for
from yikatong.core.refusals import Refused

from . import adapting, queries, reading, receiving, staging, states, words
from .formats.refusals import UnreadableBankFile
from .models import BankReport, Break, PaymentProvider, StatementUpload
from .taking import Taking

EXAMPLES = 20
UPLOAD_BYTES_MAX = 256 << 20


class NotAStatement(Refused):
    """What was uploaded is no statement of ours that is still missing."""

    code = "not_a_statement"


class _Shown(Exception):
    """Carries the difference out of the transaction that is given up."""

    def __init__(self, difference: dict[str, Any]) -> None:
        super().__init__()
        self.difference = difference


@transaction.atomic
def upload(
    *, provider: PaymentProvider, name: str, content: IO[bytes], note: str, by: Actor, at: datetime
) -> StatementUpload:
    """The bank's operator brings a statement and says why; nothing is taken from it yet.

    Raises NotAStatement for anything but a statement of a day that is missing, UnreadableBankFile's sentence for what
    cannot be read, Refused: YK005 not appointed, YK007 without a note.
    """
    body = io.BytesIO(content.read(UPLOAD_BYTES_MAX + 1))
    if body.getbuffer().nbytes > UPLOAD_BYTES_MAX:
        raise NotAStatement(words.UPLOAD_TOO_LONG)
    shown, agreement_id = difference(provider=provider, name=name, body=body, by=by, at=at)
    body.seek(0)
    file = files.store(name=name, kind="bank_report", content=body, by=by, at=at)
    upload_id = sql.call(
        "banking_upload_statement", provider.pk, file.pk, json.dumps(shown, ensure_ascii=False), note, agreement_id,
        by.official_id, at,
    )  # fmt: skip
    return StatementUpload.objects.get(pk=upload_id)


@transaction.atomic
def confirm(
    *, upload: StatementUpload, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str = ""
) -> BankReport:
    """A second person has seen the difference; from now on the statement counts like a fetched one, marked as uploaded.

    Raises Refused: YK003 the difference is another by now, YK006 four eyes.
    """
    body = files.opened(upload.file, purpose="confirming an uploaded statement", by=by, at=at)
    # Finance decides; taking the bank's word in is the system's own duty, as with a fetched one.
    machine = actor_for(tasks.machine(), at.date())
    shown, _ = difference(provider=upload.provider, name=upload.file.name, body=body, by=machine, at=at)
    if shown != upload.difference:
        raise Refused(words.DIFFERENCE_CHANGED, code="YK003")
    states.UPLOAD.take(
        "confirm", subject=upload, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )
    report_no = f"upload-{upload.pk}"
    return receiving.receive(provider=upload.provider, report_no=report_no, body=body, by=machine, at=at, upload=upload)


@transaction.atomic
def decline(
    *, upload: StatementUpload, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str
) -> None:
    """The second person does not let it be used."""
    states.UPLOAD.take(
        "decline", subject=upload, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )


def difference(
    *, provider: PaymentProvider, name: str, body: IO[bytes], by: Actor, at: datetime
) -> tuple[dict[str, Any], int]:
    """What a statement says beside what is known, and the agreement of its first account; takes nothing in.

    ``statements``: day, opening_fen, closing_fen, debit_count, debit_fen, credit_count, credit_fen, gap_fen of each
    account; ``kinds``: kind, words, count, expected_fen, found_fen, examples of what differs; both in fen.
    """
    accounts = queries.statement_accounts(provider)
    try:
        with transaction.atomic():
            raise _Shown(_taken(provider, name, accounts, body, by, at))
    except _Shown as shown:
        told = shown.difference
        return told, accounts[told["statements"][0]["account"]]
    except UnreadableBankFile as error:
        raise NotAStatement(str(error)) from error


def _taken(
    provider: PaymentProvider, name: str, accounts: dict[str, int], body: IO[bytes], by: Actor, at: datetime
) -> dict[str, Any]:
    (report_id,) = sql.reserve_ids("banking_bankreport", 1)
    taking = Taking(accounts, report_id=report_id, by=by)
    with reading.ahead(
        [reading.Incoming("", body, name=name)], adapter=adapting.adapter(provider), accounts=accounts
    ) as messages:
        message = next(messages)
        staging.lay_down(message, report_id=report_id, provider=provider, taking=taking)
    contents = message.contents
    if not contents.statements:
        raise NotAStatement(words.NOT_A_STATEMENT)
    told: dict[str, Any] = {"statements": [], "kinds": []}
    for statement_id, account in taking.finish(contents, at):
        if statement_id is None:
            raise NotAStatement(words.STATEMENT_IS_HERE)
        told["statements"].append(sql.one("banking/statement_figures", statement_id=statement_id, account=account))
        told["kinds"] += [
            row | {"words": str(Break.Kind(row["kind"]).label)}
            for row in sql.rows("banking/statement_differences", statement_id=statement_id, examples=EXAMPLES)
        ]
        told["kinds"] += [
            row | {"words": words.NEIGHBORS[row["kind"]]}
            for row in sql.rows("banking/statement_neighbors", statement_id=statement_id, examples=EXAMPLES)
        ]
    return told
