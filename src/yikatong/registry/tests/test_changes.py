"""Choosing the payee card by four eyes, and what the database keeps of cards and people."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from yikatong.core.refusals import NotFound, Refused
from yikatong.registry import actions, queries
from yikatong.registry.models import Bank, Card, CardChange, CardDesignation, CardLoad, CardStatus, Household, Person

from .county import LI_CARD, LI_NEWER, load_cards, with_two_cards

pytestmark = pytest.mark.django_db


def proposed(cast, at, person, *, tail="0049", by="liuhe.jingban", reason="原卡旧了", confirmed_on=None):
    return actions.propose_card_change(
        person=person,
        card=Card.objects.get(tail=tail),
        reason=reason,
        confirmed_on=confirmed_on or at.date(),
        by=cast[by],
        at=at,
    )


def approve(cast, at, change):
    actions.approve_card_change(change=change, by=cast["nongye.fuhe"], at=at, seen_version=1, seen_digest=change.digest)


def payee_tail(person):
    found = queries.payee_card(person)
    return found and (Card.objects.get(pk=found.card_id).tail, found.is_designated)


def test_the_newest_active_card_is_paid_until_another_is_chosen(cast, at):
    li = with_two_cards(cast, at)
    assert payee_tail(li) == ("0082", False)
    change = proposed(cast, at, li)
    assert payee_tail(li) == ("0082", False)
    approve(cast, at, change)
    assert (change.state, payee_tail(li)) == ("approved", ("0049", True))


def test_a_chosen_card_that_is_lost_gives_way_to_the_newest_active_one(cast, at):
    li = with_two_cards(cast, at)
    approve(cast, at, proposed(cast, at, li))
    load_cards(cast, at, LI_CARD.replace("正常", "挂失"), LI_NEWER)
    assert payee_tail(li) == ("0082", False)


def test_who_proposed_may_not_approve_and_a_village_outside_is_hidden(cast, at):
    li = with_two_cards(cast, at)
    change = proposed(cast, at, li)
    with pytest.raises(Refused) as refused, transaction.atomic():
        actions.approve_card_change(change=change, by=cast["liuhe.jingban"], at=at, seen_version=1)
    assert refused.value.code == "YK005"
    with pytest.raises(NotFound):
        proposed(cast, at, li, by="shiqiao.jingban")
    with pytest.raises(NotFound):
        queries.person_for(cast["shiqiao.jingban"], li.pk)
    with pytest.raises(NotFound):
        queries.change_for(cast["shiqiao.jingban"], change.pk)
    assert queries.change_for(cast["nongye.fuhe"], change.pk) == change


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"reason": " "}, "请写明"),
        ({"reason": "长" * 201}, "请写明"),
        ({"confirmed_on": timedelta(1)}, "不能晚于今天"),
    ],
)
def test_what_is_missing_is_said(cast, at, asked, said):
    li = with_two_cards(cast, at)
    told = {name: at.date() + value if isinstance(value, timedelta) else value for name, value in asked.items()}
    with pytest.raises(Refused, match=said):
        proposed(cast, at, li, **told)


def test_only_an_own_active_card_can_be_chosen_once_at_a_time(cast, at):
    li = with_two_cards(cast, at)
    huang = Person.objects.get(no="R000002")
    with pytest.raises(Refused, match="本人自己的社保卡"):
        proposed(cast, at, huang)
    proposed(cast, at, li)
    with pytest.raises(Refused, match="已有一次变更在办"):
        proposed(cast, at, li, tail="0082")


def test_a_card_that_is_not_active_is_refused(cast, at):
    li = with_two_cards(cast, at)
    load_cards(cast, at, LI_CARD.replace("正常", "未激活"))
    with pytest.raises(Refused, match="不是正常状态"), transaction.atomic():
        proposed(cast, at, li)


def test_a_card_lost_before_approval_is_refused(cast, at):
    li = with_two_cards(cast, at)
    change = proposed(cast, at, li)
    load_cards(cast, at, LI_CARD.replace("正常", "挂失"))
    with pytest.raises(Refused, match="不是正常状态"), transaction.atomic():
        approve(cast, at, change)


def test_the_chosen_card_need_not_be_chosen_again(cast, at):
    li = with_two_cards(cast, at)
    approve(cast, at, proposed(cast, at, li))
    with pytest.raises(Refused, match="现在就是发到这张卡"):
        proposed(cast, at, li)
    with pytest.raises(NotFound):
        actions.decide_card_change(
            change=CardChange.objects.get(), verb="propose", by=cast["liuhe.jingban"], at=at, seen_version=2
        )


@pytest.mark.parametrize(
    ("verb", "by", "state"), [("send_back", "nongye.fuhe", "sent_back"), ("withdraw", "liuhe.jingban", "withdrawn")]
)
def test_a_change_that_is_not_made_designates_nothing(cast, at, verb, by, state):
    li = with_two_cards(cast, at)
    change = proposed(cast, at, li)
    actions.decide_card_change(change=change, verb=verb, by=cast[by], at=at, seen_version=1, reason="再想想")
    assert (change.state, CardDesignation.objects.count()) == (state, 0)
    assert proposed(cast, at, li).state == "proposed"


def refused_by_the_database(statement, *arguments):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, arguments)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_card SET tail = '1111'",
        "UPDATE registry_card SET person_id = NULL",
        "DELETE FROM registry_card",
        "UPDATE registry_cardstatus SET status = 'active'",
        "DELETE FROM registry_cardload",
        "UPDATE registry_cardchange SET state = 'approved'",
        "DELETE FROM registry_person",
        "UPDATE registry_person SET no = 'X' || no",
        "UPDATE registry_person SET id_index = sha256(id_index) WHERE no = 'R000002'",
        """INSERT INTO registry_carddesignation (person_id, card_id, change_id, reason, designated_at)
        SELECT person_id, card_id, id, reason, now() FROM registry_cardchange""",
    ],
)
def test_the_application_alters_no_card_and_designates_none(cast, at, statement):
    proposed(cast, at, with_two_cards(cast, at))
    refused_by_the_database(statement)


def _card(**changes):
    card = Card.objects.get(tail="0049")
    told = {field.attname: getattr(card, field.attname) for field in Card._meta.fields if field.name != "id"}
    told |= {"number_index": b"another", "tail": "0001", **changes}
    return Card(**told)


def test_a_card_is_tied_to_nobody_elses_number(cast, at):
    with_two_cards(cast, at)
    huang = Person.objects.get(no="R000002")
    with pytest.raises(DatabaseError), transaction.atomic():
        _card(person_id=huang.pk).save(force_insert=True)
    with transaction.atomic():
        _card(person_id=huang.pk, holder_id_index=huang.id_index).save(force_insert=True)
        transaction.set_rollback(True)


def test_a_change_leads_to_nobody_elses_card(cast, at):
    change = proposed(cast, at, with_two_cards(cast, at))
    huang = Person.objects.get(no="R000002")
    with pytest.raises(DatabaseError), transaction.atomic():
        CardChange(
            person=huang, card=change.card, reason="x", confirmed_on=at.date(), area_code=change.area_code,
            agency=change.agency,
        ).save(force_insert=True)  # fmt: skip


def test_a_change_begins_as_a_draft_with_a_reason_and_alone(cast, at):
    change = proposed(cast, at, with_two_cards(cast, at))
    told = {field.attname: getattr(change, field.attname) for field in CardChange._meta.fields if field.name != "id"}
    approve(cast, at, change)
    for changed in ({"state": "approved"}, {"reason": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            CardChange(**{**told, "state": "drafted", "version": 0, **changed}).save(force_insert=True)
    with transaction.atomic():
        CardChange(**{**told, "state": "drafted", "version": 0}).save(force_insert=True)
        with pytest.raises(DatabaseError), transaction.atomic():
            CardChange(**{**told, "state": "drafted", "version": 0}).save(force_insert=True)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Bank(code="999651900099", name="x", prefix="62990x"),
        lambda: Bank(code="x", name="x", prefix="629909"),
        lambda: Bank(code="999651900099", name="x", prefix="629901"),
        lambda: Household(no="QH9", village_code="519999100001", farmland_micro=-1),
        lambda: Person(no="R9", name="", village_code="519999100001"),
        lambda: Person(no="R9", name="x", name_key="x", village_code="519999100001", id_masked="5"),
        lambda: _card(tail="12x4"),
        lambda: _card(number_index=Card.objects.get(tail="0049").number_index),
        lambda: _status(status="frozen"),
        lambda: _status(),
        lambda: _load(row_count=-1, digest="x"),
        lambda: _load(),
        lambda: _person_with_id_of("R000001"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_the_database(cast, at, make):
    with_two_cards(cast, at)
    with pytest.raises(DatabaseError), transaction.atomic():
        make().save(force_insert=True)


def _status(**changes):
    known = CardStatus.objects.earliest("pk")
    return CardStatus(
        **{"card_id": known.card_id, "load_id": known.load_id, "status": "active", "as_of": known.as_of, **changes}
    )


def _load(**changes):
    known = CardLoad.objects.get()
    told = {field.attname: getattr(known, field.attname) for field in CardLoad._meta.fields if field.name != "id"}
    return CardLoad(**{**told, **changes})


def _person_with_id_of(no):
    known = Person.objects.get(no=no)
    return Person(
        no="R9", name="x", name_key="x", village_code="519999100001", id_index=known.id_index,
        id_number_sealed=known.id_number_sealed, id_masked="5",
    )  # fmt: skip
