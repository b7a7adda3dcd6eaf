"""Small tables that other offices send as CSV: catalog, people, cards. One clear refusal names row, column and remedy."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from .refusals import Refused

PROBLEMS_SHOWN = 20


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
    if frame.height == 0:
        raise BadTable(f"{file} 只有表头，没有数据行。请检查是不是导出错了。")
    absent = [pl.lit("").alias(name) for name in known if name not in frame.columns]
    return frame.with_columns(absent).select(pl.col(list(known)).fill_null("").str.strip_chars())


def _parsed(content: bytes, file: str) -> pl.DataFrame:
    if not content.strip():
        raise BadTable(f"{file} 是空文件。请重新导出。")
    try:
        frame = pl.read_csv(io.BytesIO(_utf8(content, file)), infer_schema=False, raise_if_empty=False)
    except pl.exceptions.PolarsError as error:
        raise BadTable(
            f"{file} 有的行列数和表头对不上，或引号没有成对。请用表格软件打开检查，另存为 CSV 再导入。"
        ) from error
    return frame


def _utf8(content: bytes, file: str) -> bytes:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and "\ufffd" not in text:
            return text.encode()
    raise BadTable(f"{file} 不是 UTF-8 或 GB18030 编码的 CSV 文本。请用表格软件另存为“CSV UTF-8”再导入。")


def refuse_if(problems: Sequence[Problem], *, file: str) -> None:
    """Raise BadTable with the first problem as its sentence, if there is any."""
    if problems:
        first = min(problems, key=lambda problem: problem.row)
        raise BadTable(
            f"{file} 有 {len(problems)} 处要改，什么都没有导入。{first}", sorted(problems, key=lambda one: one.row)
        )


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
    return [Problem(row, words, "与别的行重复，请只留一行。") for row in rows]
