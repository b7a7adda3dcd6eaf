"""What banks promised, what they do, and what people say of them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from tests import exported
from yikatong.banking import actions, books, providing, queries, service
from yikatong.banking.models import Break, ServiceAgreement, ServiceComplaint
from yikatong.core import proofs, slots, sql, tasks
from yikatong.core.refusals import NotFound, Refused
from yikatong.demo import bank as demo_bank
from yikatong.payments.tests.world import AMOUNTS

from .instructions import DEBTOR_ACCOUNT
from .test_pages import signed_in
from .world import COUNTY, World, as_owner

TERMS: dict[str, Any] = {
    "pay_within_days": 1, "report_within_days": 3, "reconciliation_method": "每日电子对账单，T+1 核对",
    "procurement_document_no": "青财采〔2025〕61号", "clauses": ["办卡激活", "data_security"],
    "free_services": ["信息反馈", "跨行存取"],
}  # fmt: skip


def agree(world: World, **changes: Any) -> None:
    provider = {
        "name": "青禾农村商业银行", "bank_code": demo_bank.PROVIDER_BANK_CODE, "transport_url": world.bank.url,
        "dedupes_forever": True, "outlet_count": 23, "issues_local_card": True,
    }  # fmt: skip
    agreement = {
        "agency": "农业农村局", "county": COUNTY, "document_no": "青财代〔2026〕1号",
        "valid_from": ServiceAgreement.objects.get().valid_from, "debtor_name": "农业农村局",
        "debtor_account": DEBTOR_ACCOUNT, "statement_account": demo_bank.iban_of(DEBTOR_ACCOUNT), **TERMS, **changes,
    }  # fmt: skip
    with as_owner(world.owner_url):
        providing.load_provider(told={"provider": provider, "agreements": [agreement]}, file="provider.toml")


def test_the_register_says_what_was_agreed_and_warns_before_it_ends(world: World) -> None:
    agree(world, valid_to=world.at.date() + timedelta(days=30))
    for wrong, told in (
        ({"clauses": ["洗车"]}, "洗车"), ({"pay_within_days": 61}, "0 到 60"), ({"free_services": "取款"}, "free_services"),
        ({"valid_until": world.at.date()}, "valid_until"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=told):
            agree(world, **wrong)
    found = ServiceAgreement.objects.get()
    assert (found.clause_words, found.free_words) == (["办卡激活", "数据安全"], ["信息反馈", "跨行存取"])
    url = reverse("banking:agreement", args=[found.pk])
    (item,) = [one for one in slots.inbox(world.as_("finance_treasurer"), world.at) if one.url == url]
    assert item.due_on == found.valid_to
    for role in ("finance_reviewer", "bank_operator", "auditor"):
        client = signed_in(world, role)
        page = client.get(reverse("banking:providers")).content.decode()
        assert "青财采〔2025〕61号" in page and re.search(r"剩 (2.|30) 天", page) and "23" in page, role
        page = client.get(url).content.decode()
        assert "指令发出后 1 天内" in page and "T+1 核对" in page and "跨行存取" in page
    assert signed_in(world, "department_clerk").get(url).status_code == 404
    # An agreement that goes on is no longer missed.
    agree(world, valid_from=world.at.date() + timedelta(days=31))
    assert not queries.expiring_agreements_for(world.as_("finance_treasurer"), world.at.date()).exists()


def test_a_renewed_agreement_keeps_its_account(world: World) -> None:
    first = ServiceAgreement.objects.get()
    agree(world, valid_from=first.valid_from, valid_to=world.at.date() - timedelta(days=1))
    agree(world, valid_from=world.at.date(), document_no="青财代〔2026〕2号")
    instruction = world.went()
    assert instruction.agreement.document_no == "青财代〔2026〕2号"
    world.visit()
    world.days(1)
    assert world.visit().closed == [instruction.request_id]
    assert actions.check_books(by=world.system, at=world.at) == 0 and not Break.objects.exists()
    month = instruction.sealed_at.date().replace(day=1)
    assert {one.standing for one in books.days_for(world.as_("auditor"), month=month)} == {"agree"}
    (file,) = books.files_for(world.as_("auditor"), month=month)
    assert file.standing == "agree" and books.accounts_for(world.as_("auditor")) == [first]


def test_the_month_of_a_bank_is_told_from_facts(world: World) -> None:
    agree(world)
    world.bank.control.open_card(world.card_number(2), "closed-account")
    world.went()
    world.visit()
    world.days(1)
    world.visit()
    month = world.at.date().replace(day=1)
    (one,) = [
        one
        for one in service.months_for(world.as_("finance_reviewer"), month=month, today=world.at.date())
        if one.line_count
    ]
    assert (one.file_count, one.line_count, one.line_fen) == (1, 6, sum(AMOUNTS))
    assert (one.credited_count, one.failed_count, one.returned_count) == (5, 1, 0)
    assert (one.pay_agreed_count, one.pay_kept_count, one.pay_days_median, one.pay_kept) == (5, 5, 0, "100.0%")
    assert (one.report_kept_count, one.report_days_median) == (6, 0)
    assert (one.statement_missing_count, one.break_count, one.complaint_count) == (0, 0, 0)
    assert (one.failed_share, one.returned_share) == ("16.6%", "0.0%")
    (why,) = service.failures_for(world.as_("auditor"), month=one.month)
    assert (why["words"], why["failed_count"], why["total_fen"]) == ("核对社保卡", 1, AMOUNTS[2])
    (rank,) = service.ranking(service.months_for(world.as_("auditor"), month=month, today=world.at.date()))
    assert (rank.place, rank.kept_permille, rank.failed_permille) == (1, 1000, 166)
    shown = f"?month={one.month:%Y-%m}"
    for role in ("finance_reviewer", "bank_operator", "auditor"):
        page = signed_in(world, role).get(reverse("banking:service") + shown).content.decode()
        assert "100.0%" in page and "<svg" in page and "核对社保卡" in page, role
    rows = exported.sheets(signed_in(world, "auditor"), reverse("banking:service") + shown)["代发服务"]
    assert len(rows) == 12 and rows[-1]["月份"] == f"{one.month:%Y-%m}" and rows[-1]["笔数"] == 6
    assert signed_in(world, "township_clerk").get(reverse("banking:service")).status_code == 404


def complain(world: World, **changes: Any) -> ServiceComplaint:
    told: dict[str, Any] = {
        "provider_id": world.provider.pk, "kind": "fee", "text": "取补贴收了两元手续费", "complainant_name": "李秀英",
        "happened_on": world.at.date(), "by": world.as_("township_clerk"), "at": world.at,
    }  # fmt: skip
    return actions.record_complaint(**{**told, **changes})


def test_a_complaint_goes_from_the_township_to_the_bank_to_finance(world: World) -> None:
    clerk = signed_in(world, "township_clerk")
    posted = {
        "provider": world.provider.pk, "kind": "fee", "happened_on": world.at.date().isoformat(),
        "text": "取补贴收了两元手续费", "complainant_name": "李秀英",
    }  # fmt: skip
    assert clerk.get(reverse("banking:record-complaint")).status_code == 200
    assert clerk.post(reverse("banking:record-complaint"), posted).status_code == 302
    subject = ServiceComplaint.objects.get()
    url = reverse("banking:complaint", args=[subject.pk])
    for role, verb in (("bank_operator", "answer"), ("finance_reviewer", "close")):
        assert url in {item.url for item in slots.inbox(world.as_(role), world.at)}
        step = {"verb": verb, "version": subject.version, "digest": subject.digest, "reason": "已退还两元"}
        assert signed_in(world, role).post(url, step).status_code == 302
        subject = ServiceComplaint.objects.get()
    assert subject.state == "closed"
    page = clerk.get(url).content.decode()
    assert "已退还两元" in page and "李*英" in page and "李秀英" not in page
    assert "收费" in clerk.get(reverse("banking:complaints")).content.decode()
    assert signed_in(world, "auditor").get(url).status_code == 200
    for role in ("department_clerk",):
        assert signed_in(world, role).get(url).status_code == 404
        assert signed_in(world, role).get(reverse("banking:complaints")).status_code == 404
    month = world.at.date().replace(day=1)
    told = service.months_for(world.as_("auditor"), month=month, today=world.at.date())
    assert sum(one.fee_complaint_count for one in told) == 1


def test_a_complaint_that_cannot_be_is_refused(world: World) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "no_text": {"text": "  "}, "number": {"text": "卡号 6217990000000001 被收费"},
        "future": {"happened_on": world.at.date() + timedelta(days=1)},
    }  # fmt: skip
    for code, changes in wrong.items():
        with pytest.raises(Refused) as refused:
            complain(world, **changes)
        assert refused.value.code == code
    for changes in ({"provider_id": 999}, {"by": world.as_("department_clerk")}):
        with pytest.raises(NotFound):
            complain(world, **changes)
    assert not ServiceComplaint.objects.exists()
    subject = complain(world)
    seen: dict[str, Any] = {"seen_version": 1, "seen_digest": subject.digest, "reason": "x", "at": world.at}
    with pytest.raises(Refused):
        actions.decide_complaint("answer", complaint=subject, by=world.as_("township_clerk"), **seen)
    with pytest.raises(IntegrityError):
        ServiceComplaint.objects.create(
            provider=world.provider, kind="fee", text="6217990000000001", happened_on=world.at.date(),
            recorded_at=world.at, area_code=subject.area_code, agency=subject.agency,
        )  # fmt: skip


def test_a_year_is_counted_again_when_something_has_happened(world: World) -> None:
    year = world.went().request.fiscal_year
    client, address = signed_in(world, "auditor"), reverse("banking:people-cards-money")
    assert "现在统计" in client.get(f"{address}?year={year}").content.decode()
    assert client.post(reverse("banking:count-years")).status_code == 302
    tasks.run_waiting()

    def whole() -> dict[str, Any]:
        told = service.people_cards_money_for(world.as_("auditor"), fiscal_year=year)
        return next(one for one in told if one["kind"] == "whole")

    assert (whole()["line_count"], whole()["credited_fen"]) == (6, 0)
    world.visit()
    assert whole()["credited_fen"] == 0, "what was counted stands as it was counted"
    assert "还没有算进去" in client.get(f"{address}?year={year}").content.decode()
    assert not [one for one in proofs.verify() if one.check == "banking/years"]
    assert actions.count_years(by=world.system, at=world.at) == 1
    assert whole()["credited_fen"] == whole()["due_fen"] == sum(AMOUNTS)
    for role in ("township_clerk", "bank_operator"):
        assert signed_in(world, role).post(reverse("banking:count-years")).status_code == 404


@pytest.mark.tampers
def test_verify_counts_a_year_again(world: World) -> None:
    world.went()
    actions.count_years(by=world.system, at=world.at)

    def found() -> bool:
        return any(one.check == "banking/years" for one in proofs.verify())

    assert not found()
    with as_owner(world.owner_url), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE banking_yearcountline DISABLE TRIGGER USER")
        for column in ("person_count", "card_count", "line_count", "due_fen", "credited_fen"):
            cursor.execute(f"UPDATE banking_yearcountline SET {column} = {column} + 1")
            assert found(), column
            cursor.execute(f"UPDATE banking_yearcountline SET {column} = {column} - 1")
        assert not found()
        cursor.execute("DELETE FROM banking_yearcountline WHERE township_code <> ''")
        assert found()


def test_people_cards_and_money_are_told_by_program_and_township(world: World) -> None:
    world.bank.control.open_card(world.card_number(2), "closed-account")
    request = world.went().request
    world.visit()
    year = request.fiscal_year
    assert not service.people_cards_money_for(world.as_("auditor"), fiscal_year=year), "nothing was counted yet"
    assert actions.count_years(by=world.system, at=world.at) == 1
    assert actions.count_years(by=world.system, at=world.at) == 0, "again changes nothing"
    sql.call("registry_write_card_figures", world.ids["load"])
    found = {one["kind"]: one for one in service.people_cards_money_for(world.as_("auditor"), fiscal_year=year)}
    assert set(found) == {"program", "township", "whole"}
    for one in found.values():
        assert (one["person_count"], one["card_count"], one["line_count"]) == (6, 6, 6)
        assert (one["due_fen"], one["credited_fen"]) == (sum(AMOUNTS), sum(AMOUNTS) - AMOUNTS[2])
    for role in ("finance_reviewer", "auditor"):
        page = signed_in(world, role).get(reverse("banking:people-cards-money") + f"?year={year}").content.decode()
        assert "耕地地力保护补贴" in page and "激活" in page, role
        assert "现在统计" not in page
    other = signed_in(world, "auditor").get(reverse("banking:people-cards-money") + "?year=1")
    assert other.status_code == 200
    for role in ("township_clerk", "department_clerk", "bank_operator"):
        assert signed_in(world, role).get(reverse("banking:people-cards-money")).status_code == 404
