"""The parts of an .xlsx: files in a zip that name each other by relations."""

import io
import posixpath
import zipfile

from lxml import etree

_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_LOOSE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def parsed(content: bytes) -> etree._Element:
    """An XML part as a tree; resolves nothing."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


def serialized(root: etree._Element) -> bytes:
    """A tree as a part."""
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return text


def tag(root: etree._Element, name: str) -> str:
    """``name`` in the namespace of the tree's root."""
    return f"{{{etree.QName(root).namespace}}}{name}"


def local_name(node: etree._Element) -> str:
    """An element's name without its namespace; '' for a comment."""
    return str(etree.QName(node).localname) if isinstance(node.tag, str) else ""


class Archive:
    """Parts by path; relations of a part are found by the end of their type, as both dialects of the format share it."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
        self.workbook = parsed(self.parts["xl/workbook.xml"])
        self.relation = _STRICT if "purl.oclc.org" in str(etree.QName(self.workbook).namespace) else _LOOSE
        self._types = parsed(self.parts["[Content_Types].xml"])

    def content(self) -> bytes:
        """The zip."""
        self.parts["xl/workbook.xml"] = serialized(self.workbook)
        self.parts["[Content_Types].xml"] = serialized(self._types)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
            for path, part in self.parts.items():
                archive.writestr(path, part)
        return out.getvalue()

    def sheets(self) -> dict[str, str]:
        """Sheet name -> path of its part, worksheets only."""
        paths = self._targets("xl/workbook.xml", "/worksheet")
        sheets = self.workbook.iter(tag(self.workbook, "sheet"))
        found = {sheet.get("name"): paths.get(sheet.get(f"{{{self.relation}}}id")) for sheet in sheets}
        return {name: path for name, path in found.items() if path in self.parts}

    def related(self, path: str, kind: str) -> str | None:
        """The first part that ``path`` names by a relation of that kind, if it is there."""
        return next((one for one in self._targets(path, f"/{kind}").values() if one in self.parts), None)

    def target(self, path: str, key: str | None) -> str | None:
        """The part that ``path`` names by the relation of this id."""
        found = self._targets(path, "").get(key or "")
        return found if found in self.parts else None

    def add(self, path: str, content: bytes, *, content_type: str = "") -> None:
        """A new part, with its content type if its extension does not tell."""
        self.parts[path] = content
        if content_type:
            etree.SubElement(self._types, f"{{{_TYPES}}}Override", PartName=f"/{path}", ContentType=content_type)

    def default_type(self, extension: str, content_type: str) -> None:
        """Every part of this extension is of this type."""
        known = {one.get("Extension", "").lower() for one in self._types.iter(f"{{{_TYPES}}}Default")}
        if extension not in known:
            one = etree.Element(f"{{{_TYPES}}}Default", Extension=extension, ContentType=content_type)
            self._types.insert(0, one)

    def remove(self, path: str) -> None:
        """Take a part out; what names it must be taken out by the caller."""
        self.parts.pop(path, None)
        self.parts.pop(_relations_path(path), None)
        for one in list(self._types):
            if one.get("PartName") == f"/{path}":
                self._types.remove(one)

    def relate(self, path: str, kind: str, target: str) -> str:
        """Let ``path`` name ``target``; returns the relation's id."""
        root = self._relations(path)
        taken = {one.get("Id") for one in root}
        key = next(f"rIdYkt{number}" for number in range(1, len(taken) + 2) if f"rIdYkt{number}" not in taken)
        etree.SubElement(
            root, f"{{{_RELATIONS}}}Relationship", Id=key, Type=f"{self.relation}/{kind}", Target=f"/{target}"
        )
        self.parts[_relations_path(path)] = serialized(root)
        return key

    def unrelate(self, path: str, key: str) -> None:
        """Take out a relation by its id."""
        root = self._relations(path)
        for one in [one for one in root if one.get("Id") == key]:
            root.remove(one)
        self.parts[_relations_path(path)] = serialized(root)

    def free_path(self, pattern: str) -> str:
        """The first path by ``pattern`` (with {}) that no part has."""
        return next(path for path in map(pattern.format, range(1, len(self.parts) + 2)) if path not in self.parts)

    def _relations(self, path: str) -> etree._Element:
        existing = self.parts.get(_relations_path(path))
        return (
            parsed(existing) if existing else etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap={None: _RELATIONS})
        )

    def _targets(self, path: str, kind: str) -> dict[str, str]:
        folder = posixpath.dirname(path)
        return {
            one.get("Id"): posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/")
            for one in self._relations(path)
            if one.get("Type", "").endswith(kind) and one.get("TargetMode") != "External"
        }


def _relations_path(path: str) -> str:
    folder, name = posixpath.split(path)
    return f"{folder}/_rels/{name}.rels"
