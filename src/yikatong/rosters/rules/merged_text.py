"""Areas merged across columns, as headers use them."""

from yikatong.kit.sheets import Sheet, shown


class MergedText:
    """The text of an area merged across columns belongs to each of them, as a heading of what stands below it."""

    def __init__(self, sheet: Sheet) -> None:
        self._rows = sheet.rows
        self._areas: dict[int, list[tuple[int, int, int]]] = {}
        for top, left, bottom, right in sheet.merged:
            if right > left:
                self._areas.setdefault(top, []).append((left, right, bottom))

    def at(self, row: int, column: int, last: int) -> str:
        """The header text that covers a cell of a block that ends in row `last`.

        An area that reaches down to the last row heads nothing: its further columns have no header of their own.
        """
        cells = self._rows[row]
        own = shown(cells[column]) if column < len(cells) else ""
        left, _, bottom = self._area(row, column) or (column, column, last)
        return own or (shown(cells[left]) if bottom < last and left < len(cells) else "")

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell belongs to an area merged across columns."""
        return self._area(row, column) is not None

    def _area(self, row: int, column: int) -> tuple[int, int, int] | None:
        areas = self._areas.get(row, [])
        return next(
            (area for area in reversed(areas) if area[0] <= column <= area[1] and area[0] < len(self._rows[row])), None
        )
