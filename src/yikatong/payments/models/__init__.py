"""What is sent to the bank, what the bank answered, and what becomes of money that did not arrive."""

from .late import LateClaim, LateLine
from .month_ends import MonthEnd, MonthEndLine
from .outcomes import AppliedReport, PaymentException, PaymentOutcome, ReportedLine, StatementItem, StatementMatch
from .recoveries import Recovery, RecoveryReceipt
from .refunds import OutcomeClaim, Refund, RefundLine
from .reinstatements import Reinstatement
from .requests import Payment, PaymentRequest

__all__ = [
    "AppliedReport",
    "LateClaim",
    "LateLine",
    "MonthEnd",
    "MonthEndLine",
    "OutcomeClaim",
    "Payment",
    "PaymentException",
    "PaymentOutcome",
    "PaymentRequest",
    "Recovery",
    "RecoveryReceipt",
    "Refund",
    "RefundLine",
    "Reinstatement",
    "ReportedLine",
    "StatementItem",
    "StatementMatch",
]
