"""Rooms keep their doors: what may be imported from where, beyond the floors that import-linter holds."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "yikatong"
OPEN = {"kit", "core", "ledger"}
# The top floor puts the rooms together: it wires their urls, tasks and slots.
TOP = {"site", "demo"}
DOORS = {"actions", "queries"}
FURNITURE = {
    "web": 6, "api": 6, "tasks": 6, "urls": 6, "forms": 6,
    "actions": 5,
    "states": 4,
    "queries": 3,
    "models": 2,
    "rules": 1,
}  # fmt: skip


@dataclass(frozen=True)
class Import:
    """``source`` imports ``target`` (both dotted, below ``yikatong``) at ``line``; ``for_types``: for hints alone."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    line: int
    for_types: bool

    def __str__(self) -> str:
        return f"{'.'.join(self.source)}:{self.line} imports {'.'.join(self.target)}"


def modules() -> list[Path]:
    return sorted(
        path for path in SOURCE.rglob("*.py") if not {"tests", "migrations"} & set(path.relative_to(SOURCE).parts)
    )


def imports_of(path: Path) -> Iterator[Import]:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    source = parts[:-1] if parts[-1] == "__init__" else parts
    package = parts[:-1]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        for target in targets_of(node, package):
            yield Import(source, target, node.lineno, id(node) in for_types)  # type: ignore[attr-defined]


def targets_of(node: ast.AST, package: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What ``node`` imports of our own, as parts below ``yikatong``; names taken from a module count as its parts."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name.startswith("yikatong."):
                yield tuple(alias.name.split(".")[1:])
    elif isinstance(node, ast.ImportFrom):
        module = tuple(node.module.split(".")) if node.module else ()
        if node.level:
            base = package[: len(package) - node.level + 1] + module
        elif module[:1] == ("yikatong",):
            base = module[1:]
        else:
            return
        for alias in node.names:
            yield (*base, alias.name)


ALL = [(path, imported) for path in modules() for imported in imports_of(path)]


def test_from_another_room_only_actions_and_queries_are_imported() -> None:
    broken = [
        str(imported)
        for _, imported in ALL
        if len(imported.target) > 1
        and imported.source
        and imported.source[0] not in TOP
        and imported.target[0] not in OPEN | {imported.source[0]}
        and imported.target[1] not in DOORS
        and not (imported.for_types and imported.target[1] == "models")
    ]
    assert not broken, "\n".join(broken)


def test_furniture_of_a_room_leans_only_on_what_stands_below() -> None:
    broken = [
        str(imported)
        for _, imported in ALL
        if len(imported.source) > 1
        and len(imported.target) > 1
        and imported.source[0] == imported.target[0]
        and imported.source[0] not in TOP | {"kit"}
        and not imported.for_types
        and FURNITURE.get(imported.source[1], 0) < FURNITURE.get(imported.target[1], 0)
        and imported.source[1] in FURNITURE
    ]
    assert not broken, "\n".join(broken)


def test_the_kit_is_pure() -> None:
    broken = []
    for path in (path for path in modules() if path.is_relative_to(SOURCE / "kit")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            broken += [f"{path.name}: {name}" for name in names if name.split(".")[0] in {"django", "psycopg"}]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("import yikatong.rosters.models", ("rosters", "models")),
        ("from yikatong.rosters import models", ("rosters", "models")),
        ("from yikatong.rosters.models import Roster", ("rosters", "models", "Roster")),
        ("from ..rosters import models", ("rosters", "models")),
        ("from . import rules", ("batches", "rules")),
    ],
)
def test_this_test_sees_every_way_to_import(statement: str, expected: tuple[str, ...]) -> None:
    assert list(targets_of(ast.parse(statement).body[0], ("batches",))) == [expected]
