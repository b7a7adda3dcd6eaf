"""The list of money in suspense as a workbook, for the people who work it off."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell

from yikatong.kit import money

from . import words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADS = (
    "批次", "补贴项目", "主管部门", "乡镇", "村", "姓名", "金额（元）", "时限", "为什么还在", "银行原因", "日期", "最迟", "天数", "超期",
)  # fmt: skip


def suspense_workbook(lines: Sequence[dict[str, Any]], today: date) -> bytes:
    """An .xlsx of the lines of ``queries_back.suspense_lines_for``, one row a piece of money; the last row adds up."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("待处理账龄")
    sheet.append(list(_HEADS))
    for line in lines:
        texts = [
            *(
                line[name]
                for name in ("case_no", "program_name", "agency_name", "township_name", "village_name", "name")
            ),
            money.plain_yuan(line["amount_fen"]),
            words.CAUSES[line["cause"]],
            words.REASONS[line["reason"]],
            line["reason_words"],
            line["booked_on"].isoformat(),
            line["due_on"].isoformat(),
            str((today - line["booked_on"]).days),
            "超期" if line["due_on"] < today else "",
        ]
        sheet.append([_text(sheet, text) for text in texts])
    total_fen = sum(line["amount_fen"] for line in lines)
    sheet.append([_text(sheet, text) for text in ("合计", "", "", "", "", "", money.plain_yuan(total_fen))])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _text(sheet: Any, text: str) -> WriteOnlyCell:
    # A name or a bank's words that begin with "=" are text and never a formula.
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell
