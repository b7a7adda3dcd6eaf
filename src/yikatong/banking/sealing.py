"""Builds and seals the instruction files of a released request."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from yikatong.core import files, slots, sql
from yikatong.core.authz import Actor
from yikatong.core.beside import Beside
from yikatong.core.refusals import Refused

from . import adapting, building, manifests, queries, sent_log, words
from .models import PaymentInstruction, ServiceAgreement

FILE_KIND = "payment_instruction"


@transaction.atomic
def seal(
    *, request_id: int, by: Actor, at: datetime, numbers: Mapping[tuple[int, int], str] | None = None
) -> list[PaymentInstruction]:
    """Build and seal the instruction files of a released request, split at the provider's limit (J3, J6).

    All files or none, in the provider's form. What a live file covers is not built again; what was never sent in its time is, and what was in
    a file that was voided. ``numbers`` gives files back the numbers they went to the bank with, by first and last
    payment, after a restore. In the provider's form. Announces ``instruction.sealed`` for each. Raises Unwritable, FormatBroken,
    Refused: YK070 not released, YK071 the signed digest does not hold, YK076 no agreement in force, YK080 stopped, YK083 restore mode.
    """
    if numbers is None and sent_log.lost():
        raise Refused(words.RESTORING, code="YK083")
    # Whoever seals first holds the request until the end, so that a second worker finds nothing left to do.
    sql.call("banking_void_expired", request_id, by.official_id, at)
    facts = queries.request_facts(request_id)
    agreement = queries.agreement_in_force(agency_id=facts["agency_id"], county_code=facts["area_code"], on=at.date())
    if agreement is None:
        raise Refused(words.NO_AGREEMENT.format(agency=facts["agency_name"], day=at.date()))
    runs = queries.runs(request_id, agreement.provider.file_lines_max)
    if not runs:
        return []
    return _sealed(request_id, facts, agreement, runs, numbers or {}, by, at)


def _sealed(
    request_id: int,
    facts: Mapping[str, Any],
    agreement: ServiceAgreement,
    runs: Sequence[Mapping[str, Any]],
    numbers: Mapping[tuple[int, int], str],
    by: Actor,
    at: datetime,
) -> list[PaymentInstruction]:
    before = PaymentInstruction.objects.filter(request_id=request_id).count()
    adapter = adapting.adapter(agreement.provider)
    building.refuse_unfit(adapter=adapter, request_id=request_id, fiscal_year=facts["fiscal_year"], runs=runs)
    told, cards = [], {}
    for file_no, run in enumerate(runs, start=before + 1):
        fresh = f"YK{facts['area_code'][:6]}-{at:%Y%m%d}-{request_id}-{file_no}"
        message_id = numbers.get((run["first_id"], run["last_id"]), fresh)
        cards[message_id] = manifests.CardTotal()
        header = building.header_of(message_id=message_id, agreement=agreement, run=run, at=at)
        with Beside() as beside:
            content = building.build(
                adapter=adapter, header=header, agreement=agreement, request_id=request_id,
                fiscal_year=facts["fiscal_year"], run=run, cards=cards[message_id], beside=beside, by=by, at=at,
            )  # fmt: skip
            name = adapter.file_name(header)
            body = files.store(name=name, kind=FILE_KIND, content=content, by=by, at=at, beside=beside)
        told.append({**run, "message_id": message_id, "body_id": body.pk})
    sealed = sql.call("banking_seal", request_id, agreement.pk, json.dumps(told), by.official_id, at)
    instructions = list(PaymentInstruction.objects.filter(pk__in=sealed).order_by("file_no"))
    for instruction in instructions:
        manifests.write(instruction=instruction, cards=cards[instruction.message_id], by=by, at=at)
        slots.announce("instruction.sealed", instruction_id=instruction.pk, by=by, at=at)
    return instructions
