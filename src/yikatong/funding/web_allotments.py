"""Doors of the allotments: the budget officer records, the approver confirms."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yikatong.catalog import queries as catalog
from yikatong.core.doors import StaffRequest, digest, door, refusals_shown_to, version
from yikatong.core.listing import listed
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound
from yikatong.core.workflow import trail

from . import actions, lists, queries, words
from .forms import AllotmentForm
from .states import ALLOTMENT


@door(P.BOOK_SEE)
@listed(lists.ALLOTMENTS)
def allotments(request: StaffRequest) -> HttpResponse:
    """预算指标: what has been allotted."""
    context = {
        "allotments": queries.allotments_for(request.actor),
        "flow": ALLOTMENT,
        "may_record": request.actor.may(P.ALLOTMENT_RECORD),
    }
    return render(request, "funding/allotments.html", context)


@door(P.ALLOTMENT_RECORD)
def record(request: StaffRequest) -> HttpResponse:
    """登记指标."""
    programs = [
        (one.pk, f"{one.code} {one.name}") for one in catalog.programs_for(request.actor).filter(paid_to__isnull=False)
    ]
    posted = request.POST if request.method == "POST" else None
    form = AllotmentForm(posted, programs=programs, initial={"fiscal_year": request.at.year})
    if form.is_valid():
        with refusals_shown_to(request):
            told = form.cleaned_data
            made = actions.record_allotment(
                program_id=told["program"],
                fiscal_year=told["fiscal_year"],
                source=told["source"],
                document_no=told["document_no"],
                amount_fen=told["amount"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, words.RECORDED)
            return redirect("funding:allotment", made.pk)
    return render(request, "funding/record.html", {"form": form})


@door(P.BOOK_SEE)
def allotment(request: StaffRequest, allotment_id: int) -> HttpResponse:
    """One allotment with the actor's decision."""
    found = queries.allotment_for(request.actor, allotment_id)
    context = {"allotment": found, "flow": ALLOTMENT, "trail": trail(ALLOTMENT, found.pk)}
    return render(request, "funding/allotment.html", context)


@require_POST
@door(P.ALLOTMENT_CONFIRM)
def decide(request: StaffRequest, allotment_id: int) -> HttpResponse:
    """Take the posted step."""
    found = queries.allotment_for(request.actor, allotment_id)
    step = next((one for one in ALLOTMENT.steps if one.verb == request.POST.get("verb")), None)
    if step is None:
        raise NotFound
    with refusals_shown_to(request):
        actions.decide_allotment(
            step.verb,
            allotment=found,
            by=request.actor,
            at=request.at,
            seen_version=version(request),
            seen_digest=digest(request),
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, words.TAKEN.format(what=found.document_no, step=step.words))
    return redirect("funding:allotment", allotment_id)
