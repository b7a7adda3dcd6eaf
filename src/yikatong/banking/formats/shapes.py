"""Rows that are written alike, read without a parser.

A bank's machine writes its rows in a few shapes: the same tags in the same order around other texts. A row of a new shape
is read once by the parser and the layout's transformation, with a mark in the place of each text; where the marks come
out is what the texts of every further row of that shape are. Such a row has the tags of the first literally and between
them nothing but plain text, so it would be parsed alike; anything else is left to the parser. Rows are taken apart at
their ``<`` by the reader of CSV, which is several times as fast as a regular expression.
"""

import re
from dataclasses import dataclass
from io import BytesIO

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
_UNPLAIN_WORDS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
# Between tags and within texts these are a space to us, within tags to the parser, too.
_SPACES = bytes.maketrans(b"\t\n", b"  ")


@dataclass(frozen=True, slots=True)
class Shape:
    """One way of writing a row: its tags without their ``<``, which of them have a text behind them and which of these
    texts is which column, and columns that never change.
    """

    tags: tuple[str, ...]
    told: frozenset[int]
    texts: dict[str, int]
    constants: dict[str, str]

    def fits(self, *, tight: bool) -> pl.Expr:
        """Whether a row, taken apart at its ``<``, is of this shape; ``tight``: with nothing between
        two tags but before the first. A blank text
        could be no answer where another element has one: such a row is of a shape of its own.
        """
        # Behind the last tag there is nothing, not even another field.
        bare = [(place, tag) for place, tag in enumerate(self.tags) if place not in self.told]
        fields = [(place, _field(place), tag) for place, tag in [*bare, (len(self.tags), "")]]
        return pl.all_horizontal(
            *((field if tight and place else field.str.strip_chars_end(" ")) == tag for place, field, tag in fields),
            *(self._begins(place) for place in sorted(self.told)),
            *(self._text(place) != "" for place in set(self.texts.values())),
        )

    def column(self, name: str) -> pl.Expr:
        """A column of the layout, for rows of this shape."""
        found = self._text(self.texts[name]) if name in self.texts else pl.lit(self.constants[name])
        return found.alias(name)

    def _begins(self, place: int) -> pl.Expr:
        tag, field = self.tags[place], _field(place)
        behind = field.str.strip_prefix(tag)
        # A prefix that was there is gone. Of a ``>`` within the text there would be one more in the piece.
        return field.str.len_bytes() == behind.str.len_bytes() + len(tag.encode())

    def _text(self, place: int) -> pl.Expr:
        return _field(place).str.strip_prefix(self.tags[place]).str.strip_chars()


class Shapes:
    """The shapes of a file's rows, learned as they come."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._closing = f"</{layout.row}>".encode()
        # With the number of rows that were of it, the most frequent first.
        self._shapes: list[tuple[int, Shape]] = []
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
        plain = piece.translate(_SPACES, _UNPLAIN)
        if len(plain) != len(piece) or not _is_text(piece):
            return None
        lines = plain.replace(self._closing, self._closing + b"\n")
        places: pl.Series | None = None
        found: list[pl.DataFrame] = []
        for number, (_, shape) in enumerate(self._shapes):
            if lines:
                taken, lines, places = self._taken(number, shape, lines, places)
                found.append(taken)
        while lines:
            new = self._learned(lines[: lines.index(b"\n") - len(self._closing)].decode())
            if new is None:
                return None
            self._shapes.append((0, new))
            taken, lines, places = self._taken(len(self._shapes) - 1, new, lines, places)
            if not taken.height:
                self._shapes.pop()
                return None
            found.append(taken)
        if piece.count(b">") != piece.count(b"<"):
            return None
        self._shapes.sort(key=lambda counted: -counted[0])
        rows = found[0] if len(found) == 1 else pl.concat(found).sort("place")
        return rows.with_columns(pl.col("place") + gone + 1)

    def _taken(
        self, number: int, shape: Shape, lines: bytes, places: pl.Series | None
    ) -> tuple[pl.DataFrame, bytes, pl.Series | None]:
        """The rows of a shape, read; and the others, still written, with their places in the piece."""
        columns = [shape.column(name) for name in layouts.columns(self._layout)]
        read = _apart(lines, len(shape.tags)).select(*columns, fits=shape.fits(tight=True)).collect()
        if not read["fits"].any():
            read = _apart(lines, len(shape.tags)).select(*columns, fits=shape.fits(tight=False)).collect()
        fits = read["fits"]
        numbers = pl.int_range(read.height, dtype=pl.Int64, eager=True).alias("place") if places is None else places
        taken = read.select(numbers, *layouts.columns(self._layout))
        self._shapes[number] = (self._shapes[number][0] + int(fits.sum()), shape)
        if fits.all():
            return taken, b"", None
        others = (~fits).arg_true().to_list()
        written = lines.split(b"\n")
        return taken.filter(fits), b"".join(written[place] + b"\n" for place in others), numbers.filter(~fits)

    def _learned(self, row: str) -> Shape | None:
        """The shape of a row without its closing tag, None where it cannot be told."""
        parts = _TAG.split(row)
        told = [place for place in range(0, len(parts), 2) if parts[place].strip(" ")]
        if len(self._shapes) == SHAPES_MAX or any("<" in parts[place] or ">" in parts[place] for place in told):
            return None
        marked = parts.copy()
        for place in told:
            marked[place] = _MARK.format(place // 2)
        values = self._parsed("".join(marked))
        texts = {name: int(match[1]) for name, value in values.items() if (match := _ONE_MARK.fullmatch(value))}
        constants = {name: value for name, value in values.items() if name not in texts}
        if not texts or any("\ue000" in value for value in constants.values()):
            return None
        tags = ("", *(tag[1:] for tag in parts[1::2]), self._closing.decode()[1:])
        return Shape(tags, frozenset(place // 2 for place in told), texts, constants)

    def _parsed(self, row: str) -> dict[str, str]:
        """What the parser and the layout make of one row by itself; nothing unless it is just one row."""
        group = self._layout.group
        whole = (
            f'<Document xmlns="{NAMESPACE}{self._layout.message}"><Body><{group}>{row}{self._closing.decode()}</{group}>'
            "</Body></Document>"
        )
        try:
            root = etree.fromstring(whole, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError:
            return {}
        found = layouts.rows(root[0][0], self._layout, 0, is_whole=True)
        if len(root[0]) != 1 or len(root[0][0]) != 1 or found.height != 1 or layouts.strays(self._layout)(root):
            return {}
        return {name: str(value) for name, value in found.drop("place").row(0, named=True).items()}


def _is_text(piece: bytes) -> bool:
    if piece.isascii():
        return True
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return not any(word in piece for word in _UNPLAIN_WORDS)


def _apart(lines: bytes, last: int) -> pl.LazyFrame:
    """Rows, one a line, as fields that begin behind each ``<``; what a row has beyond field ``last`` is lost."""
    return pl.scan_csv(
        BytesIO(lines),
        has_header=False,
        separator="<",
        quote_char=None,
        schema={f"f{place}": pl.String for place in range(last + 1)},
        empty_string_is_null=False,
        truncate_ragged_lines=True,
        missing_columns="insert",
        extra_columns="ignore",
    )


def _field(place: int) -> pl.Expr:
    return pl.col(f"f{place}").fill_null("")
