"""Reads of what people decide by hand: clearances, uploaded statements."""

from django.db.models import QuerySet

from yikatong.core import authz, sql
from yikatong.core.authz import Actor
from yikatong.core.permissions import P

from . import queries, words
from .models import BankReport, Clearance, PaymentInstruction, PaymentProvider, StatementUpload

CLEARS = (P.BANK_EXCHANGE, P.CLEARANCE_APPROVE)
UPLOADS = (P.BANK_EXCHANGE, P.STATEMENT_CONFIRM)


def clearances_for(actor: Actor) -> QuerySet[Clearance]:
    """Clearances in the actor's area, newest first."""
    seen = authz.visible(actor, CLEARS, area_field="area_code")
    return Clearance.objects.filter(seen).select_related("instruction__provider", "instruction__request", "proof")


def clearance_for(actor: Actor, clearance_id: int) -> Clearance:
    """One clearance. Raises NotFound."""
    found: Clearance = queries.one_of(clearances_for(actor).filter(pk=clearance_id), words.NO_SUCH_INSTRUCTION)
    return found


def uploads_for(actor: Actor) -> QuerySet[StatementUpload]:
    """Statements that were uploaded by hand in the actor's area, newest first."""
    seen = authz.visible(actor, UPLOADS, area_field="area_code")
    return StatementUpload.objects.filter(seen).select_related("provider", "file__stored_by", "agency")


def upload_for(actor: Actor, upload_id: int) -> StatementUpload:
    """One of them. Raises NotFound."""
    found: StatementUpload = queries.one_of(uploads_for(actor).filter(pk=upload_id), words.NO_SUCH_STATEMENT)
    return found


def providers_for(actor: Actor) -> QuerySet[PaymentProvider]:
    """The providers that pay for the actor's area."""
    seen = authz.visible(actor, (P.BANK_EXCHANGE,), area_field="agreements__county__code")
    return PaymentProvider.objects.filter(pk__in=PaymentProvider.objects.filter(seen).values("pk"))


def may_be_cleared(instruction: PaymentInstruction) -> bool:
    """Whether two people are needed to say what became of it: nobody knows, it was refused, or it was void and the bank
    speaks of it as paid."""
    kind = queries.stands(instruction)
    if kind == "void":
        return bool(sql.call("banking_paid_though_void", instruction.pk))
    return kind in ("unknown", "refused")


def sent_replacements(instruction: PaymentInstruction) -> list[PaymentInstruction]:
    """The live files that took a void one's place and that the bank may have."""
    overlapping = {
        "first_payment_id__lte": instruction.last_payment_id,
        "last_payment_id__gte": instruction.first_payment_id,
    }
    found = queries.standing().filter(request_id=instruction.request_id, **overlapping).exclude(pk=instruction.pk)
    return list(found.filter(stands__in=("sending", "unknown", "acknowledged")).order_by("pk"))


def reports_since_void(instruction: PaymentInstruction) -> list[BankReport]:
    """The reports that were applied to an instruction's request since it became void, oldest first."""
    told = sql.rows("banking/reports_since_void", instruction_id=instruction.pk)
    return list(
        BankReport.objects.filter(pk__in=[row["report_id"] for row in told]).select_related("file").order_by("pk")
    )
