"""What an official arranges on their own desk: watch a subject, keep a view, mark messages as read."""

from datetime import datetime

from django.db import transaction

from yikatong.core import subjects
from yikatong.core.authz import Actor
from yikatong.core.refusals import NotFound, Refused

from . import words
from .models import NAME_MAX, QUERY_MAX, ReadMark, SavedView, Watch

VIEWS_MAX = 12


@transaction.atomic
def watch(*, flow: str, subject_id: int, by: Actor, at: datetime) -> None:
    """Keep an eye on one subject; again is harmless. Raises NotFound for what the actor may not see."""
    if (flow, subject_id) not in subjects.shown(by, [(flow, subject_id)]):
        raise NotFound
    Watch.objects.get_or_create(official_id=by.official_id, flow=flow, subject_id=subject_id, defaults={"since": at})


@transaction.atomic
def unwatch(*, flow: str, subject_id: int, by: Actor) -> None:
    """Keep an eye on it no longer; again is harmless."""
    Watch.objects.filter(official_id=by.official_id, flow=flow, subject_id=subject_id).delete()


@transaction.atomic
def save_view(*, page: str, name: str, query: str, by: Actor) -> None:
    """Keep the filters of a page under a name; the same name again replaces them. Raises Refused."""
    name = name.strip()
    if not name or len(name) > NAME_MAX:
        raise Refused(words.VIEW_NEEDS_A_NAME)
    if len(query) > QUERY_MAX:
        raise Refused(words.VIEW_TOO_LONG)
    own = SavedView.objects.filter(official_id=by.official_id, page=page)
    if not own.filter(name=name).exists() and own.count() >= VIEWS_MAX:
        raise Refused(words.TOO_MANY_VIEWS.format(count=VIEWS_MAX))
    SavedView.objects.update_or_create(official_id=by.official_id, page=page, name=name, defaults={"query": query})


@transaction.atomic
def drop_view(*, view_id: int, by: Actor) -> None:
    """Give up a kept view of one's own; again is harmless."""
    SavedView.objects.filter(official_id=by.official_id, pk=view_id).delete()


@transaction.atomic
def mark_read(*, by: Actor, at: datetime) -> None:
    """Everything up to ``at`` has been read."""
    ReadMark.objects.update_or_create(official_id=by.official_id, defaults={"read_at": at})
