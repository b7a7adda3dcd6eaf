"""Statement against line results: by set and by sum. Equal closes the request, anything else is named."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from yikatong.core import sql
from yikatong.core.authz import Actor
from yikatong.core.refusals import Refused
from yikatong.payments import actions as payments

from . import queries
from .models import BankStatement, PaymentProvider

# A line result may follow its booking by days; older statements have been compared often enough.
STATEMENTS_COMPARED = 10


@dataclass
class Reconciled:
    """What was compared: requests that were closed, and why others that are fully answered were not."""

    closed: list[int] = field(default_factory=list)
    open: dict[int, str] = field(default_factory=dict)


def reconcile(*, provider: PaymentProvider, by: Actor, at: datetime) -> Reconciled:
    """Compare the latest statements of a provider's accounts and close what agrees; again is harmless."""
    done = Reconciled()
    for agreement in provider.agreements.all():
        latest = BankStatement.objects.filter(agreement=agreement).order_by("-day")[:STATEMENTS_COMPARED]
        for statement in reversed(latest):
            compare(statement=statement, by=by, at=at)
    for row in sql.rows("banking/closable"):
        try:
            close(request_id=row["request_id"], statement_id=row["statement_id"], by=by, at=at)
            done.closed.append(row["request_id"])
        except Refused as refused:
            done.open[row["request_id"]] = str(refused)
    return done


@transaction.atomic
def compare(*, statement: BankStatement, by: Actor, at: datetime) -> int:
    """Raise a break for each kind of difference on a statement; returns how many kinds there are."""
    kinds: int = sql.call("banking_compare", statement.pk, by.official_id, at)
    return kinds


@transaction.atomic
def close(*, request_id: int, statement_id: int, by: Actor, at: datetime) -> None:
    """Hand payments the statements' bookings of a request; it closes if both sets are equal. Raises Refused."""
    year = queries.request_facts(request_id)["fiscal_year"]
    # A statement of a million lines is held against the request as a set, never line by line.
    sql.call("set_config", "enable_nestloop", "off", True)
    sql.run("banking/stage_statement", request_id=request_id, statement_id=statement_id, fiscal_year=year)
    sql.call("set_config", "enable_nestloop", "on", True)
    payments.close(request_id=request_id, statement_id=statement_id, by=by, at=at)
