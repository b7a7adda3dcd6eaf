"""Fills: red, yellow, green and grey variants of the cell formats that a workbook already has."""

from copy import deepcopy

from lxml import etree

from .archive import Archive, parsed, serialized, tag

# One step off the shades that Excel itself offers, so that a clerk's own fill is never taken for ours.
COLORS = {"error": "FFFFC7CF", "warning": "FFFFEB9D", "fixed": "FFC6EFCF", "dropped": "FFD9D9DA"}
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
_EMPTY = (
    b'<styleSheet xmlns="' + _MAIN + b'"><fonts count="1"><font/></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    b'</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    b'<cellXfs count="1"><xf xfId="0"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    b"</cellStyles></styleSheet>"
)


class Styles:
    """The cell formats of a workbook; ``filled`` and ``added`` give indexes of new ones."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.path = archive.related("xl/workbook.xml", "styles") or "xl/styles.xml"
        if self.path not in archive.parts:
            archive.add(self.path, _EMPTY, content_type=_TYPE)
            archive.relate("xl/workbook.xml", "styles", self.path)
        self._root = parsed(archive.parts[self.path])
        self._fills, self._formats = self._list("fills"), self._list("cellXfs")
        self._unfill()
        self._tones = {tone: self._fill(color) for tone, color in COLORS.items()}
        self._known: dict[tuple[int, str], int] = {}

    def filled(self, style: int, tone: str) -> int:
        """The format ``style`` with the fill of a tone."""
        if (style, tone) not in self._known:
            base = self._formats[style] if style < len(self._formats) else self._formats[0]
            clone = deepcopy(base)
            clone.set("fillId", str(self._tones[tone]))
            clone.set("applyFill", "1")
            self._known[style, tone] = self._append(clone)
        return self._known[style, tone]

    def added(
        self, *, bold: bool = False, link: bool = False, wraps: bool = False, tone: str = "", size: int = 11
    ) -> int:
        """A format of our own sheet: text ('@') in one of the four tones or none."""
        font = etree.SubElement(self._list("fonts"), self._tag("font"))
        if bold:
            etree.SubElement(font, self._tag("b"))
        if link:
            etree.SubElement(font, self._tag("u"))
        etree.SubElement(font, self._tag("sz"), val=str(size))
        etree.SubElement(font, self._tag("color"), rgb="FF0563C1" if link else "FF000000")
        etree.SubElement(font, self._tag("name"), val="宋体")
        fonts, fill = len(self._list("fonts")), self._tones.get(tone, 0)
        one = etree.Element(
            self._tag("xf"), numFmtId="49", fontId=str(fonts - 1), fillId=str(fill), borderId="0", xfId="0"
        )
        for part in ("NumberFormat", "Font", "Fill", "Alignment"):
            one.set(f"apply{part}", "1")
        etree.SubElement(one, self._tag("alignment"), vertical="top", wrapText="1" if wraps else "0")
        return self._append(one)

    def store(self) -> None:
        """Write the part back."""
        for name in _ORDER[1:]:
            self._list(name).set("count", str(len(self._list(name))))
        self._archive.parts[self.path] = serialized(self._root)

    def _unfill(self) -> None:
        # The fills of an earlier round become empty where they are, so that every cell which has them loses them.
        for color in list(self._fills.iter(self._tag("fgColor"))):
            if color.get("rgb") in COLORS.values():
                pattern = color.getparent()
                pattern.set("patternType", "none")
                for child in list(pattern):
                    pattern.remove(child)

    def _fill(self, color: str) -> int:
        fill = etree.SubElement(self._fills, self._tag("fill"))
        pattern = etree.SubElement(fill, self._tag("patternFill"), patternType="solid")
        etree.SubElement(pattern, self._tag("fgColor"), rgb=color)
        etree.SubElement(pattern, self._tag("bgColor"), indexed="64")
        return len(self._fills) - 1

    def _append(self, one: etree._Element) -> int:
        self._formats.append(one)
        return len(self._formats) - 1

    def _list(self, name: str) -> etree._Element:
        """One list of the part; what a sparing maker left out is put in at its place."""
        found = self._root.find(self._tag(name))
        if found is None:
            whole = parsed(_EMPTY.replace(_MAIN, str(etree.QName(self._root).namespace).encode()))
            found = whole.find(self._tag(name))
            before = [self._root.find(self._tag(other)) for other in _ORDER[: _ORDER.index(name)]]
            self._root.insert(sum(other is not None for other in before), found)
        return found

    def _tag(self, name: str) -> str:
        return tag(self._root, name)
