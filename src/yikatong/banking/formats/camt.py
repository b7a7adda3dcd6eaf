"""What camt.053 (statement) and camt.054 (notification) share: an account's booked entries."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import IO, Literal, NamedTuple, TypeVar

from yikatong.banking.formats import stream
from yikatong.banking.formats.amounts import CURRENCY, fen_of, yuan_text
from yikatong.banking.formats.refusals import UnreadableBankFile

Side = Literal["debit", "credit"]


class Entry(NamedTuple):
    """One booked movement on our account, in fen.

    ``debit`` is money that left (a payment), ``credit`` money that came; a credit with a ``return_reason`` is a payment
    coming back, under its own ``end_to_end_id``. ``creditor_account`` is what the bank states, which may be another
    form of the number than the one instructed.
    """

    amount_fen: int
    side: Side
    bank_reference: str
    end_to_end_id: str
    original_message_id: str
    booked_on: date
    return_reason: str
    creditor_account: str


class Account(NamedTuple):
    """The account a group of entries is about, as the bank names it, and the bank's number for the group."""

    message_id: str
    group_id: str
    account: str
    created_at: str


Header = TypeVar("Header")


def rows(
    source: IO[bytes], *, message: str, group: str, header_of: Callable[[stream.Element, str], Header]
) -> Iterator[tuple[Header, Entry | None]]:
    """Yield each entry under its header, then ``(header, None)`` at the group's end, for every group of the file.

    An entry with details becomes one ``Entry`` a detail. Raises UnreadableBankFile if amounts, counts or sums do not
    agree with each other.
    """
    message_id, header, tally, details = "", None, _Tally(), _Details()
    parents = {"Ntry": group, "TxDtls": "NtryDtls"}
    for element in stream.walk(source, message=message, rows=parents, heads=("GrpHdr", group)):
        name = stream.local(element)
        if name == "GrpHdr":
            message_id = stream.required(element, "MsgId", "文件编号")
        elif name == "TxDtls":
            entry = _ancestor(element, "Ntry")
            header = header or header_of(_ancestor(entry, group), message_id)
            yield header, details.add(_entry(entry, element))
        elif name == "Ntry":
            header = header or header_of(_ancestor(element, group), message_id)
            if not details.count:
                yield header, _entry(element, None)
            tally.add(details.held_against(element))
            details = _Details()
        else:
            header = header or header_of(element, message_id)
            tally.hold_against(element)
            yield header, None
            header, tally = None, _Tally()


def account_of(group: stream.Element, message_id: str) -> Account:
    """The account of a statement or notification. Raises UnreadableBankFile if it is not held in yuan."""
    currency = stream.text(group, "Acct/Ccy")
    if currency not in ("", CURRENCY):
        raise UnreadableBankFile(f"账户的币种是“{currency}”，这里只收人民币（CNY）账户。请确认取的文件对不对。")
    account = stream.text(group, "Acct/Id/IBAN") or stream.required(group, "Acct/Id/Othr/Id", "账号")
    return Account(message_id, stream.required(group, "Id", "对账文件编号"), account, stream.text(group, "CreDtTm"))


def amount_of(element: stream.Element, where: str) -> int:
    """The fen in an element's ``Amt``."""
    amount = stream.required(element, "Amt", f"{where}金额")
    return fen_of(amount, where=where, currency=stream.attribute(element, "Amt", "Ccy"))


def side_of(element: stream.Element, where: str) -> Side:
    """Debit or credit; anything else is refused."""
    match stream.text(element, "CdtDbtInd"):
        case "DBIT":
            return "debit"
        case "CRDT":
            return "credit"
    raise UnreadableBankFile(f"{where}没有写明是借方还是贷方（第 {element.sourceline} 行）。请银行核对后重发。")


def day_of(value: str, *, where: str) -> date:
    """A date, or the date of a date with time, as the bank wrote it."""
    try:
        return date.fromisoformat(value[:10])
    except ValueError as error:
        raise UnreadableBankFile(f"{where}“{value[:20]}”不是日期。请银行核对后重发。") from error


