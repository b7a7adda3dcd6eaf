"""Reading XML from outside as a stream: bounded memory, no entities, no network, no surprises, nothing done row by row.

A message is read in blocks. What of a group's rows is complete after a block is written out by one transformation of
libxslt as lines of text, which become a frame, and is forgotten; so a file of a million rows costs no more memory than
one of a thousand. Heads and sums, of which there are few, are looked at as elements.
"""

import operator
import re
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, NamedTuple, TypeAlias

import polars as pl
from lxml import etree

from yikatong.banking.formats import layouts
from yikatong.banking.formats.layouts import NAMESPACE, Layout
from yikatong.banking.formats.refusals import UnreadableBankFile
from yikatong.banking.formats.shapes import Shapes

BLOCK_BYTES = 1 << 20
# What is read first goes through the parser as a whole, since it holds the head: as little as will do.
HEAD_BYTES = 1 << 19
BYTES_MAX = 1 << 30

Element: TypeAlias = etree._Element


class Part(NamedTuple):
    """Rows that are complete since the part before, as stripped texts. ``group`` holds what stands before its rows, and
    all that stands beside them once it ``is_whole``. A message without any group has one part with its root.
    """

    group: Element
    rows: pl.DataFrame
    is_whole: bool


def walk(source: IO[bytes], layout: Layout, *, block_bytes: int = BLOCK_BYTES) -> Iterator[Part]:
    """Yield the rows of a message in file order, at least one part for each group, the last of which is whole.

    Any other root than that of ``layout.message``, such as ``camt.053.001.08``, is refused. A group is emptied when the
    caller asks for the next one. Raises UnreadableBankFile for anything that is not such a file.
    """
    try:
        yield from _Walk(_Guarded(source), layout).parts(block_bytes)
    except etree.XMLSyntaxError as error:
        raise UnreadableBankFile("文件不是完整、正确的 XML，可能没有传完。请银行重发。") from error


class _Walk:
    """One reading of a file. What of it is rows of known shapes does not go through the parser."""

    def __init__(self, source: "_Guarded", layout: Layout) -> None:
        self._source = source
        self._layout = layout
        self._namespace = f"{NAMESPACE}{layout.message}"
        self._prefix = f"{{{self._namespace}}}"
        self._shapes = Shapes(layout)
        self._parser = etree.XMLPullParser(
            ("start", "end"), tag=["{*}Document", self._prefix + layout.group],
            resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
            remove_comments=True, remove_pis=True,
        )  # fmt: skip
        self._root: Element | None = None
        self._group: Element | None = None
        self._group_count = 0
        # Of the open group: rows that are no longer in the tree, and whether the first that is was given already.
        self._gone = 0
        self._told = 0
        # Whether only rows and tags can follow, and whether the parser stands right behind a row.
        self._is_plain = True
        self._last_byte = b""
        self._behind_row = False

    def parts(self, block_bytes: int) -> Iterator[Part]:
        closing = f"</{self._layout.row}>".encode()
        rest = b""
        size = min(HEAD_BYTES, block_bytes)
        while block := self._source.read(size):
            rest += block
            cut = rest.rfind(closing) + len(closing)
            is_cut = cut >= len(closing)
            piece, rest = (rest[:cut], rest[cut:]) if is_cut else (rest, b"")
            rows = self._known(piece) if is_cut else None
            # What does not become a tree may be more at a time.
            size = block_bytes if rows is None else 2 * block_bytes
            yield from self._parsed(piece) if rows is None else self._skipped(rows)
            self._behind_row = is_cut
        yield from self._parsed(rest)
        self._parser.close()
        if self._root is None:
            raise UnreadableBankFile(f"文件不是 {self._layout.message} 报文。请确认取的文件对不对。")
        if not self._group_count:
            yield Part(self._root, layouts.no_rows(self._layout), True)

    def _known(self, piece: bytes) -> pl.DataFrame | None:
        """The rows of a piece if all are of known shapes and stand in the open group."""
        group = self._group
        if group is None or not self._behind_row or not self._is_plain or group.nsmap.get(None) != self._namespace:
            return None
        if (group.getroottree().docinfo.encoding or "UTF-8").upper() != "UTF-8":
            return None
        if not len(group) or group[-1].tag != self._prefix + self._layout.row:
            return None
        return self._shapes.rows(piece, self._gone + len(list(group.iterchildren(self._prefix + self._layout.row))))

    def _skipped(self, rows: pl.DataFrame) -> Iterator[Part]:
        """Rows that the parser does not get to see, after those that it has."""
        assert self._group is not None
        yield from self._flushed(self._group, is_whole=True)
        self._told = 1
        self._gone += rows.height
        yield Part(self._group, rows, False)

    def _parsed(self, piece: bytes) -> Iterator[Part]:
        is_head = self._root is None
        self._parser.feed(piece)
        events = list(self._parser.read_events())
        if self._root is None and events:
            self._root = events.pop(0)[1]
            _refuse_other_root(self._root, self._prefix, self._layout.message)
        self._note_plain(piece, is_head=is_head)
        if self._root is not None:
            _refuse_strays(self._root, self._layout)
        for event, element in events:
            if event == "start" and element is not self._root:
                self._group, self._gone, self._told = element, 0, 0
                self._group_count += 1
            elif element is not self._root:
                rows = layouts.rows(element, self._layout, self._gone, is_whole=True, told=self._told)
                yield Part(element, rows, True)
                _forget_group(element)
                self._group = None
        if self._group is not None:
            yield from self._flushed(self._group, is_whole=False)

    def _flushed(self, group: Element, *, is_whole: bool) -> Iterator[Part]:
        """The complete rows in the tree, which are then forgotten but for the last."""
        rows = layouts.rows(group, self._layout, self._gone, is_whole=is_whole, told=self._told)
        if rows.height:
            yield Part(group, rows, False)
        forgotten = _forget_rows(group, self._layout, self._prefix)
        self._gone += forgotten
        self._told = 0 if forgotten else self._told

    def _note_plain(self, piece: bytes, *, is_head: bool) -> None:
        """A comment, a section or another name space, and a tag is no longer known by its look."""
        seen, self._last_byte = self._last_byte + piece, piece[-1:]
        if is_head:
            seen = re.sub(rb"^(\xef\xbb\xbf)?<\?xml[^>]*>", b"", seen)
            seen = re.sub(rb"<Document[^>]*>", b"", seen, count=1)
        if b"<!" in seen or b"<?" in seen or b"xmlns" in seen:
            self._is_plain = False


