"""复制上期: the rows of the last completed roster as a file of this cycle, which is read and checked like any other.

People, areas and cards are taken over; standard and amount are this cycle's, so that an old standard is not paid on.
"""

import io
from datetime import datetime
from typing import IO, Any

import polars as pl

from yikatong.core import authz, sql, vault
from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.refusals import Refused
from yikatong.kit import money

from . import cells, words
from .models import Roster

_LINE = {
    "id": pl.Int64(), "cells_sealed": pl.Binary(), "village": pl.String(), "group_no": pl.String(), "name": pl.String(),
    "quantity": pl.Int64(), "occasion": pl.String(),
}  # fmt: skip
HEADINGS = (
    "序号",
    "村",
    "组",
    "姓名",
    "身份证号",
    "社保卡号",
    "数量",
    "月数或天数",
    "标准（元）",
    "金额（元）",
    "电话",
    "编号",
)


def last_completed(*, cycle: Any, area_code: str) -> Roster | None:
    """What the place completed last for the cycle's program, in an earlier cycle."""
    earlier = Roster.objects.filter(program_id=cycle.program_id, area_code=area_code, state="completed")
    earlier = earlier.filter(cycle__starts_on__lt=cycle.starts_on)
    return earlier.select_related("cycle", "program").order_by("-cycle__starts_on", "-pk").first()


def copied(*, cycle: Any, area_code: str, by: Actor, at: datetime) -> tuple[str, IO[bytes]]:
    """The name and content (CSV, UTF-8 with a byte-order mark) of the copy. Raises Refused when there is none before."""
    authz.require(by, P.ROSTER_EDIT, area_code=area_code)
    previous = last_completed(cycle=cycle, area_code=area_code)
    if previous is None:
        raise Refused(words.NOTHING_TO_COPY, code="nothing_to_copy")
    lines = sql.frame("rosters/copied_lines", _LINE, roster=previous.pk)
    opened = vault.open_series(
        lines["cells_sealed"],
        rows=lines["id"],
        place=cells.PLACE,
        purpose="roster_copy",
        subject=f"roster:{previous.pk}",
        by=by,
        at=at,
    )
    content = io.BytesIO("\ufeff".encode())
    content.seek(0, io.SEEK_END)
    _table(lines.hstack(cells.shown_texts(opened).select(pl.all().name.prefix("cell_"))), cycle.rate_fen).write_csv(
        content
    )
    content.seek(0)
    return words.COPY_NAME.format(no=previous.no), content


def _table(told: pl.DataFrame, rate_fen: int | None) -> pl.DataFrame:
    """The copy's columns under HEADINGS. Amounts are half up, as the row checker expects them."""

    def cell(field: str) -> pl.Expr:
        return pl.col(f"cell_{field}").fill_null("")

    quantity = pl.col("quantity")
    amount = (quantity * (rate_fen or 0) + money.MICRO // 2) // money.MICRO
    # Where months or days are counted too, the amount is more than quantity times standard: it stays as it was claimed.
    with_rate = (quantity.is_not_null() & (cell("periods") == "")) if rate_fen is not None else pl.lit(False)
    columns = (
        pl.int_range(1, pl.len() + 1).cast(pl.String),
        pl.col("village"),
        pl.col("group_no"),
        pl.col("name"),
        cell("id_number"),
        cell("card_number"),
        cell("quantity"),
        cell("periods"),
        pl.when(with_rate).then(pl.lit(money.plain_yuan(rate_fen or 0))).otherwise(cell("rate")),
        pl.when(with_rate).then(_yuan(amount)).otherwise(cell("amount")),
        cell("mobile"),
        pl.col("occasion"),
    )
    named = told.select(one.alias(heading) for one, heading in zip(columns, HEADINGS, strict=True))
    kept = [heading for heading in HEADINGS if heading in _ALWAYS or (named[heading] != "").any()]
    return named.select(kept)


_ALWAYS = ("序号", "姓名", "身份证号", "金额（元）")


def _yuan(fen: pl.Expr) -> pl.Expr:
    return pl.concat_str(fen // 100, (fen % 100).cast(pl.String).str.zfill(2), separator=".")