def _entry(entry: stream.Element, detail: stream.Element | None) -> Entry:
    where = f"第 {entry.sourceline} 行的账目"
    status = stream.text(entry, "Sts/Cd") or stream.text(entry, "Sts")
    if status != "BOOK":
        # Only money that is booked is money; a pending entry in a booked list would be counted twice later.
        raise UnreadableBankFile(f"{where}还没有入账（状态“{status}”），不能当作已入账处理。请银行核对后重发。")
    part = entry if detail is None else detail
    amounts = entry if detail is None or not stream.text(detail, "Amt") else detail
    booked = stream.text(entry, "BookgDt/Dt") or stream.text(entry, "BookgDt/DtTm")
    side = side_of(entry, where)
    if detail is not None and stream.text(detail, "CdtDbtInd") and side_of(detail, where) != side:
        raise UnreadableBankFile(f"{where}与它的明细一个是借方、一个是贷方。请银行核对后重发。")
    return Entry(
        amount_fen=amount_of(amounts, where),
        side=side,
        bank_reference=(stream.text(part, "Refs/AcctSvcrRef") or stream.text(entry, "AcctSvcrRef")),
        end_to_end_id=stream.text(part, "Refs/EndToEndId"),
        original_message_id=stream.text(part, "Refs/MsgId"),
        booked_on=day_of(booked, where=f"{where}的入账日期"),
        return_reason=stream.text(part, "RtrInf/Rsn/Cd") or stream.text(part, "RtrInf/Rsn/Prtry"),
        creditor_account=_creditor_account(part),
    )


def _creditor_account(part: stream.Element) -> str:
    base = "RltdPties/CdtrAcct/Id"
    return stream.text(part, f"{base}/IBAN") or stream.text(part, f"{base}/Othr/Id")


def _ancestor(element: stream.Element, name: str) -> stream.Element:
    found = next((above for above in element.iterancestors() if stream.local(above) == name), None)
    if found is None:
        raise UnreadableBankFile(
            f"文件结构不对：第 {element.sourceline} 行的 {stream.local(element)} 不在 {name} 里面。"
        )
    return found


class _Details:
    """The details of one entry, which must add up to it."""

    def __init__(self) -> None:
        self.count = 0
        self.total_fen = 0

    def add(self, entry: Entry) -> Entry:
        self.count += 1
        self.total_fen += entry.amount_fen
        return entry

    def held_against(self, entry: stream.Element) -> tuple[Side, int]:
        """The side and amount of the entry, which its details must add up to."""
        where = f"第 {entry.sourceline} 行的账目"
        amount_fen = amount_of(entry, where)
        if self.count and self.total_fen != amount_fen:
            raise UnreadableBankFile(
                f"{where}是 {yuan_text(amount_fen)} 元，它的 {self.count} 笔明细相加是 {yuan_text(self.total_fen)} 元。"
                "整个文件拒收，请银行核对后重发。"
            )
        return side_of(entry, where), amount_fen


class _Tally:
    """Entries really read, held against the summary (TxsSummry) where the bank gives one."""

    def __init__(self) -> None:
        self.counts = {"debit": 0, "credit": 0}
        self.sums_fen = {"debit": 0, "credit": 0}

    def add(self, entry: tuple[Side, int]) -> None:
        side, amount_fen = entry
        self.counts[side] += 1
        self.sums_fen[side] += amount_fen

    def hold_against(self, group: stream.Element) -> None:
        for path, sides in (
            ("TtlNtries", ("debit", "credit")),
            ("TtlDbtNtries", ("debit",)),
            ("TtlCdtNtries", ("credit",)),
        ):
            count, total = (stream.text(group, f"TxsSummry/{path}/{name}") for name in ("NbOfNtries", "Sum"))
            read_count = sum(self.counts[side] for side in sides)
            read_fen = sum(self.sums_fen[side] for side in sides)
            if count and stream.number(count, where="汇总笔数") != read_count:
                raise UnreadableBankFile(
                    f"文件汇总写明 {count} 笔，里面是 {read_count} 笔。整个文件拒收，请银行核对后重发。"
                )
            if total and fen_of(total, where="汇总金额", currency=None) != read_fen:
                raise UnreadableBankFile(
                    f"文件汇总写明 {total} 元，逐笔相加是 {yuan_text(read_fen)} 元。整个文件拒收，请银行核对后重发。"
                )
