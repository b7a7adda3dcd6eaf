"""Text that was decoded with the wrong encoding and saved: recognized because the reverse mistake brings header words back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from yikatong.kit import money
from yikatong.kit.sheets import Rows, Workbook
from yikatong.rosters.rules import expressions as x
from yikatong.rosters.rules.expressions import FULL_WIDTH

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
_ID_NUMBER = r"^(\d{17}[\dXx]|\d{15})$"
_AMOUNT = r"^([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(?:\.([0-9]{1,2}))?$"
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
    visible = [sheet.rows for sheet in workbook.sheets if sheet.visible]
    people = [_people(rows) for rows in visible]
    count = sum(int(chosen.sum()) for chosen in people)
    if not count:
        return Remains(0, None)
    column = _amount_column(visible, people, count)
    if column is None:
        return Remains(count, None)
    last = max(index for index, chosen in enumerate(people) if chosen.any())
    below = _amounts_below(visible[last], column, people[last].arg_true()[-1] + 1)
    for rows in visible[last + 1 :]:
        below += _amounts_below(rows, column, 0)
    return Remains(count, below[0] if below else None)


def _people(rows: Rows) -> pl.Series:
    """Which rows hold an ID number in any cell."""
    found = [pl.Series(dtype=pl.Boolean)]
    for part in rows.parts():
        chosen = pl.Series([False], dtype=pl.Boolean).new_from_index(0, part.height)
        for column in part.columns:
            bare = column.text.to_frame("v").select(x.compact(pl.col("v"))).to_series()
            chosen |= column.is_text() & bare.str.contains(_ID_NUMBER)
        found.append(chosen)
    return pl.concat(found)


def _amounts(written: pl.Series) -> pl.Series:
    """`money.parse_amount` of texts, null where it is none or too large."""
    plain = pl.col("v").str.strip_chars().str.replace_many(FULL_WIDTH)
    yuan = plain.str.extract(_AMOUNT, 1).str.replace_all(",", "", literal=True).cast(pl.Int64, strict=False)
    fen = plain.str.extract(_AMOUNT, 3).fill_null("").str.pad_end(2, "0").cast(pl.Int64, strict=False)
    return written.to_frame("v").select(pl.when(yuan < money.AMOUNT_FEN_MAX).then(yuan * 100 + fen)).to_series()


def _amount_column(visible: Sequence[Rows], people: Sequence[pl.Series], count: int) -> int | None:
    """The last column that nearly always holds money; serial numbers stand first, telephones are too large."""
    for place in range(max(rows.width for rows in visible) - 1, 0, -1):
        plausible = 0
        for rows, chosen in zip(visible, people, strict=True):
            amounts = _amounts(rows.column(place, chosen.arg_true()).text)
            plausible += int((amounts < money.AMOUNT_FEN_MAX).sum())
        if plausible * 5 >= count * 4:
            return place
    return None


def _amounts_below(rows: Rows, place: int, first: int) -> list[int]:
    numbers = pl.int_range(first, len(rows), eager=True)
    return _amounts(rows.column(place, numbers).text).drop_nulls()[:1].to_list()
