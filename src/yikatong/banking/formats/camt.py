"""What camt.053 (statement) and camt.054 (notification) share: an account's booked entries."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import IO, Any, Literal, NamedTuple, TypeVar

import polars as pl

from yikatong.banking.formats import stream
from yikatong.banking.formats.amounts import CURRENCY, fen_column, fen_of, yuan_text
from yikatong.banking.formats.layouts import Layout
from yikatong.banking.formats.refusals import UnreadableBankFile

Side = Literal["debit", "credit"]
Header = TypeVar("Header")
SIDES = {"DBIT": "debit", "CRDT": "credit"}

# One booked movement on our account, in fen. ``debit`` is money that left (a payment), ``credit`` money that came; a
# credit with a ``return_reason`` is a payment coming back, under its own ``end_to_end_id``. ``creditor_account`` is what
# the bank states, which may be another form of the number than the one instructed.
ENTRY = {
    "amount_fen": pl.Int64,
    "side": pl.String,
    "bank_reference": pl.String,
    "end_to_end_id": pl.String,
    "original_message_id": pl.String,
    "booked_on": pl.Date,
    "return_reason": pl.String,
    "creditor_account": pl.String,
    "creditor_name": pl.String,
}


class Account(NamedTuple):
    """The account a group of entries is about, as the bank names it, and the bank's number for the group."""

    message_id: str
    group_id: str
    account: str
    created_at: str


def layout(message: str, group: str) -> Layout:
    """The entries of every ``group`` of a message; an entry with details is one row a detail."""
    return Layout(
        message=message,
        group=group,
        row="Ntry",
        columns={
            "amount": "Amt",
            "currency": "Amt/@Ccy",
            "side": "CdtDbtInd",
            "status": "Sts/Cd|Sts/text()",
            "booked": "BookgDt/Dt|BookgDt/DtTm",
            "reference": "AcctSvcrRef",
        },
        detail="NtryDtls/TxDtls",
        detail_columns={
            "detail_amount": "Amt",
            "detail_currency": "Amt/@Ccy",
            "detail_side": "CdtDbtInd",
            "detail_reference": "Refs/AcctSvcrRef",
            "end_to_end_id": "Refs/EndToEndId",
            "original_message_id": "Refs/MsgId",
            "return_reason": "RtrInf/Rsn/Cd|RtrInf/Rsn/Prtry",
            "creditor_name": "RltdPties/Cdtr/Pty/Nm|RltdPties/Cdtr/Nm",
            "creditor_account": "RltdPties/CdtrAcct/Id/IBAN|RltdPties/CdtrAcct/Id/Othr/Id",
        },
    )


def read(
    source: IO[bytes], layout: Layout, header_of: Callable[[stream.Element, str], Header], *, block_bytes: int
) -> Iterator[tuple[Header, pl.DataFrame]]:
    """Yield the entries (columns of ``ENTRY``) under their header, at least once for every group of the file.

    Raises UnreadableBankFile, possibly at the end, if amounts, counts or sums do not agree with each other.
    """
    header: Header | None = None
    tally = _Tally()
    for group, rows, is_whole in stream.walk(source, layout, block_bytes=block_bytes):
        if stream.local(group) != layout.group:
            return
        header = header or header_of(group, _message_id(group))
        entries = _entries(rows)
        tally.add(entries, is_whole=is_whole)
        if is_whole:
            tally.hold_against(group)
        yield header, entries.select(list(ENTRY))
        if is_whole:
            header, tally = None, _Tally()


def _message_id(group: stream.Element) -> str:
    heads = stream.children(group.getparent(), "GrpHdr")
    return stream.required(heads[0], "MsgId", "文件编号") if heads else ""


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
    raise _no_side(where)


def day_of(value: str, *, where: str) -> date:
    """A date, or the date of a date with time, as the bank wrote it."""
    found: date | None = pl.select(day_column(pl.lit(value))).item()
    if found is None:
        raise UnreadableBankFile(f"{where}“{value[:20]}”不是日期。请银行核对后重发。")
    return found


def day_column(texts: pl.Expr) -> pl.Expr:
    """A column of dates as ``day_of`` reads them, null where it would refuse."""
    day = texts.str.slice(0, 10)
    return pl.when(day.str.contains(r"^\d{4}-\d\d-\d\d$")).then(day.str.to_date("%Y-%m-%d", strict=False))


