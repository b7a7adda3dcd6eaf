"""The site's own pages: background work, audit trail, appointments, the balance proof."""

import logging
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from yikatong.core import audit, proofs, tasks
from yikatong.core.doors import StaffRequest, door, refusals_shown_to
from yikatong.core.listing import listed
from yikatong.core.models import TaskRun
from yikatong.core.permissions import P

from . import lists, queries
from .forms import SignInForm

PAGE_SIZE = 50
logger = logging.getLogger(__name__)
# htmx stops polling at this status.
STOP_POLLING = 286
ENDED = (TaskRun.State.DONE, TaskRun.State.REFUSED, TaskRun.State.FAILED, TaskRun.State.CANCELED)


class SignIn(LoginView):
    """/login/"""

    template_name = "login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """/logout/ (POST)"""


@door(P.SIGNED_IN)
@listed(lists.TASKS)
def my_tasks(request: StaffRequest) -> HttpResponse:
    """我的后台任务."""
    page = Paginator(queries.tasks_for(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    for one in page:
        one.may_cancel = one.state not in ENDED and tasks.can_be_canceled(one)  # type: ignore[attr-defined]
    running = queries.tasks_for(request.actor).exclude(state__in=ENDED).count()
    return render(request, "site/tasks.html", {"page": page, "running": running})


@door(P.SIGNED_IN)
def task(request: StaffRequest, task_id: int) -> HttpResponse:
    """Progress of one piece of work; htmx asks each second and is told to stop when the work has ended. Whoever waits on
    the page that the work is about is shown it anew.
    """
    run = queries.task_for(request.actor, task_id)
    ended = run.state in ENDED
    context = {"task": run, "ended": ended, "may_cancel": tasks.can_be_canceled(run)}
    if request.headers.get("HX-Request"):
        answer = render(request, "site/_task.html", context, status=STOP_POLLING if ended else 200)
        if ended and run.url and urlsplit(request.headers.get("HX-Current-URL", "")).path == run.url:
            answer["HX-Refresh"] = "true"
        return answer
    return render(request, "site/task.html", context)


@require_POST
@door(P.SIGNED_IN)
def cancel_task(request: StaffRequest, task_id: int) -> HttpResponse:
    """取消."""
    run = queries.task_for(request.actor, task_id)
    with refusals_shown_to(request):
        tasks.cancel(run, by=request.actor)
    return redirect("task", task_id)


@door(P.AUDIT_SEE)
@listed(lists.TRAIL, filters=lists.trail_filters)
def trail(request: StaffRequest) -> HttpResponse:
    """留痕查询."""
    subject = request.GET.get("subject", "").strip()
    page = Paginator(queries.audit_events_for(request.actor, subject), PAGE_SIZE).get_page(request.GET.get("page"))
    sequence, head = audit.head()
    return render(
        request,
        "site/trail.html",
        {
            "page": page,
            "told": queries.told(request.actor, list(page)),
            "subject": subject,
            "sequence": sequence,
            "head": head,
        },
    )


@door(P.OFFICIALS_SEE)
@listed(lists.OFFICIALS)
def officials(request: StaffRequest) -> HttpResponse:
    """组织与任职."""
    offices = queries.appointments_for(request.actor, request.at.date())
    serving = {one.appointment.official_id for one in offices if one.in_force}
    return render(request, "site/officials.html", {"offices": offices, "serving": len(serving)})


@door(P.BOOK_SEE)
@listed(lists.BOOK)
def book(request: StaffRequest) -> HttpResponse:
    """资金账: the balance proof."""
    lines, whole = queries.book_for(request.actor)
    return render(request, "site/book.html", {"lines": lines, "whole": whole, "places": queries.places(whole)})


@require_POST
@door(P.BOOK_SEE, P.AUDIT_SEE)
def verify(request: StaffRequest) -> HttpResponse:
    """账实核验: recompute every promise from the rows and show what does not hold."""
    findings = proofs.verify()
    broken = {finding.check for finding in findings}
    checks = proofs.checks()
    words = {check.name: check.words for check in checks}
    return render(
        request,
        "site/verify.html",
        {
            "findings": [(finding, words[finding.check]) for finding in findings],
            "checks": [(check, check.name in broken) for check in checks],
        },
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Missing and forbidden look the same."""
    return render(request, "404.html", {"sentence": _sentence(exception)}, status=404)


def _sentence(exception: Exception) -> str:
    said = str(exception)
    return said if said.endswith("。") else "没有找到这一页，或者不归您办。"


def failed(request: HttpRequest) -> HttpResponse:
    """An answer that failed: a number to tell the help desk, which stands in the log beside what went wrong.

    Nothing is asked of the database, which may be what failed.
    """
    number = secrets.token_hex(2).upper()
    logger.error("answer %s failed: %s %s", number, request.method, request.path)
    told = {"county_name": settings.YIKATONG_COUNTY, "phone": settings.YIKATONG_PHONE, "number": number}
    return HttpResponseServerError(render_to_string("500.html", told))
