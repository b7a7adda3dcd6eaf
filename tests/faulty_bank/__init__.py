"""A deterministic bank that does every fault of RELIABILITY 2.4 on demand; see ``bank.FaultyBank``."""

from .answers import Answer, NoAnswer
from .bank import FaultyBank
from .books import Booking, Books
from .faults import Chances, Fault
from .mailbox import Letter

__all__ = ["Answer", "Booking", "Books", "Chances", "Fault", "FaultyBank", "Letter", "NoAnswer"]