def _forget_group(group: Element) -> None:
    # The element itself must stay until the parser has moved on; the one before it is no longer needed.
    group.clear()
    before = group.getprevious()
    if before is not None and before.tag == group.tag:
        before.getparent().remove(before)


def _forget_rows(group: Element, layout: Layout, prefix: str) -> int:
    """Forget the rows that were complete; returns their number."""
    rows = list(group.iterchildren(prefix + layout.row))
    if rows and layout.detail:
        _remove(rows[-1].findall(_qualified(prefix[:-1], layout.detail))[:-1])
    _remove(rows[:-1])
    return max(0, len(rows) - 1)


def _remove(gone: list[Element]) -> None:
    parents = map(operator.methodcaller("getparent"), gone)
    deque(map(etree._Element.remove, parents, gone), 0)


def _refuse_strays(root: Element, layout: Layout) -> None:
    """A row outside its group would be forgotten by everybody."""
    for stray in layouts.strays(layout)(root):
        parent = stray.getparent()
        raise UnreadableBankFile(
            f"文件结构不对：第 {stray.sourceline} 行的 {local(stray)} 不该在 {local(parent)} 里面。请银行核对后重发。"
        )


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
    if not namespace.startswith(NAMESPACE):
        raise UnreadableBankFile("这个 XML 文件不是 ISO 20022 报文。请确认取的是银行发来的回盘或对账单。")
    return namespace.removeprefix(NAMESPACE)


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


def _refuse_other_root(element: Element, root_prefix: str, message: str) -> None:
    root = element.getroottree().getroot()
    _refuse_doctype(root)
    if root.tag != f"{root_prefix}Document":
        seen = (etree.QName(root).namespace or local(root)).removeprefix(NAMESPACE)
        raise UnreadableBankFile(f"文件是“{seen[:60]}”，这里要的是 {message}。请确认取的文件对不对。")


def _refuse_doctype(root: Element) -> None:
    # The guard looks at the first block only; a long comment could push a document type behind it.
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype_refused()


def _doctype_refused() -> UnreadableBankFile:
    return UnreadableBankFile("文件里带有文档类型或实体定义（DOCTYPE），银行报文不应该有，已拒收。请与银行核实来源。")


@lru_cache(maxsize=256)
def _qualified(opening: str, path: str) -> str:
    return "/".join(f"{opening}}}{name}" if opening else name for name in path.split("/"))
