"""What the banks' own text files tell us, and every file that must not be believed."""

import io
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yikatong.banking.formats import registry
from yikatong.banking.formats.adapters import OUTCOME, STATEMENT_LINE
from yikatong.banking.formats.flat import records
from yikatong.banking.formats.flat.adapter import Flat
from yikatong.banking.formats.reasons import Action
from yikatong.banking.formats.refusals import UnreadableBankFile
from yikatong.banking.tests import reports
from yikatong.banking.tests.flat_files import (
    ACCOUNT,
    BAR,
    FIXED,
    Answer,
    bar_results,
    bar_returns,
    bar_statement,
    fixed_results,
    fixed_returns,
    fixed_statement,
    taken,
)  # fmt: skip

ANSWERS = [Answer("E1-1", 12_345, "0000", "R1"), Answer("E2-1", 1, "2002"), Answer("E3-1", 700, "0001")]
FIXED_ANSWERS = [one._replace(code={"0000": "00", "2002": "12", "0001": "01"}[one.code]) for one in ANSWERS]
FILES = [(BAR, bar_results(ANSWERS), "HP_1.txt"), (FIXED, fixed_results(FIXED_ANSWERS), "x.dat")]
BAR_FILES = {
    "HP_1": bar_results([Answer("E1-1", 12_345, "0000", "R1")]),
    "TP_1": bar_returns([Answer("E1-1", 12_345, "2004")]),
    "DZ_1": bar_statement([Answer("E1-1", 12_345, "", "R1")], 50_000),
}
FIXED_FILES = {
    "results": fixed_results([Answer("E1-1", 12_345, "00", "R1")]),
    "returns": fixed_returns([Answer("E1-1", 12_345, "14")]),
    "statement": fixed_statement([Answer("E1-1", 12_345, "", "R1")], 50_000),
}


@pytest.mark.parametrize("code, body, name", FILES)
def test_results_say_what_was_credited_and_what_failed_and_leave_the_pending(code: str, body: bytes, name: str) -> None:
    contents, rows = taken(code, body, name)
    failed = "2002" if code == BAR else "12"
    assert [
        (r["end_to_end_id"], r["result"], r["reason_code"], r["amount_fen"], r["bank_reference"]) for r in rows
    ] == [
        ("E1-1", "credited", "", 12_345, "R1"),
        ("E2-1", "failed", failed, 1, ""),
    ]
    assert {r["message_id"] for r in rows} == {"QH1"} == contents.known_messages
    assert {r["booked_on"] for r in rows} == {date(2026, 11, 23)}
    assert contents.is_ours and not contents.is_statement
    told = registry.named(code).explain(failed)
    assert (told.code, told.action) == (failed, Action.FIX_CARD) and "销户" in told.words


@pytest.mark.parametrize("code, body, name", [(BAR, BAR_FILES["TP_1"], "TP_1"), (FIXED, FIXED_FILES["returns"], "")])
def test_returns_come_with_their_reason_and_day(code: str, body: bytes, name: str) -> None:
    _, (row,) = taken(code, body, name)
    assert (row["result"], row["end_to_end_id"], row["amount_fen"]) == ("returned", "E1-1", 12_345)
    assert row["booked_on"] == date(2026, 11, 25) and row["bank_reference"] == ""
    assert registry.named(code).explain(row["reason_code"]).action is Action.ASK_PERSON


@pytest.mark.parametrize("code, body, name", [(BAR, BAR_FILES["DZ_1"], "DZ_1"), (FIXED, FIXED_FILES["statement"], "")])
def test_a_statement_is_balances_and_bookings(code: str, body: bytes, name: str) -> None:
    contents, (line,) = taken(code, body, name)
    ((number, head),) = contents.statements
    assert (number, head.account, head.day) == (1, ACCOUNT, date(2026, 11, 23))
    assert (head.opening_fen, head.closing_fen, head.gap_fen(debit_fen=12_345, credit_fen=0)) == (50_000, 37_655, 0)
    assert (line["side"], line["amount_fen"], line["end_to_end_id"]) == ("debit", 12_345, "E1-1")
    assert (line["bank_reference"], line["booked_on"], line["return_reason"]) == ("R1", date(2026, 11, 23), "")
    others, lines = taken(code, body, name, accounts={"1": 1})
    assert not others.is_ours and not lines and not others.statements


def test_a_payment_coming_back_is_told_from_other_money() -> None:
    back = [Answer("E1-1", 100, "2004", "R2"), Answer("E2-1", 200, "", "R3"), Answer("", 300, "", "R4")]
    _, lines = taken(BAR, bar_statement([], 0, credits=back), "DZ_1")
    assert [(line["side"], line["return_reason"]) for line in lines] == [
        ("credit", "2004"), ("credit", "NARR"), ("credit", ""),
    ]  # fmt: skip


def test_frames_have_the_columns_that_are_staged() -> None:
    for name, schema in (("HP_1", OUTCOME), ("TP_1", OUTCOME), ("DZ_1", STATEMENT_LINE)):
        adapter, body = registry.named(BAR), io.BytesIO(BAR_FILES[name])
        contents = adapter.open(body, name=name)
        for frame in adapter.rows(body, contents, {ACCOUNT: 1}):
            assert dict(frame.schema) == {column: kind() for column, kind in schema.items()}


