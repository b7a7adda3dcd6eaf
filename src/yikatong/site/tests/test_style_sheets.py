"""The style sheets work on Chromium 88, and every class a template uses stands in one of them."""

import re
from pathlib import Path

import pytest

ROOMS = Path(__file__).resolve().parents[2]
SHEETS = sorted(ROOMS.glob("*/static/**/*.css"))
NEWER_THAN_CHROMIUM_88 = ("@layer", ":has(", "@container", "color-mix(", "oklch(", "light-dark(", "dvh", "svh", "&")
OWN_CLASS = re.compile(r"\b(?:he|u)-[a-z0-9]+(?:(?:__|--?)[a-z0-9]+)*")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_style_sheet_uses_nothing_newer_than_chromium_88(sheet: Path) -> None:
    text = _without_comments(sheet)
    assert [feature for feature in NEWER_THAN_CHROMIUM_88 if feature in text] == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_rules_are_not_nested(sheet: Path) -> None:
    opened: list[str] = []
    for piece in re.split(r"([{}])", _without_comments(sheet)):
        if piece == "}":
            opened.pop()
        elif piece == "{":
            assert all(outer.startswith("@media") for outer in opened[:-1]), opened
        else:
            selector = piece.rsplit(";", 1)[-1].strip()
            if selector:
                opened.append(selector)
    assert opened == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_style_sheet_is_short_and_has_one_declaration_a_line(sheet: Path) -> None:
    lines = sheet.read_text(encoding="utf-8").splitlines()
    assert len(lines) < 300
    assert [line for line in lines if line.count(";") > 1] == []


def test_classes_used_by_templates_are_styled() -> None:
    styled = set(OWN_CLASS.findall("".join(_without_comments(sheet) for sheet in SHEETS)))
    used: set[str] = set()
    for template in ROOMS.glob("*/templates/**/*.html"):
        for classes in re.findall(r'class="([^"]*)"', template.read_text(encoding="utf-8")):
            used |= set(OWN_CLASS.findall(re.sub(r"(?:he|u)-[\w-]*\{\{.*?\}\}", "", classes)))
    assert sorted(used - styled) == []


def _without_comments(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
