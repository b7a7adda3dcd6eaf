"""What is sent to the bank, what the bank answered, and what becomes of money that did not arrive."""

from .outcomes import AppliedReport, PaymentException, PaymentOutcome, ReportedLine, StatementItem, StatementMatch
from .refunds import OutcomeClaim, Refund, RefundLine
from .requests import Payment, PaymentRequest

__all__ = [
    "AppliedReport",
    "OutcomeClaim",
    "Payment",
    "PaymentException",
    "PaymentOutcome",
    "PaymentRequest",
    "Refund",
    "RefundLine",
    "ReportedLine",
    "StatementItem",
    "StatementMatch",
]
