"""Doors of the clerk's desk: mending in place, taking back, copying the cycle before, the template, the difference."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from yikatong.catalog import queries as catalog
from yikatong.core import slots
from yikatong.core.doors import StaffRequest, door, refusals_shown_to, version
from yikatong.core.listing import cut_page, listed, page_number
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound, Refused
from yikatong.kit.workbooks import CONTENT_TYPE

from . import actions, clashing, comparing, copying, editing, forms, lists, pages, queries, template_file, words
from .models import Roster

UNDO_MAX = 50


@require_POST
@door(P.ROSTER_EDIT)
def mend(request: StaffRequest, no: str) -> HttpResponse:
    """存好改过的格子，重新核对."""
    roster = queries.roster_for(request.actor, no)
    changes, accepted = forms.changes_of_rows(request.POST), forms.accepted_cells(request.POST)
    with refusals_shown_to(request):
        before = editing.revisions(roster, [*changes.keys() | accepted.keys()][: editing.ROWS_MAX + 1])
        try:
            check = editing.correct_lines(
                roster=roster,
                changes=changes,
                accepted=accepted,
                by=request.actor,
                at=request.at,
                seen_version=version(request),
            )
        except Refused as refused:
            return clash(request, roster, changes, refused)
        now = editing.revisions(roster, list(before))
        mended = {key: revision for key, revision in before.items() if now.get(key) != revision}
        _remember(request, pages.undo_key(roster), mended)
        left = words.LEFT.format(count=check.error_count) if check.error_count else words.NOTHING_LEFT
        messages.success(request, words.CORRECTED_MANY.format(count=len(mended), rest=left))
    return redirect(back(request, no))


def clash(request: StaffRequest, roster: Roster, changes: dict[str, dict[str, str]], refused: Refused) -> HttpResponse:
    """What was typed beside what somebody else left there meanwhile (B11); any other refusal passes on."""
    if refused.code != "YK002":
        raise refused
    found = clashing.clashes(roster, changes, by=request.actor, at=request.at)
    context = {"roster": roster, "clashes": found, "back": back(request, roster.no)}
    return render(request, "rosters/clash.html", context, status=409)


def _remember(request: StaffRequest, key: str, mended: dict[str, int]) -> None:
    """Row keys and revisions only: nothing personal stands in a session."""
    if mended:
        request.session[key] = [*request.session.get(key, []), mended][-UNDO_MAX:]


@require_POST
@door(P.ROSTER_EDIT)
def undo(request: StaffRequest, no: str) -> HttpResponse:
    """撤销刚才存的."""
    roster = queries.roster_for(request.actor, no)
    key = pages.undo_key(roster)
    kept = list(request.session.get(key, []))
    if not kept:
        messages.error(request, words.NOTHING_TO_UNDO)
        return redirect(back(request, no))
    with refusals_shown_to(request):
        last = kept.pop()
        editing.restore_lines(
            roster=roster, before=last, by=request.actor, at=request.at, seen_version=version(request)
        )
        request.session[key] = kept
        messages.success(request, words.UNDONE.format(count=len(last)))
    return redirect(back(request, no))


def back(request: StaffRequest, no: str) -> str:
    """The roster's page with the filter and the page of lines that somebody came from."""
    kind, page = request.POST.get("kind", ""), request.POST.get("page", "")
    kept = [f"kind={kind}"] if kind.replace("_", "").isalpha() else []
    kept += [f"page={page}"] if page.isdecimal() else []
    return reverse("rosters:detail", args=[no]) + (f"?{'&'.join(kept)}" if kept else "") + "#rows"


@require_POST
@door(P.ROSTER_EDIT)
def copy(request: StaffRequest) -> HttpResponse:
    """复制上期名册: a new roster of this cycle from what was completed last."""
    cycle = catalog.cycle_for(request.actor, request.POST.get("cycle", ""))
    area = request.POST.get("area", "")
    with refusals_shown_to(request):
        name, content = copying.copied(cycle=cycle, area_code=area, by=request.actor, at=request.at)
        roster = actions.receive(
            content=content, filename=name, cycle=cycle, area_code=area, by=request.actor, at=request.at, again=True
        )
        messages.success(request, words.RECEIVED)
        return redirect("rosters:detail", roster.no)
    return redirect(f"{reverse('rosters:upload')}?cycle={cycle.no}")


@door(P.ROSTER_EDIT)
def template(request: StaffRequest, cycle_no: str) -> HttpResponse:
    """下载空表模板."""
    cycle = catalog.cycle_for(request.actor, cycle_no)
    answer = HttpResponse(template_file.workbook(cycle), content_type=CONTENT_TYPE)
    name = f"{cycle.program.name}{cycle.label}花名册空表.xlsx"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


@door(P.ROSTER_SEE)
@listed(lists.CHANGED, filters=lists.changed_filters)
def difference(request: StaffRequest, no: str) -> HttpResponse:
    """与上期差异: who is new, who is gone, whose figures changed; a long roster is compared when somebody posts."""
    roster = queries.roster_for(request.actor, no)
    if request.method == "POST":
        comparing.start(roster, by=request.actor, at=request.at)
        return redirect("rosters:difference", no)
    context = pages.compared_with_before(request, roster) | {"roster": roster}
    if not context.get("previous"):
        raise NotFound
    context["stages"] = slots.stages(roster_id=roster.pk)
    found = context["difference"]
    if found is None:
        return render(request, "rosters/comparing.html", context)
    if request.headers.get("HX-Request"):
        # Whoever asked for it has the answer sooner than the page that would show how far it is.
        return HttpResponse(headers={"HX-Refresh": "true"})
    kind = request.GET.get("kind", "")
    kind = kind if kind in words.DIFFERENCES else ""
    number = page_number(request)
    people = comparing.changed_people(roster, found, kind=kind, page=number)
    context |= {"kind": kind, "people": people, "page": cut_page(people, number, comparing.PAGE)}
    return render(request, "rosters/difference.html", context)