@pytest.mark.parametrize("code", ["", "0000 ", " 0000", "000", "XX", "成功"])
def test_only_the_very_code_of_success_is_a_success(code: str) -> None:
    """C16."""
    answers = [Answer("E1-1", 1, code)]
    _, (row,) = taken(BAR, bar_results(answers), "HP_1")
    assert (row["result"], row["reason_code"]) == ("failed", code)
    assert registry.named(BAR).explain(code).action is Action.INVESTIGATE


def test_a_name_that_the_bank_could_not_write_changes_nothing() -> None:
    """C20: the bank's file has 张? beside the number; only the number counts."""
    assert "张?".encode("gbk") in BAR_FILES["HP_1"]
    assert taken(BAR, BAR_FILES["HP_1"], "HP_1")[1][0]["end_to_end_id"] == "E1-1"


def test_two_amounts_swapped_are_left_to_the_comparison_of_sets() -> None:
    """C11: the totals are right, so the file is; what each payment should be is known elsewhere."""
    swapped = [Answer("E1-1", 1, "0000", "R1"), Answer("E2-1", 12_345, "0000", "R2")]
    assert [row["amount_fen"] for row in taken(BAR, bar_results(swapped), "HP_1")[1]] == [1, 12_345]


def test_a_file_refused_as_a_whole_is_one_refusal_and_only_by_an_agreed_code() -> None:
    contents, rows = taken(BAR, bar_results([], file_code="9001"), "HP_1")
    assert rows == [] and [(r.message_id, r.reason_code) for r in contents.refusals] == [("QH1", "9001")]
    assert contents.refusals[0].booked_on == date(2026, 11, 23)
    assert not taken(BAR, bar_results([], file_code="0001"), "HP_1")[0].refusals
    for code in ("0000", "9999", "9001 "):
        with pytest.raises(UnreadableBankFile):
            taken(BAR, bar_results([], file_code=code), "HP_1")


SPOILED_BAR = [
    # What is wrong with the file, what is replaced by what, what the sentence must say.
    ("another total", "1|123.45|", "1|123.46|", "总金额是 123.46 元，逐笔相加是 123.45 元"),
    ("another count", "1|123.45|1", "2|123.45|1", "总笔数是 2 笔，逐笔相加是 1 笔"),
    ("success total", "1|123.45|QH1", "1|0.00|QH1", "成功金额"),
    ("a column more", "|R1", "|R1|", "第 2 行有 8 栏，约定是 7 栏"),
    ("a column less", "|R1", "", "第 2 行有 6 栏"),
    ("header column", "|0000\r\nE1", "\r\nE1", "第 1 行（首行）有 6 栏"),
    ("cut off", "\r\nE1-1||张?|123.45|0000|账户|R1\r\n", "\r\n", "逐笔相加是 0 笔"),
    ("cut within", "|账户|R1\r\n", "", "第 2 行有 5 栏"),
    ("empty line", "\r\nE1", "\r\n\r\nE1", "第 2 行有 1 栏"),
    ("three decimals", "?|123.45", "?|123.455", "第 2 行的金额“123.455”"),
    ("a sign", "?|123.45", "?|-123.45", "第 2 行的金额"),
    ("full width", "?|123.45", "?|１２３.45", "第 2 行的金额"),
    ("header amount", "1|123.45|1|123", "1|abc|1|123", "总金额“abc”"),
    ("day", "20261123", "20261323", "文件日期“20261323”"),
    ("no number", "E1-1", "", "第 2 行没有款项编号"),
    ("control character", "张?", "张\x00", "第 2 行有看不见的控制字符"),
    ("replacement", "张?", "锟斤拷", "乱码"),
]  # fmt: skip


@pytest.mark.parametrize("what, before, after, sentence", SPOILED_BAR, ids=[one[0] for one in SPOILED_BAR])
def test_a_spoiled_file_is_refused_where_it_is_spoiled(what: str, before: str, after: str, sentence: str) -> None:
    text = BAR_FILES["HP_1"].decode("gb18030")
    assert before in text
    with pytest.raises(UnreadableBankFile) as refused:
        taken(BAR, text.replace(before, after, 1).encode("gb18030"), "HP_1")
    assert sentence in str(refused.value)


SPOILED_FIXED = [
    ("results", b"D" + b"E1-1", b"DE1-1 ", "第 2 行有 116 个字节，约定是 115 个"),
    ("results", b"000000000012345", b"00000000012345", "第 2 行有 114 个字节"),
    ("results", b"T00000001", b"T00000002", "总笔数是 2 笔"),
    ("results", b"\nD", b"\nX", "第 2 行第 1 栏不是约定的固定文字"),
    ("results", b"\nT", b"\nU", "第 3 行（尾行）第 1 栏"),
    ("results", "说明".encode("gbk"), b"\xcb\x20  ", "第 2 行不是 GBK 编码"),
    ("statement", b"D1", b"D9", "第 2 行的借贷标志“9”"),
    ("statement", b"00000001" + b"0" * 12 + b"12345", b"00000001" + b"0" * 12 + b"12346", "总金额是 123.46 元"),
    ("statement", b" 37655", b" 3765x", "期末余额“3765x”"),
    ("returns", b"20261125", b"20261199", "文件日期"),
]  # fmt: skip


