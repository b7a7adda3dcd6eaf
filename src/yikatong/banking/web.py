"""Banking's pages: instructions, reports, statements and reconciliation, providers."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yikatong.core import slots, workflow
from yikatong.core.doors import StaffRequest, digest, door, refusals_shown_to, version
from yikatong.core.listing import listed
from yikatong.core.permissions import P

from . import actions, books, hand_queries, lists, overdue, queries, tasks
from .states import FLOW

PAGE_SIZE = 50
VERBS = {
    **dict.fromkeys(("explain", "explain_finance", "explain_department"), actions.explain),
    "settle": actions.settle,
    "send_back": actions.send_back,
}


@door(P.BANK_EXCHANGE, P.BATCH_SEE)
@listed(lists.INSTRUCTIONS, lists.OVERDUE)
def instructions(request: StaffRequest) -> HttpResponse:
    """代发指令."""
    page = Paginator(queries.instructions_for(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    unsealed = queries.unsealed_requests_for(request.actor)
    late = overdue.overdue_for(request.actor, request.at)
    return render(request, "banking/instructions.html", {"page": page, "unsealed": unsealed, "overdue": late})


@door(P.BANK_EXCHANGE, P.BATCH_SEE)
@listed(lists.RESULTS, lists.EVENTS, filters=lambda asked: [("指令", asked.path["message_id"])])
def instruction(request: StaffRequest, message_id: str) -> HttpResponse:
    """One instruction: what it pays, its way to the bank, what became of its payments."""
    found = queries.instruction_for(request.actor, message_id)
    context = {
        "instruction": found,
        "events": found.events.select_related("official"),
        "results": queries.results_of(found),
        "totals": queries.totals_of(found.request_id),
        "clearances": hand_queries.clearances_for(request.actor).filter(instruction=found),
        "may_clear": request.actor.may(P.BANK_EXCHANGE) and hand_queries.may_be_cleared(found),
        "stages": slots.stages(batch_id=found.request.batch_id),
    }
    return render(request, "banking/instruction.html", context)


@require_POST
@door(P.BANK_EXCHANGE)
def seal(request: StaffRequest, request_id: int) -> HttpResponse:
    """重新生成指令."""
    with refusals_shown_to(request):
        queries.unsealed_request_for(request.actor, request_id)
        tasks.start_sealing(request_id=request_id, by=request.actor, at=request.at)
    return redirect("banking:instructions")


@require_POST
@door(P.BANK_EXCHANGE, P.INSTRUCTION_RELEASE_FINANCE)
def exchange(request: StaffRequest) -> HttpResponse:
    """现在与银行交换一次."""
    run = tasks.start_exchange(by=request.actor, at=request.at)
    return redirect("task", run.pk)


@door(P.BANK_EXCHANGE, P.BOOK_SEE)
@listed(lists.REPORTS)
def reports(request: StaffRequest) -> HttpResponse:
    """银行回盘."""
    page = Paginator(queries.reports_for(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "banking/reports.html", {"page": page, "may_exchange": _may_exchange(request)})


@door(P.BANK_EXCHANGE, P.BOOK_SEE)
@listed(lists.STATEMENTS, lists.RECONCILED, lists.BREAKS, title="银行对账")
def reconciliation(request: StaffRequest) -> HttpResponse:
    """银行对账: requests against statements, and what does not agree."""
    page = Paginator(queries.statements_for(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    breaks = list(queries.breaks_for(request.actor)[:PAGE_SIZE])
    context = {
        "page": page,
        "breaks": breaks,
        "open_count": queries.breaks_for(request.actor).exclude(state="settled").count(),
        "requests": queries.reconciliation_for(request.actor),
        "flow": FLOW,
        "may_exchange": _may_exchange(request),
        "may_upload": any(map(request.actor.may, (P.BANK_EXCHANGE, P.STATEMENT_CONFIRM))),
    }
    return render(request, "banking/reconciliation.html", context)


@door(P.BANK_EXCHANGE, P.BOOK_SEE)
@listed(lists.STATEMENT_LINES, filters=lists.statement_told, printed=True, digest=lists.statement_digest)
def statement(request: StaffRequest, statement_id: int) -> HttpResponse:
    """One day's statement, line by line."""
    found = queries.statement_for(request.actor, statement_id)
    page = Paginator(found.lines.all(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "banking/statement.html", {"statement": found, "page": page, "breaks": found.breaks.all()})


@door(P.BANK_EXCHANGE, P.BOOK_SEE, P.REQUEST_FILE)
@listed(lists.BREAK_LINES, filters=lists.break_told)
def difference(request: StaffRequest, break_id: int) -> HttpResponse:
    """One difference: both figures, and the two who sign it off."""
    found = queries.break_for(request.actor, break_id)
    if request.method == "POST" and (take := VERBS.get(request.POST.get("verb", ""))):
        with refusals_shown_to(request):
            take(
                subject=found, by=request.actor, at=request.at, seen_version=version(request),
                seen_digest=digest(request), reason=request.POST.get("reason", "").strip(),
            )  # fmt: skip
        return redirect("banking:break", break_id)
    lines = Paginator(books.BreakLines(found), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"difference": found, "flow": FLOW, "decisions": workflow.trail(FLOW, found.pk), "lines": lines}
    return render(request, "banking/break.html", context)


def _may_exchange(request: StaffRequest) -> bool:
    return any(map(request.actor.may, (P.BANK_EXCHANGE, P.INSTRUCTION_RELEASE_FINANCE)))
