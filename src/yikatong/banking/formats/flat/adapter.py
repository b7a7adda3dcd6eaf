"""The adapter of a bank with text files of its own, as its TOML describes them."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import IO

import polars as pl

from yikatong.banking.formats import reasons
from yikatong.banking.formats.adapters import Contents
from yikatong.banking.formats.characters import encode
from yikatong.banking.formats.flat import records, results, statements, writing
from yikatong.banking.formats.flat.layout import INBOUND, STATEMENT, BankLayout, FileLayout
from yikatong.banking.formats.instructions import InstructionHeader
from yikatong.banking.formats.refusals import UnreadableBankFile

_UNKNOWN = "文件“{name}”不是约定的回盘、退票或对账单：文件名和首行都对不上。请确认取的文件对不对。"
_UNCLEAR = "文件“{name}”分不清是哪一种：{kinds}都对得上。请系统管理员核对银行文件格式。"


class Flat:
    """One bank's text files."""

    def __init__(self, layout: BankLayout) -> None:
        self.layout = layout

    @property
    def code(self) -> str:
        """The name of its TOML."""
        return self.layout.code

    @property
    def title(self) -> str:
        """What people call it."""
        return self.layout.title

    @property
    def extension(self) -> str:
        """As agreed with the bank, ``.txt`` where nothing is said."""
        return f".{self.layout.extension}"

    @property
    def carries_everything(self) -> bool:
        """Never: an encoding lacks characters, a separator cannot be written, a width ends."""
        return False

    def file_name(self, header: InstructionHeader) -> str:
        """As agreed with the bank."""
        return writing.file_name(self.layout, header)

    def blocks(self, header: InstructionHeader, frames: Iterable[pl.DataFrame]) -> Iterator[bytes]:
        """The instruction's file."""
        return writing.blocks(self.layout, header, frames)

    def unfit(self, texts: pl.DataFrame) -> pl.DataFrame:
        """Texts with characters, separators or lengths that the file cannot carry."""
        return writing.unfit(self.layout, texts)

    def open(self, body: IO[bytes], *, name: str) -> Contents:
        """By the file's name and its first line."""
        line = records.first_line(body, self.layout)
        found = [
            kind for kind in INBOUND if kind in self.layout.files and self._is(self.layout.files[kind], name, line)
        ]
        if len(found) != 1:
            sentence = _UNCLEAR if found else _UNKNOWN
            raise UnreadableBankFile(sentence.format(name=name[:80], kinds="、".join(found)))
        return Contents(f"{self.code}:{found[0]}"[:40], is_statement=found[0] == STATEMENT)

    def rows(self, body: IO[bytes], contents: Contents, accounts: Mapping[str, int]) -> Iterator[pl.DataFrame]:
        """What the file says."""
        file = self.layout.files[contents.kind.rpartition(":")[2]]
        if contents.is_statement:
            return statements.read(body, self.layout, file, contents, accounts)
        return results.read(body, self.layout, file, contents)

    def explain(self, code: str) -> reasons.Reason:
        """By the bank's own table; a code that is not there is to be investigated."""
        return self.layout.reasons.get(code) or reasons.unknown(code)

    def _is(self, file: FileLayout, name: str, line: str) -> bool:
        # A folder's reports go by their number, without the ending that an upload has.
        names = (name, name + self.extension, name.removesuffix(self.extension))
        if file.file_like and not any(fnmatchcase(one, file.file_like) for one in names):
            return False
        return not file.header or self._fits(file, line)

    def _fits(self, file: FileLayout, line: str) -> bool:
        """Whether a first line has the header's constants in their places."""
        if self.layout.separator:
            cells = line.split(self.layout.separator)
        else:
            widths = [field.width or 0 for field in file.header]
            cells = [line[sum(widths[:place]) :][:width] for place, width in enumerate(widths)]
        wanted = (
            field.text if self.layout.separator else encode(field.text, self.layout.encoding).decode("latin-1")
            for field in file.header
        )  # fmt: skip
        return all(
            not text or (place < len(cells) and cells[place].strip(file.header[place].fill) == text)
            for place, text in enumerate(wanted)
        )
