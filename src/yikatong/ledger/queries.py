"""Where the money is."""

from dataclasses import dataclass
from typing import Any

from yikatong.core import sql

PLACES = ("available", "planned", "drawn", "in_transit", "credited", "suspense", "treasury")


@dataclass(frozen=True)
class Proof:
    """One line of the balance proof, all amounts in fen. ``allotted_fen`` is what entered this line's accounts."""

    program_code: str
    county_code: str
    fiscal_year: int
    case_no: str
    allotted_fen: int
    available_fen: int
    planned_fen: int
    drawn_fen: int
    in_transit_fen: int
    credited_fen: int
    suspense_fen: int
    treasury_fen: int

    @property
    def placed_fen(self) -> int:
        """The sum over all places where money can be."""
        return int(sum(getattr(self, f"{place}_fen") for place in PLACES))


def proof(*, case_no: str | None = None) -> list[Proof]:
    """The balance proof, one line a batch and one for the money of each program not yet planned (case '')."""
    lines = [Proof(**row) for row in sql.rows("ledger/proof")]
    return [line for line in lines if case_no is None or line.case_no == case_no]


def whole(lines: list[Proof]) -> Proof:
    """All lines added up."""
    sums: dict[str, Any] = {
        name: sum(getattr(line, name) for line in lines) for name in Proof.__dataclass_fields__ if name.endswith("_fen")
    }
    return Proof(program_code="", county_code="", fiscal_year=0, case_no="合计", **sums)
