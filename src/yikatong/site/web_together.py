"""Doors for deciding several waiting things of one kind: the page that says what and how much, and the decision."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yikatong.core import together
from yikatong.core.doors import StaffRequest, door
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound
from yikatong.core.together import THINGS_MAX, Seen, Thing, Together

from . import words


@door(P.SIGNED_IN)
def confirm(request: StaffRequest) -> HttpResponse:
    """核对选中的: the list with count and sum before anything is decided."""
    picked = request.POST.getlist("pick")
    codes = {one.rpartition(":")[0] for one in picked}
    refusal = _refusal(picked, codes)
    if request.method != "POST" or refusal:
        if refusal and request.method == "POST":
            messages.error(request, refusal)
        return redirect("inbox")
    kind = together.KINDS[codes.pop()]
    keys = _keys(picked)
    found = sorted(kind.find(request.actor, keys), key=lambda one: keys.index(one.key))
    return _page(request, kind, found, gone=len(set(picked)) - len(found))


def _refusal(picked: list[str], codes: set[str]) -> str:
    if not picked:
        return words.NOTHING_PICKED
    if not codes <= together.KINDS.keys():
        raise NotFound
    if len(codes) > 1:
        named = "、".join(f"“{together.KINDS[code].words}”" for code in sorted(codes))
        return words.SEVERAL_KINDS_PICKED.format(kinds=named)
    return words.TOO_MANY_PICKED.format(count=THINGS_MAX) if len(picked) > THINGS_MAX else ""


def _keys(picked: list[str]) -> list[int]:
    return [int(key) for one in picked if (key := one.rpartition(":")[2]).isdecimal() and len(key) < 19]


@require_POST
@door(P.SIGNED_IN)
def decide(request: StaffRequest) -> HttpResponse:
    """Take the one decision on each of them; says which were decided and which were not, and why."""
    kind = together.KINDS.get(request.POST.get("kind", ""))
    way = kind.way(request.POST.get("verb", "")) if kind else None
    seen = _seen(request.POST.getlist("thing"))
    if kind is None or way is None or not 0 < len(seen) <= THINGS_MAX:
        raise NotFound
    reason = request.POST.get("reason", "").strip()[:500]
    if way.reason_required and not reason:
        messages.error(request, words.REASON_FOR_ALL)
        return _page(request, kind, kind.find(request.actor, [one.key for one in seen]), gone=0)
    outcome = together.decide(kind, way, seen=seen, by=request.actor, at=request.at, reason=reason)
    count, total_fen = together.sums(outcome.done)
    context = {"kind": kind, "way": way, "outcome": outcome, "count": count, "total_fen": total_fen}
    return render(request, "site/decided_together.html", context)


def _seen(posted: list[str]) -> list[Seen]:
    """What the page showed: ``key:version:digest`` of each thing, each key once."""
    found: dict[int, Seen] = {}
    for one in posted:
        key, _, shown = one.partition(":")
        version, _, digest = shown.partition(":")
        if key.isdecimal() and version.isdecimal() and max(len(key), len(version)) < 19:
            found.setdefault(int(key), Seen(int(key), int(version), digest))
    return list(found.values())


def _page(request: StaffRequest, kind: Together, found: list[Thing], *, gone: int) -> HttpResponse:
    things = [one for one in found if not one.why_not]
    count, total_fen = together.sums(things)
    context = {
        "kind": kind,
        "things": things,
        "left": [one for one in found if one.why_not],
        "gone": gone,
        "plain": [way for way in kind.ways if not way.reason_required],
        "reasoned": [way for way in kind.ways if way.reason_required],
        "count": count,
        "total_fen": total_fen,
    }
    return render(request, "site/together.html", context)