@pytest.mark.parametrize("name, before, after, sentence", SPOILED_FIXED)
def test_a_spoiled_fixed_width_file_is_refused_with_its_line(
    name: str, before: bytes, after: bytes, sentence: str
) -> None:
    assert before in FIXED_FILES[name]
    with pytest.raises(UnreadableBankFile) as refused:
        taken(FIXED, FIXED_FILES[name].replace(before, after, 1))
    assert sentence in str(refused.value)


def test_utf8_in_place_of_the_agreed_encoding_is_refused_though_it_can_be_read() -> None:
    text = bar_results([Answer("E1-1", 12_345, "0000", "R1")]).decode("gb18030").replace("张?", "张三")
    assert text.encode().decode("gb18030")
    with pytest.raises(UnreadableBankFile, match="UTF-8"):
        taken(BAR, text.encode(), "HP_1")


@pytest.mark.parametrize(
    "code, body, name", [(BAR, BAR_FILES["HP_1"], "XX_1"), (FIXED, b"H09\n", ""), (FIXED, b"", "")]
)
def test_a_file_of_no_agreed_kind_is_refused(code: str, body: bytes, name: str) -> None:
    with pytest.raises(UnreadableBankFile, match="不是约定的"):
        taken(code, body, name)


@pytest.mark.parametrize("like", ["HP_*", "HP_*.txt", "HP_?"])
@pytest.mark.parametrize("name", ["HP_1", "HP_1.txt"])
def test_a_name_is_known_with_and_without_its_ending(tmp_path: Path, like: str, name: str) -> None:
    text = (registry.PACKAGED / f"{BAR}.toml").read_text(encoding="utf-8").replace('"HP_*"', f'"{like}"')
    (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
    assert registry.named("ours", tmp_path).open(io.BytesIO(BAR_FILES["HP_1"]), name=name).kind == "ours:results"


def test_unix_line_ends_and_a_missing_last_one_make_no_difference() -> None:
    body = bar_results(ANSWERS)
    wanted = taken(BAR, body, "HP_1")[1]
    assert (
        taken(BAR, body.replace(b"\r\n", b"\n"), "HP_1")[1]
        == wanted
        == taken(BAR, body.removesuffix(b"\r\n"), "HP_1")[1]
    )


@given(st.integers(1, 400), st.integers(1, 12))
def test_the_blocks_make_no_difference_to_what_is_read(block_bytes: int, count: int) -> None:
    answers = [Answer(f"E{n}-1", n + 1, "0000", f"R{n}") for n in range(count)]
    for code, body, kind in (
        (BAR, bar_results(answers), "results"),
        (FIXED, fixed_results([one._replace(code="00") for one in answers]), "results"),
    ):
        adapter = registry.named(code)
        assert isinstance(adapter, Flat)
        parts = list(
            records.walk(io.BytesIO(body), adapter.layout, adapter.layout.files[kind], block_bytes=block_bytes)
        )
        rows = pl.concat([part.rows for part in parts])
        assert rows["end_to_end_id"].to_list() == [one.end_to_end_id for one in answers]
        assert rows["line"].to_list() == list(range(2, count + 2))
        assert parts[-1].told["count"].lstrip("0") == str(count)


@given(
    st.lists(st.tuples(st.integers(1, 10**13 - 1), st.sampled_from(["0000", "2001", "XX"])), min_size=1, max_size=15)
)
def test_every_value_of_a_result_arrives(told: list[tuple[int, str]]) -> None:
    answers = [Answer(f"E{n}-1", fen, code, f"R{n}") for n, (fen, code) in enumerate(told)]
    for code, body, name in (
        (BAR, bar_results(answers), "HP_1"),
        (FIXED, fixed_results([one._replace(code={"0000": "00"}.get(one.code, one.code)) for one in answers]), ""),
    ):
        rows = taken(code, body, name)[1]
        assert [(r["end_to_end_id"], r["amount_fen"]) for r in rows] == [
            (a.end_to_end_id, a.amount_fen) for a in answers
        ]
        assert [r["result"] == "credited" for r in rows] == [a.code == "0000" for a in answers]


@pytest.mark.parametrize("code", [BAR, FIXED])
def test_nothing_is_read_row_by_row(code: str) -> None:
    adapter = registry.named(code)

    def calls(count: int) -> int:
        answers = [Answer(f"E{n:04d}-1", 5, "0000" if code == BAR else "00", "R") for n in range(count)]
        body = io.BytesIO(bar_results(answers) if code == BAR else fixed_results(answers))
        contents = adapter.open(body, name="HP_1")
        return reports.calls(lambda: list(adapter.rows(body, contents, {})))

    calls(1)
    assert calls(1_000) == calls(10)
