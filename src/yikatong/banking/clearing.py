"""Two people decide what became of an instruction that no machine can find out about (RELIABILITY 2.4)."""

from datetime import datetime
from typing import IO

from django.db import transaction

from yikatong.core import files, sql, tasks
from yikatong.core.authz import Actor, actor_for

from . import sealing, states
from .models import Clearance, PaymentInstruction

PROOF_KIND = "clearance_proof"


@transaction.atomic
def prepare(
    *, instruction: PaymentInstruction, verdict: str, proof_name: str, proof: bytes | IO[bytes], note: str, by: Actor,
    at: datetime,
) -> Clearance:  # fmt: skip
    """The bank's operator says whether the bank received an instruction, with the signed day-end statement attached.

    Only of one whose fate is unknown, or that the bank refused as a whole without any line result. Raises Refused:
    YK005 not appointed, YK006 four eyes, YK007 without a note, YK078 nothing to clear, a machine, or no proof.
    """
    file = files.store(name=proof_name, kind=PROOF_KIND, content=proof, by=by, at=at)
    clearance_id = sql.call("banking_prepare_clearance", instruction.pk, verdict, file.pk, note, by.official_id, at)
    return Clearance.objects.get(pk=clearance_id)


@transaction.atomic
def approve(
    *, clearance: Clearance, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str = ""
) -> list[PaymentInstruction]:
    """Finance approves, and the verdict takes effect with it: the bank has the file, or it is void and its lines are
    sealed in a new file at once, whose files are returned. Both or nothing.

    Raises Refused: YK006 four eyes, YK008 it has a result by now, YK078, and what sealing refuses.
    """
    states.CLEARANCE.take(
        "approve", subject=clearance, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )
    verdict = sql.call("banking_apply_clearance", clearance.pk, by.official_id, at)
    if verdict == Clearance.Verdict.RECEIVED:
        return []
    # Finance decided; building files is the system's own duty.
    machine = actor_for(tasks.machine(), at.date())
    return sealing.seal(request_id=clearance.instruction.request_id, by=machine, at=at)


@transaction.atomic
def decline(*, clearance: Clearance, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str) -> None:
    """Finance is not convinced; another clearance can be prepared."""
    states.CLEARANCE.take(
        "decline", subject=clearance, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )


@transaction.atomic
def opened_proof(*, clearance: Clearance, by: Actor, at: datetime) -> IO[bytes]:
    """The signed statement that was attached, for whoever may see the clearance."""
    return files.opened(clearance.proof, purpose="looking at the proof of a clearance", by=by, at=at)
