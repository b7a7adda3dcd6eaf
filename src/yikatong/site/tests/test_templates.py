"""Every template of every room: it compiles, and nothing is inline (strict content policy)."""

import re
from pathlib import Path

import pytest
from django.template import engines

ROOMS = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(ROOMS.glob("*/templates/**/*.html"))
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", re.IGNORECASE)

every_template = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-3:]))


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 10


@every_template
def test_a_template_compiles_with_the_tags_it_loads(path: Path) -> None:
    assert engines["django"].from_string(path.read_text(encoding="utf-8"))


@every_template
def test_nothing_is_inline(path: Path) -> None:
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []
