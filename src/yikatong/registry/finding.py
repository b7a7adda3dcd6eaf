"""People for the search over all rooms."""

from django.urls import reverse

from yikatong.core import vault
from yikatong.core.authz import Actor
from yikatong.core.slots import FOUND_MAX, Found

from . import queries
from .card_loading import CARD_KIND


def search(actor: Actor, text: str) -> list[Found]:
    """People of the actor's area by the beginning of their name, a whole ID number or a whole card number."""
    if not any(actor.may(permission) for permission in queries.SEES_PEOPLE):
        return []
    found = queries.search_people(actor, text=text)
    if text.isdecimal() and 12 <= len(text) <= 19 and not queries.is_whole_number(text):
        found = queries.people_for(actor).filter(cards__number_index=vault.index(text, kind=CARD_KIND)).distinct()
    elif text.isdecimal() and not queries.is_whole_number(text):
        return []
    rows = queries.with_village(found).values_list("pk", "name", "id_masked", "village_name")
    return [
        Found("人员", name, f"{masked} · {village or ''}", reverse("registry:person", args=[person_id]))
        for person_id, name, masked, village in rows[:FOUND_MAX]
    ]
