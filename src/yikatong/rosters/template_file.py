"""空表模板: the columns that a program's roster needs, in a workbook whose number columns are text.

Excel cuts a number to fifteen digits; a cell that is text from the start keeps all eighteen or nineteen.
"""

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

# (heading, width in characters, whether it is text), for all programs; by occasion one more.
COLUMNS = (
    ("序号", 6, False),
    ("村", 14, True),
    ("组", 8, True),
    ("姓名", 12, True),
    ("身份证号", 22, True),
    ("社保卡号", 24, True),
    ("数量", 10, False),
    ("标准（元）", 12, False),
    ("金额（元）", 14, False),
    ("电话", 14, True),
    ("备注", 16, True),
)
OCCASION = ("机具、案件或就诊编号", 22, True)


def workbook(cycle: Any) -> bytes:
    """The workbook (.xlsx) for a cycle; title in row 1, headings in row 2, empty below."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "花名册"
    sheet["A1"] = f"{cycle.program.name} {cycle.label} 花名册"
    sheet["A1"].font = Font(bold=True, size=14)
    columns = (*COLUMNS, OCCASION) if cycle.program.by_occasion else COLUMNS
    for number, (heading, width, is_text) in enumerate(columns, start=1):
        cell = sheet.cell(row=2, column=number, value=heading)
        cell.font = Font(bold=True)
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width = width
        if is_text:
            # The column's own format holds for every cell that is still empty; a cell of each row would cost 0.2 s.
            column.number_format = "@"
    sheet.freeze_panes = "A3"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
