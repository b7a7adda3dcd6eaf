"""At the bank: instruction, late answer, failures, closing, reissue, refund, the paid facts."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from yikatong.banking import tasks as banking
from yikatong.core import sql, tasks, vault
from yikatong.payments import actions as payments
from yikatong.payments import queries as payment_queries
from yikatong.registry import actions as registry
from yikatong.registry import queries as registry_queries

from .county import release_request, verify_request
from .plot import ZERO_BALANCE_ACCOUNT, Plot, Step

CLOSED_WITH_ANOTHER_CARD, CLOSED_WITHOUT = 2, 2
LATE = timedelta(hours=20)
DAYS_TO_SETTLE_MAX = 15
# The bank's mock knows nothing of the treasury: its zero-balance account is simply never empty.
NEVER_EMPTY_FEN = 10**13


def steps(plot: Plot) -> Iterator[Step]:
    """Instruction and answers (J3–J8), closing against the statement (Q2), reissue and refund (K1, K2), texts (L6)."""
    yield Step("bank.accounts", "有几户的卡在银行已经销户", lambda: _arrange_failures(plot), commits_itself=True)
    yield Step("release", "发放指令", lambda: release_request(plot))
    yield Step("bank.send", "指令送到银行", lambda: _send_and_wait_in_vain(plot), commits_itself=True)
    yield Step("bank.close", "回盘晚到一天；逐笔对账后关闭", lambda: _until_closed(plot), commits_itself=True)
    yield Step("bank.return", "过两天银行又退回一笔", lambda: _until_returned(plot), commits_itself=True)
    yield Step("card.propose", "乡镇替销户的人登记另一张卡", lambda: _propose_cards(plot))
    yield Step("card.approve", "部门复核换卡", lambda: _approve_cards(plot))
    yield Step("reissue.file", "农业农村局申请重新发放", lambda: _file_reissue(plot))
    yield Step("reissue.verify", "财政局复核重新发放", lambda: verify_request(plot))
    yield Step("reissue.release", "重新发放指令", lambda: release_request(plot))
    yield Step("reissue.close", "重新发放到账、对账、关闭", lambda: _until_closed(plot), commits_itself=True)
    yield Step("refund.prepare", "当年纠正不了的，申请退回国库", lambda: _prepare_refund(plot))
    yield Step("refund.approve", "财政局批准退回国库", lambda: _approve_refund(plot))
    yield Step("sms", "给到账的人写短信", tasks.run_waiting, commits_itself=True)


def _arrange_failures(plot: Plot) -> None:
    """Some of the payees' cards are closed at the bank, and one payment comes back later (AC06)."""
    assert plot.bank is not None
    control = plot.bank.control
    paid = sql.rows("demo/payments_of_request", request_id=plot.request().pk)
    control.open_debtor_account(ZERO_BALANCE_ACCOUNT, name="农业农村局零余额账户", balance_fen=NEVER_EMPTY_FEN)
    with_another = [one for one in paid if one["active_cards"] > 1][:CLOSED_WITH_ANOTHER_CARD]
    without = [one for one in paid if one["active_cards"] == 1]
    numbers = _card_numbers(plot)
    for one in [*with_another, *without[:CLOSED_WITHOUT]]:
        control.open_card(numbers[bytes(one["number_index"])], "closed-account")
    late = without[CLOSED_WITHOUT]["end_to_end_id"]
    control.return_later(ZERO_BALANCE_ACCOUNT, end_to_end_id=late, reason="AC06")
    plot.bank.delay_answers(LATE)


def _card_numbers(plot: Plot) -> dict[bytes, str]:
    rows = csv.DictReader(io.StringIO(plot.file("cards.csv").decode()))
    return {vault.index(row["card_number"], kind="card_number"): row["card_number"] for row in rows}


def _send_and_wait_in_vain(plot: Plot) -> None:
    """The bank has the file and says nothing yet: the money stands in transit, nothing is guessed."""
    tasks.run_waiting()
    banking.exchange()


def _until_closed(plot: Plot) -> None:
    """Days go by and reports come in, until line results equal the statement."""
    tasks.run_waiting()
    for _ in range(DAYS_TO_SETTLE_MAX):
        banking.exchange()
        tasks.run_waiting()
        if plot.request().state == "closed":
            break
        plot.step_days(1)
    assert plot.request().state == "closed", plot.request().no
    assert plot.bank is not None
    plot.bank.delay_answers(timedelta(0))


def _until_returned(plot: Plot) -> None:
    for _ in range(DAYS_TO_SETTLE_MAX):
        banking.exchange()
        if any(one.result == "returned" for one in _stuck(plot)):
            return
        plot.step_days(1)
    raise AssertionError("the bank returned nothing")


def _stuck(plot: Plot) -> list[payment_queries.Stuck]:
    return payment_queries.stuck_for(plot.actor("nongye.jingban"), batch_id=plot.batch().pk)


def _payees_with_another_card(plot: Plot) -> list[Any]:
    clerk = plot.actor("renshe.faka")
    first = payment_queries.requests_for(plot.actor("nongye.jingban")).filter(kind="first").earliest("id")
    paid = sql.rows("demo/payments_of_request", request_id=first.pk)
    people = [one["payee_id"] for one in paid if one["active_cards"] > 1][:CLOSED_WITH_ANOTHER_CARD]
    return [registry_queries.person_for(clerk, person) for person in people]


def _propose_cards(plot: Plot) -> None:
    at = plot.at()
    for person in _payees_with_another_card(plot):
        township = next(town for town in plot.townships if person.village_code.startswith(town.code[:9]))
        present = registry_queries.payee_card(person)
        others = [card for card in registry_queries.cards_of(person) if present is None or card.pk != present.pk]
        registry.propose_card_change(
            person=person,
            card=next(card.card for card in others if card.status == "active"),
            reason="原卡已销户，本人到场确认改用另一张社保卡。",
            confirmed_on=at.date(),
            by=plot.actor(f"{township.key}.jingban"),
            at=at,
        )


def _approve_cards(plot: Plot) -> None:
    by = plot.actor("nongye.fuhe")
    for change in registry_queries.changes_for(by).filter(state="proposed"):
        registry.approve_card_change(
            change=change, by=by, at=plot.at(), seen_version=change.version, seen_digest=change.digest
        )


def _file_reissue(plot: Plot) -> None:
    ready = [one.outcome_id for one in _stuck(plot) if one.may_reissue]
    payments.file_reissue(batch_id=plot.batch().pk, outcome_ids=ready, by=plot.actor("nongye.jingban"), at=plot.at())


def _prepare_refund(plot: Plot) -> None:
    batch = plot.batch()
    payments.prepare_refund(
        batch_id=batch.pk,
        cause="uncorrectable",
        outcome_ids=[one.outcome_id for one in _stuck(plot) if one.may_refund],
        voucher_no=f"TK-{batch.no}",
        by=plot.actor("nongye.jingban"),
        at=plot.at(),
    )


def _approve_refund(plot: Plot) -> None:
    by = plot.actor("wang.caizheng")
    refund = payment_queries.refunds_for(by).latest("id")
    payments.approve_refund(
        refund=refund, by=by, at=plot.at(), seen_version=refund.version, seen_digest=refund.digest
    )
