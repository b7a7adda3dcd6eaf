"""Statement files of a bank: the balances of a day and every booking between them."""

from collections.abc import Iterator, Mapping
from typing import IO

import polars as pl

from yikatong.banking.formats.adapters import STATEMENT_LINE, Contents
from yikatong.banking.formats.camt053 import Statement
from yikatong.banking.formats.flat import records, values
from yikatong.banking.formats.flat.layout import BankLayout, FileLayout
from yikatong.banking.formats.refusals import UnreadableBankFile

_TOTALS = ("count", "total", "debit_count", "debit_total", "credit_count", "credit_total")


def read(
    body: IO[bytes], layout: BankLayout, file: FileLayout, contents: Contents, accounts: Mapping[str, int]
) -> Iterator[pl.DataFrame]:
    """Yield ``STATEMENT_LINE`` of an account that is ours, nothing of others. Raises UnreadableBankFile.

    Balances that the bookings do not explain are no mistake of the file: that is a break for reconciliation to show.
    """
    read_so_far = dict.fromkeys(_TOTALS, 0)
    told: dict[str, str] = {}
    for told, rows in records.walk(body, layout, file):
        if told["account"].strip() not in accounts:
            return
        contents.is_ours = True
        lines = _lines(rows, told, layout)
        for name, count in _totals(lines).items():
            read_so_far[name] += count
        yield lines.select(list(STATEMENT_LINE))
    values.refuse_other_totals(told, read_so_far, layout)
    contents.statements.append((1, _statement(told, layout)))


def _lines(rows: pl.DataFrame, told: Mapping[str, str], layout: BankLayout) -> pl.DataFrame:
    has = rows.columns
    day = values.day_of(told, layout)
    side = pl.col("side").str.strip_chars()
    read = rows.select(
        side=side.replace_strict(
            {layout.debit: "debit", layout.credit: "credit"}, default=None, return_dtype=pl.String
        ),
        amount_fen=values.fen_column(pl.col("amount").str.strip_chars(), layout),
        bank_reference=pl.col("bank_reference").str.strip_chars(),
        end_to_end_id=pl.col("end_to_end_id").str.strip_chars(),
        booked_on=values.day_column(pl.col("booked_on").str.strip_chars(), layout)
        if "booked_on" in has
        else pl.lit(day, pl.Date),
        return_reason=pl.col("code") if "code" in has else pl.lit(""),
        message_id=pl.col("message_id").str.strip_chars() if "message_id" in has else pl.lit(""),
        creditor_account=pl.col("card_number") if "card_number" in has else pl.lit(""),
        creditor_name=pl.col("creditor_name").str.strip_chars() if "creditor_name" in has else pl.lit(""),
        statement_no=pl.lit(1, pl.Int32),
    )
    values.refuse_unread(rows, read, layout)
    for line, seen in rows.filter(read["side"].is_null()).select("line", "side").head(1).rows():
        raise UnreadableBankFile(f"第 {line} 行的借贷标志“{seen[:10]}”不在约定里。整个文件拒收，请银行核对后重发。")
    # Money that came with a payment's number is that payment coming back, whether or not the bank says why.
    back = (pl.col("side") == "credit") & (pl.col("end_to_end_id") != "")
    reason = (
        pl.when(pl.col("return_reason").str.strip_chars() != "").then(pl.col("return_reason")).otherwise(pl.lit("NARR"))
    )
    return read.with_columns(return_reason=pl.when(back).then(reason).otherwise(pl.lit("")))


def _totals(lines: pl.DataFrame) -> dict[str, int]:
    read: dict[str, int] = {"count": lines.height, "total": int(lines["amount_fen"].sum())}
    for side in ("debit", "credit"):
        chosen = lines.filter(pl.col("side") == side)
        read |= {f"{side}_count": chosen.height, f"{side}_total": int(chosen["amount_fen"].sum())}
    return read


def _statement(told: Mapping[str, str], layout: BankLayout) -> Statement:
    day = values.day_of(told, layout)
    assert day is not None, "a statement's layout has a date"
    number = told.get("statement_no", "").strip() or f"{day:%Y%m%d}"
    return Statement(
        message_id="",
        statement_id=number,
        account=told["account"].strip(),
        created_at="",
        statement_no=number,
        day=day,
        opening_fen=values.fen_of(told, "opening", layout),
        closing_fen=values.fen_of(told, "closing", layout),
    )
