"""Pure rules of payments, and the kinds of transfer that this room vouches for."""

from datetime import date, timedelta
from enum import StrEnum

from yikatong.kit import calendar
from yikatong.ledger import rules as ledger_rules


class RefundCause(StrEnum):
    """Why money goes back to the treasury."""

    NOT_ENTITLED = "not_entitled"
    UNCORRECTABLE = "uncorrectable"


class Hold(StrEnum):
    """Why a failed or returned payment cannot be touched now, neither reissued nor refunded."""

    CLAIMED = "claimed"
    BOOKED = "booked"
    NOT_CLOSED = "not_closed"
    EXCEPTION = "exception"


class Obstacle(StrEnum):
    """Why a failed or returned payment cannot be paid again as things are."""

    STOPPED = "stopped"
    NO_CARD = "no_card"
    SAME_CARD = "same_card"
    COOLING = "cooling"


def refund_due_on(cause: str, failed_on: date) -> date:
    """The last day for the money to be back in the treasury (K2, K4). The database has the same rule."""
    # 「因重复领取、死亡冒领等退回不符合领取条件的资金…按月清零」: such money may not see the next month.
    if cause == RefundCause.NOT_ENTITLED:
        return calendar.month_end(failed_on)
    return calendar.year_end(failed_on)


def month_end_due_on(year: int, month: int) -> date:
    """By when a month's table is to be signed: the fifth of the month after."""
    return calendar.month_end(date(year, month, 1)) + timedelta(days=5)


SEND = ledger_rules.register("send", "drawn", "in_transit", ground="payments_send_ground")
REISSUE = ledger_rules.register("reissue", "suspense", "in_transit", ground="payments_reissue_ground")
CREDIT = ledger_rules.register("credit", "in_transit", "credited", ground="payments_credit_ground")
FAIL = ledger_rules.register("fail", "in_transit", "suspense", ground="payments_fail_ground")
RETURN = ledger_rules.register("return", "credited", "suspense", ground="payments_return_ground")
RECOVER = ledger_rules.register("recover", "credited", "suspense", ground="payments_recover_ground")
REFUND = ledger_rules.register("refund", "suspense", "treasury", ground="payments_refund_ground")
