"""Which elements of a bank's message are its rows, and how they become a frame: by one transformation of libxslt."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl
from lxml import etree

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where a message has its rows and what is read of them.

    ``columns`` name paths below ``row``, with ``|`` between two of which a file has one. Where rows have details (a path
    below the row), each of those is a row of its own, ``detail_columns`` being paths below it, empty for a row without
    details. Beside the columns a frame has ``place``: the number of the row in its group, counted from 1.
    """

    message: str
    group: str
    row: str
    columns: Mapping[str, str]
    detail: str = ""
    detail_columns: Mapping[str, str] | None = None


def rows(group: etree._Element, layout: Layout, gone: int, *, is_whole: bool, told: int = 0) -> pl.DataFrame:
    """The complete rows of a group as stripped texts; ``gone`` of its rows are no longer there, and the first ``told`` of
    those that are were given before.
    """
    schema = _schema(layout)
    text = bytes(_sheet(layout)(group, whole="true()" if is_whole else "false()", told=str(told)))
    if not text:
        return no_rows(layout)
    found = pl.read_csv(
        io.BytesIO(text),
        has_header=False,
        separator="\t",
        quote_char=None,
        schema=schema,
        empty_string_is_null=False,
    )
    return found.with_columns(pl.col(pl.String).str.strip_chars(), pl.col("place") + gone)


def no_rows(layout: Layout) -> pl.DataFrame:
    """A frame of no rows."""
    return pl.DataFrame(schema=_schema(layout))


@cache
def strays(layout: Layout) -> etree.XPath:
    """Finds rows and details that stand where they do not belong."""
    ways = [f"descendant::n:{layout.row}[not(parent::n:{layout.group})]"]
    if layout.detail:
        *_, parent, detail = ("", layout.row, *layout.detail.split("/"))
        ways.append(f"descendant::n:{detail}[not(parent::n:{parent})]")
    return etree.XPath(" | ".join(ways), namespaces={"n": NAMESPACE + layout.message})


def columns(layout: Layout) -> list[str]:
    """The names of the texts of a row, in their order."""
    return [*layout.columns, *(layout.detail_columns or {})]


def _schema(layout: Layout) -> dict[str, type[pl.DataType]]:
    return {"place": pl.Int64, **dict.fromkeys(columns(layout), pl.String)}


@cache
def _sheet(layout: Layout) -> etree.XSLT:
    """Writes a line for each complete row, its values between tabs. The last row of a group that goes on may not be
    complete, nor the last detail of that row.
    """
    details = layout.detail_columns or {}
    line = '<xsl:value-of select="$place"/>' + "".join(_value(f"$c{place}") for place in range(len(layout.columns)))
    ending = "<xsl:text>&#10;</xsl:text>"
    if layout.detail:
        detail_path = _xpath(layout.detail)
        wanted = (
            f'<xsl:for-each select="{detail_path}"><xsl:if test="$complete or position() != last()">{line}'
            + "".join(map(_value, map(_xpath, details.values())))
            + f'{ending}</xsl:if></xsl:for-each><xsl:if test="$complete and not({detail_path})">'
            + f"{line}{'<xsl:text>&#9;</xsl:text>' * len(details)}{ending}</xsl:if>"
        )
    else:
        wanted = f'<xsl:if test="$complete">{line}{ending}</xsl:if>'
    values = "".join(
        f'<xsl:variable name="c{place}" select="string({_xpath(path)})"/>'
        for place, path in enumerate(layout.columns.values())
    )
    return etree.XSLT(
        etree.XML(
            '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'
            f' xmlns:n="{NAMESPACE}{layout.message}"><xsl:output method="text" encoding="UTF-8"/>'
            f'<xsl:param name="whole"/><xsl:param name="told"/><xsl:template match="/*"><xsl:for-each select="n:{layout.row}">'
            '<xsl:if test="position() &gt; $told">'
            '<xsl:variable name="place" select="position()"/>'
            '<xsl:variable name="complete" select="$whole or position() != last()"/>'
            f"{values}{wanted}</xsl:if></xsl:for-each></xsl:template></xsl:stylesheet>"
        )
    )


def _value(path: str) -> str:
    # A tab or a new line within a value would be taken for the end of it.
    return f"<xsl:text>&#9;</xsl:text><xsl:value-of select=\"translate({path}, '&#9;&#10;&#13;', '   ')\"/>"


def _xpath(path: str) -> str:
    """A path of the layout in the message's own namespace; of alternatives the one that says something."""
    ways = [
        "/".join(name if name[0] == "@" or name[-1] == ")" else f"n:{name}" for name in way.split("/"))
        for way in path.split("|")
    ]
    return ways[0] if len(ways) == 1 else f"({' | '.join(ways)})[normalize-space()]"
