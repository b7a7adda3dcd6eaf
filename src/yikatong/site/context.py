"""What the frame of every page needs. Everything that costs a query is asked for only when a template uses it."""

from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from yikatong.banking import queries as banking
from yikatong.core import clock, slots, stopping
from yikatong.core.authz import Actor, actor_for
from yikatong.core.models import EmergencyStop

from . import desk, menu


def frame(request: HttpRequest) -> dict[str, Any]:
    """county_name, phone, demo, demo_step_url, business_today, actor, menu, unread, stops and restoration for the base templates."""
    return {
        "county_name": settings.YIKATONG_COUNTY,
        "phone": settings.YIKATONG_PHONE,
        "demo": settings.YIKATONG_DEMO,
        "demo_step_url": _demo_step_url(),
        "business_today": cache(lambda: _today(request)),
        "actor": cache(lambda: _actor(request)),
        "menu": cache(lambda: _menu(request)),
        "unread": cache(lambda: _unread(request)),
        "stops": cache(lambda: _stops(request)),
        "restoration": cache(banking.restoration_standing),
    }


def _demo_step_url() -> str:
    try:
        return reverse("demo:step") if settings.YIKATONG_DEMO else ""
    except NoReverseMatch:
        return ""


def _today(request: HttpRequest) -> date:
    at = getattr(request, "at", None)
    return at.date() if at else clock.today()


def _actor(request: HttpRequest) -> Actor | None:
    official = getattr(request, "user", None)
    if official is None or not official.is_authenticated:
        return None
    return getattr(request, "actor", None) or actor_for(official, _today(request))


def _menu(request: HttpRequest) -> menu.Menu | None:
    actor = _actor(request)
    if actor is None:
        return None
    # 待办 itself has asked already.
    waiting = getattr(request, "waiting_count", None)
    if waiting is None:
        waiting = len(slots.inbox(actor, getattr(request, "at", None) or clock.now()))
    return menu.menu(actor, request.path, waiting, request.resolver_match.view_name if request.resolver_match else "")


def _stops(request: HttpRequest) -> list[EmergencyStop]:
    actor = _actor(request)
    return stopping.standing(post.area_code for post in actor.posts) if actor else []


def _unread(request: HttpRequest) -> int:
    actor = _actor(request)
    return desk.unread(actor) if actor else 0
