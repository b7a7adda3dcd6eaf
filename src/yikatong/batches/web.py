"""Doors: sealed rosters, assembling, and one page per batch."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yikatong.core import slots
from yikatong.core.doors import StaffRequest, digest, door, refusals_shown_to, version
from yikatong.core.listing import listed
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound
from yikatong.core.workflow import trail

from . import actions, lists, queries, words
from .forms import AssembleForm, ReasonForm
from .states import BATCH


@door(P.ROSTER_ACCEPT)
@listed(lists.SEALED)
def sealed(request: StaffRequest) -> HttpResponse:
    """花名册接收: the department's sealed rosters that are in no batch yet."""
    rosters = queries.sealed_rosters_for(request.actor)
    cycles = {one.cycle_no: one.program_name for one in rosters if one.acceptance_id}
    return render(request, "batches/sealed.html", {"rosters": rosters, "cycles": cycles})


@door(P.ROSTER_ACCEPT)
def roster(request: StaffRequest, roster_id: int) -> HttpResponse:
    """One sealed roster: accept it or send it back."""
    found = queries.sealed_roster_for(request.actor, roster_id)
    return render(
        request,
        "batches/roster.html",
        {
            "roster": found,
            "conflicts": queries.conflicts([roster_id]) if found.batch_id is None else [],
            "stages": slots.stages(roster_id=roster_id),
            "form": ReasonForm(),
        },
    )


@require_POST
@door(P.ROSTER_ACCEPT)
def accept(request: StaffRequest, roster_id: int) -> HttpResponse:
    """接收."""
    found = queries.sealed_roster_for(request.actor, roster_id)
    with refusals_shown_to(request):
        actions.accept(roster=found, by=request.actor, at=request.at, seen_digest=digest(request))
        messages.success(request, words.ACCEPTED.format(no=found.roster_no))
    return redirect("batches:sealed")


@require_POST
@door(P.ROSTER_ACCEPT)
def send_back(request: StaffRequest, roster_id: int) -> HttpResponse:
    """退回一份花名册."""
    found = queries.sealed_roster_for(request.actor, roster_id)
    gone = False
    with refusals_shown_to(request):
        actions.send_back_roster(roster=found, by=request.actor, at=request.at, reason=request.POST.get("reason", ""))
        messages.success(request, words.SENT_BACK.format(no=found.roster_no))
        gone = True
    return redirect("batches:sealed") if gone else redirect("batches:roster", roster_id)


@door(P.BATCH_ASSEMBLE)
def assemble(request: StaffRequest, cycle_no: str) -> HttpResponse:
    """汇总成批次: choose accepted rosters of one cycle; who would be due twice is listed before anybody tries."""
    rosters = [one for one in queries.sealed_rosters_for(request.actor, cycle_no=cycle_no) if one.acceptance_id]
    choices = [(one.roster_id, one.roster_no) for one in rosters]
    form = AssembleForm(request.POST if request.method == "POST" else None, choices=choices)
    if form.is_valid():
        with refusals_shown_to(request):
            batch = actions.assemble(
                cycle_id=rosters[0].cycle_id,
                roster_ids=form.cleaned_data["rosters"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, words.ASSEMBLED.format(no=batch.no))
            return redirect("batches:detail", batch.no)
    conflicts = queries.conflicts([one.roster_id for one in rosters])
    context = {"rosters": rosters, "form": form, "conflicts": conflicts, "cycle_no": cycle_no}
    return render(request, "batches/assemble.html", context)


@door(P.BATCH_SEE)
@listed(lists.BATCHES)
def listing(request: StaffRequest) -> HttpResponse:
    """发放批次: all batches the actor may see."""
    return render(request, "batches/list.html", {"batches": queries.batches_for(request.actor), "flow": BATCH})


@door(P.BATCH_SEE)
@listed(
    lists.TOWNSHIPS,
    lists.BATCH_ROSTERS,
    title="批次汇总",
    filters=lists.batch_told,
    printed=True,
    digest=lists.batch_digest,
)
def detail(request: StaffRequest, no: str) -> HttpResponse:
    """One batch: its townships, rosters, trail, and the actor's decision."""
    batch = queries.batch_for(request.actor, no)
    return render(
        request,
        "batches/detail.html",
        {
            "batch": batch,
            "flow": BATCH,
            "lines": queries.township_lines(batch.pk),
            "rosters": queries.batch_rosters(batch.pk),
            "trail": trail(BATCH, batch.pk),
            "stages": slots.stages(batch_id=batch.pk),
            "may_send_out": batch.state != "void" and request.actor.may(P.BATCH_ASSEMBLE),
            "form": ReasonForm(),
        },
    )


@require_POST
@door(P.BATCH_ASSEMBLE, P.BATCH_REVIEW, P.BATCH_APPROVE)
def decide(request: StaffRequest, no: str) -> HttpResponse:
    """Take the posted step."""
    batch = queries.batch_for(request.actor, no)
    step = next((one for one in BATCH.steps if one.verb == request.POST.get("verb")), None)
    if step is None:
        raise NotFound
    with refusals_shown_to(request):
        actions.take(
            step.verb,
            batch=batch,
            by=request.actor,
            at=request.at,
            seen_version=version(request),
            seen_digest=digest(request),
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, words.TAKEN.format(no=no, step=step.words))
    return redirect("batches:detail", no)


@require_POST
@door(P.BATCH_ASSEMBLE)
def send_out(request: StaffRequest, no: str, roster_id: int) -> HttpResponse:
    """只退回这一份花名册, the rest is frozen again."""
    batch = queries.batch_for(request.actor, no)
    found = queries.sealed_roster_for(request.actor, roster_id)
    onward = redirect("batches:detail", no)
    with refusals_shown_to(request):
        renewed = actions.send_roster_out(
            batch=batch,
            roster=found,
            by=request.actor,
            at=request.at,
            seen_version=version(request),
            seen_digest=digest(request),
            reason=request.POST.get("reason", ""),
        )
        if renewed is None:
            messages.success(request, words.NOTHING_LEFT.format(roster=found.roster_no))
            onward = redirect("batches:list")
        else:
            messages.success(request, words.REFROZEN.format(roster=found.roster_no, no=renewed.no))
            onward = redirect("batches:detail", renewed.no)
    return onward
