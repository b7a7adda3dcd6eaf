"""Applies once more what the bank told of a file while it was void (C19)."""

from datetime import datetime

from django.db import transaction

from yikatong.core import files, sql
from yikatong.core.authz import Actor

from . import adapting, hand_queries, queries, reading, receiving, staging
from .models import PaymentInstruction
from .taking import Taking


@transaction.atomic
def take_again(*, instruction: PaymentInstruction, by: Actor, at: datetime) -> None:
    """Apply what the bank told of a file while it was void, now that it counts after all: of each report its lines once
    more, read from the bytes that were kept. Raises Refused: YK005 not appointed."""
    provider = instruction.provider
    adapter = adapting.adapter(provider)
    for report in hand_queries.reports_since_void(instruction):
        assert report.file is not None, report.pk
        body = files.opened(report.file, purpose="applying a report once more", by=by, at=at)
        accounts = queries.statement_accounts(provider)
        taking = Taking(accounts, report_id=report.pk, by=by)
        message_of = [reading.Incoming(report.report_no, body)]
        with reading.ahead(message_of, adapter=adapter, accounts=accounts) as messages:
            message = next(messages)
            staging.lay_down(
                message, report_id=report.pk, provider=provider, taking=taking, only=instruction.message_id
            )
            whose = taking.spoken_for(message.contents)
        receiving.record_staged(provider, report.pk, [instruction.message_id], whose, by, at)
        sql.run("banking/clear_report", report_id=report.pk)
