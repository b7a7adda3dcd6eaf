"""Every class that a template uses stands in a style sheet, and every style sheet is on the pages."""

import re
from pathlib import Path

from yikatong.site import static_files

ROOMS = Path(__file__).resolve().parents[2]
SHEETS = sorted(ROOMS.glob("*/static/**/*.css"))
OWN_CLASS = re.compile(r"\b(?:he|u)-[a-z0-9]+(?:(?:__|--?)[a-z0-9]+)*")


def test_classes_used_by_templates_are_styled() -> None:
    styled = set(OWN_CLASS.findall("".join(_without_comments(sheet) for sheet in SHEETS)))
    used: set[str] = set()
    for template in ROOMS.glob("*/templates/**/*.html"):
        for classes in re.findall(r'class="([^"]*)"', template.read_text(encoding="utf-8")):
            used |= set(OWN_CLASS.findall(re.sub(r"(?:he|u)-[\w-]*\{\{.*?\}\}", "", classes)))
    assert sorted(used - styled) == []


def test_every_style_sheet_of_the_site_is_on_all_pages_or_on_some() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in ROOMS.glob("*/templates/**/*.html"))
    names = {sheet.relative_to(ROOMS / "site" / "static").as_posix() for sheet in SHEETS if "site" in sheet.parts}
    assert set(static_files.SHEETS) <= names
    assert {name for name in names - set(static_files.SHEETS) if name not in pages} == set()


def _without_comments(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
