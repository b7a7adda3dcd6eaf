"""Whom we pay through, what we sent them, and what they told us."""

from .books import BookedTotal, BreakLine, ReportedTotal
from .clearances import Clearance, Inquiry, StatementUpload
from .complaints import ServiceComplaint
from .instructions import InstructionEvent, InstructionManifest, PaymentInstruction
from .providers import PaymentProvider, ServiceAgreement
from .reports import BankReport, BankStatement, Break, Comparison, OtherCardLine, StatementLine
from .restorations import Restoration, RestorationEnd, RestorationFile, RestorationNote, RestorationVisit
from .years import YearCount, YearCountLine

__all__ = [
    "BankReport",
    "BankStatement",
    "BookedTotal",
    "Break",
    "BreakLine",
    "Clearance",
    "Comparison",
    "Inquiry",
    "InstructionEvent",
    "InstructionManifest",
    "OtherCardLine",
    "PaymentInstruction",
    "PaymentProvider",
    "ReportedTotal",
    "Restoration",
    "RestorationEnd",
    "RestorationFile",
    "RestorationNote",
    "RestorationVisit",
    "ServiceAgreement",
    "ServiceComplaint",
    "StatementLine",
    "StatementUpload",
    "YearCount",
    "YearCountLine",
]
