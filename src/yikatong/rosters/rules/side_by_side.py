"""Two or three tables printed beside each other to save paper: each is read as a sheet of its own, with its columns in place."""

from dataclasses import replace

from yikatong.kit import columns, text
from yikatong.kit.sheets import Sheet, shown

_ROWS_SEARCHED = 60
_LEVELS = 3
_WIDTH_MIN = 3


def parted(sheet: Sheet) -> list[Sheet]:
    """The sheet itself, or one copy for each table beside another, in which the cells of the other tables are empty.

    A header that begins again with the same word and names person, ID number and amount again is a second table. A single
    column that occurs twice is not, nor are the names and numbers of a spouse.
    """
    for row in range(min(len(sheet.rows), _ROWS_SEARCHED)):
        starts = _starts(sheet, row)
        if starts:
            ends = [*starts[1:], sheet.rows.width]
            windows = zip([0, *starts[1:]], ends, strict=True)
            return [_window(sheet, row, left, right) for left, right in windows]
    return [sheet]


def _starts(sheet: Sheet, row: int) -> list[int]:
    words = [text.compact(shown(cell)) for cell in sheet.rows[row]]
    first = next((word for word in words if word), "")
    starts = [place for place, word in enumerate(words) if first and word == first]
    if len(starts) < 2:
        return []
    ends = [*starts[1:], len(words)]
    each = [_names_a_person(sheet, row, left, right) for left, right in zip(starts, ends, strict=True)]
    return starts if all(each) else []


def _names_a_person(sheet: Sheet, row: int, left: int, right: int) -> bool:
    if right - left < _WIDTH_MIN:
        return False
    cells = [shown(cell) for line in sheet.rows[row : row + _LEVELS] for cell in line[left:right]]
    fields = {found[0] for cell in cells if cell and (found := columns.classify(cell))}
    return {"name", "id_number", "amount"} <= fields


def _window(sheet: Sheet, header: int, left: int, right: int) -> Sheet:
    # What stands above the header is said of all the tables.
    merged = [area for area in sheet.merged if left <= area[1] < right]
    hidden = {place for place in sheet.hidden_columns if left <= place < right}
    formulas = {place: rows for place, rows in sheet.formulas.items() if left <= place < right}
    rows = sheet.rows.window(header, left, right)
    return replace(sheet, rows=rows, merged=merged, hidden_columns=hidden, formulas=formulas)
