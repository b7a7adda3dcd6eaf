"""The cells of one worksheet: which stand where, and their fills."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from .archive import tag
from .comments import Place, place_of, reference
from .styles import Styles

# The worst first: a cell with several problems has the color of the worst.
TONES = ("error", "warning", "fixed", "dropped")

Mark = tuple[int, int | None, str, str]
"""Row, column (None: the whole row), tone and text; rows and columns from 1."""


@dataclass
class _Cell:
    tones: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)


class Worksheet:
    """The tree of one worksheet, patched in place."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self._data = root.find(tag(root, "sheetData"))
        self._rows = dict(self._numbered())
        self._column_styles = [
            (int(one.get("min")), int(one.get("max")), int(one.get("style", 0))) for one in root.iter(tag(root, "col"))
        ]

    def mark(self, marks: Iterable[Mark], styles: Styles) -> Mapping[Place, str]:
        """Fill the marked cells; returns the text of each cell's comment."""
        listed = list(marks)
        covered = self._covered({mark[0] for mark in listed})
        found: dict[Place, _Cell] = {}
        for row, column, tone, text in listed:
            cells = self._cells(row)
            first = min(cells, default=1)
            for other in cells if column is None and tone == "dropped" else ():
                found.setdefault((row, other), _Cell()).tones.add(tone)
            place = (row, column or first)
            seat = covered.get(place, place)
            one = found.setdefault(seat, _Cell())
            one.tones.add(tone)
            one.texts.append(text if seat == place else f"第 {place[0]} 行：{text}")
        for place, one in found.items():
            self._fill(place, next(tone for tone in TONES if tone in one.tones), styles)
        return {place: "\n".join(dict.fromkeys(one.texts)) for place, one in found.items() if one.texts}

    def _numbered(self) -> Iterator[tuple[int, etree._Element]]:
        number = 0
        for row in self._data.iterchildren(tag(self.root, "row")):
            number = int(row.get("r", number + 1))
            yield number, row

    def _cells(self, row: int) -> dict[int, etree._Element]:
        """The cells of a row by column, in order."""
        found: dict[int, etree._Element] = {}
        column = 0
        for cell in self._rows.get(row, ()):
            if cell.tag == tag(self.root, "c"):
                column = place_of(cell.get("r"))[1] if cell.get("r") else column + 1
                found[column] = cell
        return found

    def _covered(self, rows: set[int]) -> dict[Place, Place]:
        """Cells of the wanted rows that lie under a merged area -> the area's first cell, which alone is seen."""
        found: dict[Place, Place] = {}
        for area in self.root.iter(tag(self.root, "mergeCell")):
            first, _, last = area.get("ref").partition(":")
            (top, left), (bottom, right) = place_of(first), place_of(last or first)
            span = range(top, bottom + 1)
            for row in (one for one in span if one in rows) if len(span) < len(rows) else rows.intersection(span):
                # Wider than a roster may be, a merged area is decoration.
                found.update(((row, column), (top, left)) for column in range(left, min(right, left + 512) + 1))
        return found

    def _fill(self, place: Place, tone: str, styles: Styles) -> None:
        cell = self._cell(place)
        cell.set("s", str(styles.filled(int(cell.get("s", 0)), tone)))

    def _cell(self, place: Place) -> etree._Element:
        row = self._row(place[0])
        cells = self._cells(place[0])
        if place[1] in cells:
            return cells[place[1]]
        cell = etree.Element(tag(self.root, "c"), r=reference(place), s=str(self._style_of(row, place[1])))
        after = next((one for column, one in cells.items() if column > place[1]), None)
        if after is None:
            # Behind the last cell; what else a row may hold stands behind its cells.
            row.insert(len(cells), cell)
        else:
            after.addprevious(cell)
        row.attrib.pop("spans", None)
        return cell

    def _row(self, number: int) -> etree._Element:
        if number not in self._rows:
            row = etree.Element(tag(self.root, "row"), r=str(number))
            after = next((one for other, one in self._rows.items() if other > number), None)
            if after is None:
                self._data.append(row)
            else:
                after.addprevious(row)
            self._rows = dict(self._numbered())
        return self._rows[number]

    def _style_of(self, row: etree._Element, column: int) -> int:
        if row.get("customFormat") in ("1", "true"):
            return int(row.get("s", 0))
        return next((style for first, last, style in self._column_styles if first <= column <= last), 0)
