"""Reads one message of the bank into the staging tables. What is ours and what it means is said here; who is paid is
decided by payments' own rules.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import IO

import polars as pl

from yikatong.core import sql

from .formats.adapters import Adapter, Contents

# So many rows go into the staging table at a time.
STAGED_ROWS = 50_000
# Names and references longer than the columns that keep them.
LENGTHS = {"message_id": 80, "end_to_end_id": 80, "bank_reference": 80, "reason_code": 16, "return_reason": 16}


def read(body: IO[bytes], *, adapter: Adapter, name: str, report_id: int, accounts: Mapping[str, int]) -> Contents:
    """Stage a whole message under ``report_id``; ``name`` is the bank's, ``accounts`` maps statement accounts to agreement
    ids.

    Must run inside a transaction: raises UnreadableBankFile, possibly after rows were staged.
    """
    contents = adapter.open(body, name=name)
    rows = adapter.rows(body, contents, accounts)
    if contents.is_statement:
        contents.statement_rows = _stage("banking_statementrow", rows, report_id)
    else:
        explained = (_explained(outcomes, adapter) for outcomes in rows)
        contents.outcome_count = _stage("banking_reportrow", explained, report_id)
    return contents


def _stage(table: str, parts: Iterable[pl.DataFrame], report_id: int) -> int:
    """Copy the parts into a staging table, numbering their rows from 1; returns how many there were."""
    count = 0
    for part in _gathered(parts):
        short = [pl.col(name).str.slice(0, length) for name, length in LENGTHS.items() if name in part.columns]
        numbered = part.with_columns(*short, report_id=report_id).with_row_index("line_no", offset=count + 1)
        count += sql.copy_frame(table, numbered)
    return count


def _gathered(parts: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same rows in fewer parts."""
    waiting: list[pl.DataFrame] = []
    for part in parts:
        waiting.append(part)
        if sum(one.height for one in waiting) >= STAGED_ROWS:
            yield pl.concat(waiting)
            waiting.clear()
    if waiting:
        yield pl.concat(waiting)


def _explained(outcomes: pl.DataFrame, adapter: Adapter) -> pl.DataFrame:
    """Outcomes with what their reasons ask for; a credited one has none."""
    reasons = map(adapter.explain, outcomes.filter(pl.col("result") != "credited")["reason_code"].unique())
    told = [(reason.code, str(reason.action), reason.words[:200]) for reason in reasons]
    meant = pl.DataFrame(told, schema=dict.fromkeys(("reason_code", "action", "reason_words"), pl.String), orient="row")
    joined = outcomes.join(meant, on="reason_code", how="left", maintain_order="left")
    return joined.with_columns(
        pl.when(pl.col("result") != "credited").then(pl.col(name)).otherwise(pl.lit("")).alias(name)
        for name in ("action", "reason_words")
    )
