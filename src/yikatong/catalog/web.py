"""Doors of the catalog: programs, lists and their signing, cycles, and the public list."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from yikatong.core.doors import StaffRequest, digest, door, refusals_shown_to, version
from yikatong.core.listing import listed
from yikatong.core.permissions import P
from yikatong.core.tables import BadTable
from yikatong.core.workflow import trail

from . import actions, queries
from . import lists as tables
from .forms import CycleForm, ListForm
from .states import CYCLE_FLOW, LIST_FLOW

PAGE_SIZE = 50


@login_not_required
@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """补贴政策清单 for everybody, without signing in (A2, A20)."""
    return render(request, "catalog/public.html", {"programs": queries.public_list()})


@door(P.SIGNED_IN)
@listed(tables.PROGRAMS)
def programs(request: StaffRequest) -> HttpResponse:
    """All programs in force that the actor may know of."""
    return render(request, "catalog/programs.html", {"programs": queries.programs_for(request.actor)})


@door(P.SIGNED_IN)
def program(request: StaffRequest, code: str) -> HttpResponse:
    """One program: terms, dated standards, versions, legal basis, cycles."""
    found = queries.program_for(request.actor, code)
    return render(
        request,
        "catalog/program.html",
        {
            "program": found,
            "rates": queries.rates_of(found),
            "versions": queries.versions_of(found),
            "bases": found.bases.all(),
            "parts": queries.programs_for(request.actor).filter(parent=found),
            "cycles": queries.cycles_for(request.actor).filter(program=found)[:20],
            "flow": CYCLE_FLOW,
        },
    )


@door(*queries.SEES_LISTS)
@listed(tables.LISTS)
def lists(request: StaffRequest) -> HttpResponse:
    """Lists under way and published, and drafting a new one from a file."""
    form = ListForm(*_posted(request))
    problems: list[Any] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        with refusals_shown_to(request):
            try:
                drafted = actions.load_catalog(content=file.read(), file=file.name, by=request.actor, at=request.at)
            except BadTable as bad:
                problems = bad.problems
                raise
            messages.success(request, f"已起草《{drafted.title}》，{drafted.item_count} 项，等财政局审核。")
            return redirect("catalog:list", drafted.no)
    page = Paginator(queries.lists_for(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    may_draft = request.actor.may(P.CATALOG_DRAFT) or request.actor.may(P.CATALOG_VERIFY)
    context = {"page": page, "form": form, "problems": problems, "may_draft": may_draft, "flow": LIST_FLOW}
    return render(request, "catalog/lists.html", context)


@door(*queries.SEES_LISTS)
@listed(tables.ITEMS, filters=lambda asked: [("清单", asked.path["number"])])
def one_list(request: StaffRequest, number: str) -> HttpResponse:
    """One list: its items, what publication changes, who signed, and the buttons."""
    found = queries.list_for(request.actor, number)
    items = list(queries.items_of(found, request.actor))
    changes = queries.changes_of(items) if found.state != "published" else {}
    return render(
        request,
        "catalog/list.html",
        {
            "catalog_list": found,
            "rows": [(item, changes.get(item.code, "")) for item in items],
            "change_count": len(changes),
            "flow": LIST_FLOW,
            "trail": trail(LIST_FLOW, found.pk),
        },
    )


@require_POST
@door(*queries.SEES_LISTS)
def decide_list(request: StaffRequest, number: str) -> HttpResponse:
    """Verify, approve or send back."""
    found = queries.list_for(request.actor, number)
    with refusals_shown_to(request):
        actions.sign_list(
            catalog_list=found,
            verb=request.POST.get("verb", ""),
            by=request.actor,
            at=request.at,
            seen_version=version(request),
            seen_digest=digest(request),
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, f"《{found.title}》：{LIST_FLOW.state_words[found.state]}。")
    return redirect("catalog:list", number)


@door(P.SIGNED_IN)
@listed(tables.CYCLES)
def cycles(request: StaffRequest) -> HttpResponse:
    """Cycles that the actor may know of, newest first: whoever sees a program sees its rounds."""
    page = Paginator(queries.cycles_for(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    may_open = request.actor.may(P.CYCLE_OPEN)
    return render(request, "catalog/cycles.html", {"page": page, "flow": CYCLE_FLOW, "may_open": may_open})


@door(P.CYCLE_OPEN)
def open_cycle(request: StaffRequest) -> HttpResponse:
    """Open one round of a program of the own department."""
    choices = [(one.code, f"{one.code} {one.name}") for one in queries.openable_for(request.actor)]
    begun = {"program": request.GET.get("program", "")}
    form = CycleForm(_posted(request)[0], choices=choices, initial=begun)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        with refusals_shown_to(request):
            cycle = actions.open_cycle(
                program=queries.program_for(request.actor, told["program"]),
                label=told["label"],
                roster_due_on=told["roster_due_on"],
                pay_due_on=told["pay_due_on"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, f"周期 {cycle.no} 已开启，乡镇现在可以报送花名册。")
            return redirect("catalog:cycle", cycle.no)
    return render(request, "catalog/open_cycle.html", {"form": form, "has_programs": bool(choices)})


@door(P.SIGNED_IN)
def cycle(request: StaffRequest, number: str) -> HttpResponse:
    """One cycle: deadlines, standard, who opened it."""
    found = queries.cycle_for(request.actor, number)
    return render(
        request, "catalog/cycle.html", {"cycle": found, "flow": CYCLE_FLOW, "trail": trail(CYCLE_FLOW, found.pk)}
    )


@require_POST
@door(P.CYCLE_OPEN)
def decide_cycle(request: StaffRequest, number: str) -> HttpResponse:
    """Close a cycle; nothing else is decided here."""
    found = queries.cycle_for(request.actor, number)
    with refusals_shown_to(request):
        actions.close_cycle(
            cycle=found,
            by=request.actor,
            at=request.at,
            seen_version=version(request),
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, f"周期 {found.no} 已关闭，不再接收花名册。")
    return redirect("catalog:cycle", number)


def _posted(request: StaffRequest) -> tuple[Any, Any]:
    """What a form is bound to: the posted fields and files, or nothing at all."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
