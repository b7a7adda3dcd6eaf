"""One Chinese term, one English noun, one table: every model's name stands in docs/GLOSSARY.md."""

import re
from pathlib import Path

from django.apps import apps

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "GLOSSARY.md"


def test_every_model_is_a_word_of_the_glossary() -> None:
    code = " ".join(re.findall(r"`([^`]+)`", GLOSSARY.read_text(encoding="utf-8")))
    words = set(re.findall(r"\w+", code))
    models = [model for model in apps.get_models() if model.__module__.startswith("yikatong.")]
    assert models
    missing = sorted({f"{model._meta.app_label}.{model.__name__}" for model in models if model.__name__ not in words})
    assert not missing, "\n".join(missing)
