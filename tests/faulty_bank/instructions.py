"""What the bank makes of an instruction: its own reader of pain.001, strict about counts and sums."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lxml import etree

NS = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


class Unfit(Exception):
    """The bank refuses the file as a whole; ``str`` is the reason code."""


@dataclass(frozen=True)
class Line:
    """One payment that is asked for."""

    end_to_end_id: str
    amount_fen: int
    account: str
    name: str


@dataclass(frozen=True)
class Order:
    """An instruction as the bank read it."""

    message_id: str
    debtor_account: str
    execute_on: date
    lines: tuple[Line, ...]

    @cached_property
    def end_to_end_ids(self) -> frozenset[str]:
        """The payments it asks for."""
        return frozenset(line.end_to_end_id for line in self.lines)

    @property
    def total_fen(self) -> int:
        """All lines together."""
        return sum(line.amount_fen for line in self.lines)


def read(body: bytes, *, holds: bool = True) -> Order:
    """Read a pain.001; ``holds`` its counts and sums against the lines.

    Raises Unfit: FF01 not such a file, AM18 count, AM10 sum, AM09 an amount, AM05 a line twice.
    """
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError as error:
        raise Unfit("FF01") from error
    if root.tag != f"{NS}Document":
        raise Unfit("FF01")
    found = tuple(map(_line, root.iter(f"{NS}CdtTrfTxInf")))
    order = Order(
        _text(root, "CstmrCdtTrfInitn/GrpHdr/MsgId"),
        _text(root, "CstmrCdtTrfInitn/PmtInf/DbtrAcct/Id/Othr/Id"),
        date.fromisoformat(_text(root, "CstmrCdtTrfInitn/PmtInf/ReqdExctnDt/Dt")),
        found,
    )
    for place in ("GrpHdr", "PmtInf") if holds else ():
        if _text(root, f"CstmrCdtTrfInitn/{place}/NbOfTxs") != str(len(found)):
            raise Unfit("AM18")
        if _fen(_text(root, f"CstmrCdtTrfInitn/{place}/CtrlSum")) != order.total_fen:
            raise Unfit("AM10")
    if len({line.end_to_end_id for line in found}) != len(found):
        raise Unfit("AM05")
    return order


def _line(element: etree._Element) -> Line:
    return Line(
        _text(element, "PmtId/EndToEndId"),
        _fen(_text(element, "Amt/InstdAmt")),
        _text(element, "CdtrAcct/Id/Othr/Id"),
        _text(element, "Cdtr/Nm"),
    )


def _text(element: etree._Element, path: str) -> str:
    found = element.findtext("/".join(f"{NS}{name}" for name in path.split("/")))
    if not found:
        raise Unfit("FF01")
    return str(found)


def _fen(yuan: str) -> int:
    whole, _, part = yuan.partition(".")
    if not whole.isdigit() or not part.isdigit() or len(part) != 2 or not int(whole + part):
        raise Unfit("AM09")
    return int(whole + part)
