"""Verbs of the registry: load residents, banks and cards; change the payee card by four eyes."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from yikatong.core import audit, authz, files, slots
from yikatong.core.acting import action
from yikatong.core.authz import Actor
from yikatong.core.models import StoredFile
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound, Refused

from . import card_loading, queries, reading, residents, words
from .models import Bank, Card, CardChange, CardLoad, Person
from .states import FLOW

DECIDES = ("approve", "send_back", "withdraw", "hasten")


def _require_loader(by: Actor) -> None:
    """Loading is the card office's duty, for its whole area (C7, C14)."""
    for post in by.posts_with(P.CARDS_LOAD):
        authz.require(by, P.CARDS_LOAD, area_code=post.area_code)
        return
    raise NotFound


@action
def load_banks(*, content: bytes, file: str, by: Actor, at: datetime) -> int:
    """Register banks and their card prefixes; returns how many are new. Safe to repeat.

    Raises BadTable for a bad file, Refused where a code or prefix already belongs to another bank.
    """
    _require_loader(by)
    frame = reading.banks(content, file=file)
    known = {bank.code: bank for bank in Bank.objects.all()}
    prefixes = {bank.prefix: bank.code for bank in known.values()}
    new = []
    for row_no, row in enumerate(frame.iter_rows(named=True), start=2):
        code, prefix = row["bank_code"], row["card_prefix"]
        if code in known and known[code].prefix == prefix:
            continue
        if code in known or prefix in prefixes:
            raise Refused(f"{file} {words.BANK_CHANGED.format(row=row_no, code=code, prefix=prefix)}")
        new.append(Bank(code=code, name=row["bank_name"], prefix=prefix))
    Bank.objects.bulk_create(new)
    audit.record("banks.loaded", subject="registry", by=by, at=at, rows=frame.height, new=len(new))
    return len(new)


@action
def load_residents(
    *, people: bytes, households: bytes, people_file: str, households_file: str, by: Actor, at: datetime
) -> residents.Taken:
    """Register households and people by the set; the same files again change nothing (B2, B4, C6).

    Known people (by 人员编号) are mended where the file differs; an ID number may be added, never exchanged. Cards
    whose holder was unknown are given to the person who has come in. Raises BadTable with row and column.
    """
    _require_loader(by)
    return residents.take(
        people=people, households=households, people_file=people_file, households_file=households_file, by=by, at=at
    )


@action
def load_cards(*, content: bytes, file: str, as_of: date, by: Actor, at: datetime) -> CardLoad:
    """Register the card office's file of cards as of a day (C7, C13, C14). Returns the load with its counts.

    New cards come in, each with its person by ID number (none if nobody is known by it); a card of which the file
    says something new gets a status row. The same file for the same day again returns the first load. Raises BadTable
    with row and column, Refused for a file older than the newest one.
    """
    stored = store_cards(content=content, file=file, by=by, at=at)
    return take_cards(file=stored, as_of=as_of, by=by, at=at)


@transaction.atomic
def store_cards(*, content: bytes, file: str, by: Actor, at: datetime) -> StoredFile:
    """Keep a file of cards, to be taken over by a task."""
    _require_loader(by)
    return card_loading.store(content=content, name=file, by=by, at=at)


@transaction.atomic
def take_cards(*, file: StoredFile, as_of: date, by: Actor, at: datetime) -> CardLoad:
    """Take over a stored file of cards; see ``load_cards``."""
    _require_loader(by)
    load = card_loading.take(
        file=file, content=files.content(file, purpose="导入社保卡", by=by, at=at), as_of=as_of, by=by, at=at
    )
    slots.announce("cards.loaded", load=load)
    return load


@transaction.atomic
def propose_card_change(
    *, person: Person, card: Card, reason: str, confirmed_on: date, by: Actor, at: datetime
) -> CardChange:
    """Propose, at the person's wish confirmed at the township office, that another of their cards be paid (C15, C17).

    Raises Refused: not the person's own card, already the payee card, no reason, another change under way, or a
    card that is not active.
    """
    post = authz.require(by, P.CARD_CHANGE_PREPARE, area_code=person.village_code)
    if card.person_id != person.pk:
        raise Refused(words.NOT_AN_OWN_CARD)
    if not reason.strip() or len(reason) > 200:
        raise Refused(words.REASON_MISSING)
    if confirmed_on > at.date():
        raise Refused(words.CONFIRMED_LATER)
    payee = queries.payee_card(person)
    if payee is not None and payee.card_id == card.pk and payee.is_designated:
        raise Refused(words.ALREADY_PAYEE_CARD)
    change = CardChange(
        person=person,
        card=card,
        reason=reason.strip(),
        confirmed_on=confirmed_on,
        area_code=person.village_code,
        agency_id=post.agency_id,
    )
    try:
        with transaction.atomic():
            change.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(words.CHANGE_IS_OPEN) from error
    change.refresh_from_db(fields=["digest"])
    FLOW.take("propose", subject=change, by=by, at=at, seen_version=0)
    return change


@transaction.atomic
def decide_card_change(
    *,
    change: CardChange,
    verb: str,
    by: Actor,
    at: datetime,
    seen_version: int,
    seen_digest: str | None = None,
    reason: str = "",
) -> None:
    """Approve (which designates the card), send back, withdraw or hasten a change (four eyes, F3; cooling period, R08)."""
    if verb not in DECIDES:
        raise NotFound
    FLOW.take(verb, subject=change, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason)
    if verb == "approve":
        slots.announce("card.designated", change=change)


def approve_card_change(
    *, change: CardChange, by: Actor, at: datetime, seen_version: int, seen_digest: str | None = None
) -> None:
    """Approve a change: the card becomes the person's payee card from now on."""
    decide_card_change(change=change, verb="approve", by=by, at=at, seen_version=seen_version, seen_digest=seen_digest)
