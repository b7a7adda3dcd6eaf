"""``yikatong verify`` finds what was altered behind the application's back."""

import pytest

from yikatong.core import proofs

from .county import FARM, published
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
