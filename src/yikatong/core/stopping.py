"""The emergency stop: one button for every supervisor; two people are needed to lift it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count

from . import slots, sql
from .acting import action
from .authz import Actor
from .models import EmergencyStop, StopLift
from .permissions import P
from .refusals import NotFound


@action
def press(*, reason: str, by: Actor, at: datetime) -> EmergencyStop:
    """Stop sealing and sending in the area of the actor's post. Raises Refused: YK005 not appointed, YK007 without a
    reason, YK081 it stands already."""
    posts = by.posts_with(P.SENDING_STOP)
    if not posts:
        raise NotFound
    stop_id = sql.call("core_press_stop", posts[0].area_code, reason, by.official_id, at)
    return EmergencyStop.objects.get(pk=stop_id)


@action
def lift(*, stop: EmergencyStop, reason: str, by: Actor, at: datetime) -> bool:
    """Agree that paying goes on; whether it does, since a second official has agreed too. Then later rooms go on with
    what waited ("sending.resumed").

    Raises Refused: YK004 lifted already, YK005 not appointed, YK006 the same person again, YK007 without a reason.
    """
    is_lifted = bool(sql.call("core_lift_stop", stop.pk, reason, by.official_id, at))
    if is_lifted:
        slots.announce("sending.resumed", by=by, at=at)
    return is_lifted


def standing(area_codes: Iterable[str]) -> list[EmergencyStop]:
    """The stops that stand for any of these areas, for an area above or one below them; newest first."""
    codes = set(area_codes)
    stops = EmergencyStop.objects.annotate(lift_count=Count("lifts")).filter(lift_count__lt=StopLift.NEEDED)
    return [stop for stop in stops.select_related("official") if any(_touch(stop.area_code, code) for code in codes)]


def history() -> list[EmergencyStop]:
    """Every stop there was, with who lifted it; newest first."""
    return list(EmergencyStop.objects.select_related("official").prefetch_related("lifts__official"))


def stop_for(actor: Actor, stop_id: int) -> EmergencyStop:
    """A stop that the actor may lift. Raises NotFound."""
    stop = EmergencyStop.objects.filter(pk=stop_id).first()
    if stop is None or not actor.may(P.SENDING_STOP):
        raise NotFound
    return stop


def _touch(one: str, other: str) -> bool:
    # Codes of higher levels end in zeros: a county's stop concerns its townships, and a township's its county.
    short, long = sorted((one.rstrip("0"), other.rstrip("0")), key=len)
    return long.startswith(short)
