"""Doors of the notices: posting, the boards, objections, proof, the seal."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from yikatong.core import audit, files, papers, slots
from yikatong.core.doors import StaffRequest, digest, door, refusals_shown_to, version
from yikatong.core.listing import listed
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound
from yikatong.core.workflow import trail
from yikatong.rosters import queries as rosters

from . import actions, forms, lists, queries, rules, words
from .models import PublicNotice
from .states import FLOW, OBJECTION_FLOW

SEES = (P.ROSTER_SEE, P.NOTICE_PROVE)
PAGE_SIZE = 50
# So many rows of a board are printed at a time, some thirty sheets.
VOLUME_ROWS = 1_000


@door(*SEES)
@listed(lists.NOTICES, lists.OBJECTIONS, lists.WAITING, title="公示与异议")
def listing(request: StaffRequest) -> HttpResponse:
    """公示与异议: what waits to be posted, what hangs, what was objected."""
    context = {
        "waiting": queries.waiting_rosters_for(request.actor),
        "page": Paginator(queries.notices_for(request.actor), PAGE_SIZE).get_page(request.GET.get("page")),
        "objections": Paginator(queries.objections_for(request.actor), PAGE_SIZE).get_page(
            request.GET.get("objections")
        ),
        "flow": FLOW,
        "objection_flow": OBJECTION_FLOW,
    }
    return render(request, "notices/list.html", context)


@door(P.ROSTER_SEE)
def prepare(request: StaffRequest, no: str) -> HttpResponse:
    """A completed roster before it is posted; POST posts it."""
    roster = rosters.roster_for(request.actor, no)
    if request.method == "POST":
        with refusals_shown_to(request):
            notice = actions.post(roster=roster, by=request.actor, at=request.at, seen_digest=digest(request))
            messages.success(request, words.POSTED.format(day=f"{notice.until_on.month}月{notice.until_on.day}日"))
            return redirect("notices:detail", notice.pk)
    may_post = roster in queries.waiting_rosters_for(request.actor)
    context = {"roster": roster, **_totals(queries.roster_villages(roster)), "may_post": may_post}
    return render(request, "notices/prepare.html", context | {"stages": slots.stages(roster_id=roster.pk)})


@door(*SEES)
@listed(lists.VILLAGES, filters=lists.notice_told)
def detail(request: StaffRequest, notice_id: int) -> HttpResponse:
    """One notice: totals by village, proofs, objections, and the seal."""
    notice = queries.notice_for(request.actor, notice_id)
    totals = queries.villages(notice, request.actor)
    context = {
        "notice": notice,
        "flow": FLOW,
        "objection_flow": OBJECTION_FLOW,
        **_totals(totals),
        "proofs": queries.proofs_of(notice, request.actor),
        "objections": queries.objections_for(request.actor).filter(notice=notice),
        "proof_form": _proof_form(request, totals) if request.actor.may(P.NOTICE_PROVE) else None,
        "trail": trail(FLOW, notice.pk),
        "stages": slots.stages(roster_id=notice.roster_id),
    }
    return render(request, "notices/detail.html", context)


def _totals(totals: list[Any]) -> dict[str, Any]:
    """The villages that the actor sees, and what they come to together."""
    return {
        "totals": totals,
        "whole_count": sum(one.count for one in totals),
        "whole_fen": sum(one.total_fen for one in totals),
        "held_fen": sum(one.held_fen for one in totals),
    }


def _proof_form(request: StaffRequest, totals: list[Any], *given: Any) -> forms.ProofForm:
    return forms.ProofForm(*given, villages=totals, with_township=request.actor.may(P.NOTICE_POST))


@require_POST
@door(P.NOTICE_SEAL)
def decide(request: StaffRequest, notice_id: int) -> HttpResponse:
    """盖章上报."""
    notice = queries.notice_for(request.actor, notice_id)
    with refusals_shown_to(request):
        actions.seal(
            notice=notice,
            by=request.actor,
            at=request.at,
            seen_version=version(request),
            seen_digest=digest(request),
        )
        messages.success(request, words.SEALED)
    return redirect("notices:detail", notice_id)


@door(*SEES)
@listed(lists.VILLAGE, filters=lists.notice_told)
def village(request: StaffRequest, notice_id: int, village_code: str) -> HttpResponse:
    """One village's board, with the objection form at each line."""
    notice = queries.notice_for(request.actor, notice_id)
    context = _board(notice, village_code, request, PAGE_SIZE) | {
        "may_object": notice.state == "posted" and request.actor.may(P.OBJECTION_RECORD),
    }
    return render(request, "notices/village.html", context)


