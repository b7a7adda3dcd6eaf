"""Doors of the four books: a month's days and files, one day by file, and what differs."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from yikatong.core.doors import StaffRequest, door
from yikatong.core.listing import listed
from yikatong.core.permissions import P
from yikatong.kit.calendar import month_end

from . import books, queries
from . import lists_service as lists
from .states import FLOW

PAGE_SIZE = 50


@door(P.BANK_EXCHANGE, P.BOOK_SEE)
@listed(lists.DAYS, lists.FILES, lists.MONTH_BREAKS, title="每日对账", filters=lists.book_filters)
def overview(request: StaffRequest) -> HttpResponse:
    """对账: a month's days and files in four columns."""
    context = _month(request)
    files = Paginator(context["files"], PAGE_SIZE).get_page(request.GET.get("page"))
    breaks = queries.breaks_for(request.actor).exclude(state="settled")[:PAGE_SIZE]
    context |= {
        "page": files, "breaks": breaks, "flow": FLOW, "accounts": books.accounts_for(request.actor),
        "headline": books.headline_for(request.actor, context["days"], request.at.date()),
        "may_exchange": any(map(request.actor.may, (P.BANK_EXCHANGE, P.INSTRUCTION_RELEASE_FINANCE))),
    }  # fmt: skip
    return render(request, "banking/books.html", context)


@door(P.BANK_EXCHANGE, P.BOOK_SEE)
@listed(lists.DAY_FILES, filters=lists.day_told)
def day(request: StaffRequest, agreement_id: int, day: str) -> HttpResponse:
    """One account on one day, file by file, with its differences."""
    wanted = books.day_of(day)
    account = queries.agreement_for(request.actor, agreement_id)
    found = books.day_for(request.actor, agreement_id=agreement_id, day=wanted)
    breaks = queries.breaks_for(request.actor).filter(agreement=account, day=wanted)
    statement = queries.statements_for(request.actor).filter(agreement=account, day=wanted).first()
    context = {
        "account": account, "day": wanted, "files": found, "breaks": breaks, "flow": FLOW, "statement": statement,
    }  # fmt: skip
    return render(request, "banking/book_day.html", context)


def _month(request: StaffRequest) -> dict[str, Any]:
    month = books.month_of(request.GET.get("month", ""), request.at.date())
    account = books.account_of(request.GET.get("account", ""))
    return {
        "month": month,
        "last": month_end(month),
        "account_id": account,
        "days": books.days_for(request.actor, month=month, agreement_id=account),
        "files": books.files_for(request.actor, month=month, agreement_id=account),
    }
