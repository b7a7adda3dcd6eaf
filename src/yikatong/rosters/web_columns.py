"""Doors of 列对应: which column is which field, as it was taken, corrected, or told by the clerk."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from yikatong.core.doors import StaffRequest, door, refusals_shown_to, version
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound

from . import forms, queries, telling, words


@door(P.ROSTER_EDIT)
def mapping(request: StaffRequest, no: str) -> HttpResponse:
    """列对应: which column was taken for which field; corrected, the file is read again, and the correction remembered."""
    roster = queries.roster_for(request.actor, no)
    if telling.question(roster) is not None:
        return redirect("rosters:headings", no)
    columns = queries.mapping(roster)
    form = forms.MappingForm(request.POST or None, mapping=columns)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_to(request):
            telling.change_mapping(
                roster=roster, mapping=form.mapping, by=request.actor, at=request.at, seen_version=version(request)
            )
            messages.success(request, words.RECEIVED)
            return redirect("rosters:detail", no)
    return render(request, "rosters/mapping.html", {"roster": roster, "form": form, "source": telling.source(roster)})


@door(P.ROSTER_EDIT)
def headings(request: StaffRequest, no: str) -> HttpResponse:
    """指认表头: the upper rows of a file whose headings say too little; the clerk says which column is which field."""
    roster = queries.roster_for(request.actor, no)
    asked = telling.question(roster)
    if asked is None:
        return redirect("rosters:detail", no)
    heads = telling.heads(asked, by=request.actor, at=request.at)
    if not heads:
        raise NotFound
    sheet = int(request.GET.get("sheet", "0")) if request.GET.get("sheet", "0").isdecimal() else 0
    sheet = min(sheet, len(heads) - 1)
    form = forms.HeadingsForm(request.POST or None, head=heads[sheet])
    if request.method == "POST" and form.is_valid():
        with refusals_shown_to(request):
            telling.tell(
                roster=roster,
                sheet=sheet,
                header_row=form.cleaned_data["header_row"],
                fields=form.mapping,
                by=request.actor,
                at=request.at,
                seen_version=version(request),
            )
            messages.success(request, words.RECEIVED)
            return redirect("rosters:detail", no)
    context = {"roster": roster, "form": form, "heads": heads, "sheet": sheet, "file": asked.file}
    context["remembers"] = bool(telling.remembered(roster.agency_id))
    return render(request, "rosters/headings.html", context)
