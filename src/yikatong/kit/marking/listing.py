"""The new first sheet: sentences on top, and a table with a link to every cell, frozen below its header, with a filter."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import polars as pl

from .comments import reference
from .styles import Styles

_LINE_POINTS = 15
ILLEGAL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
"""Characters that XML cannot hold."""
TEXT_MAX = 32_000
"""Characters that Excel lets a cell hold, with room."""


@dataclass(frozen=True)
class Listing:
    """``lines``: sentences above the table, the first a title. ``table``: frame of texts and whole numbers.

    ``links``: for each row of the table the place that its first cell leads to, such as "'双桥村'!C17", or null.
    ``tones``: for each row the tone of its cell in the column ``toned``. ``widths``: of the columns, in characters.
    """

    name: str
    lines: Sequence[str]
    table: pl.DataFrame
    links: pl.Series
    tones: pl.Series
    toned: str
    widths: Sequence[int]

    @property
    def header_row(self) -> int:
        """The row of the table's header, from 1."""
        return len(self.lines) + 1

    @property
    def table_area(self) -> str:
        """The table with its header as "$A$4:$I$90"."""
        last = (self.header_row + self.table.height, self.table.width)
        return f"$A${self.header_row}:{_absolute(last)}"


def _absolute(place: tuple[int, int]) -> str:
    letters = reference(place).rstrip("0123456789")
    return f"${letters}${place[0]}"


def sheet(listing: Listing, styles: Styles, namespace: str) -> bytes:
    """The worksheet's part in the workbook's own namespace."""
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(listing.widths, 1)
    )
    head = "".join(_line(listing, styles, number, text) for number, text in enumerate(listing.lines, 1))
    bold = styles.added(bold=True, tone="dropped")
    header = "".join(
        _text(reference((listing.header_row, number)), bold, name)
        for number, name in enumerate(listing.table.columns, 1)
    )
    last = reference((1, listing.table.width)).rstrip("1")
    merged = "".join(f'<mergeCell ref="A{number}:{last}{number}"/>' for number in range(1, listing.header_row))
    below = listing.header_row + 1
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{namespace}"><sheetViews><sheetView '
        f'tabSelected="1" workbookViewId="0"><pane ySplit="{below - 1}" topLeftCell="A{below}" activePane="bottomLeft" '
        f'state="frozen"/><selection pane="bottomLeft" activeCell="A{below}" sqref="A{below}"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>{head}"
        f'<row r="{listing.header_row}">{header}</row>{_rows(listing, styles)}</sheetData>'
        f'<autoFilter ref="{listing.table_area.replace("$", "")}"/>'
        f'<mergeCells count="{len(listing.lines)}">{merged}</mergeCells>{_links(listing)}'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _line(listing: Listing, styles: Styles, number: int, text: str) -> str:
    # A merged line does not grow by itself, so its height is reckoned from the wide characters it holds.
    per_line = sum(listing.widths) // 2
    height = _LINE_POINTS * sum(len(part) // per_line + 1 for part in text.split("\n")) + (8 if number == 1 else 3)
    style = styles.added(bold=number == 1, wraps=True, size=14 if number == 1 else 11)
    return f'<row r="{number}" ht="{height}" customHeight="1">{_text(f"A{number}", style, text)}</row>'


def _text(place: str, style: int, text: str) -> str:
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _rows(listing: Listing, styles: Styles) -> str:
    plain, link = styles.added(wraps=True), styles.added(link=True)
    toned = {tone: styles.added(tone=tone) for tone in listing.tones.unique().to_list()}
    shown = listing.table.with_columns(
        _at=pl.int_range(listing.header_row + 1, listing.header_row + 1 + pl.len()),
        _first=pl.when(listing.links.is_null()).then(plain).otherwise(link),
        _toned=listing.tones.replace_strict(toned, return_dtype=pl.Int64, default=plain),
    )
    styled = {listing.toned: pl.col("_toned"), listing.table.columns[0]: pl.col("_first")}
    cells = []
    for number, (name, kind) in enumerate(listing.table.schema.items(), 1):
        letter = reference((1, number)).rstrip("1")
        style = styled.get(name, pl.lit(plain))
        if kind == pl.String:
            form = f'<c r="{letter}{{}}" s="{{}}" t="inlineStr"><is><t xml:space="preserve">{{}}</t></is></c>'
            cell = pl.format(form, pl.col("_at"), style, escaped(pl.col(name)))
        else:
            cell = pl.format(f'<c r="{letter}{{}}" s="{{}}"><v>{{}}</v></c>', pl.col("_at"), style, pl.col(name))
        cells.append(cell.fill_null(""))
    rows = shown.select(pl.format('<row r="{}">{}</row>', pl.col("_at"), pl.concat_str(cells))).to_series()
    return "".join(rows.to_list())


def escaped(text: pl.Expr) -> pl.Expr:
    """Text as XML may hold it and Excel will show it."""
    clean = text.str.replace_all(ILLEGAL, "").str.slice(0, TEXT_MAX)
    return clean.str.replace_many(["&", "<", ">", '"'], ["&amp;", "&lt;", "&gt;", "&quot;"])


def _links(listing: Listing) -> str:
    rows = pl.int_range(listing.header_row + 1, listing.header_row + 1 + listing.table.height, eager=True)
    linked = pl.DataFrame({"row": rows, "to": listing.links}).drop_nulls("to")
    if linked.is_empty():
        return ""
    form = '<hyperlink ref="A{}" location="{}" display="{}"/>'
    place = escaped(pl.col("to"))
    links = linked.select(pl.format(form, pl.col("row"), place, place)).to_series()
    return f"<hyperlinks>{''.join(links.to_list())}</hyperlinks>"
