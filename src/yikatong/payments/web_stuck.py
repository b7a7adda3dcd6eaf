"""Doors: failed and returned payments, paying them again, giving the money back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yikatong.batches import queries as batches
from yikatong.core import slots
from yikatong.core.doors import StaffRequest, digest, door, refusals_shown_to, version
from yikatong.core.listing import listed, page_number
from yikatong.core.permissions import P
from yikatong.core.workflow import trail

from . import accepting, actions, choosing, lists, queries, words
from .forms import AcceptForm, ManyForm, RefundForm
from .models import PaymentRequest
from .states import REFUND

PAGE_SIZE = 50


@door(P.BATCH_SEE)
@listed(lists.STUCK, filters=lists.stuck_told, printed=True)
def listing(request: StaffRequest) -> HttpResponse:
    """失败与退票: all money in suspense, by age."""
    return _worklist(request, None, {})


@door(P.BATCH_SEE)
@listed(lists.STUCK, filters=lists.stuck_told, printed=True)
def batch(request: StaffRequest, batch_no: str) -> HttpResponse:
    """失败与退票 of one batch."""
    found = batches.batch_for(request.actor, batch_no)
    return _worklist(request, found.pk, {"batch": found, "stages": slots.stages(batch_id=found.pk)})


def _worklist(request: StaffRequest, batch_id: int | None, more: dict[str, object]) -> HttpResponse:
    lying = queries.lying_for(request.actor, batch_id=batch_id)
    count = sum(one.count for one in lying)
    page = Paginator(range(count), PAGE_SIZE).get_page(page_number(request))
    before = max(page.start_index() - 1, 0)
    stuck = queries.stuck_for(request.actor, batch_id=batch_id, rows_max=PAGE_SIZE, rows_before=before)
    context = {
        "stuck": stuck,
        "any_out": any(one.is_out for one in stuck),
        "count": count,
        "page": page,
        "reasons": queries.reasons(lying) if page.has_other_pages() else [],
        "ages": queries.ages(lying, request.at.date()),
        "total_fen": sum(one.total_fen for one in lying),
        "may_act": request.actor.may(P.REQUEST_FILE),
        "business_today": request.at.date(),
        **more,
    }
    return render(request, "payments/stuck.html", context)


@door(P.REQUEST_FILE)
def reissue(request: StaffRequest, batch_no: str) -> HttpResponse:
    """重新发放: choose those that can be paid again as things are (K1)."""
    found = batches.batch_for(request.actor, batch_no)
    piles = queries.piles_for(request.actor, batch_id=found.pk)
    chosen = _chosen(request, piles, lambda pile: pile.may_reissue)
    form = ManyForm(request.POST if request.method == "POST" else None, chosen=chosen)
    if filed := _filed(request, found, form, actions.file_reissue, words.REISSUED):
        return filed
    context = _context(request, found, chosen, form) | {"waiting": [pile for pile in piles if not pile.may_reissue]}
    return render(request, "payments/reissue.html", context)


@door(P.REQUEST_FILE)
def accept(request: StaffRequest, batch_no: str) -> HttpResponse:
    """认作已发放: choose those that the bank's statements show as paid already (C19)."""
    found = batches.batch_for(request.actor, batch_no)
    chosen = _chosen(request, queries.piles_for(request.actor, batch_id=found.pk), lambda pile: pile.is_out)
    form = AcceptForm(request.POST if request.method == "POST" else None, chosen=chosen)
    if filed := _filed(request, found, form, accepting.file_accepted, words.ACCEPTANCE_FILED):
        return filed
    return render(request, "payments/accept.html", _context(request, found, chosen, form))


def _filed(
    request: StaffRequest, batch: Any, form: ManyForm, file: Callable[..., PaymentRequest], told: str
) -> HttpResponse | None:
    """The new request's page, once what is chosen is filed with ``file``; None where the form is to be shown (again)."""
    if not form.is_valid():
        return None
    chosen = {"outcome_ids": form.cleaned_data["outcomes"], "note": form.cleaned_data["note"]}
    with refusals_shown_to(request):
        filed = file(batch_id=batch.pk, **chosen, by=request.actor, at=request.at)
        messages.success(request, told.format(no=filed.no))
        return redirect("payments:detail", filed.no)
    return None


def _chosen(request: StaffRequest, piles: list[queries.Pile], may: Callable[[queries.Pile], bool]) -> choosing.Choosing:
    return choosing.choosing(piles, may, key=request.GET.get("reason", ""), page_no=page_number(request))


def _context(request: StaffRequest, batch: Any, chosen: choosing.Choosing, form: ManyForm) -> dict[str, Any]:
    return {
        "batch": batch,
        "form": form,
        "chosen": chosen,
        "free": choosing.people_of(chosen, request.actor, batch.pk),
        "ticked": request.POST.getlist("outcomes") if form.is_bound else None,
        "stages": slots.stages(batch_id=batch.pk),
    }


@door(P.REFUND_PREPARE)
def prepare_refund(request: StaffRequest, batch_no: str) -> HttpResponse:
    """退回财政: choose, name the cause and the voucher (K2, K4)."""
    found = batches.batch_for(request.actor, batch_no)
    chosen = _chosen(request, queries.piles_for(request.actor, batch_id=found.pk), lambda pile: pile.may_refund)
    form = RefundForm(request.POST if request.method == "POST" else None, chosen=chosen)
    if form.is_valid():
        with refusals_shown_to(request):
            prepared = actions.prepare_refund(
                batch_id=found.pk,
                cause=form.cleaned_data["cause"],
                outcome_ids=form.cleaned_data["outcomes"],
                voucher_no=form.cleaned_data["voucher_no"],
                note=form.cleaned_data["note"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, words.REFUND_PREPARED.format(no=prepared.no))
            return redirect("payments:refund", prepared.no)
    return render(request, "payments/prepare_refund.html", _context(request, found, chosen, form))


@door(P.BATCH_SEE)
@listed(lists.REFUNDS)
def refunds(request: StaffRequest) -> HttpResponse:
    """退回财政: all refunds."""
    context = {"refunds": queries.refunds_for(request.actor), "flow": REFUND, "business_today": request.at.date()}
    return render(request, "payments/refunds.html", context)


@door(P.BATCH_SEE)
@listed(lists.REFUND_LINES, filters=lists.refund_told, printed=True, digest=lists.refund_digest)
def refund(request: StaffRequest, no: str) -> HttpResponse:
    """One refund with its people."""
    found = queries.refund_for(request.actor, no)
    context = {
        "refund": found,
        "flow": REFUND,
        "lines": queries.refund_lines(found),
        "trail": trail(REFUND, found.pk),
        "stages": slots.stages(batch_id=found.batch_id),
        "business_today": request.at.date(),
    }
    return render(request, "payments/refund.html", context)


@require_POST
@door(P.REFUND_APPROVE)
def decide_refund(request: StaffRequest, no: str) -> HttpResponse:
    """Approve, so that the money leaves for the treasury, or send back."""
    found = queries.refund_for(request.actor, no)
    decide = actions.send_back_refund if request.POST.get("verb") == "send_back" else actions.approve_refund
    with refusals_shown_to(request):
        decide(
            refund=found,
            by=request.actor,
            at=request.at,
            seen_version=version(request),
            seen_digest=digest(request),
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, words.TAKEN.format(no=no, step=REFUND.state_words[found.state]))
    return redirect("payments:refund", no)
