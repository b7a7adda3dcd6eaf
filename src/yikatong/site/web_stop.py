"""紧急停发: one button, its history, and the two who lift it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yikatong.core import stopping
from yikatong.core.doors import StaffRequest, door, refusals_shown_to
from yikatong.core.permissions import P

from .forms import ReasonForm


@door(P.SIGNED_IN)
def stop(request: StaffRequest) -> HttpResponse:
    """What stands, what stood, and the button for whoever supervises."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_to(request):
            stopping.press(reason=form.cleaned_data["reason"], by=request.actor, at=request.at)
        return redirect("stop")
    history = stopping.history()
    context = {
        "form": form,
        "may_stop": request.actor.may(P.SENDING_STOP),
        "standing": stopping.standing(post.area_code for post in request.actor.posts),
        "history": history,
        "agreed": {
            one.stop_id for stop in history for one in stop.lifts.all() if one.official_id == request.actor.official_id
        },
    }
    return render(request, "site/stop.html", context)


@require_POST
@door(P.SENDING_STOP)
def lift(request: StaffRequest, stop_id: int) -> HttpResponse:
    """解除."""
    found = stopping.stop_for(request.actor, stop_id)
    with refusals_shown_to(request):
        stopping.lift(stop=found, reason=request.POST.get("reason", "").strip(), by=request.actor, at=request.at)
    return redirect("stop")
