"""At the bank: instruction, late answer, failures, closing, reissue, refund, the paid facts."""

from collections.abc import Iterator
from datetime import timedelta

from yikatong.banking import tasks as banking
from yikatong.core import sql, tasks, vault
from yikatong.payments import actions as payments
from yikatong.payments import queries as payment_queries
from yikatong.registry import actions as registry
from yikatong.registry import queries as registry_queries

from . import card_files
from .county import release_request, verify_request
from .plot import ZERO_BALANCE_ACCOUNT, Plot, Step

# So many cards are closed at the bank; the first of their holders get a new one.
CLOSED, REPLACED = 4, 2
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
    yield Step("cards.replaced", "人社局给其中两户补发新卡", lambda: _load_replacements(plot))
    yield Step("reissue.file", "农业农村局申请重新发放", lambda: _file_reissue(plot))
    yield Step("reissue.verify", "财政局复核重新发放", lambda: verify_request(plot))
    yield Step("reissue.release", "重新发放指令", lambda: release_request(plot))
    yield Step("reissue.close", "重新发放到账、对账、关闭", lambda: _until_closed(plot), commits_itself=True)
    yield Step("refund.prepare", "当年纠正不了的，申请退回国库", lambda: _prepare_refund(plot))
    yield Step("refund.approve", "财政局批准退回国库", lambda: _approve_refund(plot))
    yield Step("sms", "给到账的人写短信", tasks.run_waiting, commits_itself=True)
    yield Step("years", "夜里统计人、卡、钱", banking.count, commits_itself=True)


def _arrange_failures(plot: Plot) -> None:
    """Some of the payees' cards are closed at the bank, and one payment comes back later (AC06)."""
    assert plot.bank is not None
    control = plot.bank.control
    paid = sql.rows("demo/payments_of_request", request_id=plot.request().pk)
    control.open_debtor_account(ZERO_BALANCE_ACCOUNT, name="农业农村局零余额账户", balance_fen=NEVER_EMPTY_FEN)
    numbers = _card_numbers(plot)
    for one in paid[:CLOSED]:
        control.open_card(numbers[bytes(one["number_index"])], "closed-account")
    control.return_later(ZERO_BALANCE_ACCOUNT, end_to_end_id=paid[CLOSED]["end_to_end_id"], reason="AC06")
    plot.bank.delay_answers(LATE)


def _card_numbers(plot: Plot) -> dict[bytes, str]:
    known = (row["card_number"] for row in card_files.rows(plot))
    return {vault.index(number, kind=registry_queries.CARD_KIND): number for number in known}


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
        # The statement has to show it too: until then the money is out there.
        if any(one.result == "returned" and not one.is_out for one in _stuck(plot)):
            return
        plot.step_days(1)
    raise AssertionError("the bank returned nothing")


def _stuck(plot: Plot) -> list[payment_queries.Stuck]:
    return payment_queries.stuck_for(plot.actor("nongye.jingban"), batch_id=plot.batch().pk)


def _load_replacements(plot: Plot) -> None:
    first = payment_queries.requests_for(plot.actor("nongye.jingban")).filter(kind="first").earliest("id")
    paid = sql.rows("demo/payments_of_request", request_id=first.pk)[:REPLACED]
    numbers, at = _card_numbers(plot), plot.at()
    closed = {numbers[bytes(one["number_index"])] for one in paid}
    registry.load_cards(
        content=card_files.as_bytes(card_files.third(plot, closed=closed, on=at.date())),
        file="cards-3.csv",
        as_of=at.date(),
        by=plot.actor("renshe.faka"),
        at=at,
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
    payments.approve_refund(refund=refund, by=by, at=plot.at(), seen_version=refund.version, seen_digest=refund.digest)
