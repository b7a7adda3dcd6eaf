"""Every template of every room: it compiles, has full-width punctuation, and nothing inline (strict content policy)."""

import re
from pathlib import Path

import pytest
from django.template import engines

ROOMS = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(ROOMS.glob("*/templates/**/*.html"))
CHINESE = r"[\u4e00-\u9fff]"
TIGHT_ASCII = re.compile(rf"{CHINESE}[,:;?!()]|[,:;?!()]{CHINESE}")
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", re.IGNORECASE)

every_template = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-3:]))


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 10


@every_template
def test_a_template_compiles_with_the_tags_it_loads(path: Path) -> None:
    assert engines["django"].from_string(path.read_text(encoding="utf-8"))


@every_template
def test_chinese_text_has_full_width_punctuation(path: Path) -> None:
    # Template tags and comments are code; an attribute within them may stand beside ASCII.
    text = re.sub(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [found.group() for found in TIGHT_ASCII.finditer(text)] == []


@every_template
def test_words_within_tags_have_full_width_punctuation(path: Path) -> None:
    quoted = " ".join(
        re.findall(r'"([^"]*)"', " ".join(re.findall(r"\{[%{].*?[%}]\}", path.read_text(encoding="utf-8"))))
    )
    assert [found.group() for found in TIGHT_ASCII.finditer(quoted)] == []


@every_template
def test_nothing_is_inline(path: Path) -> None:
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []
