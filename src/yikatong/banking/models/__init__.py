"""Whom we pay through, what we sent them, and what they told us."""

from .instructions import InstructionEvent, InstructionManifest, PaymentInstruction
from .providers import PaymentProvider, ServiceAgreement
from .reports import BankReport, BankStatement, Break, Comparison, StatementLine

__all__ = [
    "BankReport",
    "BankStatement",
    "Break",
    "Comparison",
    "InstructionEvent",
    "InstructionManifest",
    "PaymentInstruction",
    "PaymentProvider",
    "ServiceAgreement",
    "StatementLine",
]
