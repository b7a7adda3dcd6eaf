"""Reads a bank's TOML. A mistake is one clear sentence that names the key and its line."""

import re
import tomllib
from collections.abc import Collection, Iterable
from typing import Any, NoReturn

from yikatong.banking.formats import reasons
from yikatong.banking.formats.characters import ENCODINGS, uncarried
from yikatong.banking.formats.flat.layout import (
    FIELDS,
    INBOUND,
    INSTRUCTION,
    NEEDED,
    NUMBERS,
    RECORDS,
    RESULTS,
    STATEMENT,
    BankLayout,
    Field,
    FileLayout,
    Record,
)  # fmt: skip
from yikatong.banking.formats.flat.lines import lines_of
from yikatong.banking.formats.refusals import UnknownFormat

NEWLINES = {"lf": "\n", "crlf": "\r\n"}
DATES = {"YYYYMMDD": "%Y%m%d", "YYYY-MM-DD": "%Y-%m-%d"}
AMOUNT_FORMS = ("fen", "yuan")
_TOP = {"title", "extension", "encoding", "newline", "separator", "amount", "date", "reasons", INSTRUCTION, *INBOUND}
_FILE = {
    INSTRUCTION: {*RECORDS, "file_name"},
    **{kind: {*RECORDS, "file_like"} for kind in INBOUND},
}
_MORE = {RESULTS: {"success_codes", "pending_codes", "refused_codes"}, STATEMENT: {"debit", "credit"}}
_FIELD = {"field", "text", "width", "align", "fill"}
# What lies beside a file in an exchange folder, which no bank file may be taken for.
RESERVED_ENDINGS = ("ok", "tmp", "sig", "manifest", "receipt")
NAMES_IN_FILE_NAME = ("message_id", "date")
WIDTH_MAX = 500


def load(code: str, content: bytes, *, file: str) -> BankLayout:
    """The layout that a TOML describes. Raises UnknownFormat."""
    try:
        text = content.decode("utf-8-sig")
        told = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise UnknownFormat(f"银行文件格式 {file} 不是 UTF-8 文本。请另存为 UTF-8 后再用。") from error
    except tomllib.TOMLDecodeError as error:
        raise UnknownFormat(f"银行文件格式 {file} 不是正确的 TOML：{error}。请改正后再用。") from error
    return _Reading(file, lines_of(text)).layout(code, told)


