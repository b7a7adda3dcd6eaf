"""Loading residents, banks and cards by the set."""

from datetime import timedelta

import polars as pl
import pytest
from django.db import connection

from yikatong.core import vault
from yikatong.core.models import AuditEvent
from yikatong.core.refusals import NotFound, Refused
from yikatong.core.tables import BadTable
from yikatong.registry import actions, queries
from yikatong.registry.models import Bank, Card, CardLoad, CardStatus, Household, Person

from .county import (
    COUNTY,
    HOMES,
    HUANG,
    HUANG_ID,
    LI,
    LI_CARD,
    LI_ID,
    LI_NEWER,
    load_banks,
    load_cards,
    load_people,
    look_up,
)

pytestmark = pytest.mark.django_db


def the_county(cast, at):
    content = {name: (COUNTY / name).read_bytes() for name in ("people.csv", "households.csv", "cards.csv")}
    taken = actions.load_residents(
        people=content["people.csv"],
        households=content["households.csv"],
        people_file="people.csv",
        households_file="households.csv",
        by=cast["renshe.faka"],
        at=at,
    )
    load = actions.load_cards(
        content=content["cards.csv"], file="cards.csv", as_of=at.date(), by=cast["renshe.faka"], at=at
    )
    return taken, load


def test_the_whole_county_comes_in_and_again_changes_nothing(cast, at):
    assert load_banks(cast, at) == 3
    taken, load = the_county(cast, at)
    assert (taken.households, taken.new_people, load.new_count, load.unknown_count) == (1900, 6165, 5837, 0)
    assert not Household.objects.filter(head=None).exists()
    assert Person.objects.filter(id_index=None).count() == 13
    assert Person.objects.exclude(guardian=None).count() == 1089
    assert load_banks(cast, at) == 0
    again, same_load = the_county(cast, at)
    assert (again.new_people, again.changed_people, again.linked_cards, same_load.pk) == (0, 0, 0, load.pk)
    assert (Person.objects.count(), Card.objects.count(), CardStatus.objects.count()) == (6165, 5837, 5837)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry_payeecard")
        active = cursor.fetchone()[0]
        cursor.execute(
            "SELECT (SELECT count(*) FROM registry_incomingcard) + (SELECT count(*) FROM registry_incomingperson)"
        )
        assert cursor.fetchone()[0] == 0
    holders = set(CardStatus.objects.filter(status="active").values_list("card__person_id", flat=True))
    assert active == len(holders)


def test_the_row_checker_finds_in_the_registry_what_stands_in_the_files(cast, at):
    load_banks(cast, at)
    the_county(cast, at)
    assert queries.banks_frame().equals(
        _file("banks").select("bank_name", "bank_code", "card_prefix").sort("bank_code")
    )
    assert queries.areas_frame().equals(_file("areas").select("code", "name", "level", "parent_code").sort("code"))
    people, cards = _file("people").filter(pl.col("id_number") != ""), _file("cards")
    found = look_up(cast, at, people["id_number"], cards["card_number"])
    assert found.people["id_number"].sort().equals(people["id_number"].sort())
    held = found.cards.filter(~pl.col("card_number").str.starts_with("#"))
    known = ["id_number", "card_number", "bank_name", "bank_code", "status"]
    assert held.select(known).sort(known).equals(cards.select(known).sort(known))


def _file(name):
    return pl.read_csv(COUNTY / f"{name}.csv", infer_schema=False).fill_null("")


def test_only_what_was_asked_for_is_found_and_nothing_is_opened(cast, at):
    load_banks(cast, at)
    the_county(cast, at)
    card = _file("cards").row(0, named=True)
    asked = pl.Series([None, LI_ID, LI_ID, "519999199001011234"])
    found = look_up(cast, at, asked, pl.Series([card["card_number"], "6200000000000000000", None]))
    assert found.people["id_number"].to_list() == [LI_ID]
    expected = card["id_number"] if card["id_number"] == LI_ID else "#"
    assert found.cards.select("card_number", "id_number").row(0) == (card["card_number"], expected)
    events = AuditEvent.objects.filter(subject="test:1")
    (event,) = events
    assert (event.name, event.detail["purpose"]) == ("registry.looked_up", "roster_checking")
    assert (event.detail["id_numbers"], event.detail["card_numbers"], event.detail["people"]) == (2, 2, 1)
    nothing = look_up(cast, at, pl.Series([], dtype=pl.String()), pl.Series([None], dtype=pl.String()))
    assert nothing.people.is_empty() and nothing.cards.is_empty()


