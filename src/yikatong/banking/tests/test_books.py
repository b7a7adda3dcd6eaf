"""Our lines, the ledger, the bank's results and its statement, held against each other; each difference has a name."""

import io
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.urls import reverse

from tests import exported
from yikatong.banking import actions, books, queries
from yikatong.banking.models import BookedTotal, Break, BreakLine, ReportedTotal
from yikatong.core import proofs, slots, sql
from yikatong.core.refusals import Refused
from yikatong.kit import money
from yikatong.payments.tests.world import AMOUNTS

from . import reports
from .test_pages import signed_in
from .world import World

TOTAL = sum(AMOUNTS)


def days(world: World) -> list[books.DayBooks]:
    found = books.days_for(world.as_("finance_reviewer"), month=world.at.date().replace(day=1))
    earlier = (world.at.date().replace(day=1) - timedelta(days=1)).replace(day=1)
    return found + books.days_for(world.as_("finance_reviewer"), month=earlier)


def test_all_four_books_say_the_same_by_day_and_by_file(world: World) -> None:
    world.bank.control.open_card(world.card_number(2), "closed-account")
    instruction = world.went()
    world.visit()
    world.days(1)
    world.visit()
    (day,) = [one for one in days(world) if one.movement == "payment"]
    arrived = TOTAL - AMOUNTS[2]
    assert (day.line_fen, day.posted_fen, day.reported_fen, day.booked_fen) == (arrived,) * 4
    assert (day.line_count, day.booked_count, day.standing) == (5, 5, "agree")
    (file,) = books.files_for(world.as_("auditor"), month=instruction.sealed_at.date().replace(day=1))
    assert (file.sent_fen, file.line_fen, file.booked_fen, file.failed_count) == (TOTAL, arrived, arrived, 1)
    assert file.standing == "agree" and file.open_count == 0
    (one,) = books.day_for(world.as_("bank_operator"), agreement_id=day.agreement_id, day=day.day)
    assert one.message_id == instruction.message_id and one.agree
    assert actions.check_books(by=world.system, at=world.at) == 0 and not Break.objects.exists()
    before = ReportedTotal.objects.count(), BookedTotal.objects.count()
    assert actions.tally(by=world.system, at=world.at) == 0
    assert (ReportedTotal.objects.count(), BookedTotal.objects.count()) == before


def told(world: World, *entries: str, day: Any = None) -> None:
    """A statement by hand for the zero-balance account; balances that fit its entries are not tried to be made."""
    agreement = world.provider.agreements.get()
    on = (day or world.at.date()).isoformat()
    body = reports.statement("".join(entries)).decode().replace("51999900000000000001", agreement.statement_account)
    body = body.replace("2026-11-23", on).replace("<Id>S1</Id>", f"<Id>S-{on}</Id>")
    actions.receive(
        provider=world.provider, report_no=f"S-{on}", body=io.BytesIO(body.encode()), by=world.system, at=world.at
    )
    actions.reconcile(provider=world.provider, by=world.system, at=world.at)
    actions.tally(by=world.system, at=world.at)


def booked(end_to_end_id: str, fen: int, message_id: str = "", reference: str = "") -> str:
    refs = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    refs += f"<MsgId>{message_id}</MsgId>" if message_id else ""
    refs += f"<EndToEndId>{end_to_end_id}</EndToEndId>" if end_to_end_id else ""
    yuan = money.plain_yuan(fen)
    entry = reports.entry(yuan, details=f'<TxDtls><Refs>{refs}</Refs><Amt Ccy="CNY">{yuan}</Amt></TxDtls>')
    return entry.replace("<AcctSvcrRef>B1</AcctSvcrRef>", "")


def raised() -> dict[str, tuple[str, int]]:
    """The differences of the statement's lines and of the books: kind -> owner and number of lines kept."""
    found = Break.objects.exclude(kind__in=("gap", "chain"))
    return {one.kind: (one.owner, one.lines.count()) for one in found}


