"""Reads of the registry: who is known, which card is paid, and whoever cannot be paid yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from yikatong.core import authz, sql, vault
from yikatong.core.authz import Actor
from yikatong.core.models import Area
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound
from yikatong.kit import names

from . import words
from .card_loading import CARD_KIND, HOLDER_PLACE, NUMBER_PLACE
from .models import Bank, Card, CardChange, CardLoad, Household, Person
from .references import Found, Indexed, areas_frame, banks_frame, indexed, references_for
from .residents import ID_KIND, ID_PLACE, MOBILE_PLACE

# What later rooms need to find people and cards by number and to open what is sealed.
__all__ = [
    "CARD_KIND",
    "HOLDER_PLACE",
    "ID_KIND",
    "ID_PLACE",
    "MOBILE_PLACE",
    "NUMBER_PLACE",
    "Found",
    "Indexed",
    "areas_frame",
    "banks_frame",
    "indexed",
    "references_for",
]

PAGE = 100
SEES_PEOPLE = (P.ROSTER_SEE, P.CARD_CHANGE_PREPARE, P.CARD_CHANGE_APPROVE, P.CARDS_LOAD)
SEES_CHANGES = (P.CARD_CHANGE_PREPARE, P.CARD_CHANGE_APPROVE, P.CARD_CHANGE_HASTEN)


@dataclass(frozen=True)
class PayeeCard:
    """The card a person is paid on now, and whether they chose it or it is the newest active one."""

    card_id: int
    is_designated: bool


@dataclass(frozen=True)
class CardShown:
    """A card as a page shows it."""

    card: Card
    status: str
    status_words: str
    holder_name: str
    as_of: Any
    is_payee: bool
    is_designated: bool


def people_for(actor: Actor) -> QuerySet[Person]:
    """People who live in the actor's area, for those who work with rosters or cards."""
    seen = authz.visible(actor, SEES_PEOPLE, area_field="village_code")
    return Person.objects.filter(seen).select_related("household")


def person_for(actor: Actor, person_id: int) -> Person:
    """One person. Raises NotFound when missing or not in the actor's area."""
    found = people_for(actor).filter(pk=person_id).first()
    if found is None:
        raise NotFound(words.NO_SUCH_PERSON)
    return found


def search_people(actor: Actor, *, text: str, village_code: str = "") -> QuerySet[Person]:
    """People by the beginning of their name, or by their whole ID number (found by its blind index)."""
    found = people_for(actor)
    if village_code:
        found = found.filter(village_code=village_code)
    wanted = text.strip()
    if is_whole_number(wanted):
        return found.filter(id_index=vault.index(wanted.upper(), kind=ID_KIND))
    return found.filter(name_key__startswith=names.key(wanted)) if wanted else found


def with_village(found: QuerySet[Person]) -> QuerySet[Any]:
    """The same people, each with ``village_name`` (None where the code is no known area)."""
    name = Area.objects.filter(code=OuterRef("village_code")).values("name")[:1]
    return found.annotate(village_name=Subquery(name))


def village_name(code: str) -> str:
    """The name of a village, or its code where it is no known area."""
    return Area.objects.filter(code=code).values_list("name", flat=True).first() or code


def is_whole_number(text: str) -> bool:
    """Whether somebody typed a whole ID number: it must not stand in an address or a log."""
    return len(text) == 18 and text[:17].isdigit()


def people_by_id_number(actor: Actor, numbers: list[str]) -> dict[str, Person]:
    """ID number -> the person it belongs to, for those whom the actor may see."""
    indexes = {vault.index(number, kind=ID_KIND): number for number in numbers}
    return {
        indexes[bytes(person.id_index)]: person
        for person in people_for(actor).filter(id_index__in=list(indexes))
        if person.id_index is not None
    }


def household_of(person: Person) -> Household | None:
    """The person's household with its head and members."""
    if person.household_id is None:
        return None
    return Household.objects.select_related("head").prefetch_related("members").get(pk=person.household_id)


def payee_card(person: Person) -> PayeeCard | None:
    """The card this person is paid on now; None when they have no active card (C5, C20)."""
    found = sql.rows("registry/payee_card", person_id=person.pk)
    return PayeeCard(found[0]["card_id"], found[0]["is_designated"]) if found else None