def test_numbers_are_sealed_and_shown_masked(cast, at):
    load_people(cast, at)
    li = Person.objects.get(no="R000001")
    assert (li.id_masked, li.mobile_masked) == ("519***********6675", "199****6897")
    assert li.id_number_sealed is not None
    assert LI_ID.encode() not in bytes(li.id_number_sealed)
    assert vault.unseal(li.id_number_sealed, place=queries.ID_PLACE, row=li.pk).decode() == LI_ID
    assert queries.people_by_id_number(cast["liuhe.jingban"], [LI_ID]) == {LI_ID: li}


def test_a_changed_person_is_mended_and_the_rest_left_alone(cast, at):
    load_people(cast, at)
    moved = LI.replace("519999100001,6,19900006897", "519999100201,2,19900006898")
    taken = load_people(cast, at, moved, HUANG)
    assert (taken.new_people, taken.changed_people) == (0, 1)
    li = Person.objects.get(no="R000001")
    assert (li.village_code, li.group_no, li.mobile_masked) == ("519999100201", "2", "199****6898")
    assert li.mobile_sealed is not None
    assert vault.unseal(li.mobile_sealed, place=queries.MOBILE_PLACE, row=li.pk) == b"19900006898"


def test_somebody_without_a_number_gets_one_later(cast, at):
    load_people(cast, at, LI.replace(LI_ID, ""), HUANG)
    assert queries.chase_state(Person.objects.get(no="R000001")) == "no_id"
    assert load_people(cast, at).changed_people == 1
    assert Person.objects.get(no="R000001").id_masked == "519***********6675"


def test_a_number_is_never_exchanged_or_shared(cast, at):
    load_people(cast, at)
    with pytest.raises(BadTable, match="原来是另一个身份证号"):
        load_people(cast, at, LI.replace(LI_ID, "519999197411019146"), HUANG)
    with pytest.raises(BadTable, match="已经登记给别的人员编号"):
        load_people(cast, at, LI.replace("R000001", "R000009"), HUANG)


def test_the_head_without_a_number_is_found_by_relation(cast, at):
    load_people(cast, at, LI.replace(LI_ID, ""), HUANG, homes=(HOMES[0].replace(LI_ID, ""), HOMES[1]))
    household = queries.household_of(Person.objects.get(no="R000001"))
    assert household is not None
    assert household.head == household.members.get()


@pytest.mark.parametrize(
    ("people", "homes", "said"),
    [
        ((LI.replace(LI_ID, "519999197711186676"),), HOMES, "第 2 行“身份证号”列"),
        ((LI, HUANG.replace("519999100001", "519999999999")), HOMES, "第 3 行“村代码”列"),
        ((LI.replace("QH000001", "QH9"),), HOMES, "户编号“QH9”不在户表里"),
        ((LI, LI.replace("R000001", "R3")), HOMES, "与别的行重复"),
        ((LI.replace("1977-11-18", "1977-02-30"),), HOMES, "不是日期"),
        ((LI.replace("19900006897", "123"),), HOMES, "不是 11 位手机号"),
        ((LI,), (HOMES[0].replace("2.97", "三亩"),), "“三亩”不是面积"),
    ],
)
def test_a_wrong_cell_is_told_and_nothing_is_taken(cast, at, people, homes, said):
    with pytest.raises(BadTable, match=said):
        load_people(cast, at, *people, homes=homes)
    assert not Person.objects.exists()


def test_only_the_card_office_loads(cast, at):
    with pytest.raises(NotFound):
        actions.load_cards(content=b"x", file="x", as_of=at.date(), by=cast["liuhe.jingban"], at=at)


def test_a_second_file_appends_only_what_changed(cast, at):
    load_banks(cast, at)
    load_people(cast, at)
    load_cards(cast, at, LI_CARD.replace("正常", "未激活"))
    li = Person.objects.get(no="R000001")
    assert (queries.chase_state(li), queries.payee_card(li)) == ("inactive", None)
    later = load_cards(cast, at, LI_CARD, LI_NEWER)
    assert (later.new_count, later.changed_count) == (1, 1)
    assert queries.chase_state(li) == "ready"
    assert CardStatus.objects.filter(card__tail="0049").count() == 2
    spelled = load_cards(cast, at, LI_CARD.replace("李毅", "李䶮"), LI_NEWER)
    assert (spelled.new_count, spelled.changed_count) == (0, 1)
    assert queries.cards_of(li)[1].holder_name == "李䶮"


