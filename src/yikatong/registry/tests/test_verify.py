"""``yikatong verify`` finds what was altered behind the application's back."""

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
