"""Whom we pay through, what we sent them, and what they told us."""

from .books import BookedTotal, BreakLine, ReportedTotal
from .complaints import ServiceComplaint
from .instructions import InstructionEvent, InstructionManifest, PaymentInstruction
from .providers import PaymentProvider, ServiceAgreement
from .reports import BankReport, BankStatement, Break, Comparison, StatementLine

__all__ = [
    "BankReport",
    "BankStatement",
    "BookedTotal",
    "Break",
    "BreakLine",
    "Comparison",
    "InstructionEvent",
    "InstructionManifest",
    "PaymentInstruction",
    "PaymentProvider",
    "ReportedTotal",
    "ServiceAgreement",
    "ServiceComplaint",
    "StatementLine",
]