@door(*SEES)
def print_village(request: StaffRequest, notice_id: int, village_code: str) -> HttpResponse:
    """The village's board on A4, with the digest and the head of the audit chain (L11); a long one in volumes."""
    notice = queries.notice_for(request.actor, notice_id)
    board = _board(notice, village_code, request, VOLUME_ROWS)
    volume, total = board["page"], board["total"]
    name = f"{notice.roster.program.name}公示表"
    if volume.has_other_pages():
        name = words.VOLUME.format(name=name, number=volume.number, count=volume.paginator.num_pages)
    before = volume.start_index() - 1
    paper = papers.paper(name, lists.VILLAGE.columns, board["lines"], signed=notice.digest, rows_before=before)
    back = reverse("notices:village", args=[notice.pk, village_code])
    context = {
        "notice": notice, "paper": paper, "place": f"{total.township} {total.name}", "stamp": "村（居）民委员会",
        "back": back, "volume": volume,
    }  # fmt: skip
    return render(request, "notices/print.html", context | _anchor())


@door(*SEES)
def print_township(request: StaffRequest, notice_id: int) -> HttpResponse:
    """The township's board on A4: totals per village (H2)."""
    notice = queries.notice_for(request.actor, notice_id)
    name = f"{notice.roster.program.name}分村汇总公示表"
    shown = [column for column in lists.VILLAGES.columns if column.on_paper]
    paper = papers.paper(name, shown, queries.villages(notice, request.actor), signed=notice.digest)
    place = queries.area_name(notice.area_code)
    back = reverse("notices:detail", args=[notice.pk])
    context = {"notice": notice, "paper": paper, "place": place, "stamp": notice.agency.name, "back": back}
    return render(request, "notices/print.html", context | _anchor())


def _board(notice: PublicNotice, village_code: str, request: StaffRequest, rows_max: int) -> dict[str, Any]:
    total = queries.village_total(notice, village_code, request.actor)
    page = Paginator(range(total.count), rows_max).get_page(request.GET.get("page"))
    before = page.start_index() - 1
    lines = queries.detail(notice, village_code, request.actor, rows_max=rows_max, rows_before=before)
    return {"notice": notice, "lines": lines, "village_code": village_code, "total": total, "page": page}


def _anchor() -> dict[str, Any]:
    sequence, head = audit.head()
    return {"audit_sequence": sequence, "audit_head": head}


@require_POST
@door(P.NOTICE_PROVE)
def prove(request: StaffRequest, notice_id: int) -> HttpResponse:
    """上传佐证材料."""
    notice = queries.notice_for(request.actor, notice_id)
    form = _proof_form(request, queries.villages(notice, request.actor), request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        with refusals_shown_to(request):
            actions.add_proof(
                notice=notice,
                filename=file.name,
                content=file.read(),
                village_code=form.cleaned_data["village"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, words.PROVED)
    else:
        messages.error(request, str(next(iter(form.errors.values()))[0]))
    return redirect("notices:detail", notice_id)


@door(*SEES)
def proof(request: StaffRequest, notice_id: int, proof_id: int) -> HttpResponse:
    """One proof as it was uploaded."""
    notice = queries.notice_for(request.actor, notice_id)
    found = queries.proof_for(request.actor, notice, proof_id)
    content = files.content(found.file, purpose="notice_proof", by=request.actor, at=request.at)
    return HttpResponse(content, content_type=rules.proof_type(content) or "application/octet-stream")


@door(P.OBJECTION_RECORD)
def object_to(request: StaffRequest, notice_id: int, row_key: str) -> HttpResponse:
    """登记异议: about one line of the notice."""
    notice = queries.notice_for(request.actor, notice_id)
    village_code, line = queries.board_line(notice, row_key, request.actor)
    form = forms.ObjectionForm(request.POST or None)
    if form.is_valid():
        with refusals_shown_to(request):
            actions.raise_objection(
                notice=notice, row_key=row_key, by=request.actor, at=request.at, **form.cleaned_data
            )
            messages.success(request, words.RAISED)
            return redirect("notices:village", notice_id, village_code)
    context = {"notice": notice, "form": form, "line": line, "village": queries.area_name(village_code)}
    return render(request, "notices/object.html", context | {"village_code": village_code})


@door(P.ROSTER_SEE, P.OBJECTION_RECORD)
def objection(request: StaffRequest, objection_id: int) -> HttpResponse:
    """One objection; POST is the leader's decision."""
    found = queries.objection_for(request.actor, objection_id)
    if request.method == "POST":
        verb = request.POST.get("verb", "")
        if verb not in ("uphold", "dismiss"):
            raise NotFound
        with refusals_shown_to(request):
            actions.decide(
                objection=found,
                verb=verb,
                reason=request.POST.get("reason", ""),
                by=request.actor,
                at=request.at,
                seen_version=version(request),
            )
            messages.success(request, words.DECIDED)
        return redirect("notices:objection", objection_id)
    context = {
        "objection": found,
        "flow": OBJECTION_FLOW,
        "trail": trail(OBJECTION_FLOW, found.pk),
        "stages": slots.stages(roster_id=found.roster_id),
        "masked_name": queries.masked(found.line.name),
        "village": queries.area_name(found.area_code),
    }
    return render(request, "notices/objection.html", context)
