"""A bank's TOML: what is wrong is said with key and line, so that a county mends it by itself (R9, S9)."""

import re
from pathlib import Path

import pytest

from yikatong.banking.formats import reasons, registry
from yikatong.banking.formats.refusals import UnknownFormat

BAR = (registry.PACKAGED / "qinghe-bar.toml").read_text(encoding="utf-8")
FIXED = (registry.PACKAGED / "qinghe-fixed.toml").read_text(encoding="utf-8")


def laid_down(folder: Path, text: str) -> Path:
    (folder / "our-bank.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_county_joins_a_bank_by_laying_down_a_file(tmp_path: Path) -> None:
    folder = laid_down(tmp_path, FIXED.replace("青禾城市商业银行", "白水村镇银行"))
    assert registry.codes(folder) == ["iso20022", "our-bank", "qinghe-bar", "qinghe-fixed"]
    joined = registry.named("our-bank", folder)
    assert joined.title.startswith("白水村镇银行") and joined.extension == ".dat"
    assert registry.named("qinghe-bar").extension == ".txt"
    with pytest.raises(UnknownFormat, match=r"没有叫“other”的银行文件格式。可以用的是：iso20022、our-bank"):
        registry.named("other", folder)
    with pytest.raises(UnknownFormat, match="没有叫"):
        registry.named("our-bank")


def test_a_packaged_code_cannot_be_given_another_meaning(tmp_path: Path) -> None:
    (tmp_path / "qinghe-bar.toml").write_text(BAR, encoding="utf-8")
    with pytest.raises(UnknownFormat, match="重名"):
        registry.named("qinghe-bar", tmp_path)


@pytest.mark.parametrize("name", ["Our.toml", "我们.toml", "a_b.toml", f"{'a' * 29}.toml"])
def test_a_name_that_is_no_code_is_said_so(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(BAR, encoding="utf-8")
    with pytest.raises(UnknownFormat, match="小写字母"):
        registry.codes(tmp_path)


MISTAKES = [
    # Before, after, the key as it is shown, what is said.
    ('encoding = "gb18030"', 'encoding = "big5"', "encoding", "要是 utf-8、gbk、gb18030 之一"),
    ('newline = "crlf"', 'newline = "cr"', "newline", "lf、crlf"),
    ('separator = "|"', 'separator = "||"', "separator", "一个半角符号"),
    ('separator = "|"', 'separator = "."', "separator", "一个半角符号"),
    ('newline = "crlf"', 'newline = "crlf"\nextension = "ok"', "extension", "不能是 ok"),
    ('file_name = "DF_{date}_{message_id}.txt"', 'file_name = "{message_id}.manifest"', "instruction.file_name", "结尾"),
    ('file_name = "DF_{date}_{message_id}.txt"', 'file_name = "_{message_id}.txt"', "instruction.file_name", "最长 60"),
    ('file_name = "DF_{date}_{message_id}.txt"', 'file_name = "{date}{message_id}"', "instruction.file_name", "隔开"),
    ('amount = "yuan"', 'amount = "角"', "amount", "fen、yuan"),
    ('date = "YYYYMMDD"', 'date = "DDMM"', "date", "YYYYMMDD"),
    ('title = "青禾', 'titel = "青禾', "titel", "不认识这个键"),
    ('file_name = "DF_{date}_{message_id}.txt"', 'file_name = "DF.txt"', "instruction.file_name", "{message_id}"),
    ('file_name = "DF_{date}_{message_id}.txt"', 'file_name = "{x}_{message_id}"', "instruction.file_name", "花括号"),
    ('  { field = "creditor_name" },\n', '  { field = "name" },\n', "instruction.detail.第4栏", "没有叫 name 的栏"),
    ('  { field = "creditor_name" },\n', "", "instruction", "缺少 creditor_name"),
    ('{ field = "bank_code" }', '{ field = "amount" }', "instruction.detail", "amount 写了两次"),
    ('{ field = "bank_code" }', '{ field = "bank_code", text = "x" }', "instruction.detail.第6栏", "要写一个"),
    ('{ field = "bank_code" }', '{ feild = "bank_code" }', "instruction.detail.第6栏.feild", "不认识这个键"),
    ('{ field = "bank_code" }', '{ field = "bank_code", width = 0 }', "instruction.detail.第6栏", "width"),
    ('{ field = "bank_code" }', '{ field = "bank_code", fill = "ab" }', "instruction.detail.第6栏", "半角字符"),
    ('{ field = "debtor_account" }', '{ field = "card_hash" }', "instruction.header.第5栏", "没有叫 card_hash 的栏"),
    ('file_like = "HP_*"\n', "", "results", "file_like"),
    ('success_codes = ["0000"]', "success_codes = []", "results.success_codes", "缺少成功代码"),
    ('success_codes = ["0000"]', 'success_codes = ["0001"]', "results.success_codes", "不能又算成功"),
    ('success_codes = ["0000"]', 'success_codes = "0000"', "results.success_codes", "一列代码"),
    ('"2001" = "AC01"', '"2001" = "AC99"', "reasons.2001", "没有“AC99”这个原因"),
    ('"2001" = "AC01"', '"0000" = "AC01"', "reasons.0000", "成功代码不能又是失败原因"),
    ('action = "ask-person"', 'action = "pay"', "reasons.2010.action", "fix-card"),
    ("debit = \"借\"\n", "", "statement.debit", "要写文字"),
]  # fmt: skip


@pytest.mark.parametrize("before, after, key, words", MISTAKES)
def test_a_mistake_is_said_with_its_key_and_line(tmp_path: Path, before: str, after: str, key: str, words: str) -> None:
    assert before in BAR
    text = BAR.replace(before, after, 1)
    with pytest.raises(UnknownFormat) as refused:
        registry.named("our-bank", laid_down(tmp_path, text))
    told = str(refused.value)
    assert told.startswith("银行文件格式 our-bank.toml ") and f" {key}：" in told.replace(f"toml {key}", f"toml  {key}")
    assert words in told and told.endswith("请改正后再用。")
    line = re.search(r"第 (\d+) 行", told)
    assert line
    if "栏" in key or key.startswith("reasons."):
        assert int(line[1]) == text[: text.index(after)].count("\n") + after.count("\n") + (not after.endswith("\n"))


def test_every_column_of_fixed_widths_has_a_width(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match=r"第 \d+ 行 instruction.header.第2栏：固定宽度的文件每一栏都要写 width"):
        registry.named("our-bank", laid_down(tmp_path, FIXED.replace('"message_id", width = 35', '"message_id"', 1)))


@pytest.mark.parametrize("kind", ["instruction", "results", "statement"])
def test_no_kind_of_file_may_be_left_out(tmp_path: Path, kind: str) -> None:
    text = BAR.replace(f"[{kind}]", f"[x]\n[x.{kind}]", 1)
    with pytest.raises(UnknownFormat, match=r"不认识这个键|缺少"):
        registry.named("our-bank", laid_down(tmp_path, text))


@pytest.mark.parametrize("text, words", [("a = ", "不是正确的 TOML"), (BAR.encode("gbk"), "不是 UTF-8")])
def test_what_is_no_toml_is_said_so(tmp_path: Path, text: str | bytes, words: str) -> None:
    (tmp_path / "our-bank.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UnknownFormat, match=words):
        registry.named("our-bank", tmp_path)


def test_reasons_are_three_sentences_that_fit_where_they_are_kept() -> None:
    told = [reasons.explain(code) for code in (*reasons.PUBLISHED, "", "XX99", "x" * 99)]
    told += [registry.named("qinghe-bar").explain(code) for code in ("2001", "2010", "9999")]
    for reason in told:
        assert len(reason.words) <= 200 and len(reason.citizen) <= 200
        for words in (reason.words, reason.citizen):
            assert words.count("。") >= 3 and not any(odd in words for odd in ("死", "AC0", "。。", "！"))
        assert reason.go and reason.next and reason.cause and not reason.cause.endswith("。")
