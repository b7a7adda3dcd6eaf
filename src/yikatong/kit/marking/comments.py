"""Comments of one sheet: the part that holds their texts and the old drawing (VML) that holds their boxes."""

import re
from collections.abc import Mapping

from lxml import etree

from .archive import Archive, local_name, parsed, serialized, tag

COMMENT_HEAD = "【一卡通】"
_AUTHOR = "一卡通"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_AFTER_DRAWING = (
    *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"),
    "AlternateContent",
)
_SHAPE = re.compile(r"<((?:[\w.-]+:)?shape)\b.*?</\1>\s*", re.DOTALL)
_PLACE = re.compile(r"<(?:[\w.-]+:)?(Row|Column)>\s*(\d+)\s*</")
_NUMBER = re.compile(r"_x0000_s(\d{1,9})\b")
_ROOT = re.compile(r"<xml\b[^>]*")
_NAMESPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_DRAWING = '<xml><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
_LINE_WIDTH = 22

Place = tuple[int, int]
"""Row and column of a cell, from 1."""


def write(archive: Archive, path: str, sheet: etree._Element, texts: Mapping[Place, str]) -> None:
    """Put ``texts`` as comments on the cells of the worksheet ``sheet`` (the tree of the part ``path``).

    A clerk's own comment at the cell stays, ours below it; ours of an earlier round are gone everywhere.
    """
    comments = archive.related(path, "comments")
    root = parsed(archive.parts[comments]) if comments else _empty(sheet)
    changed = _take_out_ours(root) | set(texts)
    shown = _put_in(root, texts)
    if comments is None:
        comments = archive.free_path("xl/comments{}.xml")
        archive.add(comments, b"", content_type=_COMMENTS_TYPE)
        archive.relate(path, "comments", comments)
    archive.parts[comments] = serialized(root)
    _draw(archive, path, sheet, changed, shown)


def _empty(sheet: etree._Element) -> etree._Element:
    namespace = str(etree.QName(sheet).namespace)
    root = etree.Element(f"{{{namespace}}}comments", nsmap={None: namespace})
    etree.SubElement(root, tag(root, "authors"))
    etree.SubElement(root, tag(root, "commentList"))
    return root


def _take_out_ours(root: etree._Element) -> set[Place]:
    """Cut what we wrote in an earlier round; returns the cells whose comment is gone."""
    gone = set()
    for comment in list(root.iter(tag(root, "comment"))):
        text = "".join(comment.itertext(tag(root, "t")))
        own, head, _ = text.partition(COMMENT_HEAD)
        if head and not own.strip():
            gone.add(place_of(comment.get("ref")))
            comment.getparent().remove(comment)
        elif head:
            _say(root, comment, own.rstrip("\n"))
    return gone


def _put_in(root: etree._Element, texts: Mapping[Place, str]) -> dict[Place, str]:
    """Add the texts; returns them as shown, below a clerk's own."""
    authors = root.find(tag(root, "authors"))
    names = [author.text for author in authors]
    if _AUTHOR not in names:
        etree.SubElement(authors, tag(root, "author")).text = _AUTHOR
        names.append(_AUTHOR)
    listed = root.find(tag(root, "commentList"))
    own = {place_of(comment.get("ref")): comment for comment in listed.iter(tag(root, "comment"))}
    shown = {}
    for place, text in texts.items():
        comment = own.get(place)
        before = ""
        if comment is None:
            number = str(names.index(_AUTHOR))
            comment = etree.SubElement(listed, tag(root, "comment"), ref=reference(place), authorId=number)
        else:
            before = "".join(comment.itertext(tag(root, "t"))) + "\n"
        shown[place] = f"{before}{COMMENT_HEAD}\n{text}"
        _say(root, comment, shown[place])
    return shown


def _say(root: etree._Element, comment: etree._Element, text: str) -> None:
    for child in list(comment):
        comment.remove(child)
    run = etree.SubElement(etree.SubElement(comment, tag(root, "text")), tag(root, "r"))
    form = etree.SubElement(run, tag(root, "rPr"))
    etree.SubElement(form, tag(root, "sz"), val="10")
    etree.SubElement(form, tag(root, "rFont"), val="宋体")
    said = etree.SubElement(run, tag(root, "t"))
    said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    said.text = text


def _draw(archive: Archive, path: str, sheet: etree._Element, changed: set[Place], shown: Mapping[Place, str]) -> None:
    place = sheet.find(tag(sheet, "legacyDrawing"))
    known = None if place is None else archive.target(path, place.get(f"{{{archive.relation}}}id"))
    old = archive.parts[known].decode("utf-8", "replace") if known else _DRAWING
    kept = _SHAPE.sub(lambda shape: "" if _shape_place(shape[0]) in changed else shape[0], old)
    taken = max(map(int, _NUMBER.findall(kept)), default=1024)
    boxes = [_box(number, place, text) for number, (place, text) in enumerate(shown.items(), taken + 1)]
    head, end, rest = kept.rpartition("</xml>")
    kind = "" if 'id="_x0000_t202"' in head else _SHAPE_TYPE
    drawn = f"{_ROOT.sub(_declared, head, count=1)}{kind}{''.join(boxes)}{end}{rest}".encode()
    if known:
        archive.parts[known] = drawn
        return
    archive.default_type("vml", _DRAWING_TYPE)
    drawing = archive.free_path("xl/drawings/vmlDrawing{}.vml")
    archive.add(drawing, drawn)
    key = archive.relate(path, "vmlDrawing", drawing)
    element = etree.Element(tag(sheet, "legacyDrawing"))
    element.set(f"{{{archive.relation}}}id", key)
    after = next((child for child in sheet if local_name(child) in _AFTER_DRAWING), None)
    if after is None:
        sheet.append(element)
    else:
        after.addprevious(element)


def _declared(opening: re.Match[str]) -> str:
    """The root with the three prefixes that our shapes are written with; other makers use others."""
    missing = (f' xmlns:{name}="{space}"' for name, space in _NAMESPACES.items() if f"xmlns:{name}=" not in opening[0])
    return opening[0] + "".join(missing)


def _shape_place(shape: str) -> Place | None:
    found = dict(_PLACE.findall(shape))
    return (int(found["Row"]) + 1, int(found["Column"]) + 1) if len(found) == 2 else None


def _box(number: int, place: Place, text: str) -> str:
    lines = sum(len(line) // _LINE_WIDTH + 1 for line in text.split("\n"))
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;'
        f'margin-top:1.5pt;width:230pt;height:{min(14 * lines + 12, 300)}pt;z-index:1;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" '
        'obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div '
        'style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
        f"<x:SizeWithCells/><x:AutoFill>False</x:AutoFill><x:Row>{place[0] - 1}</x:Row>"
        f"<x:Column>{place[1] - 1}</x:Column></x:ClientData></v:shape>"
    )


def place_of(reference: str) -> Place:
    """ "C17" -> (17, 3)."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :]), column


def reference(place: Place) -> str:
    """(17, 3) -> "C17"."""
    letters, column = "", place[1]
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{place[0]}"
