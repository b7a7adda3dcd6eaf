"""Applies once more what the bank told of a file while it was void (C19)."""

from datetime import datetime

from django.db import transaction

from yikatong.core import files, sql
from yikatong.core.authz import Actor

from . import adapting, hand_queries, queries, reading, receiving, staging
from .models import PaymentInstruction


@transaction.atomic
def take_again(*, instruction: PaymentInstruction, by: Actor, at: datetime) -> None:
    """Apply what the bank told of a file while it was void, now that it counts after all: of each report its lines once
    more, read from the bytes that were kept. Raises Refused: YK005 not appointed."""
    provider = instruction.provider
    adapter = adapting.adapter(provider)
    for report in hand_queries.reports_since_void(instruction):
        assert report.file is not None, report.pk
        body = files.opened(report.file, purpose="applying a report once more", by=by, at=at)
        message_of = [reading.Incoming(report.report_no, body)]
        with reading.ahead(message_of, adapter=adapter, accounts=queries.statement_accounts(provider)) as messages:
            told = staging.laid_down(
                next(messages), report_id=report.pk, provider=provider, only=instruction.message_id
            )
            for _ in told:
                pass
        receiving.record_staged(provider, report.pk, by, at)
        sql.run("banking/clear_report", report_id=report.pk)
