"""What of the banks' service waits for an actor: agreements that end, complaints to answer or to close."""

from datetime import datetime

from django.urls import reverse

from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.slots import InboxItem

from . import queries, service
from .states import COMPLAINT


def waiting(actor: Actor, at: datetime) -> list[InboxItem]:
    """Agreements that end without another to follow, for the treasurer; complaints for bank operator and finance."""
    items: list[InboxItem] = []
    if actor.may(P.DRAWDOWN_MAKE):
        items += [
            InboxItem(
                title=f"{one.agency.name} · {one.document_no}",
                url=reverse("banking:agreement", args=[one.pk]),
                kind="代发协议",
                what_to_do="续签或重新采购",
                due_on=one.valid_to,
            )
            for one in queries.expiring_agreements_for(actor, at.date())
        ]
    if actor.may(P.BANK_EXCHANGE) or actor.may(P.REQUEST_VERIFY):
        items += [
            InboxItem(
                title=f"{one.provider.name} · {one.get_kind_display()}",
                url=reverse("banking:complaint", args=[one.pk]),
                kind="服务投诉",
                what_to_do=steps[0].words,
                since=one.recorded_at,
            )
            for one, steps in COMPLAINT.open_to_each(
                service.complaints_for(actor).filter(state__in=("recorded", "answered")), actor
            )
            if steps
        ]
    return items
