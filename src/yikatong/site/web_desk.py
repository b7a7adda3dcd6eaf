"""An official's own desk: inbox, what they did, began and watch, messages, search."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from yikatong.core import together
from yikatong.core.doors import StaffRequest, door, refusals_shown_to
from yikatong.core.listing import listed, page_number
from yikatong.core.models import Decision
from yikatong.core.permissions import P

from . import actions, desk, finding, helping, lists, menu, words

PAGE_SIZE = 50
WORKS_MAX = 10
INBOX_FILTERS = ("kind", "due", "q")


@door(P.SIGNED_IN)
@listed(lists.INBOX, filters=lists.inbox_filters)
def inbox(request: StaffRequest) -> HttpResponse:
    """待办: everything that waits for this actor, narrowed by what stands in the address."""
    kept = _filters(request.GET)
    found = desk.inbox(
        request.actor, request.at, kind=kept.get("kind", ""), due=kept.get("due", ""), text=kept.get("q", "")
    )
    request.waiting_count = len(found.whole)
    page = Paginator(found.items, PAGE_SIZE).get_page(page_number(request))
    context = {
        "inbox": found,
        "page": page,
        "rows": desk.handed(list(page)),
        "kept": kept,
        "query": urlencode(kept),
        "views": desk.views(request.actor, "inbox"),
        "overdue": found.due("overdue"),
        "due_today": found.due("today"),
        "greeting": _greeting(request.at.hour),
        "pickable": {one.together for one in page} & together.KINDS.keys(),
        "total_fen": sum(one.total_fen or 0 for one in found.items),
    }
    return render(request, "site/inbox.html", context)


def _greeting(hour: int) -> str:
    return "上午好" if hour < 12 else "下午好" if hour < 18 else "晚上好"


def _filters(told: Mapping[str, str]) -> dict[str, str]:
    return {name: value.strip()[:60] for name in INBOX_FILTERS if (value := told.get(name, "")).strip()}


@door(P.SIGNED_IN)
@listed(lists.DONE)
def done(request: StaffRequest) -> HttpResponse:
    """已办: the decisions that the actor took."""
    return _decisions(request, desk.done(request.actor), "done")


@door(P.SIGNED_IN)
@listed(lists.BEGUN)
def begun(request: StaffRequest) -> HttpResponse:
    """我发起的: what the actor prepared, where it stands and whom it waits for."""
    return _decisions(request, desk.begun(request.actor), "begun")


def _decisions(request: StaffRequest, found: QuerySet[Decision], tab: str) -> HttpResponse:
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": desk.told(request.actor, list(page)), "tab": tab}
    return render(request, "site/decided.html", context)


@door(P.SIGNED_IN)
@listed(lists.WATCHED)
def watched(request: StaffRequest) -> HttpResponse:
    """关注: what the actor keeps an eye on."""
    return render(request, "site/decided.html", {"rows": desk.watched(request.actor), "tab": "watched"})


@require_POST
@door(P.SIGNED_IN)
def watch(request: StaffRequest) -> HttpResponse:
    """关注, 取消关注."""
    flow, subject_id = request.POST.get("flow", ""), request.POST.get("subject", "")
    number = int(subject_id) if subject_id.isdecimal() else 0
    if request.POST.get("watch") == "no":
        actions.unwatch(flow=flow, subject_id=number, by=request.actor)
        messages.success(request, words.UNWATCHED)
    else:
        actions.watch(flow=flow, subject_id=number, by=request.actor, at=request.at)
        messages.success(request, words.WATCHED)
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None, require_https=request.is_secure())
    return back if safe else reverse("inbox")


@require_POST
@door(P.SIGNED_IN)
def save_view(request: StaffRequest) -> HttpResponse:
    """存为常用筛选."""
    told = {name: values[0] for name, values in parse_qs(request.POST.get("query", "")).items()}
    query, name = urlencode(_filters(told)), request.POST.get("name", "").strip()
    with refusals_shown_to(request):
        actions.save_view(page="inbox", name=name, query=query, by=request.actor)
        messages.success(request, words.VIEW_SAVED.format(name=name))
    return redirect(reverse("inbox") + (f"?{query}" if query else ""))


@require_POST
@door(P.SIGNED_IN)
def drop_view(request: StaffRequest, view_id: int) -> HttpResponse:
    """删掉一组常用筛选."""
    actions.drop_view(view_id=view_id, by=request.actor)
    return redirect("inbox")


@door(P.SIGNED_IN)
def mail(request: StaffRequest) -> HttpResponse:
    """消息: what became of things since the actor last looked; looking marks them as read."""
    seen = desk.read_at(request.actor)
    number = page_number(request)
    page, decisions = desk.messages(request.actor, number, rows_max=PAGE_SIZE)
    context = {
        "page": page,
        "rows": desk.told(request.actor, decisions, read_at=seen),
        "works": desk.ended_tasks(request.actor, rows_max=WORKS_MAX) if number == 1 else [],
        "seen": seen,
    }
    answer = render(request, "site/messages.html", context)
    actions.mark_read(by=request.actor, at=request.at)
    return answer


@door(P.SIGNED_IN)
def search(request: StaffRequest) -> HttpResponse:
    """搜索: posted, so that no ID or card number stands in an address, a log or the browser's history."""
    text = request.POST.get("q", "")
    groups = finding.find(request.actor, text)
    rows = [row for group in groups for row in group.rows]
    if request.method == "POST" and len(rows) == 1:
        return redirect(rows[0][2])
    context = {"text": text.strip(), "groups": groups, "count": len(rows), "asked": request.method == "POST"}
    return render(request, "site/search.html", context)


@door(P.SIGNED_IN)
def keys(request: StaffRequest) -> HttpResponse:
    """快捷键: the list that ``?`` opens; alone as a page where there is no script."""
    partial = bool(request.headers.get("HX-Request"))
    return render(request, "site/_keys.html" if partial else "site/keys.html", {"keys": words.KEYS})


@door(P.SIGNED_IN)
def help_page(request: StaffRequest, view_name: str) -> HttpResponse:
    """本页怎么用: what its button and ``h`` open; alone as a page where there is no script."""
    found = helping.page(view_name)
    if found is None:
        raise Http404
    partial = bool(request.headers.get("HX-Request"))
    return render(request, "site/_help.html" if partial else "site/help.html", {"help": found})


@door(P.SIGNED_IN)
def section(request: StaffRequest, slug: str) -> HttpResponse:
    """A group of the menu as a page: each of its pages with a sentence that says what is there."""
    found = menu.section(slug)
    links = menu.links(request.actor, found.group) if found else []
    if not links:
        raise Http404
    return render(request, "site/section.html", {"section": found, "links": links})
