"""Fen, counts and days as a bank's text file writes them, by the column, and the totals that a file must agree with."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from yikatong.banking.formats.amounts import yuan_text
from yikatong.banking.formats.flat.layout import AMOUNTS, COUNTS, BankLayout
from yikatong.banking.formats.refusals import UnreadableBankFile

# Leading zeros may fill a width; fifteen digits fit a bigint in fen.
_FEN = r"^0*([0-9]{1,15})$"
_YUAN = r"^0*([0-9]{1,13})(?:\.([0-9]{1,2})0*)?$"
_FORMS = {"fen": "整数分", "yuan": "以元为单位、最多两位小数的数"}

LABELS = {
    "count": "总笔数", "total": "总金额", "success_count": "成功笔数", "success_total": "成功金额", "failed_count": "失败笔数",
    "failed_total": "失败金额", "debit_count": "付款笔数", "debit_total": "付款金额", "credit_count": "收款笔数",
    "credit_total": "收款金额", "opening": "期初余额", "closing": "期末余额",
}  # fmt: skip


def fen_column(texts: pl.Expr, layout: BankLayout) -> pl.Expr:
    """Whole fen, null where it cannot be read."""
    if layout.amount == "fen":
        return texts.str.extract(_FEN).cast(pl.Int64)
    yuan, cents = (texts.str.extract(_YUAN, group) for group in (1, 2))
    return yuan.cast(pl.Int64) * 100 + cents.fill_null("").str.pad_end(2, "0").cast(pl.Int64)


def day_column(texts: pl.Expr, layout: BankLayout) -> pl.Expr:
    """Days, null where they cannot be read."""
    length = len("20260101" if layout.date == "%Y%m%d" else "2026-01-01")
    return pl.when(texts.str.len_chars() == length).then(texts.str.to_date(layout.date, strict=False))


def fen_of(told: Mapping[str, str], name: str, layout: BankLayout) -> int:
    """The fen of a header's or trailer's amount; a balance may be below zero. Raises UnreadableBankFile."""
    text = told[name].strip()
    digits = text.removeprefix("-")
    fen = pl.select(fen_column(pl.lit(digits), layout)).item()
    if fen is None:
        raise UnreadableBankFile(f"{LABELS[name]}“{text[:20]}”读不成{_FORMS[layout.amount]}。请银行核对后重发。")
    return -int(fen) if text != digits else int(fen)


def day_of(told: Mapping[str, str], layout: BankLayout) -> date | None:
    """The day of a header or trailer, None where it has none. Raises UnreadableBankFile."""
    if "date" not in told:
        return None
    day: date | None = pl.select(day_column(pl.lit(told["date"].strip()), layout)).item()
    if day is None:
        raise UnreadableBankFile(f"文件日期“{told['date'][:20]}”不是约定的日期写法。请银行核对后重发。")
    return day


def refuse_unread(rows: pl.DataFrame, read: pl.DataFrame, layout: BankLayout) -> None:
    """Raise UnreadableBankFile for the first row with an amount or a day that could not be read."""
    labels = {
        "amount": ("amount_fen", f"金额“{{}}”读不成{_FORMS[layout.amount]}"),
        "booked_on": ("booked_on", "日期“{}”不是约定的写法"),
    }
    for name, (column, sentence) in labels.items():
        if name not in rows.columns:
            continue
        for line, seen in rows.filter(read[column].is_null()).select("line", name).head(1).rows():
            raise UnreadableBankFile(f"第 {line} 行的{sentence.format(seen[:20])}。整个文件拒收，请银行核对后重发。")


def refuse_other_totals(told: Mapping[str, str], read: Mapping[str, int], layout: BankLayout) -> None:
    """Raise UnreadableBankFile for a total of header or trailer that is not what the rows add up to."""
    for name, value in told.items():
        if name not in read:
            continue
        if name in COUNTS:
            said: Any = value.strip().lstrip("0") or "0"
            agrees, shown, found = said == str(read[name]), f"{said[:15]} 笔", f"{read[name]} 笔"
        else:
            assert name in AMOUNTS, name
            fen = fen_of(told, name, layout)
            agrees, shown, found = fen == read[name], f"{yuan_text(abs(fen))} 元", f"{yuan_text(read[name])} 元"
        if not agrees:
            raise UnreadableBankFile(
                f"文件写明的{LABELS[name]}是 {shown}，逐笔相加是 {found}。整个文件拒收，请银行核对后重发。"
            )
