"""Doors: what was really paid, village by village, and the text messages."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yikatong.core import slots
from yikatong.core.doors import StaffRequest, door, refusals_shown_to
from yikatong.core.listing import listed
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound

from . import actions, lists, queries, words

PAGE_SIZE = 50


@door(P.PAID_FACTS_SEE)
@listed(lists.PAID)
def listing(request: StaffRequest) -> HttpResponse:
    """实际发放情况: paid facts of all closed requests the actor may see."""
    notices = list(queries.notices_for(request.actor))
    counts = queries.deliveries([one.pk for one in notices])
    rows = [(one, counts[one.pk]) for one in notices]
    return render(request, "disclosure/list.html", {"rows": rows, "business_today": request.at.date()})


@door(P.PAID_FACTS_SEE)
@listed(lists.VILLAGES, filters=lists.notice_told, printed=True, digest=lists.notice_digest)
def detail(request: StaffRequest, no: str) -> HttpResponse:
    """One request's paid facts by village."""
    notice = queries.notice_for(request.actor, no)
    villages = queries.village_totals(notice)
    context = {
        "notice": notice,
        "villages": villages,
        "count": sum(one.count for one in villages),
        "total_fen": sum(one.total_fen for one in villages),
        "returned_count": sum(one.returned_count for one in villages),
        "recovered_fen": sum(one.recovered_fen for one in villages),
        "deliveries": queries.deliveries([notice.pk])[notice.pk],
        "stages": slots.stages(batch_id=notice.request.batch_id),
        "business_today": request.at.date(),
        "verification": queries.verification_of(notice),
    }
    return render(request, "disclosure/detail.html", context)


@door(P.PAID_FACTS_SEE)
@listed(lists.VERIFIED)
def both_ways(request: StaffRequest) -> HttpResponse:
    """双向验证: published against ledger, bank results and statement, batch by batch."""
    found = queries.verifications_for(request.actor)
    context = {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "finding": words.both_ways([None if one is None else one.agrees for _, one in found]),
    }
    return render(request, "disclosure/both_ways.html", context)


@require_POST
@door(P.PAID_FACTS_SEE)
def verify(request: StaffRequest, no: str) -> HttpResponse:
    """现在验证一次."""
    notice = queries.notice_for(request.actor, no)
    with refusals_shown_to(request):
        actions.verify_both_ways(notice_id=notice.pk, by=request.actor, at=request.at)
    return redirect("disclosure:detail", no)


@door(P.PAID_FACTS_SEE)
@listed(lists.VILLAGE_LINES, filters=lists.village_told, printed=True, digest=lists.notice_digest)
def village(request: StaffRequest, no: str, village_code: str) -> HttpResponse:
    """The people of one village, names masked."""
    notice = queries.notice_for(request.actor, no)
    place = next((one for one in queries.village_totals(notice) if one.village_code == village_code), None)
    if place is None:
        raise NotFound
    page = Paginator(range(place.count), PAGE_SIZE).get_page(request.GET.get("page"))
    bounds = {"rows_max": PAGE_SIZE, "rows_before": max(page.start_index() - 1, 0)}
    context = {
        "notice": notice,
        "place": place,
        "lines": queries.village_lines(notice, village_code, **bounds),
        "page": page,
        "stages": slots.stages(batch_id=notice.request.batch_id),
    }
    return render(request, "disclosure/village.html", context)


@door(P.PAID_FACTS_SEE)
@listed(lists.MESSAGES, filters=lists.notice_told)
def sms(request: StaffRequest, no: str) -> HttpResponse:
    """The text messages of one request."""
    notice = queries.notice_for(request.actor, no)
    page = Paginator(queries.messages_for(request.actor, notice), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "notice": notice,
        "page": page,
        "deliveries": queries.deliveries([notice.pk])[notice.pk],
        "stages": slots.stages(batch_id=notice.request.batch_id),
    }
    return render(request, "disclosure/sms.html", context)
