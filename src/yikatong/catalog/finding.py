"""Programs for the search over all rooms."""

from django.db.models import Q
from django.urls import reverse

from yikatong.core.authz import Actor
from yikatong.core.slots import FOUND_MAX, Found

from . import queries


def search(actor: Actor, text: str) -> list[Found]:
    """Programs by code, by a part of their name, or by a document that they rest on."""
    told = Q(name__icontains=text) | Q(code__startswith=text) | Q(bases__document_no__icontains=text)
    found = queries.programs_for(actor).filter(told).distinct()
    return [
        Found("补贴项目", one.name, one.code, reverse("catalog:program", args=[one.code]))
        for one in found.order_by("code")[:FOUND_MAX]
    ]