def test_each_difference_of_a_statement_has_its_name_and_its_lines(world: World) -> None:
    instruction = world.went()
    world.visit()
    line = [world.end_to_end_id(instruction.request, place) for place in range(6)]
    sent = instruction.message_id
    told(
        world,
        booked(line[0], AMOUNTS[1], sent),  # swapped with the next one: the sum is right (C11)
        booked(line[1], AMOUNTS[0], sent),
        booked(line[2], AMOUNTS[2], sent),
        booked(line[2], AMOUNTS[2], sent),
        booked(line[3], AMOUNTS[3], sent, reference="ANOTHER"),
        booked("E999999-1", 500, "OTHER"),
        booked("", 200),
    )
    assert raised() == {
        "swapped": ("bank", 2), "twice": ("bank", 2), "reference": ("bank", 1), "unknown_debit": ("bank", 1),
        "fee": ("bank", 1), "reported_not_booked": ("bank", 2),
    }  # fmt: skip
    subject = Break.objects.get(kind="swapped")
    assert (subject.expected_fen, subject.found_fen, subject.day) == (AMOUNTS[0] + AMOUNTS[1],) * 2 + (world.at.date(),)
    (first, second) = books.BreakLines(subject)[0:2]
    assert {first["expected_fen"], second["expected_fen"]} == set(AMOUNTS[:2]) and first["card"].startswith("9999 ****")
    assert "*" in first["payee_name"] and books.BreakLines(subject)[1]["line_no"] == 2
    (day,) = [one for one in days(world) if one.movement == "payment"]
    assert day.standing == "named" and day.booked_count == 5 and day.reported_count == 6
    (other,) = [one for one in days(world) if one.movement == "other_debit"]
    assert (other.booked_count, other.booked_fen, other.line_fen, other.standing) == (2, 700, 0, "named")
    _pages_tell_it(world, subject)


def _pages_tell_it(world: World, subject: Break) -> None:
    assert subject.day is not None
    day = reverse("banking:book-day", args=[subject.agreement_id, subject.day.isoformat()])
    month = f"?month={subject.day:%Y-%m}"
    for role in ("bank_operator", "finance_reviewer", "finance_treasurer", "auditor"):
        client = signed_in(world, role)
        page = client.get(reverse("banking:books") + month).content.decode()
        assert "金额互换" in page and "代发机构" in page and "有差异，已列明" in page, role
        assert "不属于任何指令" in client.get(day).content.decode()
        assert "9999 **** ****" in client.get(reverse("banking:break", args=[subject.pk])).content.decode()
        book = exported.sheets(client, reverse("banking:books") + month)
        assert list(book) == ["按日", "按文件", "差异", "导出说明"] and len(book["差异"]) == Break.objects.count()
        rows = exported.sheets(client, reverse("banking:break", args=[subject.pk]))["差异明细"]
        assert len(rows) == 2 and {row["系统（元）"] for row in rows} == {one / 100 for one in AMOUNTS[:2]}
    for role in ("township_clerk", "department_clerk"):
        client = signed_in(world, role)
        for url in (reverse("banking:books"), day, reverse("banking:break", args=[subject.pk])):
            assert client.get(url).status_code == 404, (role, url)
    assert signed_in(world, "auditor").get(day.replace(subject.day.isoformat(), "someday")).status_code == 404
    assert signed_in(world, "auditor").get(reverse("banking:books") + "?month=x&account=y").status_code == 200


def test_a_day_without_statement_is_missed_at_noon_of_the_next_and_late_when_it_comes(world: World) -> None:
    instruction = world.went()
    world.visit()
    day = world.at.date()
    assert actions.check_books(by=world.system, at=world.at) == 0
    world.at += timedelta(days=1)
    assert actions.check_books(by=world.system, at=world.at) == 1
    assert actions.check_books(by=world.system, at=world.at) == 0
    missing = Break.objects.get()
    assert (missing.kind, missing.owner, missing.day, missing.count, missing.expected_fen) == (
        "statement_missing", "bank", day, 6, TOTAL,
    )  # fmt: skip
    assert reverse("banking:break", args=[missing.pk]) in {
        item.url for item in slots.inbox(world.as_("bank_operator"), world.at)
    }
    headline = books.headline_for(world.as_("finance_reviewer"), days(world), world.at.date())
    assert (headline.raised_count, headline.unnamed_count, headline.unexplained) == (1, 0, 1)
    world.bank.control.advance(1)
    world.visit()
    assert instruction.agreement.statements.exists()
    assert actions.check_books(by=world.system, at=world.at) == 1
    assert set(raised()) == {"statement_missing", "statement_late"}
    (one,) = [one for one in days(world) if one.day == day]
    assert one.standing == "agree"


