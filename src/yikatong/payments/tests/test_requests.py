"""Filing, verifying, releasing and sending a payment request."""

import threading
from typing import Any

import psycopg
import pytest
from django.db import connection

from yikatong.core.refusals import Refused
from yikatong.payments import actions, queries, showing
from yikatong.payments.models import Payment, PaymentRequest
from yikatong.payments.states import REQUEST

from .world import AMOUNTS, World


def code_of(refused: Any) -> str:
    """The SQLSTATE of a refusal."""
    return str(refused.value.code)


def test_filing_makes_one_payment_for_each_entitlement(world: World) -> None:
    figures = queries.figures(world.batch.pk)
    assert figures.agree and figures.objection is None and figures.drawn_fen == sum(AMOUNTS)
    request = world.filed()
    payments = world.payments(request)
    assert [one.amount_fen for one in payments] == list(AMOUNTS)
    assert [one.payee_id for one in payments] == world.people
    assert [one.end_to_end_id for one in payments] == [f"E{one.entitlement_id}-1" for one in payments]
    assert (request.no, request.state, request.version) == (f"{world.batch.no}-R1", "filed", 1)
    assert (request.count, request.total_fen, request.mode) == (6, sum(AMOUNTS), "department")


def test_a_batch_is_requested_once(world: World) -> None:
    world.filed()
    with pytest.raises(Refused) as refused:
        world.filed()
    assert code_of(refused) == "YK002"


def test_of_two_who_file_at_once_one_wins(world: World) -> None:
    results: list[str] = []

    def try_it() -> None:
        try:
            results.append(world.filed().state)
        except Refused as refused:
            results.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["YK002", "filed"]
    assert Payment.objects.count() == len(AMOUNTS)


def test_only_the_departments_own_clerk_files(world: World) -> None:
    for role in ("other_department", "department_cashier", "finance_reviewer", "bank_operator"):
        with pytest.raises(Refused) as refused:
            by = world.as_(role)
            actions.file(batch_id=world.batch.pk, by=by, at=world.at, seen_digest=world.batch.digest)
        assert code_of(refused) == "YK005", role
    assert not PaymentRequest.objects.exists()


def test_filing_asks_for_the_digest_that_was_seen(world: World) -> None:
    with pytest.raises(Refused) as refused:
        clerk = world.as_("department_clerk")
        actions.file(batch_id=world.batch.pk, by=clerk, at=world.at, seen_digest="0" * 64)
    assert code_of(refused) == "YK003"


@pytest.mark.tampers
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE batches_entitlement SET amount_fen = amount_fen + 1 WHERE amount_fen = 100", "补贴清单与批次"),
        ("UPDATE funding_cashplan SET declared_fen = declared_fen + 1", "批次金额与用款计划"),
        ("UPDATE funding_drawdown SET amount_fen = amount_fen - 1", "到账金额与用款计划"),
        ("UPDATE funding_drawdown SET state = 'drafted'", "资金还没有到零余额账户"),
        ("UPDATE funding_cashplan SET state = 'verified'", "用款计划还没有批复"),
        ("UPDATE batches_paymentbatch SET state = 'reviewed'", "还没有审批通过"),
        ("UPDATE batches_entitlement SET row_key = 'x' WHERE amount_fen = 100", "指纹不一致"),
    ],
)
def test_filing_is_refused_unless_entitlements_batch_plan_and_money_agree(
    world: World, change: str, words: str
) -> None:
    table = change.split()[1]
    world.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    world.run(change)
    with pytest.raises(Refused, match=words) as refused:
        world.filed()
    assert code_of(refused) == "YK008"
    assert not PaymentRequest.objects.exists()


def test_a_request_is_verified_released_and_sent_by_three_people(world: World) -> None:
    request = world.sent()
    assert request.state == "released"
    assert (world.balance("drawn"), world.balance("in_transit")) == (0, sum(AMOUNTS))
    actions.mark_sent(request=request, by=world.as_("bank_operator"), at=world.at)
    assert world.balance("in_transit") == sum(AMOUNTS)


def test_money_does_not_move_before_the_release(world: World) -> None:
    request = world.step(world.filed(), "verify", "finance_reviewer")
    with pytest.raises(Refused) as refused:
        actions.mark_sent(request=request, by=world.as_("bank_operator"), at=world.at)
    assert code_of(refused) == "YK030"
    assert world.balance("drawn") == sum(AMOUNTS)


