"""Doors of the registry: people and their cards, who cannot be paid yet, card files, changes of the payee card."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from yikatong.core import tasks
from yikatong.core.doors import StaffRequest, digest, door, refusals_shown_to, version
from yikatong.core.listing import cut_page, listed, page_number
from yikatong.core.permissions import P
from yikatong.core.workflow import trail

from . import actions, lists, queries, words
from .forms import CardsForm, ChangeForm
from .models import CardChange, Person
from .states import FLOW
from .tasks import WORK

PAGE_SIZE = 50


@door(*queries.SEES_PEOPLE)
@listed(lists.PEOPLE, filters=lists.people_filters)
def people(request: StaffRequest) -> HttpResponse:
    """People of the actor's area, found by name or by whole ID number (POST, so that it stays out of addresses)."""
    text = (request.POST if request.method == "POST" else request.GET).get("text", "").strip()
    if request.method == "POST" and not queries.is_whole_number(text):
        return redirect(f"{reverse('registry:people')}?{urlencode({'text': text})}")
    found = queries.with_village(queries.search_people(request.actor, text=text))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "registry/people.html", {"page": page, "text": text})


@door(*queries.SEES_PEOPLE)
def person(request: StaffRequest, person_id: int) -> HttpResponse:
    """One person, masked: household, cards, whether they can be paid, changes of the payee card."""
    return _person_page(request, queries.person_for(request.actor, person_id), None)


def _person_page(request: StaffRequest, found: Person, form: ChangeForm | None) -> HttpResponse:
    cards = queries.cards_of(found)
    state = queries.chase_state(found)
    can_propose = request.actor.may(P.CARD_CHANGE_PREPARE) and any(one.status == "active" for one in cards)
    if can_propose and form is None:
        form = ChangeForm(cards=cards, initial={"confirmed_on": request.at.date()})
    return render(
        request,
        "registry/person.html",
        {
            "person": found,
            "village": queries.village_name(found.village_code),
            "household": queries.household_of(found),
            "cards": cards,
            "chase": state,
            "chase_words": words.CHASE[state][0],
            "remedy": words.CHASE[state][1],
            "changes": queries.changes_for(request.actor).filter(person=found),
            "flow": FLOW,
            "form": form if can_propose else None,
        },
    )


@require_POST
@door(P.CARD_CHANGE_PREPARE)
def propose(request: StaffRequest, person_id: int) -> HttpResponse:
    """Propose another card."""
    found = queries.person_for(request.actor, person_id)
    form = ChangeForm(request.POST, cards=queries.cards_of(found))
    if not form.is_valid():
        return _person_page(request, found, form)
    place = reverse("registry:person", args=[person_id])
    with refusals_shown_to(request):
        change = actions.propose_card_change(
            person=found,
            card=found.cards.get(pk=form.cleaned_data["card"]),
            reason=form.cleaned_data["reason"],
            confirmed_on=form.cleaned_data["confirmed_on"],
            by=request.actor,
            at=request.at,
        )
        messages.success(request, "变更已提出，等部门复核。批准前仍发到原来的卡。")
        place = reverse("registry:change", args=[change.pk])
    return redirect(place)


@door(*queries.SEES_CHANGES)
@listed(lists.CHANGES)
def changes(request: StaffRequest) -> HttpResponse:
    """Changes of payee cards in the actor's area."""
    page = Paginator(queries.changes_for(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "registry/changes.html", {"page": page, "flow": FLOW})


@door(*queries.SEES_CHANGES)
def change(request: StaffRequest, change_id: int) -> HttpResponse:
    """One change: from which card to which, why, and the buttons."""
    found: CardChange = queries.change_for(request.actor, change_id)
    context = {
        "change": found,
        "cards": queries.cards_of(found.person),
        "flow": FLOW,
        "trail": trail(FLOW, found.pk),
    }
    return render(request, "registry/change.html", context)


@require_POST
@door(*queries.SEES_CHANGES)
def decide_change(request: StaffRequest, change_id: int) -> HttpResponse:
    """Approve, send back or withdraw."""
    found = queries.change_for(request.actor, change_id)
    with refusals_shown_to(request):
        actions.decide_card_change(
            change=found,
            verb=request.POST.get("verb", ""),
            by=request.actor,
            at=request.at,
            seen_version=version(request),
            seen_digest=digest(request),
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, f"{found.person.name} 的发放卡变更：{FLOW.state_words[found.state]}。")
    return redirect("registry:change", change_id)


@door(*queries.SEES_PEOPLE)
@listed(lists.UNPAYABLE, filters=lists.unpayable_filters, printed=True)
def unpayable(request: StaffRequest) -> HttpResponse:
    """缺卡名单: whoever of the actor's area cannot be paid yet, and what to do (C8, C9, B4)."""
    why = request.GET.get("why", "")
    why = why if why in words.CHASE else ""
    number = page_number(request)
    rows = queries.unpayable_for(request.actor, why=why, page=number)
    page = cut_page(rows, number, queries.PAGE)
    causes = [(code, told[0]) for code, told in words.CHASE.items() if code != "ready"]
    return render(request, "registry/unpayable.html", {"rows": rows, "page": page, "why": why, "causes": causes})


@door(P.CARDS_LOAD)
@listed(lists.LOADS, lists.CARDS_BY_BANK)
def loads(request: StaffRequest) -> HttpResponse:
    """Files of cards that were loaded, cards by bank and status, and loading another file."""
    form = CardsForm(*_posted(request), initial={"as_of": request.at.date()})
    if request.method == "POST" and form.is_valid():
        with refusals_shown_to(request):
            run = _start_loading(request, form.cleaned_data["file"], form.cleaned_data["as_of"])
            return redirect("task", run)
    page = Paginator(queries.loads_for(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "registry/loads.html",
        {
            "page": page,
            "form": form,
            "figures": queries.card_figures(request.actor),
            "several": queries.holders_of_several(request.actor),
        },
    )


@transaction.atomic
def _start_loading(request: StaffRequest, file: UploadedFile, as_of: date) -> int:
    name, content = str(file.name), file.read()
    stored = actions.store_cards(content=content, file=name, by=request.actor, at=request.at)
    run = tasks.start(
        WORK,
        title=f"导入社保卡 {name}"[:120],
        subject=f"file:{stored.pk}",
        by=request.actor,
        at=request.at,
        url=reverse("registry:loads"),
        file_id=stored.pk,
        as_of=as_of.isoformat(),
    )
    return int(run.pk)


def _posted(request: StaffRequest) -> tuple[Any, Any]:
    """What a form is bound to: the posted fields and files, or nothing at all."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
