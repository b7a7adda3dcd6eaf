"""The run's second half: from the payment request to cards, texts and the proved book."""

import re

from yikatong.demo.story.plot import ZERO_BALANCE_ACCOUNT

from .desk import Office, step_days
from .making import County
from .to_the_money import PROGRAM

DAYS_TO_SETTLE_MAX = 12
NEVER_EMPTY_FEN = 10**13


def request_and_release(office: Office) -> None:
    """周敏 files, 谭秀兰 checks a second time, 许峰 releases: in this round the department pays."""
    clerk = office["nongye.jingban"]
    clerk.inbox("去申请")
    clerk.press("提交 11 笔的发放申请")
    verify_and_bring_to_release(office)


def verify_and_bring_to_release(office: Office) -> None:
    """谭秀兰's second check; whoever pays finds it in the inbox."""
    verifier = office["tan.fuhe"]
    verifier.inbox("去复核")
    verifier.press("复核通过")
    verifier.sees_no_button("签发发放指令")


def exchange_with_the_bank(office: Office, county: County) -> None:
    """Two cards are closed at the bank; the rest arrives, and the request closes against the statement."""
    control = office.site.bank.control
    control.open_debtor_account(ZERO_BALANCE_ACCOUNT, name="农业农村局零余额账户", balance_fen=NEVER_EMPTY_FEN)
    for person in (county.closed, county.closed_with_another):
        control.open_card(person.card_number, "closed-account")
    release(office)
    until_closed(office, "yinhang")
    clerk = office["nongye.jingban"]
    clerk.menu("失败与退票")
    clerk.sees("2 笔没有发成")
    clerk.sees(county.closed.name)


def release(office: Office) -> None:
    """The instruction is built and sent by the worker."""
    payer = office["nongye.fafang"]
    payer.inbox("去签发")
    payer.press("签发发放指令")
    payer.sees("银行处理中")


def until_closed(office: Office, exchanging: str = "fang.guoku") -> None:
    """Exchange, look, and let a day go by until line results equal the bank's statement: 苏琪 of the bank, or 方敏."""
    operator, treasurer = office[exchanging], office["fang.guoku"]
    for _ in range(DAYS_TO_SETTLE_MAX):
        operator.menu("银行对账")
        operator.press("现在与银行交换一次")
        operator.waits_for_work()
        treasurer.page.wait_for_timeout(1500)
        treasurer.menu("发放申请")
        if not treasurer.main.get_by_text("银行处理中").count():
            break
        step_days(treasurer, 1)
    treasurer.sees("已对平关闭")


def reissue_the_one(office: Office, county: County) -> None:
    """The township registers the other card, the department approves it, and the same procedure runs once more."""
    township = office["liuhe.jingban"]
    township.menu("人员")
    township.fill("姓名或身份证号", county.closed_with_another.id_number)
    township.press("查找")
    township.follow(county.closed_with_another.name)
    township.page.get_by_label("改发到").select_option(index=1)
    township.fill("原因", "原卡已销户，本人到场确认。")
    township.press("提出变更")
    reviewer = office["nongye.fuhe"]
    reviewer.inbox("复核")
    reviewer.press("批准变更")
    # A changed card waits out its cooling period, unless a third official looks at it (R08).
    leader = office["nongye.shenpi"]
    leader.menu("发放卡变更")
    leader.follow(county.closed_with_another.name)
    leader.unfold("提前启用")
    leader.fill("原因", "原卡已销户，本人等钱用，已电话核实。")
    leader.press("提前启用")
    leader.sees("已批准，提前启用")
    clerk = office["nongye.jingban"]
    clerk.inbox("去处理")
    clerk.follow("重新发放")
    clerk.fill("说明", "换成本人另一张社保卡。")
    clerk.press("提交重新发放申请")
    clerk.sees("待财政复核")
    verify_and_bring_to_release(office)
    release(office)
    until_closed(office)


def refund_the_other(office: Office) -> None:
    """Nothing to reissue to: the money goes back to the treasury, by cause, by two officials."""
    clerk = office["nongye.jingban"]
    clerk.inbox("去处理")
    clerk.follow("退回财政")
    clerk.page.get_by_role("checkbox").first.check()
    clerk.page.get_by_label(re.compile("无法纠错|纠正不了")).first.check()
    clerk.fill("缴款书号", "JK-2026-001")
    clerk.press("登记退回财政")
    clerk.sees("待财政审批")
    approver = office["wang.caizheng"]
    approver.inbox("去审批")
    approver.press("批准退回国库")
    approver.sees("已退国库")


def tell_the_public(office: Office) -> None:
    """Paid facts and texts: for credited lines only."""
    clerk = office["nongye.jingban"]
    clerk.menu("实际发放情况")
    clerk.follow(PROGRAM)
    clerk.sees("柳河社区")
    clerk.follow("短信")
    clerk.sees("到账")
    citizen = office.stranger()
    citizen.open("/catalog/public/")
    citizen.sees(PROGRAM)


def prove_the_book(office: Office) -> None:
    """The auditor recomputes everything from the rows; so does the command line."""
    auditor = office["shenji"]
    auditor.menu("资金账")
    auditor.sees("账平")
    auditor.press("从明细重算一遍")
    auditor.sees(re.compile("全部|都成立|没有发现"))
    assert "✗" not in office.site.command("verify")
