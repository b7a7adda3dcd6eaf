"""Result files and return files of a bank: which payment was credited, failed, or came back."""

from collections.abc import Iterator
from typing import IO

import polars as pl

from yikatong.banking.formats.adapters import OUTCOME, Contents, WholeRefusal
from yikatong.banking.formats.flat import records, values
from yikatong.banking.formats.flat.layout import RETURNS, BankLayout, FileLayout
from yikatong.banking.formats.refusals import UnreadableBankFile


def read(body: IO[bytes], layout: BankLayout, file: FileLayout, contents: Contents) -> Iterator[pl.DataFrame]:
    """Yield ``OUTCOME``. Raises UnreadableBankFile, at the end when totals do not agree.

    Credited is only what carries a success code, to the letter; what is pending has no result yet; everything else has
    failed for a reason that is at least to be investigated (C16). Whose payment it is says the end-to-end id alone (C20).
    """
    contents.is_ours = True
    read_so_far = dict.fromkeys(_TOTALS, 0)
    told: dict[str, str] = {}
    for told, rows in records.walk(body, layout, file):
        outcomes = _outcomes(rows, told, layout, file)
        for name, count in _totals(outcomes, layout).items():
            read_so_far[name] += count
        contents.known_messages |= set(outcomes["message_id"].unique()) - {""}
        yield outcomes.filter(~pl.col("reason_code").is_in(list(layout.pending_codes))).select(list(OUTCOME))
    values.refuse_other_totals(told, read_so_far, layout)
    _note_whole(told, read_so_far["count"], layout, contents)


_TOTALS = ("count", "total", "success_count", "success_total", "failed_count", "failed_total")


def _outcomes(rows: pl.DataFrame, told: dict[str, str], layout: BankLayout, file: FileLayout) -> pl.DataFrame:
    day = values.day_of(told, layout)
    code = pl.col("code")
    has = rows.columns
    is_return = file.kind == RETURNS
    success = pl.lit(False) if is_return else code.is_in(list(layout.success_codes))
    result = pl.lit("returned") if is_return else pl.when(success).then(pl.lit("credited")).otherwise(pl.lit("failed"))
    read = rows.select(
        message_id=pl.col("message_id").str.strip_chars()
        if "message_id" in has
        else pl.lit(told.get("message_id", "").strip()),
        end_to_end_id=pl.col("end_to_end_id").str.strip_chars(),
        result=result,
        reason_code=pl.when(success).then(pl.lit("")).otherwise(code),
        amount_fen=values.fen_column(pl.col("amount").str.strip_chars(), layout),
        # A return's reference is its own, which would contradict that of the payment.
        bank_reference=pl.lit("")
        if is_return or "bank_reference" not in has
        else pl.col("bank_reference").str.strip_chars(),
        booked_on=values.day_column(pl.col("booked_on").str.strip_chars(), layout)
        if "booked_on" in has
        else pl.lit(day, pl.Date),
        creditor_account=pl.col("card_number") if "card_number" in has else pl.lit(""),
        creditor_name=pl.col("creditor_name").str.strip_chars() if "creditor_name" in has else pl.lit(""),
    )
    _refuse_unread(rows, read, layout)
    for (line,) in rows.filter(read["end_to_end_id"] == "").select("line").head(1).rows():
        raise UnreadableBankFile(f"第 {line} 行没有款项编号，分不清是哪一笔。整个文件拒收，请银行补全后重发。")
    return read


def _refuse_unread(rows: pl.DataFrame, read: pl.DataFrame, layout: BankLayout) -> None:
    """A day must be readable where it is told, and told where money was booked."""
    values.refuse_unread(rows.select("line", "amount"), read, layout)
    if "booked_on" in rows.columns:
        needed = (read["result"] != "failed") | (rows["booked_on"].str.strip_chars() != "")
        values.refuse_unread(rows.filter(needed).select("line", "booked_on"), read.filter(needed), layout)


def _totals(outcomes: pl.DataFrame, layout: BankLayout) -> dict[str, int]:
    pending = pl.col("reason_code").is_in(list(layout.pending_codes))
    parts = {
        "": pl.lit(True),
        "success_": pl.col("result") == "credited",
        "failed_": (pl.col("result") != "credited") & ~pending,
    }
    read: dict[str, int] = {}
    for prefix, which in parts.items():
        chosen = outcomes.filter(which)
        read |= {f"{prefix}count": chosen.height, f"{prefix}total": int(chosen["amount_fen"].sum())}
    return read


def _note_whole(told: dict[str, str], count: int, layout: BankLayout, contents: Contents) -> None:
    """What the file says about the whole instruction, where it says so."""
    code = told.get("file_code", "")
    known = layout.success_codes | layout.pending_codes | layout.refused_codes
    if "file_code" in told and code not in known:
        raise UnreadableBankFile(f"文件首行的结果代码“{code[:16]}”不在约定里，不能当作成功。请银行说明后重发。")
    message_id = told.get("message_id", "").strip()
    if message_id:
        contents.known_messages.add(message_id)
    if count:
        return
    if code in layout.refused_codes and message_id:
        contents.refusals.append(WholeRefusal(message_id, code, values.day_of(told, layout)))
    elif code not in layout.pending_codes:
        raise UnreadableBankFile("文件里一笔也没有。请银行核对后重发。")