@pytest.mark.tampers
def test_a_ledger_that_differs_from_the_results_is_finances_to_explain(world: World) -> None:
    instruction = world.went()
    world.visit()
    world.days(1)
    world.visit()
    _tamper(world, "UPDATE ledger_transfer SET amount_fen = amount_fen + 1 WHERE kind = 'credit'")
    assert actions.check_books(by=world.system, at=world.at) == 1
    (day,) = [one for one in days(world) if one.movement == "payment"]
    assert (day.posted_fen, day.standing) == (0, "named") or day.day != Break.objects.get().day
    subject = Break.objects.get()
    assert (subject.kind, subject.owner, subject.expected_fen - subject.found_fen) == ("posted_otherwise", "finance", 1)
    _tamper(world, "UPDATE ledger_transfer SET key = 'x' || key WHERE kind = 'credit'")
    assert actions.check_books(by=world.system, at=world.at) == 1
    assert Break.objects.filter(kind="result_not_posted", owner="finance").count() == 1
    _tamper(world, "UPDATE ledger_transfer SET key = 'return' || substr(key, 8) WHERE starts_with(key, 'xcredit:')")
    assert actions.check_books(by=world.system, at=world.at) == 1
    assert Break.objects.filter(kind="posted_without_result", owner="finance").count() == 1
    _who_may_explain(world, subject)
    assert instruction.request_id == subject.request_id


@pytest.mark.tampers
@pytest.mark.parametrize("table", ["banking_reportedtotal", "banking_bookedtotal"])
def test_verify_finds_totals_that_were_altered(world: World, table: str) -> None:
    world.went()
    world.visit()
    world.days(1)
    world.visit()
    assert "banking/totals" not in {finding.check for finding in proofs.verify()}
    world.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    world.run(f"UPDATE {table} SET total_fen = total_fen + 1")
    world.run(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert "banking/totals" in {finding.check for finding in proofs.verify()}


def _who_may_explain(world: World, subject: Break) -> None:
    seen: dict[str, Any] = {"seen_version": subject.version, "seen_digest": subject.digest, "at": world.at}
    with pytest.raises(Refused) as refused:
        actions.explain(subject=subject, by=world.as_("bank_operator"), reason="不知道", **seen)
    assert refused.value.code == "YK005"
    url = reverse("banking:break", args=[subject.pk])
    assert url not in {item.url for item in slots.inbox(world.as_("bank_operator"), world.at)}
    assert url in {item.url for item in slots.inbox(world.as_("finance_treasurer"), world.at)}
    posted = {"verb": "explain_finance", "version": 0, "digest": subject.digest, "reason": "记账程序被改过"}
    assert signed_in(world, "finance_treasurer").post(url, posted).status_code == 302
    subject.refresh_from_db()
    assert subject.state == "explained"
    actions.settle(
        subject=subject, by=world.as_("finance_reviewer"), at=world.at, seen_version=1, seen_digest=subject.digest,
        reason="已更正",
    )  # fmt: skip
    assert Break.objects.get(pk=subject.pk).state == "settled"


def _tamper(world: World, statement: str) -> None:
    world.run("ALTER TABLE ledger_transfer DISABLE TRIGGER USER")
    world.run(statement)
    world.run("ALTER TABLE ledger_transfer ENABLE TRIGGER USER")


@pytest.mark.tampers
def test_lines_that_are_not_what_the_file_ordered_are_named(world: World) -> None:
    instruction = world.went()
    world.run("ALTER TABLE banking_paymentinstruction DISABLE TRIGGER USER")
    world.run("UPDATE banking_paymentinstruction SET total_fen = total_fen + 7")
    world.run("ALTER TABLE banking_paymentinstruction ENABLE TRIGGER USER")
    world.visit()
    subject = Break.objects.get()
    assert (subject.kind, subject.owner, subject.expected_fen, subject.found_fen) == (
        "lines_otherwise", "finance", TOTAL, TOTAL + 7,
    )  # fmt: skip
    assert subject.request_id == instruction.request_id


def test_what_was_added_up_cannot_be_written_by_the_application(world: World) -> None:
    instruction = world.went()
    world.visit()
    for statement in (
        "INSERT INTO banking_reportedtotal SELECT * FROM banking_reportedtotal",
        "INSERT INTO banking_breakline SELECT * FROM banking_breakline",
        "UPDATE banking_reportedtotal SET count = 0",
        "SELECT banking_raise('k','fee',NULL,NULL,NULL,1,1,1,1,'',now())",
    ):
        with world.app() as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(statement)
    with pytest.raises(Refused):
        sql.call("banking_tally", instruction.agreement_id, world.as_("department_clerk").official_id, world.at)
    assert not BreakLine.objects.exists() and queries.breaks_for(world.as_("auditor")).count() == 0
