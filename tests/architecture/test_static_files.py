"""Style sheets, scripts and pages are our own, load nothing from elsewhere, and use nothing newer than Chromium 88.

Style sheets may only use what is listed here, so that a newer feature is looked up before it is used; an old browser
itself is asked in ``tests/browser/test_old_browser.py``, where there is one.
"""

import re
from pathlib import Path

import pytest

from .chromium_88 import NEWER_IN_PAGES, NEWER_IN_SCRIPTS, newer, without_comments

SOURCE = Path(__file__).resolve().parents[2] / "src" / "yikatong"
STATIC = sorted(path for path in SOURCE.glob("*/static/**/*") if path.is_file())
SHEETS = [path for path in STATIC if path.suffix == ".css"]
SCRIPTS = [path for path in STATIC if path.suffix == ".js"]
PAGES = sorted(SOURCE.glob("*/templates/**/*.html"))

ELSEWHERE = re.compile(r"""(?:src|href|action|url|import)\s*[=(]?\s*["']?(?:https?:)?//""")

every_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
every_script = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)


def test_there_are_static_files() -> None:
    assert SHEETS
    assert SCRIPTS
    assert PAGES


@every_sheet
def test_a_style_sheet_uses_what_chromium_88_knows(sheet: Path) -> None:
    unknown = newer(without_comments(sheet))
    assert not unknown, f"{unknown}: look up since which Chromium; if 88 or before, list it here"


@pytest.mark.parametrize(
    "rule",
    [
        "@layer he { p { color: red; } }",
        "@container (min-width: 3rem) { p { color: red; } }",
        ".he-a { .he-b { color: red; } }",
        ".he-a:has(.he-b) { color: red; }",
        "p { color: color-mix(in srgb, red, blue); }",
        "p { color: oklch(1 0 0); }",
        "p { height: 100dvh; }",
        "p { text-wrap: balance; }",
        "p { overflow: clip; }",
        "@media (width >= 40rem) { p { color: red; } }",
    ],
)
def test_what_came_later_is_seen(rule: str) -> None:
    assert newer(rule)


def test_what_chromium_88_knows_is_let_pass() -> None:
    assert newer('@media (min-width: 9px) { .he-a:hover > p::after { content: "›"; margin: 0 -0.5rem; } }') == set()


@every_script
def test_a_script_uses_what_chromium_88_knows(script: Path) -> None:
    assert NEWER_IN_SCRIPTS.findall(script.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("code", ["rows.at(-1)", "structuredClone(x)", "Object.hasOwn(a, b)", "crypto.randomUUID()"])
def test_newer_script_is_seen(code: str) -> None:
    assert NEWER_IN_SCRIPTS.search(code)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: "/".join(page.parts[-3:]))
def test_a_page_is_of_its_time_and_loads_nothing_from_elsewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert NEWER_IN_PAGES.findall(text) == []
    assert ELSEWHERE.findall(text) == []


@pytest.mark.parametrize("path", STATIC, ids=lambda path: path.name)
def test_a_static_file_was_written_here(path: Path) -> None:
    # Others' code comes out of its own package at run time; what is copied in is minified, licensed or mapped.
    assert path.suffix in {".css", ".js", ".svg"}
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\.min\.|vendor|third", path.name)
    assert not re.search(r"/\*!|@license|@preserve|sourceMappingURL|Copyright|MIT License", text)
    assert ELSEWHERE.findall(text) == []
    assert max(map(len, text.splitlines())) <= 400


@every_sheet
def test_a_style_sheet_is_short_and_has_one_declaration_a_line(sheet: Path) -> None:
    lines = sheet.read_text(encoding="utf-8").splitlines()
    assert len(lines) < 300
    assert [line for line in lines if line.count(";") > 1] == []
