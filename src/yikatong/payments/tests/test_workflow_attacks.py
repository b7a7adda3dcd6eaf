"""The attacks on the workflow by their numbers (RELIABILITY 3, B01 to B18), on the payment request and in the browser.

Elsewhere: B11 (rosters, where lines are edited), B15 (catalog), B16 (notices). Not here, because what they attack does not
exist yet: B17 (complaints about officers) and the screening flags R08 and R28 of B13 and B14.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from yikatong.batches.models import Entitlement
from yikatong.core.models import Decision, Official
from yikatong.core.permissions import Role
from yikatong.payments import actions, queries
from yikatong.payments.models import Payment, PaymentRequest

from .test_pages import as_, press
from .world import World, says

CLERK, VERIFIER, CASHIER = "nongye.jingban", "zheng.fuhe", "nongye.fafang"
RELEASE = "release_department"


def address(request: PaymentRequest) -> str:
    return f"/payments/requests/{request.no}/decide/"


def state(request: PaymentRequest) -> str:
    request.refresh_from_db()
    return str(request.state)


def appointed(world: World, username: str, role: Role, like: str) -> None:
    """The owner appoints somebody else to the post that ``like`` holds."""
    world.run(
        "INSERT INTO core_appointment (official_id, role, agency_id, area_id, valid_from)"
        " SELECT %s, %s, agency_id, area_id, valid_from FROM core_appointment WHERE official_id = %s LIMIT 1",
        Official.objects.get(username=username).pk, role, Official.objects.get(username=like).pk,
    )  # fmt: skip


def test_b01_who_made_it_does_not_verify_it_nor_hold_both_posts(world: World) -> None:
    request = world.filed()
    posted = {"verb": "verify", "version": request.version, "digest": request.digest, "reason": ""}
    as_(CLERK).post(address(request), posted)
    assert state(request) == "filed"
    with pytest.raises(psycopg.Error):
        appointed(world, CLERK, Role.FINANCE_REVIEWER, VERIFIER)
    assert list(Decision.objects.filter(flow="payment_request").values_list("verb", flat=True)) == ["file"]


def test_b02_no_step_is_taken_before_the_one_that_comes_first(world: World) -> None:
    request = world.filed()
    press(as_(CASHIER), address(request), request, RELEASE)
    assert state(request) == "filed"
    press(as_(VERIFIER), address(request), request, "verify")
    assert state(request) == "verified"


@pytest.mark.tampers
def test_b03_a_line_that_was_altered_after_filing_is_not_verified(world: World) -> None:
    request = world.filed()
    with pytest.raises(psycopg.Error, match="不能改也不能删"):
        world.run("UPDATE payments_payment SET amount_fen = amount_fen + 1")
    world.run("ALTER TABLE payments_payment DISABLE TRIGGER USER")
    world.run("UPDATE payments_payment SET amount_fen = amount_fen + 1 WHERE id = %s", world.payments(request)[0].id)
    world.run("ALTER TABLE payments_payment ENABLE TRIGGER USER")
    assert "不一致" in press(as_(VERIFIER), address(request), request, "verify") and state(request) == "filed"


def test_b04_who_saw_another_list_signs_nothing(world: World) -> None:
    request = world.filed()
    seen = {"verb": "verify", "version": request.version, "digest": "0" * 64, "reason": ""}
    page = as_(VERIFIER).post(address(request), seen, follow=True).content.decode()
    assert "指纹" in page and state(request) == "filed"


def test_b05_another_departments_and_townships_people_find_nothing_by_its_number(world: World) -> None:
    request = world.closed_with_failures(1)
    places = (
        f"/payments/requests/{request.no}/", f"/payments/stuck/{world.batch.no}/",
        f"/payments/stuck/{world.batch.no}/reissue/", f"/payments/stuck/{world.batch.no}/refund/",
    )  # fmt: skip
    for username in ("minzheng.jingban", "liuhe.jingban", "yinhang", "xitong"):
        browser = as_(username)
        for place in places:
            assert browser.get(place).status_code == 404, (username, place)
        assert browser.post(places[2], {"outcomes": ["1"], "note": ""}).status_code == 404
    assert PaymentRequest.objects.count() == 1


def test_b06_the_department_cannot_reach_what_is_finances(world: World) -> None:
    request = world.filed()
    for verb in ("verify", "send_back", "release_finance"):
        posted = {"verb": verb, "version": request.version, "digest": request.digest, "reason": "试一试"}
        as_(CLERK).post(address(request), posted)
        assert state(request) == "filed"
    assert as_(CLERK).post("/payments/month-ends/new/", {"year": "2026", "month": "1"}).status_code == 404


def test_b07_the_open_session_of_who_was_shut_out_is_over(world: World) -> None:
    browser = as_(CLERK)
    assert browser.get("/payments/").status_code == 200
    world.run("UPDATE core_official SET is_active = false WHERE username = %s", CLERK)
    assert browser.get("/payments/").status_code == 302


def test_b08_who_lost_the_post_while_the_page_was_open_decides_nothing(world: World) -> None:
    request, browser = world.filed(), as_(VERIFIER)
    assert "复核通过" in browser.get(f"/payments/requests/{request.no}/").content.decode()
    person = Official.objects.get(username=VERIFIER).pk
    yesterday = world.at.date() - timedelta(1)
    world.run("UPDATE core_appointment SET valid_to = %s WHERE official_id = %s", yesterday, person)
    posted = {"verb": "verify", "version": request.version, "digest": request.digest, "reason": ""}
    assert browser.post(address(request), posted).status_code == 404 and state(request) == "filed"


@pytest.fixture
def application(world: World) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(world.app_url, autocommit=True) as connection:
        yield connection


def test_b09_nobody_grants_a_post_through_the_application(world: World, application: Any) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(
            "INSERT INTO core_appointment (official_id, role, agency_id, area_id, valid_from)"
            " SELECT official_id, 'finance_approver', agency_id, area_id, valid_from FROM core_appointment LIMIT 1"
        )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute("UPDATE core_appointment SET role = 'finance_approver'")
    # Not even the owner makes a system administrator a finance officer as well.
    with pytest.raises(psycopg.Error):
        appointed(world, "xitong", Role.FINANCE_APPROVER, "wang.caizheng")


def test_b10_what_the_form_does_not_ask_for_changes_nothing(world: World) -> None:
    more = {
        "state": "released",
        "amount_fen": "1",
        "total_fen": "1",
        "agency_id": "1",
        "created_by": "1",
        "kind": "reissue",
    }
    as_(CLERK).post(f"/payments/file/{world.batch.no}/", {"digest": world.batch.digest, **more})
    request = PaymentRequest.objects.get()
    assert (request.state, request.kind, request.total_fen) == ("filed", "first", world.batch.total_fen)
    assert request.agency_id == world.batch.agency_id


def test_b12_ten_clicks_on_the_release_are_one_release(world: World) -> None:
    request = world.filed()
    press(as_(VERIFIER), address(request), request, "verify")
    request.refresh_from_db()
    posted = {"verb": RELEASE, "version": request.version, "digest": request.digest, "reason": ""}
    browser = as_(CASHIER)
    for _ in range(10):
        browser.post(address(request), posted)
    assert state(request) == "released"
    assert Decision.objects.filter(flow="payment_request", verb=RELEASE).count() == 1


def test_b13_a_card_changed_the_day_before_is_not_the_one_that_is_paid(world: World) -> None:
    before = set(Entitlement.objects.filter(batch=world.batch).values_list("card_id", flat=True))
    change = world.choose_card(1, world.new_card(1, days_ago=1))
    # A list is frozen with its cards when it hangs on the board: what is changed afterwards reaches no payment of it.
    request = world.filed()
    paid = {one.card_id for one in world.payments(request)}
    assert paid == before and change.card_id not in paid
    # Who proposed the change does not approve it (registry), and a reissue waits until it has cooled (test_changed_cards).


def test_b14_no_amount_is_so_small_that_a_signature_less_is_enough(world: World) -> None:
    request = world.closed_with_failures(1)
    signed = Decision.objects.filter(
        flow="payment_request", subject_id=request.pk, duty__in=("prepare", "verify", "release")
    )
    (one,) = queries.stuck_for(world.as_("department_clerk"))
    world.new_card(1)
    alone = world.sent(actions.file_reissue(batch_id=one.batch_id, outcome_ids=[one.outcome_id],
                                            by=world.as_("department_clerk"), at=world.at))  # fmt: skip
    again = Decision.objects.filter(
        flow="payment_request", subject_id=alone.pk, duty__in=("prepare", "verify", "release")
    )
    assert alone.total_fen < request.total_fen
    assert {one.duty for one in again} == {one.duty for one in signed} == {"prepare", "verify", "release"}
    assert len({one.official_id for one in again}) == len({one.official_id for one in signed}) == 3


def test_b18_nothing_financial_can_be_deleted(world: World, application: Any) -> None:
    request = world.sent()
    world.report(request, says(world.payments(request)[0], "credited"))
    tables = ("payments_paymentrequest", "payments_payment", "payments_paymentoutcome", "payments_appliedreport",
              "ledger_transfer", "core_decision", "core_auditevent", "batches_entitlement", "batches_paymentbatch")  # fmt: skip
    for table in tables:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(f"DELETE FROM {table}")
        with pytest.raises(psycopg.Error):
            world.run(f"DELETE FROM {table}")
    assert Payment.objects.filter(request=request).count() == request.count
