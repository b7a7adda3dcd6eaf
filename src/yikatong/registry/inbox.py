"""What of the registry waits for an actor."""

from datetime import datetime

from django.urls import reverse

from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.slots import InboxItem

from . import queries
from .states import FLOW


def waiting(actor: Actor, at: datetime) -> list[InboxItem]:
    """Changes of payee cards that this actor could approve now."""
    if not actor.may(P.CARD_CHANGE_APPROVE):
        return []
    return [
        InboxItem(
            title=f"{change.person.name} 改发到尾号 {change.card.tail}",
            url=reverse("registry:change", args=[change.pk]),
            kind="发放卡变更",
            what_to_do="复核",
            count=1,
            together=f"{FLOW.name}.approve",
            key=change.pk,
        )
        for change, steps in FLOW.open_to_each(queries.changes_for(actor).filter(state="proposed"), actor)
        if steps
    ]
