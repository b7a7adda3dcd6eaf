"""The verbs of banking: seal, send, fetch, reconcile, explain and settle a break, register providers."""

import json
from datetime import datetime

from django.db import transaction

from yikatong.core import files, slots, sql
from yikatong.core.authz import Actor
from yikatong.core.refusals import Refused

from . import adapting, building, queries, states, words
from .models import BankReport, Break, PaymentInstruction, PaymentProvider
from .receiving import Fetched, fetch, receive
from .reconciling import Reconciled, reconcile
from .sending import send

__all__ = [
    "Exchanged",
    "Fetched",
    "Reconciled",
    "explain",
    "fetch",
    "fetch_and_reconcile",
    "receive",
    "reconcile",
    "seal",
    "send",
    "send_back",
    "send_waiting",
    "settle",
]

FILE_KIND = "payment_instruction"


class Exchanged:
    """What one round with all banks did."""

    def __init__(self) -> None:
        self.reports: list[BankReport] = []
        self.closed: list[int] = []
        self.trouble: list[str] = []

    @property
    def sentence(self) -> str:
        """In one sentence, for the page that asked for it."""
        new = [report for report in self.reports if report.standing != BankReport.Standing.FOREIGN]
        told = f"取回 {len(new)} 份回盘，{len(self.closed)} 份发放申请对平关闭。"
        return told + "".join(self.trouble)


@transaction.atomic
def seal(*, request_id: int, by: Actor, at: datetime) -> list[PaymentInstruction]:
    """Build and seal the instruction files of a released request, split at the provider's limit (J3, J6).

    All files or none, in the provider's form. Sealed before: nothing is built again, except what has expired unsent.
    Announces ``instruction.sealed`` for each. Raises Unwritable, FormatBroken, Refused: YK070 not released, YK071 the signed digest does not
    hold, YK076 no agreement in force.
    """
    # Whoever seals first holds the request until the end, so that a second worker finds nothing left to do.
    sql.call("banking_void_expired", request_id, by.official_id, at)
    facts = queries.request_facts(request_id)
    agreement = queries.agreement_in_force(agency_id=facts["agency_id"], county_code=facts["area_code"], on=at.date())
    if agreement is None:
        raise Refused(words.NO_AGREEMENT.format(agency=facts["agency_name"], day=at.date()))
    runs = queries.runs(request_id, agreement.provider.file_lines_max)
    if not runs:
        return []
    before = PaymentInstruction.objects.filter(request_id=request_id).count()
    adapter = adapting.adapter(agreement.provider)
    building.refuse_unfit(adapter=adapter, request_id=request_id, fiscal_year=facts["fiscal_year"], runs=runs)
    told = []
    for file_no, run in enumerate(runs, start=before + 1):
        message_id = f"YK{facts['area_code'][:6]}-{at:%Y%m%d}-{request_id}-{file_no}"
        header = building.header_of(message_id=message_id, agreement=agreement, run=run, at=at)
        content = building.build(
            adapter=adapter, header=header, agreement=agreement, request_id=request_id,
            fiscal_year=facts["fiscal_year"], run=run, by=by, at=at,
        )  # fmt: skip
        body = files.store(name=adapter.file_name(header), kind=FILE_KIND, content=content, by=by, at=at)
        told.append(run | {"message_id": message_id, "body_id": body.pk})
    sealed = sql.call("banking_seal", request_id, agreement.pk, json.dumps(told), by.official_id, at)
    for instruction_id in sealed:
        slots.announce("instruction.sealed", instruction_id=instruction_id, by=by, at=at)
    return list(PaymentInstruction.objects.filter(pk__in=sealed).order_by("file_no"))


def send_waiting(*, by: Actor, at: datetime) -> dict[str, str]:
    """Send or clear up every instruction that is sealed, half-sent or unknown; message id → state or sentence.

    Call outside any transaction. One refusal does not hold the others up.
    """
    told: dict[str, str] = {}
    for instruction in queries.waiting_instructions():
        try:
            told[instruction.message_id] = send(instruction=instruction, by=by, at=at)
        except Refused as refused:
            told[instruction.message_id] = str(refused)
    return told


def fetch_and_reconcile(*, by: Actor, at: datetime) -> Exchanged:
    """One round with every provider: take in what is new, compare, close. Call outside any transaction."""
    exchanged = Exchanged()
    for provider in PaymentProvider.objects.all():
        fetched = fetch(provider=provider, by=by, at=at)
        exchanged.reports += fetched.reports
        exchanged.trouble += fetched.trouble
        done = reconcile(provider=provider, by=by, at=at)
        exchanged.closed += done.closed
        exchanged.trouble += done.open.values()
    return exchanged


@transaction.atomic
def explain(*, subject: Break, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str) -> None:
    """The bank operator says what is behind a difference."""
    states.FLOW.take(
        "explain", subject=subject, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )


@transaction.atomic
def settle(*, subject: Break, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str) -> None:
    """Finance has looked at the explained difference; no figure changes by it."""
    states.FLOW.take(
        "settle", subject=subject, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )


@transaction.atomic
def send_back(*, subject: Break, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str) -> None:
    """Finance is not content with the explanation."""
    states.FLOW.take(
        "send_back", subject=subject, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )
