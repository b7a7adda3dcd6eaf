"""What of the catalog waits for an actor."""

from datetime import datetime

from django.urls import reverse

from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.slots import InboxItem
from yikatong.core.workflow import Flow

from . import queries
from .states import LIST_FLOW


def waiting(actor: Actor, at: datetime) -> list[InboxItem]:
    """Lists that this actor could sign now."""
    if not (actor.may(P.CATALOG_VERIFY) or actor.may(P.CATALOG_APPROVE)):
        return []
    lists = queries.lists_for(actor).filter(state__in=("submitted", "verified"))
    return [
        InboxItem(
            title=one.title,
            url=reverse("catalog:list", args=[one.no]),
            kind="补贴政策清单",
            what_to_do=_what(LIST_FLOW, one.state),
            count=one.item_count,
        )
        for one, steps in LIST_FLOW.open_to_each(lists, actor)
        if steps
    ]


def _what(flow: Flow, state: str) -> str:
    return next(step.words for step in flow.steps if step.primary and state in step.sources)
