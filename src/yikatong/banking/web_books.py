"""Doors of the four books: a month's days and files, one day by file, and what differs, on the page and in Excel."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from yikatong.core.doors import StaffRequest, door
from yikatong.core.permissions import P
from yikatong.kit.calendar import month_end

from . import books, exporting, queries
from .states import FLOW

PAGE_SIZE = 50
BOOK_HEADS = (
    "系统明细笔数", "系统明细（元）", "资金账笔数", "资金账（元）", "银行回盘笔数", "银行回盘（元）", "银行对账单笔数", "银行对账单（元）",
    "结果",
)  # fmt: skip
STANDINGS = {
    "agree": "相等", "named": "有差异，已列明", "unnamed": "有差异，未列明", "no_statement": "没有对账单",
    "waits_results": "等回盘", "waits_statement": "等对账单", "differs": "不等",
}  # fmt: skip


@door(P.BANK_EXCHANGE, P.BOOK_SEE)
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
def day(request: StaffRequest, agreement_id: int, day: str) -> HttpResponse:
    """One account on one day, file by file, with its differences."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError as wrong:
        raise Http404 from wrong
    account = queries.agreement_for(request.actor, agreement_id)
    found = books.day_for(request.actor, agreement_id=agreement_id, day=wanted)
    breaks = queries.breaks_for(request.actor).filter(agreement=account, day=wanted)
    statement = queries.statements_for(request.actor).filter(agreement=account, day=wanted).first()
    context = {
        "account": account, "day": wanted, "files": found, "breaks": breaks, "flow": FLOW, "statement": statement,
    }  # fmt: skip
    return render(request, "banking/book_day.html", context)


@door(P.BANK_EXCHANGE, P.BOOK_SEE)
def workbook(request: StaffRequest) -> HttpResponse:
    """The month as a workbook: days, files, differences."""
    context = _month(request)
    breaks = queries.breaks_for(request.actor).filter(day__range=(context["month"], context["last"]))
    heads = ("差异", "责任方", "单位", "账务日", "自", "发放申请", "笔数", "系统（元）", "银行（元）", "状态")
    told = (
        (
            one.get_kind_display(), one.get_owner_display(), one.agency.name, one.day, one.found_at,
            one.request.no if one.request else "", one.count, one.expected_fen, one.found_fen,
            FLOW.state_words[one.state],
        )
        for one in breaks[: exporting.ROWS_MAX]
    )  # fmt: skip
    content = exporting.workbook(
        [
            ("按日", ("日期", "单位", "代发机构", "收付", *BOOK_HEADS), _day_rows(context["days"])),
            ("按文件", ("指令", "单位", "代发机构", *BOOK_HEADS), _file_rows(context["files"])),
            ("差异", heads, told),
        ]
    )
    return answer(content, f"对账 {context['month']:%Y-%m}.xlsx")


@door(P.BANK_EXCHANGE, P.BOOK_SEE, P.REQUEST_FILE)
def break_workbook(request: StaffRequest, break_id: int) -> HttpResponse:
    """The lines of one difference as a workbook, names and cards masked."""
    found = queries.break_for(request.actor, break_id)
    rows = (
        (
            one["line_no"], one["end_to_end_id"], one["request_no"], one["payee_name"], one["card"],
            one["expected_fen"], one["found_fen"],
        )
        for one in books.BreakLines(found)[0 : exporting.ROWS_MAX]
    )  # fmt: skip
    heads = ("序号", "款项编号", "发放申请", "姓名", "卡号", "系统（元）", "银行（元）")
    return answer(exporting.workbook([("差异明细", heads, rows)]), f"差异 {found.pk}.xlsx")


def answer(content: bytes, filename: str) -> HttpResponse:
    """A workbook as a download."""
    response = HttpResponse(content, content_type=exporting.CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    return response


def _month(request: StaffRequest) -> dict[str, Any]:
    month = books.month_of(request.GET.get("month", ""), request.at.date())
    written = request.GET.get("account", "")
    account = int(written) if written.isdecimal() and len(written) < 10 else None
    return {
        "month": month,
        "last": month_end(month),
        "account_id": account,
        "days": books.days_for(request.actor, month=month, agreement_id=account),
        "files": books.files_for(request.actor, month=month, agreement_id=account),
    }


def _four(one: books.FourBooks, standing: str) -> tuple[Any, ...]:
    return (
        one.line_count, one.line_fen, one.posted_count, one.posted_fen, one.reported_count, one.reported_fen,
        one.booked_count, one.booked_fen, STANDINGS[standing],
    )  # fmt: skip


def _day_rows(days: list[books.DayBooks]) -> Iterator[tuple[Any, ...]]:
    return (
        (one.day, one.agency_name, one.provider_name, one.movement_words, *_four(one, one.standing)) for one in days
    )


def _file_rows(files: list[books.FileBooks]) -> Iterator[tuple[Any, ...]]:
    return ((one.message_id, one.agency_name, one.provider_name, *_four(one, one.standing)) for one in files)
