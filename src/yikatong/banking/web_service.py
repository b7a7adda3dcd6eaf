"""Doors of the banks themselves: register and agreements, what they do for the county, and complaints about them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yikatong.core import workflow
from yikatong.core.doors import StaffRequest, digest, door, refusals_shown_to, version
from yikatong.core.listing import listed
from yikatong.core.permissions import P

from . import actions, books, queries, service, tasks, words
from . import lists_service as lists
from .forms import ComplaintForm
from .states import COMPLAINT

PAGE_SIZE = 50
SEES_COMPLAINTS = service.SEE_COMPLAINTS


@door(P.BANK_EXCHANGE, P.BOOK_SEE)
@listed(lists.PROVIDERS, lists.AGREEMENTS)
def providers(request: StaffRequest) -> HttpResponse:
    """代发机构与代发协议."""
    agreements = list(queries.agreements_for(request.actor))
    expiring = {one.pk for one in queries.expiring_agreements_for(request.actor, request.at.date())}
    context = {
        "agreements": agreements, "providers": {one.provider_id: one.provider for one in agreements}.values(),
        "expiring": expiring, "business_today": request.at.date(),
    }  # fmt: skip
    return render(request, "banking/providers.html", context)


@door(P.BANK_EXCHANGE, P.BOOK_SEE)
def agreement(request: StaffRequest, agreement_id: int) -> HttpResponse:
    """One agreement with its clauses."""
    found = queries.agreement_for(request.actor, agreement_id)
    return render(request, "banking/agreement.html", {"agreement": found, "business_today": request.at.date()})


@door(P.BANK_EXCHANGE, P.BOOK_SEE)
@listed(lists.SERVICE, lists.SERVICE_MONTH, lists.FAILURES, filters=lists.month_filters)
def levels(request: StaffRequest) -> HttpResponse:
    """代发服务: each bank in a month, its last twelve months, and their order."""
    context = _levels(request)
    months = context["months"]
    context["charts"] = [(one.provider_name, service.bars(months, one.provider_id)) for one in context["rows"]]
    return render(request, "banking/service.html", context)


@door(P.BOOK_SEE)
@listed(lists.BY_PROGRAM, lists.BY_TOWNSHIP, lists.CARDS_BY_BANK, title="人卡钱台账", filters=lists.year_filters)
def people_cards_money(request: StaffRequest) -> HttpResponse:
    """人卡钱台账: a fiscal year by program and by township, and the cards of each bank (Q4-Q6)."""
    year = service.year_of(request.GET.get("year", ""), request.at.year)
    found = service.people_cards_money_for(request.actor, fiscal_year=year)
    context = {
        "year": year, "years": range(request.at.year, request.at.year - 5, -1),
        "programs": [one for one in found if one["kind"] == "program"],
        "townships": [one for one in found if one["kind"] == "township"],
        "whole": next((one for one in found if one["kind"] == "whole"), None),
        "is_to_count": service.is_to_count_for(request.actor, fiscal_year=year),
        "banks": service.cards_by_bank_for(request.actor),
    }  # fmt: skip
    return render(request, "banking/people_cards_money.html", context)


@require_POST
@door(P.BOOK_SEE)
def count_years(request: StaffRequest) -> HttpResponse:
    """重新统计."""
    return redirect("task", tasks.start_counting(by=request.actor, at=request.at).pk)


@door(*SEES_COMPLAINTS)
@listed(lists.COMPLAINTS)
def complaints(request: StaffRequest) -> HttpResponse:
    """服务投诉."""
    page = Paginator(service.complaints_for(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "flow": COMPLAINT, "may_record": request.actor.may(P.COMPLAINT_RECORD)}
    return render(request, "banking/complaints.html", context)


@door(P.COMPLAINT_RECORD)
def record(request: StaffRequest) -> HttpResponse:
    """登记投诉."""
    posted = request.POST if request.method == "POST" else None
    form = ComplaintForm(
        posted, providers=service.providers_for(request.actor), initial={"happened_on": request.at.date()}
    )
    if form.is_valid():
        told = form.cleaned_data
        with refusals_shown_to(request):
            made = actions.record_complaint(
                provider_id=told["provider"], kind=told["kind"], text=told["text"],
                complainant_name=told["complainant_name"], happened_on=told["happened_on"], by=request.actor,
                at=request.at,
            )  # fmt: skip
            messages.success(request, words.COMPLAINT_RECORDED)
            return redirect("banking:complaint", made.pk)
    return render(request, "banking/record_complaint.html", {"form": form})


@door(*SEES_COMPLAINTS)
def complaint(request: StaffRequest, complaint_id: int) -> HttpResponse:
    """One complaint: what was said, what the bank answers, and whether finance is content."""
    found = service.complaint_for(request.actor, complaint_id)
    step = next((one for one in COMPLAINT.steps if one.verb == request.POST.get("verb")), None)
    if request.method == "POST" and step is not None:
        with refusals_shown_to(request):
            actions.decide_complaint(
                step.verb, complaint=found, by=request.actor, at=request.at, seen_version=version(request),
                seen_digest=digest(request), reason=request.POST.get("reason", "").strip(),
            )  # fmt: skip
            messages.success(request, words.COMPLAINT_TAKEN.format(step=step.words))
        return redirect("banking:complaint", complaint_id)
    context = {"complaint": found, "flow": COMPLAINT, "decisions": workflow.trail(COMPLAINT, found.pk)}
    return render(request, "banking/complaint.html", context)


def _levels(request: StaffRequest) -> dict[str, Any]:
    month = books.month_of(request.GET.get("month", ""), request.at.date())
    months = service.months_for(request.actor, month=month, today=request.at.date())
    rows = [one for one in months if one.month == month]
    return {
        "month": month,
        "months": months,
        "rows": rows,
        "kept": service.kept(rows),
        "failures": service.failures_for(request.actor, month=month),
        "ranking": service.ranking(months),
    }
