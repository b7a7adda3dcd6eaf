"""A file over 300 lines or a function over 40 is two things (CONVENTIONS 3)."""

import ast
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40


def sources() -> list[Path]:
    found = [path for folder in ("src", "tests") for path in (PROJECT / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def test_no_file_is_too_long() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert lengths
    broken = [f"{path.relative_to(PROJECT)}: {length}" for path, length in lengths.items() if length > FILE_LINES_MAX]
    assert not broken, "\n".join(broken)


def test_no_function_is_too_long() -> None:
    broken = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES_MAX:
                    broken.append(f"{path.relative_to(PROJECT)}:{node.lineno} {node.name}: {length}")
    assert not broken, "\n".join(broken)
