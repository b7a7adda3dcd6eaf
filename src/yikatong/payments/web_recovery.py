"""Doors: demanding back what was wrongly paid, receipts on it, and giving what came in to the treasury."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yikatong.batches import queries as batches
from yikatong.core import slots
from yikatong.core.doors import StaffRequest, digest, door, refusals_shown_to, version
from yikatong.core.listing import listed
from yikatong.core.permissions import P
from yikatong.core.workflow import trail

from . import lists_back as lists
from . import queries_back as queries
from . import recovering, words
from .forms_back import ReceiptForm, ReceiptRefundForm, RecoveryForm
from .states import RECEIPT, RECOVERY


@door(P.BATCH_SEE)
@listed(lists.RECOVERIES, lists.HELD)
def listing(request: StaffRequest) -> HttpResponse:
    """错发追回: all recoveries with what came in and how long they have been demanded (K5)."""
    today = request.at.date()
    found = queries.recovery_rows(queries.recoveries_for(request.actor), today)
    rows = [{**row, "state_words": RECOVERY.state_words[row["state"]]} for row in found]
    context = {
        "rows": rows,
        "left_fen": sum(row["left_fen"] for row in rows),
        "received_fen": sum(row["received_fen"] for row in rows),
        "held": queries.receipts_held_for(request.actor),
        "business_today": today,
    }
    return render(request, "payments/recoveries.html", context)


@door(P.REFUND_PREPARE)
def prepare(request: StaffRequest, batch_no: str) -> HttpResponse:
    """登记追缴: find a credited payment by name, say why and how much is demanded back."""
    found = batches.batch_for(request.actor, batch_no)
    name = request.GET.get("name", "").strip()
    credited = queries.credited_like(found.pk, name) if name else []
    posted = request.POST if request.method == "POST" else None
    initial = {"demanded_on": request.at.date()}
    form = RecoveryForm(posted, initial=initial, choices=[one["payment_id"] for one in credited])
    if form.is_valid():
        told = form.cleaned_data
        with refusals_shown_to(request):
            prepared = recovering.prepare_recovery(
                batch_id=found.pk,
                payment_id=told["payment"],
                cause=told["cause"],
                amount_fen=told["amount"],
                demanded_on=told["demanded_on"],
                due_on=told["due_on"],
                reason=told["reason"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, words.RECOVERY_PREPARED.format(no=prepared.no))
            return redirect("payments:recovery", prepared.no)
    context = {"batch": found, "name": name, "credited": credited, "form": form}
    context["stages"] = slots.stages(batch_id=found.pk)
    return render(request, "payments/prepare_recovery.html", context)


@door(P.BATCH_SEE)
@listed(lists.RECEIPTS, filters=lambda asked: [("追缴", asked.path["no"])])
def detail(request: StaffRequest, no: str) -> HttpResponse:
    """One recovery: what is demanded, what came in by which voucher, and the actor's decisions."""
    found = queries.recovery_for(request.actor, no)
    (row,) = queries.recovery_rows(queries.recoveries_for(request.actor).filter(pk=found.pk), request.at.date())
    may_record = found.state == "approved" and row["left_fen"] > 0 and request.actor.may(P.REFUND_PREPARE)
    context = {
        "recovery": found,
        "row": row,
        "flow": RECOVERY,
        "receipts": found.receipts.all(),
        "receipt_flow": RECEIPT,
        "form": ReceiptForm(initial={"received_on": request.at.date()}) if may_record else None,
        "trail": trail(RECOVERY, found.pk),
        "stages": slots.stages(batch_id=found.batch_id),
        "business_today": request.at.date(),
    }
    return render(request, "payments/recovery.html", context)


@require_POST
@door(P.REFUND_APPROVE)
def decide(request: StaffRequest, no: str) -> HttpResponse:
    """Approve, send back or withdraw."""
    found = queries.recovery_for(request.actor, no)
    verb = request.POST.get("verb", "")
    with refusals_shown_to(request):
        recovering.decide_recovery(
            verb if verb in {step.verb for step in RECOVERY.steps} else "approve",
            recovery=found,
            by=request.actor,
            at=request.at,
            seen_version=version(request),
            seen_digest=digest(request),
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, words.TAKEN.format(no=no, step=RECOVERY.state_words[found.state]))
    return redirect("payments:recovery", no)


@require_POST
@door(P.REFUND_PREPARE)
def record_receipt(request: StaffRequest, no: str) -> HttpResponse:
    """登记收款."""
    found = queries.recovery_for(request.actor, no)
    form = ReceiptForm(request.POST)
    if not form.is_valid():
        for told in form.errors.values():
            messages.error(request, str(told[0]))
        return redirect("payments:recovery", no)
    with refusals_shown_to(request):
        receipt = recovering.record_receipt(
            recovery=found,
            amount_fen=form.cleaned_data["amount"],
            voucher_no=form.cleaned_data["voucher_no"],
            received_on=form.cleaned_data["received_on"],
            by=request.actor,
            at=request.at,
        )
        messages.success(request, words.RECEIPT_RECORDED.format(voucher=receipt.voucher_no))
    return redirect("payments:recovery", no)


@require_POST
@door(P.REFUND_APPROVE)
def decide_receipt(request: StaffRequest, receipt_id: int) -> HttpResponse:
    """Confirm that the money came in, or send the receipt back."""
    receipt = queries.receipt_for(request.actor, receipt_id)
    sends_back = request.POST.get("verb") == "send_back"
    decide_it = recovering.send_back_receipt if sends_back else recovering.confirm_receipt
    with refusals_shown_to(request):
        decide_it(
            receipt=receipt,
            by=request.actor,
            at=request.at,
            seen_version=version(request),
            seen_digest=digest(request),
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, words.TAKEN.format(no=receipt.voucher_no, step=RECEIPT.state_words[receipt.state]))
    return redirect("payments:recovery", receipt.recovery.no)


@door(P.REFUND_PREPARE)
def give_back(request: StaffRequest, batch_no: str) -> HttpResponse:
    """追回的钱上缴国库: choose confirmed receipts of a batch and name the voucher (K4)."""
    found = batches.batch_for(request.actor, batch_no)
    held = queries.receipts_held_for(request.actor, batch_id=found.pk)
    posted = request.POST if request.method == "POST" else None
    form = ReceiptRefundForm(posted, choices=[one["receipt_id"] for one in held])
    if form.is_valid():
        with refusals_shown_to(request):
            prepared = recovering.prepare_receipt_refund(
                batch_id=found.pk,
                receipt_ids=form.cleaned_data["outcomes"],
                voucher_no=form.cleaned_data["voucher_no"],
                note=form.cleaned_data["note"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, words.REFUND_PREPARED.format(no=prepared.no))
            return redirect("payments:refund", prepared.no)
    context = {"batch": found, "held": held, "form": form, "business_today": request.at.date()}
    context["stages"] = slots.stages(batch_id=found.pk)
    return render(request, "payments/give_back.html", context)
