"""A statement that differs in nothing is found out as a set, without comparing line by line; any difference is not missed."""

from collections.abc import Callable

import pytest

from yikatong.banking.models import BankStatement
from yikatong.core import sql
from yikatong.payments.tests.world import AMOUNTS

from .test_books import booked, told
from .world import World

Line = tuple[str, int, str, str]


def is_paired() -> bool:
    statement = BankStatement.objects.get()
    found: bool = sql.call("banking_is_paired", statement.pk, statement.day, [statement.day.year])
    return found


@pytest.mark.parametrize(
    "altered",
    [
        pytest.param(lambda lines: [*lines, lines[2]], id="one booked twice"),
        pytest.param(lambda lines: [lines[0], *lines[:-1]], id="one twice and one not at all"),
        pytest.param(lambda lines: lines[1:], id="one missing"),
        pytest.param(lambda lines: [*lines, ("E999999-1", 500, "OTHER", "")], id="one too many"),
        pytest.param(lambda lines: [(lines[0][0], lines[1][1], *lines[0][2:]), *lines[1:]], id="another amount"),
        pytest.param(lambda lines: [(*lines[0][:3], "ANOTHER"), *lines[1:]], id="another reference"),
    ],
)
def test_whatever_differs_is_seen(world: World, altered: Callable[[list[Line]], list[Line]]) -> None:
    told(world, *(booked(*line) for line in altered(lines_of(world))))
    assert not is_paired()


def test_a_statement_that_differs_in_nothing_is_paired(world: World) -> None:
    told(world, *(booked(*line) for line in lines_of(world)))
    assert is_paired()


def lines_of(world: World) -> list[Line]:
    """What the statement should book: all six, credited today."""
    instruction = world.went()
    world.visit()
    return [
        (world.end_to_end_id(instruction.request, place), fen, instruction.message_id, "")
        for place, fen in enumerate(AMOUNTS)
    ]
