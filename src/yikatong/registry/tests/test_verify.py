"""``yikatong verify`` finds what was altered behind the application's back."""

import psycopg
import pytest

from yikatong.core import proofs

from .county import with_two_cards
from .test_changes import approve, proposed


@pytest.mark.tampers
@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE registry_cardchange SET reason = 'x'", "registry/designations"),
        ("UPDATE registry_cardchange SET state = 'proposed'", "registry/designations"),
        ("DELETE FROM registry_carddesignation", "registry/designations"),
        (
            "UPDATE core_decision SET official_id = (SELECT min(official_id) FROM core_decision)",
            "registry/designations",
        ),
        ("DELETE FROM registry_cardstatus", "registry/cards"),
        ("DELETE FROM registry_unpayable", "registry/unpayable"),
        ("UPDATE registry_unpayable SET why = 'lost'", "registry/unpayable"),
        ("UPDATE registry_unpayable SET village_code = '519999100002'", "registry/unpayable"),
        ("UPDATE registry_unpayable SET group_no = '99'", "registry/unpayable"),
        ("DELETE FROM registry_cardfigure", "registry/card_figures"),
        ("UPDATE registry_cardfigure SET card_count = card_count + 1", "registry/card_figures"),
        ("UPDATE registry_cardfigure SET holder_count = 0", "registry/card_figures"),
        ("UPDATE registry_cardfigure SET status = 'lost'", "registry/card_figures"),
    ],
)
def test_verify_finds_what_was_altered(tampering, cast, at, statement, check):
    approve(cast, at, proposed(cast, at, with_two_cards(cast, at)))
    assert check not in {finding.check for finding in proofs.verify()}
    words = statement.split()
    table = words[2] if words[0] == "DELETE" else words[1]
    tampering.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    tampering.execute(statement)
    assert check in {finding.check for finding in proofs.verify()}


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE registry_card SET tail = '1111'", "社保卡登记以后不能改"),
        ("DELETE FROM registry_card", "社保卡登记以后不能改"),
        ("UPDATE registry_person SET no = 'X' || no", "不能改成别的"),
        ("DELETE FROM registry_person", "人员也不能删除"),
        ("UPDATE registry_cardstatus SET status = 'lost'", "已经记下的事实"),
        ("DELETE FROM registry_cardload", "已经记下的事实"),
        ("UPDATE registry_carddesignation SET reason = 'x'", "已经记下的事实"),
        ("UPDATE registry_carddesignation SET person_id = person_id + 1", "已经记下的事实"),
    ],
)
def test_even_the_owner_alters_no_fact(tampering, cast, at, statement, said):
    approve(cast, at, proposed(cast, at, with_two_cards(cast, at)))
    with pytest.raises(psycopg.Error, match=said):
        tampering.execute(statement)


def test_a_designation_leads_to_nobody_elses_card(tampering, cast, at):
    approve(cast, at, proposed(cast, at, with_two_cards(cast, at)))
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="designated_card_is_an_own_card"):
        tampering.execute(
            """INSERT INTO registry_carddesignation (person_id, card_id, change_id, reason, designated_at)
            SELECT (SELECT id FROM registry_person WHERE no = 'R000002'), card_id, id + 1, reason, now()
            FROM registry_cardchange"""
        )
