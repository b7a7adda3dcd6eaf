"""批注表: the clerk's own workbook with every bad cell filled and explained, and 问题清单 as its first sheet.

Pure: bytes and frames in, bytes out. An .xlsx keeps everything it holds; .xls and .csv are written as .xlsx with the same rows.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from yikatong.kit import marking, problems, sheets
from yikatong.kit.marking import MARKS_SCHEMA, Listing

from .reading import PROBLEM_LIST

MARKED_MAX = 30_000
"""So many problems are marked and listed; a list of more is read by nobody, and Excel holds 65,530 links a sheet."""
COPIED_BYTES_MAX = 96 << 20
"""A workbook that unfolds to more (some 100,000 rows) is not copied: the problems alone are listed."""
REWRITTEN_BYTES_MAX = 12 << 20
"""The same for .csv and .xls, which grow as they are written as .xlsx."""
PLACE_SCHEMA = {"row_key": pl.String, "sheet": pl.String, "row": pl.Int64, "column": pl.String, "name": pl.String}
PROBLEMS_SCHEMA = PLACE_SCHEMA | {"kind": pl.String, "severity": pl.String, "note": pl.String, "seen": pl.String}
"""Problems as they stand: no row for a sheet or the file, column '' for a whole row; ``seen`` is what stands there."""
CORRECTIONS_SCHEMA = PLACE_SCHEMA | {"before": pl.String, "after": pl.String}
"""Cells that the clerk corrected on the page: what the file says and what it was changed to."""
DROPPED_SCHEMA = PLACE_SCHEMA | {"reason": pl.String}
"""Rows that the clerk took out."""

_UNNAMED = "花名册"
_LEVELS = {**problems.SEVERITY_WORDS, "corrected": "网页上改过", "dropped": "已剔除"}
_TONES = {"corrected": "fixed"}
_WIDTHS = {
    "位置": 9,
    "工作表": 12,
    "行": 7,
    "列": 5,
    "姓名": 10,
    "级别": 12,
    "原因": 16,
    "问题和怎么改": 60,
    "表上写的": 22,
}
_LEGEND = "点“位置”跳到那一格。红色要改，黄色请看一眼，绿色已替您改好或在网页上改过，灰色已剔除。"
_TO_DO = "改好后存盘，在网页上“改好了，重新上传”传回来；颜色、批注和这张清单不用删，不影响核对。"
_CORRECTED = "网页上改过的 {count} 格没有写进这份表，批注里写着改成了什么；重新上传前请照着改。"
_CUT = "问题太多，这里只标出前 {shown} 处（要改的在前），共 {whole} 处。请先改好这些，重新上传后再看其余的。"
_TOO_LARGE = "您的表太大，不便整份标色，这里只列出问题，请照行号在您的原表里改。"
_REWRITTEN = "您传的是 {kind}，这份 .xlsx 里的行和内容与它一样；颜色、字体没有保留，公式只留结果。"
_CSV = "您传的是 .csv，这份 .xlsx 里的行和内容与它一样；身份证号、卡号按文字保存，不会变样。"


@dataclass(frozen=True)
class Findings:
    """What is to be said of a file: frames of the three schemas, and how often each kind occurs in all."""

    problems: pl.DataFrame
    corrections: pl.DataFrame
    dropped: pl.DataFrame
    counts: Sequence[tuple[str, int]]

    @property
    def whole(self) -> int:
        """All problems, also those that are not in ``problems``."""
        return sum(count for _, count in self.counts)


@dataclass(frozen=True)
class _Base:
    """The workbook that the marks go into, and what there is to say about it."""

    content: bytes
    sentence: str = ""
    copied: bool = True


def annotated(content: bytes, filename: str, findings: Findings) -> bytes:
    """The annotated .xlsx of a file that was read before. Raises `sheets.Unreadable` if it cannot be read now."""
    base = _base(content, filename)
    entries = _entries(findings)
    listed = _listing(entries, findings, base)
    marks = entries.filter(pl.col("row").is_not_null()).select(
        pl.col("sheet"),
        pl.col("row"),
        _column_number(entries["column"]).filter(entries["row"].is_not_null()).alias("column"),
        pl.col("level").replace(_TONES).alias("tone"),
        pl.format("{}：{}", pl.col("level").replace_strict(_LEVELS), pl.col("text")).alias("text"),
    )
    return marking.annotate(base.content, marks.select(*MARKS_SCHEMA), listed)


def filename_of(name: str) -> str:
    """「<原名>（批注）.xlsx」; a copy of a copy is not named twice."""
    return f"{Path(name).stem.removesuffix('（批注）')}（批注）.xlsx"


def _base(content: bytes, filename: str) -> _Base:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            large = sum(entry.file_size for entry in archive.infolist()) > COPIED_BYTES_MAX
        return _list_alone() if large else _Base(content)
    if len(content) > REWRITTEN_BYTES_MAX:
        return _list_alone()
    workbook = sheets.read(content, filename)
    sentence = _CSV if workbook.kind == "csv" else _REWRITTEN.format(kind=f".{workbook.kind}")
    return _Base(marking.written(workbook, unnamed=_UNNAMED), sentence)


def _list_alone() -> _Base:
    return _Base(marking.written(sheets.Workbook("xlsx", []), unnamed=_UNNAMED), _TOO_LARGE, copied=False)


def _entries(findings: Findings) -> pl.DataFrame:
    """Everything in the order of the file: places of ``PLACE_SCHEMA`` with level, label, text and what was seen."""
    kinds = pl.DataFrame(
        [(name, kind.label, kind.wrong, kind.mend) for name, kind in problems.KINDS.items()],
        schema=("kind", "label", "wrong", "mend"),
        orient="row",
    )
    found = pl.when(pl.col("note") == "").then(pl.lit("")).otherwise(pl.format("（{}）", pl.col("note")))
    place = tuple(PLACE_SCHEMA)
    parts = (
        findings.problems.join(kinds, on="kind", how="left", maintain_order="left").select(
            *place,
            pl.col("severity").alias("level"),
            "label",
            pl.format("{}{}。{}。", pl.col("wrong"), found, pl.col("mend")).alias("text"),
            "seen",
        ),
        findings.corrections.select(
            *place,
            level=pl.lit("corrected"),
            label=pl.lit("网页上改过"),
            text=pl.format("原来：{}；已改成：{}。", _or_empty("before"), _or_empty("after")),
            seen="before",
        ),
        findings.dropped.select(
            *place,
            level=pl.lit("dropped"),
            label=pl.lit("已剔除"),
            text=pl.format("{}。这一行不发放。", pl.col("reason").str.strip_chars_end("。")),
            seen=pl.lit(""),
        ),
    )
    named = pl.when(pl.col("sheet") == "").then(pl.lit(_UNNAMED)).otherwise(pl.col("sheet"))
    whole = pl.concat(parts).with_columns(
        sheet=pl.when(pl.col("row").is_null() & (pl.col("sheet") == "")).then(pl.lit("")).otherwise(named)
    )
    return whole.sort("row_key", nulls_last=False, maintain_order=True)


def _or_empty(name: str) -> pl.Expr:
    return pl.when(pl.col(name) == "").then(pl.lit("（空）")).otherwise(pl.col(name))


def _column_number(letters: pl.Series) -> pl.Series:
    """A -> 1, AA -> 27, '' -> null."""
    known = letters.unique().to_list()
    numbers = {one: _number(one) for one in known if one}
    return letters.replace_strict(numbers, default=None, return_dtype=pl.Int64)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _listing(entries: pl.DataFrame, findings: Findings, base: _Base) -> Listing:
    letter = pl.when(pl.col("column") == "").then(pl.lit("A")).otherwise(pl.col("column"))
    # Null where the problem is not a row's.
    spot = pl.format("{}{}", letter, pl.col("row"))
    table = entries.select(
        spot.fill_null(pl.when(pl.col("sheet") == "").then(pl.lit("整份表")).otherwise(pl.lit("整张表"))).alias("位置"),
        pl.col("sheet").alias("工作表"),
        pl.col("row").alias("行"),
        pl.col("column").alias("列"),
        pl.col("name").alias("姓名"),
        pl.col("level").replace_strict(_LEVELS, return_dtype=pl.String).alias("级别"),
        pl.col("label").alias("原因"),
        pl.col("text").alias("问题和怎么改"),
        pl.col("seen").alias("表上写的"),
    )
    linked = pl.when(pl.lit(base.copied)).then(pl.format("'{}'!{}", pl.col("sheet").str.replace_all("'", "''"), spot))
    return Listing(
        name=PROBLEM_LIST,
        lines=_lines(findings, base),
        table=table,
        links=entries.select(linked.alias("to")).to_series(),
        tones=entries["level"].replace(_TONES),
        toned="级别",
        widths=[_WIDTHS[name] for name in table.columns],
    )


def _lines(findings: Findings, base: _Base) -> list[str]:
    """Title, counts by cause, and what the clerk should know."""
    by_level: dict[str, list[tuple[str, int]]] = {level: [] for level in problems.SEVERITY_WORDS}
    for kind, count in findings.counts:
        by_level[problems.KINDS[kind].severity].append((problems.KINDS[kind].label, count))
    by_level = {level: found for level, found in by_level.items() if found}
    sums = [f"{_LEVELS[level]} {sum(count for _, count in found):,} 处" for level, found in by_level.items()]
    causes = [
        f"{_LEVELS[level]}：{'，'.join(f'{label} {count:,}' for label, count in found)}。"
        for level, found in by_level.items()
    ]
    if findings.dropped.height:
        sums.append(f"已剔除 {findings.dropped.height:,} 行")
    notes = [base.sentence, _LEGEND if base.copied else "", _TO_DO if base.copied else ""]
    if findings.corrections.height:
        notes.append(_CORRECTED.format(count=f"{findings.corrections.height:,}"))
    if findings.whole > findings.problems.height:
        notes.append(_CUT.format(shown=f"{findings.problems.height:,}", whole=f"{findings.whole:,}"))
    title = f"{PROBLEM_LIST}：{'，'.join(sums) or '没有发现问题'}"
    return [title, *(["\n".join(causes)] if causes else []), "\n".join(note for note in notes if note)]
