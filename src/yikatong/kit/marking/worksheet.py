"""The cells of one worksheet: which stand where, and their fills.

A tree of all cells would cost twenty times the part's own size, so only the marked rows and what stands around the rows become
trees; every other row stays the bytes that it was.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from .archive import parsed, serialized, tag
from .comments import Place, place_of, reference
from .styles import Styles

# The worst first: a cell with several problems has the color of the worst.
TONES = ("error", "warning", "fixed", "dropped")

Mark = tuple[int, int | None, str, str]
"""Row, column (None: the whole row), tone and text; rows and columns from 1."""

_ROWS = re.compile(rb"<((?:[\w.-]+:)?sheetData)\b[^>]*?(?:/>|>(.*)</\1\s*>)", re.DOTALL)
_ROW = re.compile(rb"<((?:[\w.-]+:)?row)\b([^>]*?)(?:/>|>.*?</\1\s*>)", re.DOTALL)
_NUMBER = re.compile(rb"\sr\s*=\s*[\"'](\d+)[\"']")
_ROOT = re.compile(rb"<((?:[\w.-]+:)?worksheet)\b[^>]*>")


@dataclass
class _Cell:
    tones: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)


class Worksheet:
    """One worksheet; ``root`` is the tree of its part without the rows."""

    def __init__(self, part: bytes) -> None:
        if _ROWS.search(part) is None:
            # Written in another encoding; ours is UTF-8.
            part = serialized(parsed(part))
        found = _ROWS.search(part)
        assert found, "a worksheet has rows, if only none"
        self._name, self._content = found[1], found[2] or b""
        head, tail = part[: found.start()], part[found.end() :]
        opening = _ROOT.search(head)
        assert opening, "a worksheet is its part's root"
        self._opening, self._closing = opening[0], b"</" + opening[1] + b">"
        self.root = parsed(head + b"<" + self._name + b"/>" + tail)
        # Start and end byte of each row by number; of two rows with one number the first is the one that is marked.
        self._spans = dict(reversed(list(self._numbered())))
        self._grown = self.root
        self._trees: dict[int, etree._Element] = {}
        self._column_styles = [
            (int(one.get("min")), int(one.get("max")), int(one.get("style", 0)))
            for one in self.root.iter(self._tag("col"))
        ]

    def part(self) -> bytes:
        """The worksheet as a part."""
        # Written together, so that not each of them declares the namespaces again.
        written = (row[0] for row in _ROW.finditer(etree.tostring(self._grown)))
        places = (self._spans.get(number) or self._gap(number) for number in self._trees)
        pieces, done = [], 0
        for (start, end), _, row in sorted(zip(places, self._trees, written, strict=True)):
            pieces += [self._content[done:start], row]
            done = end
        rows = b"".join((*pieces, self._content[done:]))
        whole = b"<" + self._name + b">" + rows + b"</" + self._name + b">"
        return _ROWS.sub(lambda _: whole, serialized(self.root), count=1)

    def mark(self, marks: Iterable[Mark], styles: Styles) -> Mapping[Place, str]:
        """Fill the marked cells; returns the text of each cell's comment."""
        listed = list(marks)
        covered = self._covered({mark[0] for mark in listed})
        self._grow({mark[0] for mark in listed} | {place[0] for place in covered.values()})
        found: dict[Place, _Cell] = {}
        for row, column, tone, text in listed:
            cells = self._cells(row)
            for other in cells if column is None and tone == "dropped" else ():
                found.setdefault((row, other), _Cell()).tones.add(tone)
            place = (row, column or min(cells, default=1))
            seat = covered.get(place, place)
            one = found.setdefault(seat, _Cell())
            one.tones.add(tone)
            one.texts.append(text if seat == place else f"第 {place[0]} 行：{text}")
        for place, one in found.items():
            cell = self._cell(place)
            tone = next(tone for tone in TONES if tone in one.tones)
            cell.set("s", str(styles.filled(int(cell.get("s", 0)), tone)))
        return {place: "\n".join(dict.fromkeys(one.texts)) for place, one in found.items() if one.texts}

    def _numbered(self) -> Iterator[tuple[int, tuple[int, int]]]:
        number = 0
        for row in _ROW.finditer(self._content):
            told = _NUMBER.search(row[2])
            number = int(told[1]) if told else number + 1
            yield number, row.span()

    def _gap(self, number: int) -> tuple[int, int]:
        """Where a new row stands: before the first that comes after it."""
        start = min((span[0] for other, span in self._spans.items() if other > number), default=len(self._content))
        return start, start

    def _grow(self, rows: set[int]) -> None:
        """Make trees of rows."""
        known = sorted(rows & self._spans.keys())
        written = b"".join(self._content[slice(*self._spans[number])] for number in known)
        self._grown = parsed(self._opening + written + self._closing)
        self._trees = dict(zip(known, self._grown, strict=True))
        for number in rows - self._spans.keys():
            self._trees[number] = etree.SubElement(self._grown, self._tag("row"), r=str(number))

    def _cells(self, row: int) -> dict[int, etree._Element]:
        """The cells of a row by column, in order."""
        found: dict[int, etree._Element] = {}
        column = 0
        for cell in self._trees[row].iterchildren(self._tag("c")):
            column = place_of(cell.get("r"))[1] if cell.get("r") else column + 1
            found[column] = cell
        return found

    def _covered(self, rows: set[int]) -> dict[Place, Place]:
        """Cells of the wanted rows that lie under a merged area -> the area's first cell, which alone is seen."""
        found: dict[Place, Place] = {}
        for area in self.root.iter(self._tag("mergeCell")):
            first, _, last = area.get("ref").partition(":")
            (top, left), (bottom, right) = place_of(first), place_of(last or first)
            span = range(top, bottom + 1)
            for row in (one for one in span if one in rows) if len(span) < len(rows) else rows.intersection(span):
                # Wider than a roster may be, a merged area is decoration.
                found.update(((row, column), (top, left)) for column in range(left, min(right, left + 512) + 1))
        return found

    def _cell(self, place: Place) -> etree._Element:
        row, cells = self._trees[place[0]], self._cells(place[0])
        if place[1] in cells:
            return cells[place[1]]
        cell = etree.Element(self._tag("c"), r=reference(place), s=str(self._style_of(row, place[1])))
        after = next((one for column, one in cells.items() if column > place[1]), None)
        if after is None:
            # Behind the last cell; what else a row may hold stands behind its cells.
            row.insert(len(cells), cell)
        else:
            after.addprevious(cell)
        row.attrib.pop("spans", None)
        return cell

    def _style_of(self, row: etree._Element, column: int) -> int:
        if row.get("customFormat") in ("1", "true"):
            return int(row.get("s", 0))
        return next((style for first, last, style in self._column_styles if first <= column <= last), 0)

    def _tag(self, name: str) -> str:
        return tag(self.root, name)
