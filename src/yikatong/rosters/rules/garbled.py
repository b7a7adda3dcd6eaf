"""Text that was decoded with the wrong encoding and saved: recognized because the reverse mistake brings header words back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from yikatong.kit import money, text
from yikatong.kit.sheets import Cell, Workbook, shown

_WORDS = (
    "序号",
    "姓名",
    "身份",
    "证号",
    "金额",
    "村组",
    "卡号",
    "账号",
    "备注",
    "电话",
    "面积",
    "标准",
    "合计",
    "户主",
    "补贴",
    "社区",
    "性别",
)
_MISTAKES = (
    ("gbk", "utf-8"),
    ("cp1252", "utf-8"),
    ("latin-1", "utf-8"),
    ("cp1252", "gbk"),
    ("latin-1", "gbk"),
    ("big5", "gbk"),
    ("gbk", "big5"),
)
_ROWS_LOOKED_AT = 60
_LOST = re.compile(r"^[?？\ufffd\s]{2,}$|\ufffd|锟斤拷")


def is_garbled(workbook: Workbook) -> bool:
    """Whether the visible sheets, in which no header was found, hold garbled Chinese."""
    cells = [text_of for text_of in _texts(workbook) if re.search(r"[^\x00-\x7f]|\?\?", text_of)]
    if not cells:
        return False
    if sum(bool(_LOST.search(cell)) for cell in cells) * 5 > len(cells):
        return True
    joined = "\n".join(cells)
    if _words_in(joined) >= 3:
        return False
    return any(_words_in(joined.encode(wrong, "ignore").decode(right, "ignore")) >= 2 for wrong, right in _MISTAKES)


def many_lost(workbook: Workbook) -> bool:
    """Whether every fifth Chinese cell of a table has lost characters, although its header could be read."""
    cells = [text_of for text_of in _texts(workbook) if re.search(r"[^\x00-\x7f]", text_of)]
    return sum("\ufffd" in cell or "锟斤拷" in cell for cell in cells) * 5 > len(cells) > 0


def _words_in(joined: str) -> int:
    return sum(word in joined for word in _WORDS)


def _texts(workbook: Workbook) -> list[str]:
    rows = [row for sheet in workbook.sheets if sheet.visible for row in sheet.rows[:_ROWS_LOOKED_AT]]
    return [cell for row in rows for cell in row if isinstance(cell, str) and cell]


@dataclass(frozen=True)
class Remains:
    """What digits alone still tell of a garbled roster."""

    rows: int
    declared_total_fen: int | None


def remains(workbook: Workbook) -> Remains:
    """Counts the rows with an ID number and reads the total below them, without any word."""
    rows = [row for sheet in workbook.sheets if sheet.visible for row in sheet.rows]
    people = [index for index, row in enumerate(rows) if any(_is_person(cell) for cell in row)]
    if not people:
        return Remains(0, None)
    column = _amount_column([rows[index] for index in people])
    below = [_amount(row[column]) for row in rows[people[-1] + 1 :] if column is not None and column < len(row)]
    return Remains(len(people), next((fen for fen in below if fen is not None), None))


def _is_person(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(re.fullmatch(r"\d{17}[\dXx]|\d{15}", text.compact(cell)))


def _amount(cell: Cell) -> int | None:
    return money.parse_amount(shown(cell))


def _amount_column(rows: Sequence[Sequence[Cell]]) -> int | None:
    """The last column that nearly always holds money; serial numbers stand first, telephones are too large."""
    for column in range(max(map(len, rows)) - 1, 0, -1):
        amounts = [_amount(row[column]) for row in rows if column < len(row)]
        plausible = [fen for fen in amounts if fen is not None and fen < money.AMOUNT_FEN_MAX]
        if len(plausible) * 5 >= len(rows) * 4:
            return column
    return None
