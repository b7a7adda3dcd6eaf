"""``yikatong verify`` tells of rosters altered behind the application."""

import pytest

from yikatong.core import proofs
from yikatong.rosters import comparing

from . import desk
from .test_desk import copied_roster


@pytest.mark.tampers
@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("rosters_rosterline", "amount_fen = amount_fen + 1"),
        ("rosters_linematch", "payee_id = NULL, card_id = NULL, result = 'no_card'"),
        ("rosters_matchtotal", "total_fen = total_fen + 1"),
        ("rosters_roster", "total_fen = total_fen + 1"),
    ],
)
def test_verify_tells_of_a_roster_altered_behind_the_application(tampers_roster, table, change):
    assert tampers_roster(table, change)


@pytest.fixture
def tampers_roster(tampering, cast, at):
    """Alters a table of a completed roster as somebody with the owner's password would; answers what verify finds."""
    desk.ground(cast, at)
    desk.completed_roster(cast, at)

    def alter(table, change):
        tampering.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        tampering.execute(f"UPDATE {table} SET {change}")
        return [one for one in proofs.verify() if one.check.startswith("rosters/")]

    return alter


@pytest.mark.tampers
def test_verify_compares_again_what_was_kept_of_a_comparison(tampering, cast, at):
    desk.ground(cast, at)
    _, roster = copied_roster(cast, at, lambda text: "\n".join(text.splitlines()[:2]))
    comparing.compare(roster, by=cast[desk.CLERK], at=at)

    def found():
        return any(one.check == "rosters/comparisons" for one in proofs.verify())

    assert not found()
    for table, column in (
        ("rosters_cycledifference", "count"), ("rosters_cycledifference", "before_fen"),
        ("rosters_cycledifference", "after_fen"), ("rosters_changedperson", "before_fen"),
        ("rosters_changedperson", "beneficiary_id"), ("rosters_changedperson", "match_id"),
    ):  # fmt: skip
        tampering.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        tampering.execute(f"UPDATE {table} SET {column} = {column} + 1")
        assert found(), (table, column)
        tampering.execute(f"UPDATE {table} SET {column} = {column} - 1")
    assert not found()