def cards_of(person: Person) -> list[CardShown]:
    """All cards of a person, the payee card first, then the newest."""
    payee = payee_card(person)
    states = {row["card_id"]: row for row in sql.rows("registry/card_states", person_id=person.pk)}
    shown = []
    for card in person.cards.select_related("bank"):
        state = states[card.pk]
        is_payee = payee is not None and payee.card_id == card.pk
        designated = is_payee and payee is not None and payee.is_designated
        status_words = words.STATUS_SHOWN[state["status"]]
        shown.append(
            CardShown(card, state["status"], status_words, state["holder_name"], state["as_of"], is_payee, designated)
        )
    return sorted(shown, key=lambda one: (not one.is_payee, -one.card.pk))


def chase_state(person: Person) -> str:
    """Why this person cannot be paid yet: no_id, no_card, inactive, lost, canceled; or ready (C8, C11, C12)."""
    if person.id_index is None:
        return "no_id"
    shown = cards_of(person)
    if any(one.is_payee for one in shown):
        return "ready"
    statuses = {one.status for one in shown}
    return next((status for status in ("inactive", "lost", "canceled") if status in statuses), "no_card")


def areas_of_people(actor: Actor) -> list[str]:
    """The actor's areas as patterns for LIKE on a village's code."""
    return [f"{prefix}%" for prefix in authz.prefixes_seen(actor, SEES_PEOPLE)]


def unpayable_for(actor: Actor, *, why: str = "", page: int = 1) -> list[dict[str, Any]]:
    """People of the actor's area without a usable card: person_id, name, village_code, group_no, id_masked, why, whole.

    Adults and children alike, in order of village and group, a page of ``PAGE``; ``why`` keeps one cause (C8, C9, B4),
    ``whole`` is how many there are on all pages.
    """
    bounds = {"rows_max": PAGE, "rows_before": (page - 1) * PAGE}
    rows = sql.rows("registry/unpayable", areas=areas_of_people(actor), why=why, **bounds)
    return [{**row, "words": words.CHASE[row["why"]][0], "remedy": words.CHASE[row["why"]][1]} for row in rows]


def loads_for(actor: Actor) -> QuerySet[CardLoad]:
    """Loads of card files, newest first, for the card office."""
    if not actor.may(P.CARDS_LOAD):
        return CardLoad.objects.none()
    return CardLoad.objects.select_related("file", "loaded_by")


def card_figures(actor: Actor) -> list[dict[str, Any]]:
    """Cards by bank and status since the latest load: bank, status, words, card_count, person_count (C4, C18, Q6)."""
    if not actor.may(P.CARDS_LOAD) and not actor.may(P.BOOK_SEE):
        return []
    rows = sql.rows("registry/card_figures")
    return [{**row, "words": words.STATUS_SHOWN[row["status"]]} for row in rows]


def holders_of_several(actor: Actor) -> int:
    """How many people of the county hold more than one active card (C18, C20); 0 for who may not see it."""
    if not actor.may(P.CARDS_LOAD):
        return 0
    count: int = sql.one("registry/holders_of_several")["person_count"]
    return count


def changes_for(actor: Actor) -> QuerySet[CardChange]:
    """Changes of payee cards in the actor's area, newest first."""
    seen = authz.visible(actor, SEES_CHANGES, area_field="area_code")
    return CardChange.objects.filter(seen).select_related("person", "card__bank", "agency")


def change_for(actor: Actor, change_id: int) -> CardChange:
    """One change. Raises NotFound."""
    found = changes_for(actor).filter(pk=change_id).first()
    if found is None:
        raise NotFound(words.NO_SUCH_CHANGE)
    return found


def open_numbers(cards: list[Card], *, purpose: str, by: Actor, at: datetime) -> dict[int, str]:
    """Card id -> whole card number, opened for a stated purpose with one audit event."""
    opened = vault.open_many(
        [(card.pk, card.number_sealed) for card in cards],
        place=NUMBER_PLACE,
        purpose=purpose,
        subject="registry",
        by=by,
        at=at,
    )
    return {card.pk: number for card, number in zip(cards, opened, strict=True) if number is not None}


def banks() -> QuerySet[Bank]:
    """All banks that issue cards."""
    return Bank.objects.all()
