"""Takes the bank's messages in: each one whole or not at all, once for ever."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from django.db import connection, transaction

from yikatong.core import audit, files, sql
from yikatong.core.authz import Actor
from yikatong.core.beside import Beside
from yikatong.core.models import StoredFile
from yikatong.core.refusals import Refused
from yikatong.payments import actions as payments
from yikatong.payments import queries as paid

from . import adapting, queries, reading, signing, staging, strangers, words
from .connecting import connect
from .formats.adapters import Adapter, Contents
from .formats.refusals import UnreadableBankFile
from .models import BankReport, Break, PaymentProvider, StatementUpload
from .numbering import Series
from .reading import Incoming, Message
from .taking import Taking
from .transports import Unreachable

Standing = BankReport.Standing
# What somebody has to ask the bank about.
BREAKS: dict[str, str] = {Standing.ALTERED: Break.Kind.ALTERED_REPORT, Standing.UNSIGNED: Break.Kind.UNSIGNED_REPORT}


@dataclass
class Fetched:
    """What one visit to a bank brought; ``trouble`` holds the sentences of what did not go well."""

    reports: list[BankReport] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)


def fetch(*, provider: PaymentProvider, by: Actor, at: datetime) -> Fetched:
    """Take in every report of a provider that is not yet known, oldest first; call outside any transaction.

    A report that cannot be applied now is left at the bank and tried again next time; the others go on.
    """
    fetched = Fetched()
    # What was refused for its signature is looked at again: the bank may have mended it under the same number.
    kept = BankReport.objects.filter(provider=provider)
    known = set(kept.exclude(standing=Standing.UNSIGNED).values_list("report_no", flat=True))
    seen = set(kept.filter(standing=Standing.UNSIGNED).values_list("pk", flat=True))
    series = Series.of(provider.report_pattern, known)
    try:
        adapter, accounts = adapting.adapter(provider), queries.statement_accounts(provider)
        waiting = (
            Incoming(one.report_id, one.body, one.signature, is_closed_after=True)
            for one in connect(provider, at=at).fetch_reports(known)
            if series.may_take(one.report_id)
        )
        with reading.ahead(waiting, adapter=adapter, accounts=accounts) as messages:
            for message in messages:
                try:
                    taken = _received(provider, adapter, message, None, by, at)
                    if taken.pk not in seen:
                        fetched.reports.append(taken)
                except Refused as refused:
                    fetched.trouble.append(f"{message.report_no}：{refused}")
    except (Unreachable, Refused) as unreachable:
        fetched.trouble.append(str(unreachable))
    for name, number in series.missing().items():
        _note_gap(provider, name, number, series.waiting[name], by, at)
        fetched.trouble.append(words.REPORT_MISSING.format(series=name, number=number, count=series.waiting[name]))
    return fetched


@transaction.atomic
def _note_gap(provider: PaymentProvider, series: str, number: int, count: int, by: Actor, at: datetime) -> None:
    """What is missing is a difference for somebody to ask the bank about; once for each number."""
    agreement = provider.agreements.first()
    if agreement is not None:
        sql.call("banking_report_gap", agreement.pk, series, number, count, by.official_id, at)


@transaction.atomic
def receive(
    *,
    provider: PaymentProvider,
    report_no: str,
    body: IO[bytes],
    by: Actor,
    at: datetime,
    signature: bytes = b"",
    upload: StatementUpload | None = None,
) -> BankReport:
    """Keep and apply one message of the bank, a seekable stream that is read from its beginning, several times and never
    whole; the same bytes again change nothing and give back the first row.

    ``upload``: people brought it and two confirmed it (YK079 otherwise).
    An unreadable message, one whose number came before with other bytes, and one that none of the provider's registered
    keys signed (C13), is kept and shown, nothing of it is applied. Raises Refused: YK005 not appointed, YK064 it speaks
    of an instruction that was never sent.
    """
    adapter = adapting.adapter(provider)
    report = Incoming(report_no, body, signature, upload.file.name if upload else "")
    with reading.ahead([report], adapter=adapter, accounts=queries.statement_accounts(provider)) as messages:
        return _received(provider, adapter, next(messages), upload, by, at)


class _Foreign(Exception):
    """A message about accounts that are not ours, of which nothing is kept."""


@transaction.atomic
def _received(
    provider: PaymentProvider,
    adapter: Adapter,
    message: Message,
    upload: StatementUpload | None,
    by: Actor,
    at: datetime,
) -> BankReport:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('banking.receive'), %s)", [provider.pk])
    # Two people stand behind what was uploaded; the bank's signature stands beside what its channel brings.
    why = "" if upload else signing.unsigned(provider.report_keys, message.digest, message.signature, at=at)
    same = BankReport.objects.filter(provider=provider, digest=message.digest)
    earlier = same.exclude(standing=Standing.UNSIGNED).first() or (same.first() if why else None)
    if earlier is not None:
        return earlier
    (report_id,) = sql.reserve_ids("banking_bankreport", 1)
    if why:
        told: dict[str, Any] = {"standing": Standing.UNSIGNED, "sentence": words.UNSIGNED.format(why=why)}
    elif _came_before(provider, message.report_no):
        told = {"standing": Standing.ALTERED, "sentence": words.LATE}
    else:
        told = _taken_in(provider, adapter, message, report_id, by, at)
    if "file" not in told and told["standing"] != Standing.FOREIGN:
        message.leave()
        message.body.seek(0)
        told["file"] = files.store(name=_name(adapter, message), kind="bank_report", content=message.body, by=by, at=at)
    return _kept(provider, message, report_id, told | {"upload": upload}, by, at)


def _taken_in(
    provider: PaymentProvider, adapter: Adapter, message: Message, report_id: int, by: Actor, at: datetime
) -> dict[str, Any]:
    """Stage, keep and apply a message; where it stands, its kind and size, and its ``file`` where that is kept already."""
    taking = Taking(queries.statement_accounts(provider), report_id=report_id, by=by)
    try:
        with transaction.atomic():
            file = _laid_down(provider, adapter, message, report_id, taking, by, at)
            # From here on the database works alone: meanwhile the next message is read.
            message.free()
            return {"file": file, **_applied(provider, adapter, message.contents, report_id, taking, by, at)}
    except _Foreign:
        return {"standing": Standing.FOREIGN, **_size(message.contents)}
    except UnreadableBankFile as error:
        return {"standing": Standing.UNREADABLE, "sentence": str(error)}


def _laid_down(
    provider: PaymentProvider,
    adapter: Adapter,
    message: Message,
    report_id: int,
    taking: Taking,
    by: Actor,
    at: datetime,
) -> StoredFile:
    """Keep the message and stage what it says, both in one go. Raises _Foreign, UnreadableBankFile."""
    name = _name(adapter, message)
    # While the database takes one part in, the next one is written, packed and sealed.
    with Beside() as beside:
        content = staging.laid_down(message, report_id=report_id, provider=provider, taking=taking, beside=beside)
        file = files.store(name=name, kind="bank_report", content=content, by=by, at=at, beside=beside)
    assert file.digest == message.digest, (file.pk, message.report_no)
    if not message.contents.is_ours:
        raise _Foreign
    return file


def _name(adapter: Adapter, message: Message) -> str:
    name, ending = message.report_no, adapter.extension
    return name if name.endswith(ending) else f"{name}{ending}"


def _size(contents: Contents) -> dict[str, Any]:
    return {"kind": contents.kind, "row_count": contents.outcome_count + contents.statement_rows}


def _came_before(provider: PaymentProvider, report_no: str) -> bool:
    found = BankReport.objects.filter(provider=provider, report_no=report_no)
    return found.exclude(standing=Standing.UNSIGNED).exists()


def _kept(
    provider: PaymentProvider, message: Message, report_id: int, told: dict[str, Any], by: Actor, at: datetime
) -> BankReport:
    report_no, digest = message.report_no, message.digest
    report = BankReport.objects.create(
        pk=report_id, provider=provider, report_no=report_no, digest=digest, received_at=at, **told
    )
    if report.standing in BREAKS:
        strangers.raise_break(BREAKS[report.standing], provider, report_id, 1, 0, report_no, by, at)
    audit.record(
        "bank_report.received", subject=f"bank_report:{report_id}", by=by, at=at, report_no=report_no, digest=digest,
        standing=report.standing, row_count=report.row_count,
    )  # fmt: skip
    return report


def _applied(
    provider: PaymentProvider,
    adapter: Adapter,
    contents: Contents,
    report_id: int,
    taking: Taking,
    by: Actor,
    at: datetime,
) -> dict[str, Any]:
    if contents.duplicate_notice:
        standing = Standing.DUPLICATE_NOTICE
    elif contents.statements:
        standing = Standing.STATEMENT
        taking.finish(contents, at)
    else:
        recorded = _record_outcomes(provider, adapter, contents, report_id, taking.spoken_for(contents), by, at)
        standing = Standing.APPLIED if recorded else Standing.NOTHING_NEW
    if contents.name_count:
        sql.call("banking_note_names", report_id, by.official_id, at)
    sql.run("banking/clear_report", report_id=report_id)
    is_empty = standing == Standing.NOTHING_NEW and not contents.outcome_count
    return {"standing": standing, "sentence": words.NO_RESULTS if is_empty else "", **_size(contents)}


def _record_outcomes(
    provider: PaymentProvider,
    adapter: Adapter,
    contents: Contents,
    report_id: int,
    accounts: list[int] | None,
    by: Actor,
    at: datetime,
) -> bool:
    strangers.note(provider, contents, report_id, accounts, by, at)
    for refusal in contents.refusals:
        reason = adapter.explain(refusal.reason_code)
        sql.run(
            "banking/stage_refusal", report_id=report_id, provider_id=provider.pk, message_id=refusal.message_id,
            reason_code=refusal.reason_code[:16], action=str(reason.action), reason_words=reason.words[:200], booked_on=refusal.booked_on,
            is_repeat=reason.is_repeat,
        )  # fmt: skip
    return record_staged(provider, report_id, contents.known_messages, accounts, by, at)


def record_staged(
    provider: PaymentProvider,
    report_id: int,
    message_ids: Collection[str],
    accounts: list[int] | None,
    by: Actor,
    at: datetime,
) -> bool:
    """Hand payments what is staged of a report, which speaks of the files ``message_ids`` and for ``accounts`` (None: it
    does not say); returns whether it was of any request of ours.
    """
    years = queries.instructed_years()
    sql.run("banking/stage_outcomes", report_id=report_id, provider_id=provider.pk, years=years, accounts=accounts)
    # Mostly there are none, and planning that statement takes milliseconds for every report.
    if paid.is_any_accepted():
        sql.run("banking/stage_returned_acceptances", report_id=report_id)
    requests = sql.rows("banking/reported_requests", report_id=report_id, message_ids=list(message_ids))
    for row in requests:
        payments.record_outcomes(**row, report_id=report_id, by=by, at=at)
    return bool(requests)