def test_finance_may_send_back_with_a_reason_and_the_clerk_files_again(world: World) -> None:
    request = world.filed()
    with pytest.raises(Refused) as refused:
        world.step(request, "send_back", "finance_reviewer")
    assert code_of(refused) == "YK007"
    world.step(request, "send_back", "finance_reviewer", reason="项目名称与文件不符")
    world.step(request, "file", "department_clerk")
    assert request.state == "filed" and Payment.objects.count() == len(AMOUNTS)


def test_a_stale_page_is_told_so(world: World) -> None:
    request = world.filed()
    world.step(PaymentRequest.objects.get(pk=request.pk), "verify", "finance_reviewer")
    with pytest.raises(Refused) as refused:
        world.step(request, "verify", "other_reviewer")
    assert code_of(refused) == "YK002"


@pytest.mark.tampers
def test_the_mode_decides_who_releases(fresh_database: Any, drawn: Any) -> None:
    world = World(fresh_database.owner_url, fresh_database.app_url, dict(drawn.ids)).drawn("finance")
    request = world.step(world.filed(), "verify", "finance_reviewer")
    with pytest.raises(Refused, match="由财政部门发放") as refused:
        world.step(request, "release_department", "department_cashier")
    assert code_of(refused) == "YK008"
    assert world.step(request, "release_finance", "finance_treasurer").state == "released"
    world.close()


def test_the_treasurer_does_not_release_what_the_department_pays(world: World) -> None:
    request = world.step(world.filed(), "verify", "finance_reviewer")
    with pytest.raises(Refused, match="由主管部门发放") as refused:
        world.step(request, "release_finance", "finance_treasurer")
    assert code_of(refused) == "YK008"
    treasurer, cashier = world.as_("finance_treasurer"), world.as_("department_cashier")
    assert [step.verb for step in REQUEST.open_to(request, treasurer)] == []
    assert [step.verb for step in REQUEST.open_to(request, cashier)] == ["release_department"]
    assert [step.verb for step in REQUEST.waits_for(request)] == ["release_department"]


@pytest.mark.tampers
def test_a_payment_altered_after_filing_is_neither_verified_nor_sent(world: World) -> None:
    request = world.filed()
    world.run("ALTER TABLE payments_payment DISABLE TRIGGER USER")
    world.run("UPDATE payments_payment SET amount_fen = amount_fen + 1 WHERE amount_fen = 12345")
    world.run("UPDATE payments_payment SET amount_fen = amount_fen - 1 WHERE amount_fen = 9530")
    with pytest.raises(Refused, match="指纹") as refused:
        world.step(request, "verify", "finance_reviewer")
    assert code_of(refused) == "YK008"


@pytest.mark.parametrize("table", ["paymentrequest", "payment", "paymentoutcome", "appliedreport", "paymentexception"])
def test_the_application_writes_no_payment_by_itself(world: World, table: str) -> None:
    request = world.sent()
    payment = world.payments(request)[0]
    world.report(request, {"end_to_end_id": payment.end_to_end_id, "amount_fen": 1, "result": "credited"})
    with world.app() as app:
        for statement in ("INSERT INTO {} SELECT * FROM {}", "UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement.replace("{}", f"payments_{table}"))


def test_raw_sql_files_no_request_without_an_appointed_clerk(world: World) -> None:
    cashier = world.official("department_cashier")
    with world.app() as app, pytest.raises(psycopg.Error) as refused:
        app.execute("SELECT payments_file(%s, %s, %s, now())", (world.batch.pk, world.batch.digest, cashier))
    assert refused.value.sqlstate == "YK005"
    assert not Payment.objects.exists()


def test_inbox_and_ribbon_follow_the_request(world: World) -> None:
    clerk, reviewer, cashier = (
        world.as_(role) for role in ("department_clerk", "finance_reviewer", "department_cashier")
    )
    assert [item.what_to_do for item in showing.waiting(clerk, world.at)] == ["去申请"]
    request = world.filed()
    assert showing.waiting(clerk, world.at) == []
    assert [item.what_to_do for item in showing.waiting(reviewer, world.at)] == ["去复核"]
    world.step(request, "verify", "finance_reviewer")
    assert [item.what_to_do for item in showing.waiting(cashier, world.at)] == ["去签发"]
    assert [stage.state for stage in showing.stages({"batch_id": world.batch.pk})] == ["now", "todo"]
