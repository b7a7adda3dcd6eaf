"""Two people decide what became of an instruction that no machine can find out about (RELIABILITY 2.4), and whether a
void one that the bank paid is the one that counts (C19)."""

from datetime import datetime
from typing import IO

from django.db import transaction

from yikatong.core import files, sql, tasks
from yikatong.core.authz import Actor, actor_for
from yikatong.core.permissions import P

from . import hand_queries, overdue, retaking, sealing, states
from .models import Clearance, PaymentInstruction

PROOF_KIND = "clearance_proof"


@transaction.atomic
def prepare(
    *, instruction: PaymentInstruction, verdict: str, proof_name: str, proof: bytes | IO[bytes], note: str, by: Actor,
    at: datetime,
) -> Clearance:  # fmt: skip
    """The bank's operator says whether the bank received an instruction, with the signed day-end statement attached.

    Only of one whose fate is unknown, that the bank refused as a whole without any line result, or that was void and that
    the bank paid after all. Raises Refused:
    YK005 not appointed, YK006 four eyes, YK007 without a note, YK078 nothing to clear, a machine, or no proof.
    """
    file = files.store(name=proof_name, kind=PROOF_KIND, content=proof, by=by, at=at)
    clearance_id = sql.call("banking_prepare_clearance", instruction.pk, verdict, file.pk, note, by.official_id, at)
    return Clearance.objects.get(pk=clearance_id)


def approve(
    *, clearance: Clearance, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str = ""
) -> list[PaymentInstruction]:
    """Finance approves, and the verdict takes effect with it: the bank has the file, or it is void and its lines are
    sealed in a new file at once, whose files are returned; or the void one counts after all, the one that took its place
    is void, and what the bank told of it becomes results. All or nothing.

    Call outside any transaction: before a void file counts, the bank is asked about the one that took its place.
    Raises Refused: YK006 four eyes, YK008 it has a result by now, YK078, and what sealing refuses.
    """
    # Finance decides; asking the bank and building files is the system's own duty.
    machine = actor_for(tasks.machine(), at.date())
    if clearance.verdict == Clearance.Verdict.REINSTATED and by.may(P.CLEARANCE_APPROVE):
        for one in hand_queries.sent_replacements(clearance.instruction):
            overdue.ask(instruction=one, by=machine, at=at)
    with transaction.atomic():
        states.CLEARANCE.take(
            "approve",
            subject=clearance,
            by=by,
            at=at,
            seen_version=seen_version,
            seen_digest=seen_digest,
            reason=reason,
        )
        verdict = sql.call("banking_apply_clearance", clearance.pk, by.official_id, at)
        if verdict == Clearance.Verdict.RECEIVED:
            return []
        if verdict == Clearance.Verdict.REINSTATED:
            retaking.take_again(instruction=clearance.instruction, by=machine, at=at)
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
