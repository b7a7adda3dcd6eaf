"""Doors: the ages of money in suspense, who is still owed, and the months' ends."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yikatong.core.doors import StaffRequest, digest, door, refusals_shown_to, version
from yikatong.core.listing import listed
from yikatong.core.permissions import P
from yikatong.core.workflow import trail

from . import lists_back as lists
from . import month_ending, owing, words
from . import queries_back as queries
from .states import MONTH_END


@door(P.BATCH_SEE)
@listed(lists.SUSPENSE)
def ageing(request: StaffRequest) -> HttpResponse:
    """待处理账龄: all money in suspense by age, cause, department and township, against the ledger."""
    found = queries.ageing_for(request.actor, request.at.date())
    tables = (("按原因", found.by_cause), ("按部门", found.by_agency), ("按乡镇", found.by_township))
    return render(request, "payments/ageing.html", {"ageing": found, "tables": tables})


@door(P.BATCH_SEE)
@listed(lists.YEAR_END, printed=True)
def year_end(request: StaffRequest) -> HttpResponse:
    """年末清退: what has to be back in the treasury by the end of the year, who answers for it, and why it is not (K2)."""
    found = queries.year_end_for(request.actor, request.at.date())
    context = {
        "year_end": found,
        "may_refund": request.actor.may(P.REFUND_PREPARE),
        "business_today": request.at.date(),
    }
    return render(request, "payments/year_end.html", context)


@door(P.BATCH_SEE)
@listed(lists.OWED, printed=True)
def owed(request: StaffRequest) -> HttpResponse:
    """补发台账: refunded as uncorrectable and still owed; those that can be paid go into a new batch (K3)."""
    rows = queries.owed_for(request.actor)
    context = {
        "rows": rows,
        "payable_cycles": {row["cycle_no"] for row in rows if not row["obstacle"] and not row["batch_no"]},
        "open_fen": sum(row["amount_fen"] for row in rows if not row["batch_no"]),
        "may_assemble": request.actor.may(P.BATCH_ASSEMBLE),
    }
    return render(request, "payments/owed.html", context)


@require_POST
@door(P.BATCH_ASSEMBLE)
def assemble_late(request: StaffRequest, fiscal_year: int, cycle_id: int) -> HttpResponse:
    """汇总成补发批次."""
    rows = queries.owed_for(request.actor)
    those = {row["outcome_id"] for row in rows if (row["fiscal_year"], row["cycle_id"]) == (fiscal_year, cycle_id)}
    chosen = [int(one) for one in request.POST.getlist("outcomes") if one.isdecimal() and int(one) in those]
    assembled_no = ""
    with refusals_shown_to(request):
        batch = owing.assemble_late(
            cycle_id=cycle_id, fiscal_year=fiscal_year, outcome_ids=chosen, by=request.actor, at=request.at
        )
        messages.success(request, words.LATE_ASSEMBLED.format(no=batch.no))
        assembled_no = batch.no
    return redirect("batches:detail", assembled_no) if assembled_no else redirect("payments:owed")


@door(*queries.SEES_MONTH_ENDS)
@listed(lists.MONTH_ENDS)
def month_ends(request: StaffRequest) -> HttpResponse:
    """月末清理: the months' tables, and the month that waits for one."""
    context = {
        "month_ends": queries.month_ends_for(request.actor),
        "waiting": queries.month_to_end(request.actor, request.at.date()),
        "flow": MONTH_END,
        "may_prepare": request.actor.may(P.MONTH_END_PREPARE),
    }
    return render(request, "payments/month_ends.html", context)


@require_POST
@door(P.MONTH_END_PREPARE)
def prepare_month_end(request: StaffRequest) -> HttpResponse:
    """编制月末表."""
    year, month = (request.POST.get(name, "") for name in ("year", "month"))
    made_id = 0
    with refusals_shown_to(request):
        made = month_ending.prepare_month_end(
            year=int(year) if year.isdecimal() else 0,
            month=int(month) if month.isdecimal() else 0,
            by=request.actor,
            at=request.at,
        )
        messages.success(request, words.MONTH_END_PREPARED.format(year=made.year, month=made.month))
        made_id = made.pk
    return redirect("payments:month-end", made_id) if made_id else redirect("payments:month-ends")


@door(*queries.SEES_MONTH_ENDS)
@listed(lists.MONTH_END_LINES, filters=lists.month_told, printed=True, digest=lists.month_digest)
def month_end(request: StaffRequest, month_end_id: int) -> HttpResponse:
    """One month's table: each fen with its owner and reason, and the actor's decision."""
    found = queries.month_end_for(request.actor, month_end_id)
    context = {
        "month_end": found,
        "lines": queries.month_end_lines(found),
        "flow": MONTH_END,
        "trail": trail(MONTH_END, found.pk),
    }
    return render(request, "payments/month_end.html", context)


@require_POST
@door(P.MONTH_END_SIGN)
def decide_month_end(request: StaffRequest, month_end_id: int) -> HttpResponse:
    """Sign, or send back to be written anew."""
    found = queries.month_end_for(request.actor, month_end_id)
    with refusals_shown_to(request):
        month_ending.decide_month_end(
            "send_back" if request.POST.get("verb") == "send_back" else "sign",
            month_end=found,
            by=request.actor,
            at=request.at,
            seen_version=version(request),
            seen_digest=digest(request),
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, words.TAKEN.format(no=str(found), step=MONTH_END.state_words[found.state]))
    return redirect("payments:month-end", month_end_id)
