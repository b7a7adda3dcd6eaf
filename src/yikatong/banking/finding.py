"""Instructions for the search over all rooms."""

from django.urls import reverse

from yikatong.core.authz import Actor
from yikatong.core.slots import FOUND_MAX, Found

from . import queries


def search(actor: Actor, text: str) -> list[Found]:
    """Instructions by the beginning of their message id."""
    if not any(actor.may(permission) for permission in queries.SEE_INSTRUCTIONS):
        return []
    found = queries.instructions_for(actor).filter(message_id__startswith=text)
    return [
        Found(
            "代发指令",
            one.message_id,
            one.request.batch.no,
            reverse("banking:instruction", args=[one.message_id]),
        )
        for one in found[:FOUND_MAX]
    ]