class _Reading:
    """One TOML being read; remembers where its keys stand."""

    def __init__(self, file: str, lines: dict[tuple[Any, ...], int]) -> None:
        self._file = file
        self._lines = lines
        self._encoding = ""
        self._is_fixed = False

    def layout(self, code: str, told: dict[str, Any]) -> BankLayout:
        self._known((), told, _TOP)
        self._encoding = self._choice(("encoding",), told, ENCODINGS)
        separator = self._text(("separator",), told, "")
        self._is_fixed = not separator
        if len(separator) > 1 or (separator and (not separator.isascii() or separator in "\r\n0123456789.")):
            self._refuse(("separator",), "要么不写（按固定宽度），要么是一个半角符号，例如 |")
        files = {kind: self._file_layout(kind, told) for kind in (INSTRUCTION, *INBOUND) if kind in told}
        for kind in (INSTRUCTION, RESULTS, STATEMENT):
            if kind not in files:
                self._refuse((kind,), f"缺少 [{kind}]：指令、回盘、对账单三种文件都要写明")
        results, statement = told[RESULTS], told[STATEMENT]
        codes = {name: self._codes((RESULTS, name), results) for name in sorted(_MORE[RESULTS])}
        if not codes["success_codes"]:
            self._refuse((RESULTS, "success_codes"), '缺少成功代码，例如 success_codes = ["0000"]')
        if sum(map(len, codes.values())) > len(frozenset.union(*codes.values())):
            self._refuse((RESULTS, "success_codes"), "同一个代码不能又算成功，又算处理中或者拒收")
        return BankLayout(
            code=code,
            title=self._text(("title",), told),
            extension=self._extension(told),
            encoding=self._encoding,
            newline=NEWLINES[self._choice(("newline",), told, NEWLINES)],
            separator=separator,
            amount="fen" if self._choice(("amount",), told, AMOUNT_FORMS) == "fen" else "yuan",
            date=DATES[self._choice(("date",), told, DATES)],
            files=files,
            debit=self._text((STATEMENT, "debit"), statement),
            credit=self._text((STATEMENT, "credit"), statement),
            reasons=self._reasons(told.get("reasons", {}), codes["success_codes"]),
            **codes,
        )

    def _file_layout(self, kind: str, told: dict[str, Any]) -> FileLayout:
        one = self._table((kind,), told)
        self._known((kind,), one, _FILE[kind] | _MORE.get(kind, set()))
        header, detail, trailer = (self._record((kind, name), one) for name in RECORDS)
        if not detail:
            self._refuse((kind, "detail"), "缺少 detail：每笔一行的各栏")
        layout = FileLayout(
            kind,
            header,
            detail,
            trailer,
            self._text((kind, "file_name"), one, ""),
            self._text((kind, "file_like"), one, ""),
        )
        for names in NEEDED[kind]:
            if not any(layout.has(name) for name in names.split("|")):
                self._refuse((kind,), f"缺少 {names.replace('|', ' 或 ')} 这一栏")
        if kind == INSTRUCTION:
            self._check_file_name(layout)
        elif not layout.file_like and not any(field.text for field in header):
            self._refuse((kind,), "分不清是哪种文件：请写 file_like（文件名的样子），或者在 header 里写一栏固定的 text")
        return layout

    def _extension(self, told: dict[str, Any]) -> str:
        extension = self._text(("extension",), told, "txt")
        if not re.fullmatch(r"[A-Za-z0-9]{1,8}", extension) or extension.lower() in RESERVED_ENDINGS:
            self._refuse(("extension",), f"要是 8 个以内的字母和数字，不能是 {'、'.join(RESERVED_ENDINGS)}")
        return extension

    def _check_file_name(self, layout: FileLayout) -> None:
        at = (INSTRUCTION, "file_name")
        if (
            not re.fullmatch(r"[A-Za-z0-9{][A-Za-z0-9_.{}-]{1,59}", layout.file_name)
            or "{message_id}" not in layout.file_name
        ):
            self._refuse(at, "要写文件名，最长 60 个字母、数字和 . - _，里面要有 {message_id}，还可以有 {date}")
        if set(re.findall(r"{(.*?)}", layout.file_name)) - set(NAMES_IN_FILE_NAME) or "}{" in layout.file_name:
            self._refuse(at, "花括号里只能是 message_id 和 date，中间要隔开")
        if layout.file_name.rpartition(".")[2].lower() in RESERVED_ENDINGS:
            self._refuse(at, f"不能以 {'、'.join(RESERVED_ENDINGS)} 结尾，交换文件夹里另有用处")

    def _record(self, path: tuple[str, str], one: dict[str, Any]) -> Record:
        told = one.get(path[1], [])
        if not isinstance(told, list):
            self._refuse(path, '要写成一列 { field = "..." }')
        record = tuple(self._field((*path, place), column) for place, column in enumerate(told))
        names = [field.name for field in record if field.name not in ("", "ignored")]
        for name in names:
            if names.count(name) > 1:
                self._refuse(path, f"{name} 写了两次")
        return record

    def _field(self, path: tuple[Any, ...], told: Any) -> Field:
        if not isinstance(told, dict):
            self._refuse(path, '每一栏要写成 { field = "..." }')
        self._known(path, told, _FIELD)
        name, text = self._text((*path, "field"), told, ""), self._text((*path, "text"), told, "")
        if bool(name) == bool(text):
            self._refuse(path, "field 和 text 要写一个，也只能写一个")
        allowed = FIELDS[path[0], path[1]]
        if name and name not in allowed:
            self._refuse(path, f"这里没有叫 {name} 的栏，可以用的是 {'、'.join(sorted(allowed))}")
        if missing := uncarried(text, self._encoding):
            self._refuse(path, f"文字“{text}”里的“{missing}”在 {ENCODINGS[self._encoding]} 里没有")
        return self._padded(path, told, name, text)

    def _padded(self, path: tuple[Any, ...], told: dict[str, Any], name: str, text: str) -> Field:
        width = told.get("width")
        if width is None and self._is_fixed:
            self._refuse(path, "固定宽度的文件每一栏都要写 width（字节数）")
        if width is not None and (type(width) is not int or not 1 <= width <= WIDTH_MAX):
            self._refuse(path, f"width 要是 1 到 {WIDTH_MAX} 的整数（字节数）")
        is_number = name in NUMBERS
        align = self._choice((*path, "align"), {"align": "right" if is_number else "left", **told}, ("left", "right"))
        fill = self._text((*path, "fill"), told, "0" if is_number else " ")
        if len(fill) != 1 or not fill.isascii() or not fill.isprintable():
            self._refuse(path, "fill 要是一个半角字符")
        if is_number and fill == "0" and align == "left":
            self._refuse(path, "数字靠左又用 0 补齐会变成另一个数，请改 align 或 fill")
        return Field(name, text, width, "right" if align == "right" else "left", fill)

    def _reasons(self, told: Any, success: Collection[str]) -> dict[str, reasons.Reason]:
        if not isinstance(told, dict):
            self._refuse(("reasons",), "要写成一张表：银行代码 = 我们的代码")
        return {code: self._reason(("reasons", code), code, value, success) for code, value in told.items()}

    def _reason(self, path: tuple[str, str], code: str, value: Any, success: Collection[str]) -> reasons.Reason:
        if code in success:
            self._refuse(path, "成功代码不能又是失败原因")
        if not 1 <= len(code) <= 16:
            self._refuse(path, "代码最长 16 个字符")
        if isinstance(value, str):
            known = reasons.explain(value)
            if not reasons.is_known(value):
                self._refuse(
                    path, f"没有“{value}”这个原因，请用 AC04 这样的公布代码，或者写 {{ action = …, words = … }}"
                )
            return known._replace(code=code)
        if not isinstance(value, dict) or set(value) != {"action", "words"}:
            self._refuse(path, '要写成 "AC04" 这样的代码，或者 { action = "fix-card", words = "…" }')
        action = self._choice((*path, "action"), value, [str(action) for action in reasons.Action])
        words = self._text((*path, "words"), value)
        if len(words) > 60:
            self._refuse(path, "words 最长 60 个字")
        return reasons.told(code, reasons.Action(action), cause=words.rstrip("。"))

    def _codes(self, path: tuple[str, str], one: dict[str, Any]) -> frozenset[str]:
        told = one.get(path[1], [])
        if not isinstance(told, list) or not all(isinstance(code, str) and code for code in told):
            self._refuse(path, '要写成一列代码，例如 ["0000"]')
        return frozenset(told)

    def _table(self, path: tuple[str, ...], told: dict[str, Any]) -> dict[str, Any]:
        one = told[path[-1]]
        if not isinstance(one, dict):
            self._refuse(path, "要写成一节")
        return dict(one)

    def _text(self, path: tuple[Any, ...], told: dict[str, Any], default: str | None = None) -> str:
        value = told.get(path[-1], default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            self._refuse(path, "要写文字")
        if re.search(r"[\x00-\x1f\x7f]", value):
            self._refuse(path, "里面有看不见的控制字符")
        return value

    def _choice(self, path: tuple[Any, ...], told: dict[str, Any], allowed: Iterable[str]) -> str:
        value = told.get(path[-1])
        if not isinstance(value, str) or value not in (among := list(allowed)):
            self._refuse(path, f"要是 {'、'.join(list(allowed))} 之一")
        assert value in among
        return value

    def _known(self, path: tuple[Any, ...], told: dict[str, Any], allowed: Collection[str]) -> None:
        for name in told:
            if name not in allowed:
                self._refuse((*path, name), f"不认识这个键，可以用的是 {'、'.join(sorted(allowed))}")

    def _refuse(self, path: tuple[Any, ...], what: str) -> NoReturn:
        key = ".".join(f"第{part + 1}栏" if isinstance(part, int) else str(part) for part in path)
        line = next((self._lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self._lines), None)
        where = f"第 {line} 行 " if line else ""
        raise UnknownFormat(f"银行文件格式 {self._file} {where}{key}：{what}。请改正后再用。")