def test_a_card_of_somebody_unknown_waits_for_them(cast, at):
    load_banks(cast, at)
    load_people(cast, at, HUANG)
    assert load_cards(cast, at, LI_CARD).unknown_count == 1
    assert Card.objects.get().person is None
    assert load_people(cast, at).linked_cards == 1
    assert Card.objects.get().person == Person.objects.get(no="R000001")


def test_an_older_file_does_not_turn_the_clock_back(cast, at):
    load_banks(cast, at)
    load_cards(cast, at, LI_CARD)
    with pytest.raises(Refused, match="早于已导入的"):
        load_cards(cast, at, LI_NEWER, as_of=at.date() - timedelta(1))
    assert CardLoad.objects.count() == 1


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (LI_CARD.replace("6299020000001000049", "6299020000001000048"), "不是有效的 19 位卡号"),
        (LI_CARD.replace("6299020000001000049", "6.29902E+18"), "不是有效的 19 位卡号"),
        (LI_CARD.replace("999651900025", "999651900017"), "卡号前六位不是这家银行的"),
        (LI_CARD.replace("999651900025", "111111111111"), "没有行号“111111111111”"),
        (LI_CARD.replace("正常", "冻结"), "“冻结”不认识"),
        (LI_CARD.replace(LI_ID, "519999197711186676"), "不是有效的身份证号"),
        (LI_CARD.replace("2016-09-18", "2016/9/18"), "不是日期"),
    ],
)
def test_a_bad_card_file_is_refused_whole(cast, at, card, said):
    load_banks(cast, at)
    with pytest.raises(BadTable, match=said) as refused:
        load_cards(cast, at, LI_NEWER, card)
    assert refused.value.problems[0].row == 3
    assert not Card.objects.exists()


def test_a_known_card_under_another_name_is_refused(cast, at):
    load_banks(cast, at)
    load_cards(cast, at, LI_CARD)
    with pytest.raises(BadTable, match="已经登记在别人名下"):
        load_cards(cast, at, LI_CARD.replace(LI_ID, HUANG_ID))


def test_a_bank_keeps_its_prefix(cast, at):
    load_banks(cast, at)
    with pytest.raises(Refused, match="已经登记给别的银行"):
        actions.load_banks(
            content="bank_name,bank_code,card_prefix\n新银行,999651900099,629901\n".encode(),
            file="banks.csv",
            by=cast["renshe.faka"],
            at=at,
        )
    assert Bank.objects.count() == 3


def test_cards_are_counted_by_bank_and_status_as_a_load_leaves_them(cast, at):
    load_banks(cast, at)
    load_people(cast, at, LI, HUANG)
    load_cards(cast, at, LI_CARD)
    asks = cast["renshe.faka"]

    def told():
        return [(row["status"], row["card_count"], row["person_count"]) for row in queries.card_figures(asks)]

    assert (told(), queries.holders_of_several(asks)) == ([("active", 1, 1)], 0)
    load_cards(cast, at + timedelta(days=1), LI_CARD, LI_NEWER)
    assert (told(), queries.holders_of_several(asks)) == ([("active", 1, 1), ("active", 1, 1)], 1)
    load_cards(cast, at + timedelta(days=2), LI_CARD, LI_NEWER.replace("正常", "挂失"))
    assert (sorted(told()), queries.holders_of_several(asks)) == ([("active", 1, 1), ("lost", 1, 1)], 0)
    assert queries.card_figures(cast["liuhe.jingban"]) == []


def test_who_cannot_be_paid_is_known_with_the_reason(cast, at):
    load_banks(cast, at)
    load_people(cast, at, LI, HUANG)
    asks = cast["renshe.faka"]

    def told():
        return {row["name"]: (row["why"], row["village_code"], row["whole"]) for row in queries.unpayable_for(asks)}

    village = "519999100001"
    assert told() == {"李毅": ("no_card", village, 2), "黄波": ("no_card", village, 2)}
    load_cards(cast, at, LI_CARD)
    assert told() == {"黄波": ("no_card", village, 1)}
    lost = LI_CARD.replace("正常", "挂失")
    load_cards(cast, at + timedelta(days=1), lost)
    assert told()["李毅"] == ("lost", village, 2)
    load_cards(cast, at + timedelta(days=2), lost, LI_NEWER.replace("正常", "未激活"))
    assert told()["李毅"] == ("inactive", village, 2) and queries.unpayable_for(asks, why="lost") == []
    load_people(cast, at, LI.replace(village, "519999100201"), HUANG)
    assert told()["李毅"] == ("inactive", "519999100201", 2)
    load_cards(cast, at + timedelta(days=3), lost, LI_NEWER)
    assert told() == {"黄波": ("no_card", village, 1)}
