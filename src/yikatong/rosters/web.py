"""Doors of the rosters: the list, uploading, the roster's page, its lines and its chase list."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from yikatong.catalog import queries as catalog
from yikatong.core import slots
from yikatong.core.doors import StaffRequest, door, refusals_shown_to, version
from yikatong.core.listing import cut_page, listed, page_number
from yikatong.core.permissions import P
from yikatong.core.refusals import Refused
from yikatong.core.workflow import trail
from yikatong.kit.workbooks import CONTENT_TYPE

from . import actions, annotating, forms, lists, pages, queries, web_desk, words
from .models import Roster
from .states import FLOW


@door(P.ROSTER_SEE)
@listed(lists.ROSTERS)
def listing(request: StaffRequest) -> HttpResponse:
    """名册与申报: all rosters the actor may see."""
    page = pages.page_of(request, queries.rosters_for(request.actor))
    context = {"page": page, "flow": FLOW, "may_upload": request.actor.may(P.ROSTER_EDIT)}
    return render(request, "rosters/list.html", context)


@door(P.ROSTER_EDIT)
def upload(request: StaffRequest) -> HttpResponse:
    """上传花名册: choose the cycle, choose the file."""
    form = forms.UploadForm(
        request.POST or None,
        request.FILES or None,
        cycles=catalog.open_cycles_for(request.actor),
        actor=request.actor,
        initial={"cycle": request.GET.get("cycle", "")},
    )
    if form.is_valid():
        with refusals_shown_to(request):
            roster = actions.receive(
                content=form.cleaned_data["content"],
                filename=form.cleaned_data["filename"],
                cycle=catalog.cycle_for(request.actor, form.cleaned_data["cycle"]),
                area_code=form.cleaned_data["area"],
                by=request.actor,
                at=request.at,
                again=form.cleaned_data["again"],
            )
            messages.success(request, words.RECEIVED)
            return redirect("rosters:detail", roster.no)
    return render(request, "rosters/upload.html", {"form": form})


@door(P.ROSTER_SEE)
def detail(request: StaffRequest, no: str) -> HttpResponse:
    """One roster: what is wrong by cause, the bad rows with their cells, and what may be done now."""
    roster = queries.roster_for(request.actor, no)
    context = pages.roster_page(request, roster)
    context |= {
        "flow": FLOW,
        "trail": trail(FLOW, roster.pk),
        "stages": slots.stages(roster_id=roster.pk),
        "replace_form": forms.ReplaceForm(actor=request.actor),
        "reason_form": forms.ReasonForm(),
    }
    return render(request, "rosters/detail.html", context)


@door(P.ROSTER_EDIT)
def annotated_copy(request: StaffRequest, no: str) -> HttpResponse:
    """批注表: the clerk's own file with every problem marked at its cell; another desk's is not there."""
    roster = queries.roster_for(request.actor, no)
    answer: HttpResponse = redirect("rosters:detail", no)
    with refusals_shown_to(request):
        copy = annotating.annotated_copy(roster=roster, by=request.actor, at=request.at)
        answer = HttpResponse(copy.content, content_type=CONTENT_TYPE)
        answer["Content-Disposition"] = content_disposition_header(True, copy.filename) or "attachment"
    return answer


@require_POST
@door(P.ROSTER_EDIT)
def replace(request: StaffRequest, no: str) -> HttpResponse:
    """改好了，重新上传."""
    roster = queries.roster_for(request.actor, no)
    form = forms.ReplaceForm(request.POST, request.FILES, actor=request.actor)
    if form.is_valid():
        with refusals_shown_to(request):
            actions.replace(
                roster=roster,
                content=form.cleaned_data["content"],
                filename=form.cleaned_data["filename"],
                by=request.actor,
                at=request.at,
                seen_version=version(request),
                again=form.cleaned_data["again"],
            )
            messages.success(request, words.RECEIVED)
    else:
        messages.error(request, form.refusal)
    return redirect("rosters:detail", no)


@require_POST
@door(P.ROSTER_EDIT)
def correct(request: StaffRequest, no: str, row_key: str) -> HttpResponse:
    """改这一行."""
    roster = queries.roster_for(request.actor, no)
    changes = forms.changes(request.POST)
    with refusals_shown_to(request):
        try:
            actions.correct_line(
                roster=roster,
                row_key=row_key,
                changes=changes,
                by=request.actor,
                at=request.at,
                seen_version=version(request),
            )
        except Refused as refused:
            return web_desk.clash(request, roster, {row_key: changes}, refused)
        messages.success(request, words.CORRECTED)
    return redirect(web_desk.back(request, no))


@require_POST
@door(P.ROSTER_EDIT)
def drop(request: StaffRequest, no: str, row_key: str) -> HttpResponse:
    """剔除这一行."""
    roster = queries.roster_for(request.actor, no)
    with refusals_shown_to(request):
        actions.drop_line(
            roster=roster,
            row_key=row_key,
            reason=request.POST.get("reason", ""),
            by=request.actor,
            at=request.at,
            seen_version=version(request),
        )
        messages.success(request, words.DROPPED)
    return redirect(web_desk.back(request, no))


@require_POST
@door(P.ROSTER_EDIT)
def confirm(request: StaffRequest, no: str) -> HttpResponse:
    """确认合计."""
    roster = queries.roster_for(request.actor, no)
    with refusals_shown_to(request):
        reason = request.POST.get("reason", "")
        actions.confirm_total(roster=roster, reason=reason, by=request.actor, at=request.at)
        messages.success(request, words.CONFIRMED)
    return redirect("rosters:detail", no)


@require_POST
@door(P.ROSTER_EDIT)
def decide(request: StaffRequest, no: str) -> HttpResponse:
    """Match, complete or void."""
    roster = queries.roster_for(request.actor, no)
    with refusals_shown_to(request):
        sentence = pages.take(request, roster, request.POST.get("verb", ""))
        messages.success(request, sentence)
    return redirect("rosters:detail", no)


@door(P.ROSTER_SEE)
@listed(lists.PAYABLE, filters=lists.roster_told, printed=True)
def lines(request: StaffRequest, no: str) -> HttpResponse:
    """可以发放的行: what the roster pays, with payee and card."""
    roster = queries.roster_for(request.actor, no)
    number = page_number(request)
    found = queries.payable_lines(roster, page=number)
    page = cut_page(found, number, queries.PAGE)
    matched_fen = sum(row["total_fen"] for row in queries.match_results(roster) if row["result"] == "matched")
    context = _with_ribbon(roster, page=page, lines=found, matched_fen=matched_fen)
    return render(request, "rosters/lines.html", context)


@door(P.ROSTER_SEE)
@listed(lists.CHASED, filters=lists.roster_told, printed=True)
def chase(request: StaffRequest, no: str) -> HttpResponse:
    """催办名单: whose money waits for a card (C8, C9, C12)."""
    roster = queries.roster_for(request.actor, no)
    number = page_number(request)
    found = queries.chase_list(roster, page=number)
    context = _with_ribbon(roster, page=cut_page(found, number, queries.PAGE), lines=found)
    context |= {"results": queries.match_results(roster), "may_edit": queries.edits(request.actor, roster)}
    return render(request, "rosters/chase.html", context)


def _with_ribbon(roster: Roster, **more: Any) -> dict[str, Any]:
    return {"roster": roster, "flow": FLOW, "stages": slots.stages(roster_id=roster.pk), **more}
