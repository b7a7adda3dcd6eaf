"""Doors: filing, one page per payment request, and the bank's answers that cannot be."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yikatong.batches import queries as batches
from yikatong.core import slots
from yikatong.core.doors import StaffRequest, digest, door, refusals_shown_to, version
from yikatong.core.listing import listed
from yikatong.core.permissions import P
from yikatong.core.workflow import trail

from . import accepting, actions, lists, queries, words
from .models import PaymentRequest
from .states import EXCEPTION, REQUEST

PAGE_SIZE = 50


@door(P.BATCH_SEE, P.PAID_FACTS_SEE)
@listed(lists.REQUESTS, lists.FILEABLE)
def listing(request: StaffRequest) -> HttpResponse:
    """发放申请: batches whose money has arrived, and all requests."""
    context = {
        "fileable": queries.fileable_for(request.actor),
        "requests": queries.requests_for(request.actor),
        "flow": REQUEST,
    }
    return render(request, "payments/list.html", context)


@door(P.REQUEST_FILE)
def file(request: StaffRequest, batch_no: str) -> HttpResponse:
    """再次比对金额，提交发放申请 (I10)."""
    batch = batches.batch_for(request.actor, batch_no)
    if request.method == "POST":
        with refusals_shown_to(request):
            filed = actions.file(batch_id=batch.pk, by=request.actor, at=request.at, seen_digest=digest(request))
            messages.success(request, words.FILED.format(no=filed.no))
            return redirect("payments:detail", filed.no)
    context = {"batch": batch, "figures": queries.figures(batch.pk), "stages": slots.stages(batch_id=batch.pk)}
    return render(request, "payments/file.html", context)


@door(P.BATCH_SEE, P.PAID_FACTS_SEE)
@listed(lists.TOWNSHIPS, filters=lists.request_told)
def detail(request: StaffRequest, no: str) -> HttpResponse:
    """One request: the comparison, where each township's money is, trail and the actor's decision.

    Where the townships take long to tell, the page asks for itself again with ``?townships=1`` and takes them from there.
    """
    return _page(request, queries.request_for(request.actor, no))


@require_POST
@door(P.BATCH_SEE, P.PAID_FACTS_SEE)
def sample(request: StaffRequest, no: str) -> HttpResponse:
    """替您随机抽 3 户: shown on the request's page, recorded."""
    subject = queries.request_for(request.actor, no)
    return _page(request, subject, drawn=actions.look_at_some(request=subject, by=request.actor, at=request.at))


def _page(request: StaffRequest, subject: PaymentRequest, drawn: Sequence[batches.Drawn] = ()) -> HttpResponse:
    later = queries.states_take_long(subject) and "townships" not in request.GET
    context = {
        "request_": subject,
        "flow": REQUEST,
        "figures": queries.figures(subject.batch_id),
        "townships": None if later else queries.township_states(subject),
        "accepted": accepting.accepted_lines(subject),
        "recovered_fen": queries.recovered_fen(subject),
        "may_recover": subject.state == "closed" and request.actor.may(P.REFUND_PREPARE),
        "exceptions": queries.exceptions_for(request.actor).filter(request=subject)[:PAGE_SIZE],
        "exception_flow": EXCEPTION,
        "trail": trail(REQUEST, subject.pk),
        "stages": slots.stages(batch_id=subject.batch_id),
        "drawn": drawn,
    }
    return render(request, "payments/detail.html", context)


@require_POST
@door(P.REQUEST_FILE, P.REQUEST_VERIFY, P.INSTRUCTION_RELEASE_DEPARTMENT, P.INSTRUCTION_RELEASE_FINANCE)
def decide(request: StaffRequest, no: str) -> HttpResponse:
    """Take the posted step."""
    subject = queries.request_for(request.actor, no)
    step = next((one for one in REQUEST.open_to(subject, request.actor) if one.verb == request.POST.get("verb")), None)
    signed = {
        "request": subject,
        "by": request.actor,
        "at": request.at,
        "seen_version": version(request),
        "seen_digest": digest(request),
        "reason": request.POST.get("reason", ""),
    }
    with refusals_shown_to(request):
        if step and step.verb == "accept":
            accepting.accept(**signed)
        else:
            actions.take(step.verb if step else "verify", **signed)
        messages.success(request, words.TAKEN.format(no=no, step=step.words if step else ""))
    return redirect("payments:detail", no)


@door(P.BATCH_SEE)
@listed(lists.EXCEPTIONS)
def exceptions(request: StaffRequest) -> HttpResponse:
    """回盘不符: answers of the bank that cannot be."""
    page = Paginator(queries.exceptions_for(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "flow": EXCEPTION}
    return render(request, "payments/exceptions.html", context)


@door(P.BATCH_SEE)
def exception(request: StaffRequest, exception_id: int) -> HttpResponse:
    """One of them: what the bank said, what we have, what was decided."""
    problem = queries.exception_for(request.actor, exception_id)
    context = {
        "problem": problem,
        "flow": EXCEPTION,
        "trail": trail(EXCEPTION, problem.pk),
        "stages": slots.stages(batch_id=problem.request.batch_id),
    }
    return render(request, "payments/exception.html", context)


@require_POST
@door(P.REQUEST_FILE, P.REQUEST_VERIFY)
def decide_exception(request: StaffRequest, exception_id: int) -> HttpResponse:
    """Explain, resolve or send back."""
    problem = queries.exception_for(request.actor, exception_id)
    verb = request.POST.get("verb", "")
    with refusals_shown_to(request):
        actions.take_exception(
            verb if verb in {step.verb for step in EXCEPTION.steps} else "explain",
            problem=problem,
            by=request.actor,
            at=request.at,
            seen_version=version(request),
            seen_digest=digest(request),
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, words.TAKEN.format(no=problem.request.no, step=EXCEPTION.step(verb).words))
    return redirect("payments:exception", exception_id)
