"""Reading XML from outside as a stream: bounded memory, no entities, no network, no surprises.

A reader names the elements it wants; ``walk`` yields each when it is complete and forgets it afterwards, so a file of
a million rows costs no more memory than one of a hundred.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import IO, TypeAlias, TypeVar

from lxml import etree

from yikatong.banking.formats.refusals import UnreadableBankFile

CHUNK_ROWS = 5_000
BYTES_MAX = 1 << 30
_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"

Header = TypeVar("Header")
Row = TypeVar("Row")
Element: TypeAlias = etree._Element


def walk(source: IO[bytes], *, message: str, rows: Mapping[str, str], heads: tuple[str, ...] = ()) -> Iterator[Element]:
    """Yield the elements named in ``rows`` (name → name of its parent) and ``heads`` as each one ends, in file order.

    ``message`` is the exact ISO 20022 name, such as ``camt.053.001.08``; any other root is refused. A row is emptied
    when the caller asks for the next element. Raises UnreadableBankFile for anything that is not such a file.
    """
    names = ("Document", *rows, *heads)
    try:
        events = etree.iterparse(
            _Guarded(source), events=("start", "end"), tag=[f"{{*}}{name}" for name in names],
            resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
            remove_comments=True, remove_pis=True,
        )  # fmt: skip
        yield from _finished(events, f"{{{_NAMESPACE}{message}}}", message, rows)
    except etree.XMLSyntaxError as error:
        line = error.position[0] if error.position else 0
        raise UnreadableBankFile(f"文件在第 {line} 行不是完整、正确的 XML，可能没有传完。请银行重发。") from error


def chunked(
    pairs: Iterable[tuple[Header, Row | None]], chunk_rows: int = CHUNK_ROWS
) -> Iterator[tuple[Header, list[Row]]]:
    """Gather rows under their header into lists of at most ``chunk_rows``; ``(header, None)`` ends a header.

    Every header comes at least once; its last list may be empty.
    """
    gathered: list[Row] = []
    for header, row in pairs:
        if row is not None:
            gathered.append(row)
        if row is None or len(gathered) == chunk_rows:
            yield header, gathered
            gathered = []


def kind_of(source: IO[bytes]) -> str:
    """The ISO 20022 name of a seekable file, such as ``pain.002.001.10``; rewinds it. Raises UnreadableBankFile."""
    source.seek(0)
    try:
        events = etree.iterparse(_Guarded(source), events=("start",), resolve_entities=False, no_network=True)
        root = next(element for _, element in events)
        _refuse_doctype(root)
        namespace = etree.QName(root).namespace or ""
    except (etree.XMLSyntaxError, StopIteration) as error:
        raise UnreadableBankFile("这不是 XML 文件。请确认取的是银行发来的回盘或对账单。") from error
    finally:
        source.seek(0)
    if not namespace.startswith(_NAMESPACE):
        raise UnreadableBankFile("这个 XML 文件不是 ISO 20022 报文。请确认取的是银行发来的回盘或对账单。")
    return namespace.removeprefix(_NAMESPACE)


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text(element: Element, path: str) -> str:
    """The trimmed text at ``path`` (names joined by ``/``) in the element's own namespace; empty if absent."""
    found = element.find(_qualified(str(element.tag).rpartition("}")[0], path))
    return (found.text or "").strip() if found is not None else ""


def required(element: Element, path: str, what: str) -> str:
    """As ``text``, but absent or empty is refused, naming ``what`` in Chinese."""
    found = text(element, path)
    if not found:
        raise UnreadableBankFile(
            f"文件里缺少{what}（{local(element)}/{path}，第 {element.sourceline} 行）。请银行补全后重发。"
        )
    return found


def attribute(element: Element, path: str, name: str) -> str:
    """An attribute of the element at ``path``; empty if absent."""
    found = element.find(_qualified(str(element.tag).rpartition("}")[0], path))
    return str(found.get(name, "")) if found is not None else ""


def children(element: Element, path: str) -> list[Element]:
    """Every element at ``path`` in the element's own namespace."""
    return list(element.findall(_qualified(str(element.tag).rpartition("}")[0], path)))


def number(value: str, *, where: str) -> int:
    """A count as ISO 20022 writes it. Raises UnreadableBankFile."""
    if not (value.isascii() and value.isdigit() and len(value) <= 15):
        raise UnreadableBankFile(f"{where}“{value[:20]}”不是一个数。请银行核对后重发。")
    return int(value)


class _Guarded:
    """The source as lxml reads it, stopped at a document type, a foreign encoding or an endless body."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._seen = 0

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        if not self._seen:
            if block[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in block[:4]:
                raise UnreadableBankFile("文件的编码是 UTF-16，这里只收 UTF-8 或 GB18030。请银行换编码后重发。")
            if b"<!DOCTYPE" in block or b"<!ENTITY" in block:
                raise _doctype_refused()
        self._seen += len(block)
        if self._seen > BYTES_MAX:
            raise UnreadableBankFile("文件超过 1 GB，不予读取。请银行分成几个文件重发。")
        return block


def _finished(
    events: Iterable[tuple[str, Element]], root_prefix: str, message: str, rows: Mapping[str, str]
) -> Iterator[Element]:
    begun = False
    for event, element in events:
        if not begun:
            _refuse_other_root(element, root_prefix, message)
            begun = True
        name = local(element)
        if event == "start" or name == "Document":
            continue
        if not str(element.tag).startswith(root_prefix):
            continue
        if name in rows:
            parent = element.getparent()
            if parent is None or local(parent) != rows[name]:
                raise UnreadableBankFile(f"文件结构不对：第 {element.sourceline} 行的 {name} 不在 {rows[name]} 里面。")
        yield element
        if name in rows:
            _forget(element)
    if not begun:
        raise UnreadableBankFile(f"文件不是 {message} 报文。请确认取的文件对不对。")


def _refuse_other_root(element: Element, root_prefix: str, message: str) -> None:
    root = element.getroottree().getroot()
    _refuse_doctype(root)
    if root.tag != f"{root_prefix}Document":
        seen = (etree.QName(root).namespace or local(root)).removeprefix(_NAMESPACE)
        raise UnreadableBankFile(f"文件是“{seen[:60]}”，这里要的是 {message}。请确认取的文件对不对。")


def _refuse_doctype(root: Element) -> None:
    # The guard looks at the first block only; a long comment could push a document type behind it.
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype_refused()


def _doctype_refused() -> UnreadableBankFile:
    return UnreadableBankFile("文件里带有文档类型或实体定义（DOCTYPE），银行报文不应该有，已拒收。请与银行核实来源。")


def _forget(element: Element) -> None:
    # The element itself must stay until the parser has moved on; the one before it is no longer needed.
    element.clear()
    before = element.getprevious()
    if before is not None and before.tag == element.tag:
        before.getparent().remove(before)


@lru_cache(maxsize=256)
def _qualified(opening: str, path: str) -> str:
    return "/".join(f"{opening}}}{name}" if opening else name for name in path.split("/"))
