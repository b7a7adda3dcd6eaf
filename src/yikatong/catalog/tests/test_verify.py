"""``yikatong verify`` finds what was altered behind the application's back."""

import psycopg
import pytest

from yikatong.core import proofs

from .county import FARM, HEADER, published
from .test_cycles import opened


@pytest.mark.tampers
@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE catalog_catalogitem SET rate_fen = 1", "catalog/lists"),
        ("UPDATE catalog_program SET paid_to = 'person'", "catalog/programs"),
        ("UPDATE catalog_benefitrate SET rate_fen = 1", "catalog/rates"),
        ("UPDATE catalog_cycle SET rate_fen = 1", "catalog/cycles"),
        ("UPDATE catalog_cycle SET pay_due_on = pay_due_on + 1", "catalog/cycles"),
    ],
)
def test_verify_finds_what_was_altered(tampering, cast, at, statement, check):
    published(cast, at, FARM)
    opened(cast, at)
    assert check not in {finding.check for finding in proofs.verify()}
    tampering.execute(f"ALTER TABLE {statement.split()[1]} DISABLE TRIGGER USER")
    tampering.execute(statement)
    assert check in {finding.check for finding in proofs.verify()}


@pytest.mark.parametrize("table", ["catalog_catalogitem", "catalog_benefitrate", "catalog_legalbasis"])
def test_even_the_owner_alters_nothing_signed(tampering, cast, at, table):
    published(cast, at, FARM + ",办法", header=HEADER + ",政策依据")
    with pytest.raises(psycopg.Error, match="已经记下的事实"):
        tampering.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        ("program_id, catalog_list_id, 1, valid_from", "a_list_sets_a_rate_once"),
        ("program_id, catalog_list_id + 1, 0, valid_from", "rate_is_money"),
    ],
)
def test_a_standard_is_money_and_set_once_a_list(tampering, cast, at, row, constraint):
    published(cast, at, FARM)
    with pytest.raises(psycopg.Error, match=constraint):
        tampering.execute(
            "INSERT INTO catalog_benefitrate (program_id, catalog_list_id, rate_fen, valid_from)"
            f" SELECT {row} FROM catalog_benefitrate"
        )


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("cycle_kind = NULL", "program_is_paid_or_a_group"),
        ("code = 'P02'", "catalog_program_code"),
    ],
)
def test_a_program_is_paid_or_a_group_and_known_once(tampering, cast, at, change, constraint):
    published(cast, at, FARM, FARM.replace("P01", "P02"))
    with pytest.raises(psycopg.Error, match=constraint):
        tampering.execute(f"UPDATE catalog_program SET {change} WHERE code = 'P01'")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("item_count = 0", "catalog_list_has_items"),
        ("digest = 'x'", "catalog_list_has_a_digest"),
    ],
)
def test_a_list_has_items_and_a_digest(tampering, cast, at, change, constraint):
    published(cast, at, FARM)
    with pytest.raises(psycopg.Error, match=constraint):
        tampering.execute(f"UPDATE catalog_cataloglist SET {change}")
