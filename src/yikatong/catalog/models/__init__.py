"""Tables of 补贴政策清单: the lists that were signed, the programs in force by them, and their cycles."""

from .cycles import Cycle
from .lists import CatalogItem, CatalogList
from .programs import BenefitRate, LegalBasis, Program
from .terms import CycleKind, PaidTo, PayingMode, PolicyLevel, QuantityKind

__all__ = [
    "BenefitRate",
    "CatalogItem",
    "CatalogList",
    "Cycle",
    "CycleKind",
    "LegalBasis",
    "PaidTo",
    "PayingMode",
    "PolicyLevel",
    "Program",
    "QuantityKind",
]
