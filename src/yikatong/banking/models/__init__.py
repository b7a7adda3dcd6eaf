"""Whom we pay through, what we sent them, and what they told us."""

from .clearances import Clearance, Inquiry, StatementUpload
from .instructions import InstructionEvent, PaymentInstruction
from .providers import PaymentProvider, ServiceAgreement
from .reports import BankReport, BankStatement, Break, Comparison, StatementLine
from .restorations import Restoration, RestorationEnd, RestorationFile, RestorationNote, RestorationVisit

__all__ = [
    "BankReport",
    "BankStatement",
    "Break",
    "Clearance",
    "Comparison",
    "Inquiry",
    "InstructionEvent",
    "PaymentInstruction",
    "PaymentProvider",
    "Restoration",
    "RestorationEnd",
    "RestorationFile",
    "RestorationNote",
    "RestorationVisit",
    "ServiceAgreement",
    "StatementLine",
    "StatementUpload",
]
