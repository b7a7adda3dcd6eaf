"""The demo's visible calendar: one door, which exists only in the demo."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from yikatong.core import clock
from yikatong.core.doors import refusals_shown_to

from .bank import BankControl

STEPS = (1, 3, 8)


@require_POST
@login_not_required
def step(request: HttpRequest) -> HttpResponse:
    """Let days go by, at the county and at the demo's bank. Nobody owns the calendar, so nobody need sign in."""
    if not settings.YIKATONG_DEMO:
        raise Http404
    days = request.POST.get("days", "")
    if days in {str(allowed) for allowed in STEPS}:
        with refusals_shown_to(request):
            clock.step_forward(days=int(days))
            if settings.YIKATONG_DEMO_BANK:
                BankControl(settings.YIKATONG_DEMO_BANK).advance(int(days))
            messages.success(request, f"日历往前走了 {days} 天，今天是 {clock.today():%Y-%m-%d}。")
    back = request.POST.get("next", "/")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) else "/")
