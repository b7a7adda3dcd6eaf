"""While an emergency stop stands nothing is sealed or sent; what is on its way runs out. Clocks, cut-off and years too."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import psycopg
import pytest

from yikatong.banking import actions, queries, sending
from yikatong.banking.models import PaymentInstruction
from yikatong.core import stopping, tasks
from yikatong.core.models import EmergencyStop
from yikatong.core.refusals import Refused
from yikatong.payments import actions as payments
from yikatong.payments.tests.world import AMOUNTS

from .instructions import BEIJING
from .test_exchange import kinds, state
from .world import World


def press(world: World, role: str = "auditor") -> EmergencyStop:
    return stopping.press(reason="名册可能被改过", by=world.as_(role), at=world.at)


def code(action: object, **given: object) -> str:
    with pytest.raises(Refused) as refused:
        action(**given)  # type: ignore[operator]
    return refused.value.code


def test_nothing_is_sealed_or_sent_until_two_people_lift_it(world: World) -> None:
    instruction = world.sealed()
    stop = press(world)
    given: dict[str, Any] = {"by": world.system, "at": world.at}
    assert code(actions.send, instruction=instruction, **given) == "YK080" and kinds(instruction) == ["sealed"]
    assert code(payments.mark_sent, request=instruction.request, **given) == "YK080"
    assert world.balance("in_transit") == 0
    assert not stopping.lift(stop=stop, reason="查清了", by=world.as_("finance_approver"), at=world.at)
    assert code(actions.send, instruction=instruction, **given) == "YK080"
    assert stopping.lift(stop=stop, reason="查清了", by=world.as_("department_leader"), at=world.at)
    assert actions.send(instruction=instruction, **given) == "acknowledged"


def test_nothing_is_sealed_while_it_stands(world: World) -> None:
    request = world.released()
    press(world, "department_leader")
    assert code(actions.seal, request_id=request.pk, by=world.system, at=world.at) == "YK080"
    assert not PaymentInstruction.objects.exists()


def test_what_was_released_meanwhile_goes_on_by_itself_once_it_is_lifted(world: World) -> None:
    stop = press(world)
    request = world.released()
    tasks.run_waiting()
    assert not PaymentInstruction.objects.exists()
    assert "紧急停发" in queries.unsealed_requests()[0]["trouble"]
    for role in ("finance_approver", "department_leader"):
        stopping.lift(stop=stop, reason="查清了", by=world.as_(role), at=world.at)
    tasks.run_waiting()
    assert queries.unsealed_requests() == [] and PaymentInstruction.objects.get().request_id == request.pk


def test_what_is_on_its_way_runs_out(world: World) -> None:
    instruction = world.went()
    press(world)
    world.days(1)
    assert world.visit().closed == [instruction.request_id]
    assert state(instruction.request) == "closed" and world.balance("credited") == sum(AMOUNTS)


def test_money_in_transit_does_not_let_a_stopped_sending_pass(world: World) -> None:
    instruction = world.sealed()
    payments.mark_sent(request=instruction.request, by=world.system, at=world.at)
    press(world)
    with world.app() as app, pytest.raises(psycopg.Error) as refused:
        app.execute(
            "SELECT banking_begin_sending(%s, %s, now(), clock_timestamp())",
            [instruction.pk, world.system.official_id],
        )
    assert refused.value.sqlstate == "YK080"


@pytest.mark.parametrize("drift", [timedelta(seconds=-61), timedelta(seconds=61), None])
def test_clocks_that_differ_stop_sending(world: World, drift: timedelta | None) -> None:
    instruction = world.sealed()
    payments.mark_sent(request=instruction.request, by=world.system, at=world.at)
    machine = datetime.now(UTC) + drift if drift else None
    with world.app() as app, pytest.raises(psycopg.Error) as refused:
        app.execute(
            "SELECT banking_begin_sending(%s, %s, now(), %s)", [instruction.pk, world.system.official_id, machine]
        )
    assert refused.value.sqlstate == "YK084"


@pytest.mark.parametrize(
    ("moment", "year", "sentence"),
    [
        ((2026, 6, 1, 15, 59), 2026, None),
        ((2026, 6, 1, 16, 0), 2026, "截止时间"),
        ((2026, 6, 1, 16, 29), 2026, "截止时间"),
        ((2026, 6, 1, 16, 31), 2026, None),
        ((2026, 12, 31, 15, 59), 2026, None),
        ((2026, 12, 31, 16, 31), 2026, "新的年度"),
        ((2027, 1, 1, 0, 0), 2026, "2026 年度"),
        ((2026, 12, 31, 12, 0), 2027, "2027 年度"),
    ],
)
def test_no_file_goes_near_the_cut_off_or_over_the_year(
    world: World, moment: tuple[int, ...], year: int, sentence: str | None
) -> None:
    world.register(cut_off_at=time(16, 30))
    asked = "SELECT banking_hour_objection(one, %s::smallint, %s) FROM banking_paymentprovider AS one"
    told = world.run(asked, year, datetime(*moment, tzinfo=BEIJING))  # type: ignore[misc, arg-type]
    assert (told is None) if sentence is None else (sentence in told)


def test_sending_asks_for_the_hour(world: World) -> None:
    instruction = world.sealed()
    soon = (datetime.now(BEIJING) + timedelta(minutes=5)).time().replace(microsecond=0)
    world.register(cut_off_at=soon, cut_off_minutes=10)
    assert code(sending.send, instruction=instruction, by=world.system, at=world.at) == "YK085"
