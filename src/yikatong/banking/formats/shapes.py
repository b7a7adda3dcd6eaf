"""Rows that are written alike, read without a parser.

A bank's machine writes its rows in a few shapes: the same tags in the same order around other texts. A row of a new shape
is read once by the parser and the layout's transformation, with a mark in the place of each text; where the marks come
out is what the texts of every further row of that shape are. Such a row has the tags of the first literally and between
them nothing but plain text, so it would be parsed alike; anything else is left to the parser.
"""

import re
from dataclasses import dataclass

import polars as pl
from lxml import etree

from yikatong.banking.formats import layouts
from yikatong.banking.formats.layouts import NAMESPACE, Layout

SHAPES_MAX = 16
# After so many pieces in a row that had to be left to the parser, no more are tried.
MISSES_MAX = 4
_TAG = re.compile("(<[^<>]*>)")
_MARK = "\ue000{}\ue001"
_ONE_MARK = re.compile(_MARK.format("([0-9]+)"))
# What no plain text holds: a reference, a line end that the parser would change, what is no character of XML.
_UNPLAIN = bytes((*range(9), *range(11, 32), ord("&")))
_UNPLAIN_WORDS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf", b"]]>", b"<!", b"<?")


@dataclass(frozen=True, slots=True)
class Shape:
    """One way of writing a row: what matches it, which group of that is which column, and columns that never change."""

    pattern: str
    texts: dict[str, str]
    constants: dict[str, str]


class Shapes:
    """The shapes of a file's rows, learned as they come."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._closing = f"</{layout.row}>"
        self._shapes: list[Shape] = []
        self._misses = 0

    def rows(self, piece: bytes, gone: int) -> pl.DataFrame | None:
        """The rows of a piece that ends with a row and begins where one does, as ``layouts.rows`` gives them, the first of
        them being number ``gone + 1``; None if not all are of shapes that can be known.
        """
        if self._misses == MISSES_MAX:
            return None
        rows = self._rows(piece, gone)
        self._misses = self._misses + 1 if rows is None else 0
        return rows

    def _rows(self, piece: bytes, gone: int) -> pl.DataFrame | None:
        if len(piece.translate(None, _UNPLAIN)) != len(piece) or any(word in piece for word in _UNPLAIN_WORDS):
            return None
        try:
            rows = piece.decode().split(self._closing)[:-1]
        except UnicodeDecodeError:
            return None
        left = pl.DataFrame({"place": pl.int_range(gone + 1, gone + 1 + len(rows), eager=True), "row": rows})
        found = []
        for shape in self._shapes:
            taken, left = self._taken(shape, left)
            found.append(taken)
        while left.height:
            new = self._learned(left["row"][0])
            taken, left = self._taken(new, left) if new else (left.clear(), left)
            if new is None or not taken.height:
                return None
            self._shapes.append(new)
            found.append(taken)
        return pl.concat(found).sort("place")

    def _taken(self, shape: Shape, left: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows of a shape, read; and the others, still written."""
        groups = left["row"].str.extract_groups(shape.pattern).struct.unnest()
        # A blank text could be no answer where another element has one: such a row is of a shape of its own.
        texts = groups.with_columns(pl.all().str.replace_all("[\t\n]", " ").str.strip_chars())
        fits = texts.select(pl.all_horizontal(pl.all().is_not_null() & (pl.all() != ""))).to_series()
        columns = [
            (pl.col(shape.texts[name]) if name in shape.texts else pl.lit(shape.constants[name])).alias(name)
            for name in layouts.columns(self._layout)
        ]
        read = texts.filter(fits).select(left["place"].filter(fits), *columns)
        return read, left.filter(~fits)

    def _learned(self, row: str) -> Shape | None:
        """The shape of a row, None where it cannot be told."""
        parts = _TAG.split(row)
        told = [place for place in range(0, len(parts), 2) if parts[place].strip()]
        if len(self._shapes) == SHAPES_MAX or any("<" in parts[place] or ">" in parts[place] for place in told):
            return None
        marked = parts.copy()
        for place in told:
            marked[place] = _MARK.format(place)
        values = self._parsed("".join(marked))
        texts = {name: match[1] for name, value in values.items() if (match := _ONE_MARK.fullmatch(value))}
        constants = {name: value for name, value in values.items() if name not in texts}
        if not texts or any("\ue000" in value for value in constants.values()):
            return None
        pattern = "".join(_pattern(place, part, told, set(texts.values())) for place, part in enumerate(parts))
        return Shape(f"^{pattern}$", {name: f"t{place}" for name, place in texts.items()}, constants)

    def _parsed(self, row: str) -> dict[str, str]:
        """What the parser and the layout make of one row by itself; nothing unless it is just one row."""
        group = self._layout.group
        whole = (
            f'<Document xmlns="{NAMESPACE}{self._layout.message}"><Body><{group}>{row}{self._closing}</{group}></Body>'
            "</Document>"
        )
        try:
            root = etree.fromstring(whole, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError:
            return {}
        found = layouts.rows(root[0][0], self._layout, 0, is_whole=True)
        if len(root[0]) != 1 or len(root[0][0]) != 1 or found.height != 1 or layouts.strays(self._layout)(root):
            return {}
        return {name: str(value) for name, value in found.drop("place").row(0, named=True).items()}


def _pattern(place: int, part: str, told: list[int], wanted: set[str]) -> str:
    if place % 2:
        return re.escape(part).replace("\\ ", " ")
    if place not in told:
        return "[ \t\n]*"
    return f"(?P<t{place}>[^<>]*)" if str(place) in wanted else "[^<>]*"
