"""Finds the tables of a sheet: where the header stands, which rows are data, which are totals, headings, notes and signatures."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from yikatong.kit import columns, text
from yikatong.kit.sheets import Cell, CellError, Rows, Sheet, shown
from yikatong.rosters.rules import plain_rows, told
from yikatong.rosters.rules.merged_text import MergedText

HEADER_ROWS_SEARCHED = 60
HEADER_HEIGHT_MAX = 4

TOTAL = re.compile(
    r"^.{0,24}(小计|合计|总计|共计|累计|村计|组计|社计|乡计|镇计|县计|页计|总合计|大写)(金额|人数|户数|面积|数)?[:：]?.{0,40}$|^(总|合|共|小)计?[:：]$|^计$"
    r"|^总(金额|户数|人数|面积|额|亩数)[:：]?$|^(合计|金额|人民币)?[(]?大写[)]?(金额)?[:：]?.{0,40}$"
)
_PART_ALONE = re.compile(r"^.{1,20}(村|社区|居委会|村委会|村民小组|\d组|[一二三四五六七八九十]组|乡|镇)$")
_SUBTOTAL = re.compile(r"小计|村计|组计|社计|本页|页计|本组|本村|村合计|社区合计|组合计|社合计")
_SIGNATURE = re.compile(
    r"^(制表|填表|填报|制单|审核|复核|经办|负责|审批|审签|分管|主管|主要领导|领导|单位|报送|上报|签字|签章|盖章|公章|日期|时间|打印|公示|监督|举报|"
    r"备注|说明|注|附注|附|村民委员会|村委会|村支|乡镇|乡|镇|财政所|民政|会计|出纳|驻村|联系人|联系电话|第.{1,3}页|共.{1,3}页|经手|校对|录入)"
    r".{0,14}[:：(].*|^(注|说明|备注)[\d:：.、].*|^第\d+页.*|^(19|20)\d\d年\d{1,2}月\d{1,2}日$|.*[(]?(盖章|签章|签字)[)]?[:：]?$"
)
_COLUMN_MARK = re.compile(r"^([0-9]{1,2}|[A-Za-z]|[甲乙丙丁戊己庚辛]|[①-⑳]|栏次|[A-Z0-9①-⑳=*×xX+\-()/÷.]{1,12})$")
_HEADER_CELL_MAX = 40
_PADDING = ("-", "-")  # a lower header row may hold a single word
_LONG_NUMBER = re.compile(r"\d{11,}")
_UNIT_CELL = re.compile(r"^[(]?(元|亩|人|户|台|月|元/[亩人户台].{0,3}|单位[:：].*)[)]?$")


@dataclass
class Table:
    """One table: header rows (first and last, from 0), its columns, and the rows under it by kind (data rows as Int32, ascending).

    factors: what numbers of a column (from 0) are multiplied with to be yuan or mu, see `units`. form: what a person once said of
    these headings, where that was used.
    """

    header_first: int
    header_last: int
    columns: list[columns.Column]
    headers: list[list[str]]
    data_rows: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.Int32))
    total_rows: list[int] = field(default_factory=list)
    factors: dict[int, Decimal] = field(default_factory=dict)
    form: told.Form | None = None

    def place(self, name: str) -> int | None:
        """The column of a field, from 0."""
        return next((column.index for column in self.columns if column.field == name), None)

    def holds(self, name: str) -> bool:
        """Whether a column was taken for a field."""
        return self.place(name) is not None


def tables(
    sheet: Sheet, mapping: Mapping[str, str | None] | None = None, forms: Sequence[told.Form] = ()
) -> list[Table]:
    """The tables of a sheet in order, their rows sorted into data and totals; none when no header of a person list is found.
    Headings for which one of the forms fits are what it says."""
    filler = MergedText(sheet)
    found: list[_Sorting] = []
    row: int | None = 0
    while row is not None and row < (len(sheet.rows) if found else min(len(sheet.rows), HEADER_ROWS_SEARCHED)):
        cells = sheet.rows[row]
        table = _header_at(sheet, row, filler, forms) if _may_be_header(cells) else None
        if table is None:
            if found:
                _sort_row(found[-1], row, cells)
            row = found[-1].next_unusual(row + 1) if found else row + 1
            continue
        if mapping:
            table.columns = columns.corrected(table.columns, mapping)
        if not found or [c.field for c in table.columns] != [c.field for c in found[-1].table.columns]:
            found.append(_Sorting(table, sheet.rows))
        row = found[-1].next_unusual(table.header_last + 1)
    ends = [*(sorting.table.header_first for sorting in found[1:]), len(sheet.rows)]
    return [sorting.sorted_until(end) for sorting, end in zip(found, ends, strict=False)]


class _Sorting:
    """Sorts the rows under a header. Rows that hold the number of a person and blank ones are told by the column; only the
    unusual ones between them are looked at one by one."""

    def __init__(self, table: Table, rows: Rows) -> None:
        self.table = table
        self.data_rows: list[int] = []
        self._first = table.header_last + 1
        numbers = [place for name in ("id_number", "card_number") if (place := table.place(name)) is not None]
        self._plain = plain_rows.with_numbers(rows, self._first, numbers)
        self._unusual = (~(self._plain | rows.blank[self._first :])).arg_true().to_list()

    def next_unusual(self, row: int) -> int | None:
        """The first row from a row on that must be looked at."""
        at = bisect_left(self._unusual, row - self._first)
        return self._first + self._unusual[at] if at < len(self._unusual) else None

    def sorted_until(self, end: int) -> Table:
        """The table with its data rows, which end before a row."""
        plain = self._plain[: end - self._first].arg_true().cast(pl.Int32) + self._first
        self.table.data_rows = pl.concat([plain, pl.Series(self.data_rows, dtype=pl.Int32)]).sort()
        return self.table


def _may_be_header(cells: Sequence[Cell]) -> bool:
    texts = [cell for cell in cells if cell != ""]
    if len(texts) < 2 or not all(isinstance(cell, str) or _is_year(cell) for cell in texts):
        return False
    return not any(
        isinstance(cell, str) and (len(cell) > _HEADER_CELL_MAX or _LONG_NUMBER.search(cell)) for cell in texts
    )


def _is_year(cell: Cell) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and 1990 <= cell <= 2100


def _header_at(sheet: Sheet, row: int, filler: MergedText, forms: Sequence[told.Form]) -> Table | None:
    """The best header block that starts in a row; a block must name at least three fields, two of them of the core."""
    best: tuple[int, Table] | None = None
    for height in range(1, HEADER_HEIGHT_MAX + 1):
        last = row + height - 1
        if last >= len(sheet.rows) or (height > 1 and not _may_continue(sheet.rows[last])):
            break
        width = max(len(sheet.rows[at]) for at in range(row, last + 1))
        headers = [[filler.at(at, column, last) for at in range(row, last + 1)] for column in range(width)]
        if height > 1:
            _spread_heads(headers, filler, row)
        assigned, form = columns.assign(headers), told.fitting(headers, forms)
        if form is not None:
            assigned = told.over(assigned, headers, form)
        fields = {column.field for column in assigned if column.field}
        core = fields & {"name", "id_number", "card_number", "amount"}
        if (
            len(fields) >= 3
            and len(core) >= 2
            and (best is None or len(fields) > best[0] or _is_unit_row(sheet.rows[last]))
        ):
            best = len(fields), Table(row, last, assigned, headers, form=form)
    if best is None or _starts_lower(sheet, row, best, filler, forms):
        return None
    return best[1]


def _spread_heads(headers: list[list[str]], filler: MergedText, row: int) -> None:
    """Where upper levels are not merged (in a CSV nothing is), a head stands over the columns to its right that have none."""
    for level in range(len(headers[0]) - 1):
        head = ""
        for column, levels in enumerate(headers):
            below = any(text.compact(words) for words in levels[level + 1 :])
            if text.compact(levels[level]):
                head = levels[level] if below and not filler.covers(row + level, column) else ""
            elif not below or any(text.compact(words) for words in levels[:level]) != bool(level):
                head = ""
            else:
                levels[level] = head


def _starts_lower(
    sheet: Sheet, row: int, best: tuple[int, Table], filler: MergedText, forms: Sequence[told.Form]
) -> bool:
    # A line above the header (a unit, a date in two cells) must not become its top level.
    if best[1].header_last == row:
        return False
    top = [columns.classify(text.compact(shown(cell))) for cell in sheet.rows[row] if cell != ""]
    below = _header_at(sheet, row + 1, filler, forms) if _may_be_header(sheet.rows[row + 1]) else None
    return below is not None and len({c.field for c in below.columns if c.field}) >= best[0] and not any(top)


def _may_continue(cells: Sequence[Cell]) -> bool:
    filled = [cell for cell in cells if cell != ""]
    return (
        bool(filled)
        and not any(isinstance(cell, CellError) for cell in filled)
        and _may_be_header([*filled, *_PADDING])
    )


def _is_unit_row(cells: Sequence[Cell]) -> bool:
    filled = [text.compact(shown(cell)) for cell in cells if cell != ""]
    return bool(filled) and all(_UNIT_CELL.match(cell) for cell in filled)


def _sort_row(sorting: _Sorting, row: int, cells: Sequence[Cell]) -> None:
    table = sorting.table
    person = any(_is_number_of_person(_cell(cells, table.place(name))) for name in ("id_number", "card_number"))
    if person:
        if not any(cell in plain_rows.EXAMPLES for cell in cells[:2]):
            sorting.data_rows.append(row)
        return
    words = [text.compact(cell) for cell in cells if isinstance(cell, str) and cell]
    if (any(TOTAL.match(word) for word in words) and not _only_in_remark(table, cells)) or _part_alone(table, cells):
        table.total_rows.append(row)
        return
    signed = any(_SIGNATURE.match(word) for word in words) and not _is_plain_data(table, cells)
    if not signed and not _is_column_marks(cells) and _is_data(table, cells):
        sorting.data_rows.append(row)


def _cell(cells: Sequence[Cell], place: int | None) -> Cell:
    return cells[place] if place is not None and place < len(cells) else ""


def _is_number_of_person(cell: Cell) -> bool:
    if isinstance(cell, str):
        return sum(character.isdigit() for character in cell) >= 10
    return isinstance(cell, (int, float)) and abs(cell) >= 1e9


def _part_alone(table: Table, cells: Sequence[Cell]) -> str | None:
    """The name of a village or group that stands alone with its sum (「柳河社区」 and an amount): a subtotal without the word."""
    if any(shown(_cell(cells, table.place(name))).strip() for name in ("id_number", "card_number", "sex")):
        return None
    if isinstance(_cell(cells, table.place("amount")), str):
        return None
    first = next(((place, cell) for place, cell in enumerate(cells) if cell != ""), None)
    if first is None or not isinstance(first[1], str):
        return None
    name = table.place("name")
    if first[0] != name and _cell(cells, name) != "":
        return None
    words = text.compact(first[1])
    return words if _PART_ALONE.match(words) else None


def _only_in_remark(table: Table, cells: Sequence[Cell]) -> bool:
    remark, name = table.place("remark"), _cell(cells, table.place("name"))
    others = [cell for index, cell in enumerate(cells) if index != remark and isinstance(cell, str)]
    return bool(name) and not any(TOTAL.match(text.compact(cell)) for cell in others if cell)


def _is_plain_data(table: Table, cells: Sequence[Cell]) -> bool:
    # A remark such as 「说明：…」 on a row with a name and an amount is still a row.
    name, amount = _cell(cells, table.place("name")), _cell(cells, table.place("amount"))
    return (
        isinstance(amount, float)
        and bool(name)
        and not (isinstance(name, str) and _SIGNATURE.match(text.compact(name)))
    )


def _is_column_marks(cells: Sequence[Cell]) -> bool:
    filled = [text.compact(shown(cell)) for cell in cells if cell != ""]
    return len(filled) >= 2 and all(_COLUMN_MARK.match(word) for word in filled) and len(set(filled)) == len(filled)


def _is_data(table: Table, cells: Sequence[Cell]) -> bool:
    """A row of a person: a name or a number, and more than that; or money without a name, which must not be lost."""
    values = {
        name: _cell(cells, table.place(name)) for name in ("name", "id_number", "card_number", "quantity", "amount")
    }
    filled = {name for name, value in values.items() if text.compact(shown(value))}
    if filled & {"id_number", "card_number"}:
        return True
    if "name" in filled:
        others = {"sex", "rate", "mobile", "serial", "periods", "relation"}
        return len(filled) > 1 or any(shown(_cell(cells, table.place(name))).strip() for name in others)
    return (
        "amount" in filled
        and values["amount"] not in (0, 0.0, "0")
        and bool(shown(_cell(cells, table.place("serial"))).strip())
    )


def is_subtotal(label: str) -> bool:
    """Whether the words of a total row speak of a part (a group, a village, a page)."""
    return bool(_SUBTOTAL.search(label) or _PART_ALONE.match(label))


def label(cells: Sequence[Cell]) -> str:
    """The words of a total row that made it one."""
    for cell in cells:
        if isinstance(cell, str) and TOTAL.match(text.compact(cell)):
            return text.compact(cell)
    return next((text.compact(cell) for cell in cells if isinstance(cell, str) and cell), "")