def _entries(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with their amounts, sides and days read, beside the amounts of the entries that they are details of."""
    told = pl.col("detail_amount") != ""
    of_detail, of_entry = (
        pl.when(pl.col(f"{of}currency") == CURRENCY).then(fen_column(pl.col(f"{of}amount"))) for of in ("detail_", "")
    )
    read = rows.with_columns(entry_fen=of_entry).with_columns(
        amount_fen=pl.when(told).then(of_detail).otherwise(pl.col("entry_fen")),
        side=pl.col("side").replace_strict(SIDES, default=None),
        booked_on=day_column(pl.col("booked")),
        bank_reference=pl.when(pl.col("detail_reference") != "")
        .then(pl.col("detail_reference"))
        .otherwise(pl.col("reference")),
    )
    other_side = (pl.col("detail_side") != "") & (pl.col("detail_side") != rows["side"])
    missing = pl.any_horizontal(pl.col("amount_fen", "entry_fen", "side", "booked_on").is_null())
    odd = rows.filter(read.select((pl.col("status") != "BOOK") | missing | other_side).to_series())
    if odd.height:
        _refuse(odd.row(0, named=True))
    return read


def _refuse(row: dict[str, Any]) -> None:
    """Raise UnreadableBankFile for what is wrong with one row."""
    where = f"第 {row['place']} 笔账目"
    if row["status"] != "BOOK":
        # Only money that is booked is money; a pending entry in a booked list would be counted twice later.
        raise UnreadableBankFile(
            f"{where}还没有入账（状态“{row['status'][:20]}”），不能当作已入账处理。请银行核对后重发。"
        )
    if row["side"] not in SIDES or row["detail_side"] not in ("", *SIDES):
        raise _no_side(where)
    if row["detail_side"] not in ("", row["side"]):
        raise UnreadableBankFile(f"{where}与它的明细一个是借方、一个是贷方。请银行核对后重发。")
    day_of(row["booked"], where=f"{where}的入账日期")
    for kind in ("detail_", "") if row["detail_amount"] else ("",):
        if not row[f"{kind}amount"]:
            raise UnreadableBankFile(f"{where}没有写明金额。请银行补全后重发。")
        fen_of(row[f"{kind}amount"], where=where, currency=row[f"{kind}currency"])
    raise AssertionError(row["place"])


def _no_side(where: str) -> UnreadableBankFile:
    return UnreadableBankFile(f"{where}没有写明是借方还是贷方。请银行核对后重发。")


def _added_up(told: pl.DataFrame) -> pl.DataFrame:
    """One row an entry, of rows in file order with their ``amount_fen`` and ``count``. Nearly always they are that already."""
    if bool((told["place"].diff() > 0).all()):
        return told
    return told.group_by("place", maintain_order=True).agg(pl.first("side", "entry_fen"), pl.sum("amount_fen", "count"))


class _Tally:
    """Entries really read: the details of one must add up to it, all together to the summary (TxsSummry) if there is one."""

    def __init__(self) -> None:
        self._going_on: pl.DataFrame | None = None
        self._read = dict.fromkeys(SIDES.values(), (0, 0))

    def add(self, rows: pl.DataFrame, *, is_whole: bool) -> None:
        """Add rows in file order; more details of the last entry may follow unless the group is whole."""
        told = rows.select("place", "side", "entry_fen", "amount_fen", count=pl.lit(1, pl.Int64))
        entries = _added_up(told if self._going_on is None else pl.concat([self._going_on, told]))
        whole = entries if is_whole else entries.head(-1)
        self._going_on = None if is_whole else entries.tail(1)
        for odd in whole.filter(pl.col("amount_fen") != pl.col("entry_fen")).head(1).iter_rows(named=True):
            raise UnreadableBankFile(
                f"第 {odd['place']} 笔账目是 {yuan_text(odd['entry_fen'])} 元，它的 {odd['count']} 笔明细相加是 "
                f"{yuan_text(odd['amount_fen'])} 元。整个文件拒收，请银行核对后重发。"
            )
        for side, count, total_fen in whole.group_by("side").agg(pl.len(), pl.sum("entry_fen")).rows():
            before = self._read[side]
            self._read[side] = (before[0] + count, before[1] + total_fen)

    def hold_against(self, group: stream.Element) -> None:
        """Refuse a summary of the group that says something else."""
        for path, sides in (
            ("TtlNtries", ("debit", "credit")),
            ("TtlDbtNtries", ("debit",)),
            ("TtlCdtNtries", ("credit",)),
        ):
            count, total = (stream.text(group, f"TxsSummry/{path}/{name}") for name in ("NbOfNtries", "Sum"))
            read_count, read_fen = (sum(self._read[side][place] for side in sides) for place in (0, 1))
            if count and stream.number(count, where="汇总笔数") != read_count:
                raise UnreadableBankFile(
                    f"文件汇总写明 {count} 笔，里面是 {read_count} 笔。整个文件拒收，请银行核对后重发。"
                )
            if total and fen_of(total, where="汇总金额", currency=None) != read_fen:
                raise UnreadableBankFile(
                    f"文件汇总写明 {total} 元，逐笔相加是 {yuan_text(read_fen)} 元。整个文件拒收，请银行核对后重发。"
                )
