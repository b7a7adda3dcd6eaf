"""A statement that people bring counts only after a second one saw its difference; a line result never does."""

import io
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from yikatong.banking import actions
from yikatong.banking.formats import stream
from yikatong.banking.models import BankStatement, Break, StatementUpload
from yikatong.core.refusals import Refused
from yikatong.payments.tests.world import AMOUNTS

from . import reports
from .test_exchange import state
from .world import World

TOTAL = sum(AMOUNTS)


def messages(world: World) -> dict[str, bytes]:
    """What lies at the bank, by kind; of each kind the last one."""
    found = {}
    for _, body in reports.fetched(world.wire()):
        kind = stream.kind_of(io.BytesIO(body))
        if kind != "camt.053.001.08" or world.provider.agreements.get().statement_account.encode() in body:
            found[kind] = body
    return found


def upload(world: World, body: bytes, role: str = "bank_operator") -> StatementUpload:
    return actions.uploading.upload(
        provider=world.provider, name="对账单.xml", content=io.BytesIO(body), note="专线中断，柜台拷贝",
        by=world.as_(role), at=world.at,
    )  # fmt: skip


def confirm(world: World, uploaded: StatementUpload, role: str = "finance_reviewer") -> Any:
    seen: dict[str, Any] = {"seen_version": uploaded.version, "seen_digest": uploaded.digest}
    return actions.uploading.confirm(upload=uploaded, by=world.as_(role), at=world.at, **seen)


def test_two_people_bring_a_statement_and_it_counts_like_a_fetched_one(world: World) -> None:
    instruction = world.went()
    world.visit()
    world.days(1)
    body = messages(world)["camt.053.001.08"]
    uploaded = upload(world, body)
    assert uploaded.difference["kinds"] == [] and not BankStatement.objects.exists()
    (figures,) = uploaded.difference["statements"]
    assert (figures["debit_count"], figures["debit_fen"], figures["gap_fen"]) == (6, TOTAL, 0)
    with pytest.raises(Refused) as refused:
        confirm(world, uploaded, "bank_operator")
    assert refused.value.code == "YK005"
    report = confirm(world, uploaded)
    assert report.upload == uploaded and BankStatement.objects.get().report == report
    assert actions.reconcile(provider=world.provider, by=world.system, at=world.at).closed == [instruction.request_id]
    assert state(instruction.request) == "closed"
    # The bank's own channel brings the same one: no news, and no break.
    world.visit()
    assert BankStatement.objects.count() == 1 and not Break.objects.exists()


def test_the_same_payments_on_another_day_are_shown_and_so_are_balances_that_do_not_fit(world: World) -> None:
    world.went()
    world.days(1)
    world.visit()
    held = BankStatement.objects.get()
    earlier = held.day - timedelta(days=2)
    body = messages(world)["camt.053.001.08"].replace(str(held.day).encode(), str(earlier).encode())
    uploaded = upload(world, body)
    kinds = {one["kind"]: (one["count"], one["expected_fen"], one["found_fen"]) for one in uploaded.difference["kinds"]}
    assert kinds["booked_before"] == (len(AMOUNTS), 0, TOTAL)
    assert kinds["closes_otherwise"] == (1, held.opening_fen, held.closing_fen)
    assert any("另一天的对账单上已经有过" in one["words"] for one in uploaded.difference["kinds"])


def test_an_altered_one_shows_its_difference_and_the_fetched_one_raises_a_break(world: World) -> None:
    world.went()
    world.visit()
    world.days(1)
    wrong = messages(world)["camt.053.001.08"].replace(b"819.58", b"919.58").replace(b"21515.84", b"21615.84")
    uploaded = upload(world, wrong)
    kinds = {one["kind"]: (one["count"], one["expected_fen"], one["found_fen"]) for one in uploaded.difference["kinds"]}
    assert kinds["amount"] == (1, AMOUNTS[0], AMOUNTS[0] + 10_000)
    confirm(world, uploaded)
    assert world.visit().closed == []
    assert "other_statement" in set(Break.objects.values_list("kind", flat=True))


def test_only_statements_of_missing_days_are_taken_from_a_person(world: World) -> None:
    world.went()
    world.days(1)
    found = messages(world)
    for kind, body in found.items():
        if kind != "camt.053.001.08":
            with pytest.raises(Refused) as refused:
                upload(world, body)
            assert refused.value.code == "not_a_statement" and "逐笔结果" in str(refused.value)
    with pytest.raises(Refused):
        upload(world, b"<a")
    world.visit()
    with pytest.raises(Refused) as refused:
        upload(world, found["camt.053.001.08"] + b"\n")
    assert "已经有了" in str(refused.value) and not StatementUpload.objects.exists()


def test_what_changed_since_it_was_shown_is_shown_again(world: World) -> None:
    world.went()
    world.days(1)
    bodies = messages(world)
    uploaded = upload(world, bodies["camt.053.001.08"])
    assert {one["kind"] for one in uploaded.difference["kinds"]} == {"booked_not_reported"}
    booked = io.BytesIO(bodies["camt.054.001.08"])
    actions.receive(provider=world.provider, report_no="N1", body=booked, by=world.system, at=world.at)
    with pytest.raises(Refused) as refused:
        confirm(world, uploaded)
    assert refused.value.code == "YK003" and not BankStatement.objects.exists()
    seen: dict[str, Any] = {"seen_version": uploaded.version, "seen_digest": uploaded.digest, "reason": "有新结果"}
    actions.uploading.decline(upload=uploaded, by=world.as_("finance_reviewer"), at=world.at, **seen)
    confirm(world, upload(world, bodies["camt.053.001.08"]))
    assert BankStatement.objects.count() == 1


def test_the_database_takes_no_uploaded_report_that_nobody_confirmed(world: World) -> None:
    world.went()
    world.days(1)
    uploaded = upload(world, messages(world)["camt.053.001.08"])
    assert uploaded.state == "drafted" or StatementUpload.objects.get().state == "uploaded"
    insert = (
        "INSERT INTO banking_bankreport (provider_id, report_no, kind, digest, standing, sentence, row_count, file_id,"
        " received_at, upload_id) VALUES (%s, 'X', 'camt.053', %s, %s, '', 0, %s, now(), %s)"
    )
    for standing, sqlstate in (("statement", "YK079"), ("applied", "YK079")):
        with world.app() as app, pytest.raises(psycopg.Error) as refused:
            app.execute(insert, [uploaded.provider_id, uploaded.file_digest, standing, uploaded.file_id, uploaded.pk])
        assert refused.value.sqlstate == sqlstate
    with world.app() as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("UPDATE banking_statementupload SET state = 'confirmed'")
