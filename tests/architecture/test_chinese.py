"""Chinese as people write it: full-width punctuation, no stray spaces, and one word for each concept."""

import pytest

from . import chinese

ALL = list(chinese.texts())


def test_texts_of_every_kind_are_read() -> None:
    assert {text.place.rpartition(":")[0].rpartition(".")[2] for text in ALL} == {"py", "sql", "js", "html", "md"}
    assert len(ALL) > 1000


def test_punctuation_is_chinese() -> None:
    broken = [f"{text.place}: {', '.join(wrong)}" for text in ALL if (wrong := chinese.faults(text.words))]
    assert not broken, "\n".join(broken)


def test_every_concept_has_one_word() -> None:
    unsaid = chinese.unsaid()
    assert len(unsaid) > 20
    broken = [
        f"{text.place}: {word} is called {said}" for text in ALL for word, said in unsaid.items() if word in text.words
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    "words",
    [
        "先核对,再提交",
        "共3行(已核对)",
        "请填写.",
        "请填 是 或 否。",
        "点'通过'",
        "点「通过」",
        "正在收...",
        "等…",
        "好的。，",
    ],
)
def test_the_lint_sees(words: str) -> None:
    assert chinese.faults(words)


@pytest.mark.parametrize(
    "words", ["共 3 行，已核对（见 A.xlsx）。", "2026-11-21 到期", "等一等……", "点“通过”", "T+1 逐笔"]
)
def test_the_lint_lets_pass(words: str) -> None:
    assert chinese.faults(words) == []


@pytest.mark.parametrize("pattern", ["(发放|实发)金额$", "村.{0,3}组", "^姓名$", "人?户?(姓名|名称)?"])
def test_what_looks_for_text_is_no_text(pattern: str) -> None:
    assert chinese.PATTERN.search(pattern)
