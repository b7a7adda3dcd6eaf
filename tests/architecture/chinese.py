"""Where people read Chinese, and what is wrong with it: punctuation, and words that the glossary does not use.

Read are the pages, the scripts, the documents for users, and every text of Python and SQL that is no comment, no
docstring and no search pattern.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = PROJECT / "src" / "yikatong"
GLOSSARY = PROJECT / "docs" / "GLOSSARY.md"
NOT_READ = {"tests", "migrations"}

HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
CHINESE = r"[\u3400-\u4dbf\u4e00-\u9fff，。、：；？！“”（）《》…]"
# What may stand before and after punctuation; within “?” a key of the keyboard may stand.
BEFORE, AFTER = rf"(?:{HAN}|[，。、：；？！”）》])", rf"(?:{HAN}|[，。、：；？！“（《])"
FAULTS = {
    "half-width punctuation": re.compile(rf"{BEFORE}[,:;?!()]|[,:;?!()]{AFTER}"),
    "half-width full stop": re.compile(rf"{BEFORE}\.(?!\w)"),
    "space between Chinese": re.compile(rf"{CHINESE} +{CHINESE}"),
    "straight quotes": re.compile(rf"{HAN}[\"']|[\"']{HAN}"),
    "other quotes than “”": re.compile(r"[「」『』]"),
    "half an ellipsis or dash": re.compile(rf"{BEFORE}(?:\.\.|--|…(?!…)|—(?!—))"),
    "doubled punctuation": re.compile(r"[，。、：；][，。、：；]"),
}
# What looks for text is no text: regular expressions, formats of dates, XML, addresses, names of files.
PATTERN = re.compile(
    r"\\[dws.$^(]|\(\?|\[\^|\.[*+{]|^\^|\$$|[)\]}]\?|\?\(|\([^()]*\||\|.*\||^FM|/>|://|\.(?:xlsx?|csv|png|toml)$"
)


@dataclass(frozen=True)
class Text:
    """A piece of Chinese that somebody reads, and where it stands."""

    place: str
    words: str


def texts() -> Iterator[Text]:
    """All Chinese text of the project."""
    for path in sorted(SOURCE.rglob("*")):
        read = READERS.get(path.suffix)
        if read and not NOT_READ & set(path.relative_to(SOURCE).parts):
            yield from read(path)
    for path in [*sorted(PROJECT.glob("*.zh.md")), *sorted((PROJECT / "docs" / "manual").rglob("*.md"))]:
        yield from _document(path)


def faults(words: str) -> list[str]:
    """What is wrong with the punctuation of ``words``, each with the place."""
    return [f"{name}: {found.group()}" for name, fault in FAULTS.items() for found in fault.finditer(words)]


def unsaid() -> dict[str, str]:
    """The words that are not said, each with the one that is: a table of the glossary."""
    table = GLOSSARY.read_text(encoding="utf-8").partition("## Words that are not said")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]*[^|\x00-\x7f][^|]*) \| ([^|]+) \|", table, re.MULTILINE)
    return {word: said.strip() for words, said in rows[1:] for word in words.strip().split("、")}


def _texts(path: Path, pieces: Iterator[tuple[int, str]]) -> Iterator[Text]:
    for line, words in pieces:
        if re.search(HAN, words) and not PATTERN.search(words):
            yield Text(f"{path.relative_to(PROJECT)}:{line}", words)


def _python(path: Path) -> Iterator[Text]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    # The docstring of a command is its help; every other one is for developers.
    helps = {
        node.body[0] for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and path.name == "commands.py"
    }
    comments = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node not in helps
    }
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in comments)
    yield from _texts(path, ((node.lineno, node.value) for node in constants if isinstance(node.value, str)))


def _sql(path: Path) -> Iterator[Text]:
    text = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
    yield from _texts(path, _found(r"'((?:[^']|'')*)'", text))


def _script(path: Path) -> Iterator[Text]:
    text = re.sub(r"^\s*//.*", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    yield from _texts(path, _found(r'"([^"\n]*)"', text))


def _page(path: Path) -> Iterator[Text]:
    """The text between tags, and what stands in the quotes of attributes and of template tags."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"))
    code = r"\{%.*?%\}|\{\{.*?\}\}"
    for found in re.finditer(code, text):
        yield from _texts(path, _found(r'"([^"]*)"', found.group(), text.count("\n", 0, found.start())))
    text = re.sub(code, "\0", text)
    yield from _texts(path, _found(r'="([^"]*)"', text))
    yield from _texts(path, _found(r"([^\n\0]+)", re.sub(r"<[^>]*>", "\0", text)))


def _document(path: Path) -> Iterator[Text]:
    text = re.sub(r"```.*?```", lambda code: "\n" * code.group().count("\n"), path.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"`[^`\n]*`|\]\([^)\n]*\)", "\0", text)
    yield from _texts(path, _found(r"([^\n\0]+)", text))


def _found(pattern: str, text: str, lines_before: int = 0) -> Iterator[tuple[int, str]]:
    for found in re.finditer(pattern, text):
        yield lines_before + text.count("\n", 0, found.start()) + 1, found.group(1)


READERS = {".py": _python, ".sql": _sql, ".js": _script, ".html": _page}
