"""Small tables that other offices send as CSV: catalog, people, cards. One clear refusal names row, column and remedy."""

import codecs
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from .refusals import Refused

PROBLEMS_SHOWN = 20
# So many bytes of a file and so many rows of a frame are looked at in one go.
PIECE_BYTES = 1 << 20
PART_ROWS = 50_000
REPEATED = "与别的行重复，请只留一行。"


@dataclass(frozen=True)
class Problem:
    """One wrong cell: the file's row number (the header is row 1), the column's name, and what is wrong with it."""

    row: int
    column: str
    words: str

    def __str__(self) -> str:
        return f"第 {self.row} 行“{self.column}”列：{self.words}"


class BadTable(Refused):
    """The file as a whole is refused and nothing was loaded. ``problems`` holds the first ones."""

    code = "bad_table"

    def __init__(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(sentence)
        self.problems = list(problems)[:PROBLEMS_SHOWN]


def read(
    content: bytes, *, file: str, columns: Mapping[str, str], optional: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """A CSV in UTF-8 or GB18030 as text columns without blanks at the ends; row 0 of the frame is row 2 of the file.

    ``columns`` and ``optional`` map the names used in code to the Chinese headers; a file may use either. Optional
    columns that are missing come back empty. Raises BadTable.
    """
    known = {**columns, **(optional or {})}
    frame = _parsed(content, file)
    by_words = {words: name for name, words in known.items()}
    frame = frame.rename({seen: by_words.get(seen.strip(), seen.strip()) for seen in frame.columns})
    missing = [f"{known[name]}（{name}）" for name in columns if name not in frame.columns]
    if missing:
        raise BadTable(
            f"{file} 少了这几列：{'、'.join(missing)}。请补上表头再导入；现有的列是 {'、'.join(frame.columns)}。"
        )
    height = frame.height
    if height == 0:
        raise BadTable(f"{file} 只有表头，没有数据行。请检查是不是导出错了。")
    # Column by column, so that a large table lies in memory once and not twice.
    cleaned = [
        frame.drop_in_place(name).fill_null("").str.strip_chars()
        if name in frame.columns
        else pl.Series(name, [""], dtype=pl.String).new_from_index(0, height)
        for name in known
    ]
    return pl.DataFrame(cleaned)


def _parsed(content: bytes, file: str) -> pl.DataFrame:
    if not content or content.isspace():
        raise BadTable(f"{file} 是空文件。请重新导出。")
    try:
        return pl.read_csv(_utf8(content, file), infer_schema=False, raise_if_empty=False)
    except pl.exceptions.PolarsError as error:
        raise BadTable(
            f"{file} 有的行列数和表头对不上，或引号没有成对。请用表格软件打开检查，另存为 CSV 再导入。"
        ) from error


def _utf8(content: bytes, file: str) -> bytes:
    garbled = b"\x00" in content
    if not garbled and "\ufffd".encode() not in content and _is_text(content, "utf-8"):
        return content.removeprefix(codecs.BOM_UTF8)
    if not garbled and _is_text(content, "gb18030"):
        text = content.decode("gb18030")
        if "\ufffd" not in text:
            return text.encode()
    raise BadTable(f"{file} 不是 UTF-8 或 GB18030 编码的 CSV 文本。请用表格软件另存为“CSV UTF-8”再导入。")


def _is_text(content: bytes, encoding: str) -> bool:
    """Whether the bytes are text in an encoding, without holding all of it."""
    pieces = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), PIECE_BYTES):
            pieces.decode(content[start : start + PIECE_BYTES])
        pieces.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def refuse_if(problems: Sequence[Problem], *, file: str, count: int | None = None) -> None:
    """Raise BadTable with the first problem as its sentence, if there is any; ``count`` if they are more than given."""
    if problems:
        told = sorted(problems, key=lambda problem: problem.row)
        raise BadTable(f"{file} 有 {count or len(problems)} 处要改，什么都没有导入。{told[0]}", told)


class Checks:
    """Checks of one file by the column, however many rows it has. All wrong cells are counted, the first ones told."""

    def __init__(self, frame: pl.DataFrame, *, file: str, words: Mapping[str, str]) -> None:
        """``words`` are the Chinese headers of the frame's columns."""
        self._frame, self._file, self._words = frame, file, words
        self._count = 0
        self._first: list[Problem] = []

    def require(self, name: str, holds: pl.Expr, said: str, *, empty_ok: bool = False) -> None:
        """``holds`` must be true of each cell of a column, looking at its row alone; ``said`` may quote {seen}."""
        wrong = ~holds.fill_null(False)
        if empty_ok:
            wrong &= pl.col(name) != ""
        parts = [part.select(wrong).to_series() for part in self._frame.iter_slices(PART_ROWS)]
        self._tell(name, pl.concat(parts), said)

    def require_known(self, name: str, known: pl.Series, said: str, *, empty_ok: bool = False) -> None:
        """Each cell of a column must be one of ``known``."""
        seen = self._frame.get_column(name)
        wrong = ~seen.is_in(known.unique().implode())
        self._tell(name, wrong & (seen != "") if empty_ok else wrong, said)

    def require_distinct(self, name: str) -> None:
        """No two cells of a column may be the same; empty ones do not count."""
        seen = self._frame.get_column(name)
        self._tell(name, seen.is_duplicated() & (seen != ""), REPEATED)

    def refuse(self) -> None:
        """Raise BadTable if anything was wrong so far."""
        refuse_if(self._first, file=self._file, count=self._count)

    def _tell(self, name: str, wrong: pl.Series, said: str) -> None:
        rows = wrong.arg_true()
        self._count += len(rows)
        first = rows.head(PROBLEMS_SHOWN)
        seen = self._frame.get_column(name).gather(first).to_list()
        self._first += [
            Problem(row + 2, self._words[name], said.format(seen=value or "（空）"))
            for row, value in zip(first.to_list(), seen, strict=True)
        ]


def check(
    frame: pl.DataFrame, name: str, words: str, holds: Callable[[str], bool], said: str, *, empty_ok: bool = False
) -> list[Problem]:
    """Problems of one column: every distinct value for which ``holds`` is false; ``said`` may quote {seen}."""
    distinct = frame.get_column(name).unique().to_list()
    bad = [value for value in distinct if not (empty_ok and value == "") and not holds(value)]
    if not bad:
        return []
    rows = frame.with_row_index("row", offset=2).filter(pl.col(name).is_in(bad)).select("row", name).rows()
    return [Problem(row, words, said.format(seen=seen or "（空）")) for row, seen in rows]


def repeated(frame: pl.DataFrame, name: str, words: str) -> list[Problem]:
    """Problems of values that must be unique in the column; empty ones do not count."""
    filled = frame.with_row_index("row", offset=2).filter(pl.col(name) != "")
    rows = filled.filter(pl.col(name).is_duplicated()).get_column("row").to_list()
    return [Problem(row, words, REPEATED) for row in rows]
