"""Instructions as the banks' own text files, read by hand on the other side."""

from collections import deque

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yikatong.banking.formats import registry
from yikatong.banking.formats.refusals import UnwritableInstruction
from yikatong.banking.tests import reports
from yikatong.banking.tests.flat_files import BAR, FIXED, Paid, bar_instruction, fixed_instruction
from yikatong.banking.tests.instructions import PaymentRow, card, frame, header, row

# Of Chinese and minority names, with characters that only GB18030 has, and what stands between the parts of a name.
NAMES = st.text(alphabet=st.sampled_from("张王欧阳阿力木买提·䶮㐂𠂇龴“”aZ9"), min_size=1, max_size=20).filter(str.strip)
GBK_NAMES = st.text(alphabet=st.sampled_from("张王欧阳阿力木买提·镕喆堃aZ9"), min_size=1, max_size=30).filter(str.strip)
FEN = st.integers(1, 999_999_999_999)


def written(code: str, rows: list[PaymentRow], part: int = 100) -> bytes:
    parts = [frame(rows[start : start + part]) for start in range(0, len(rows), part)]
    return b"".join(registry.named(code).blocks(header(rows), parts))


def paid(rows: list[PaymentRow]) -> list[Paid]:
    return [Paid(one.end_to_end_id, one.card_number, one.creditor_name, one.amount_fen) for one in rows]


def test_a_bar_separated_file_is_what_the_bank_was_promised() -> None:
    rows = [row(2, 12_345), row(3, 1)]
    assert registry.named(BAR).file_name(header(rows)) == "DF_20261123_QH2026-0001.txt"
    assert written(BAR, rows).decode("gb18030") == (
        "2|123.46|QH2026-0001|20261123|51999900000000000001|青禾县农业农村局\r\n"
        f"1|E2-1|{card(2)}|张㐂|123.45|999999992|耕地地力保护补贴 2026年第1期\r\n"
        f"2|E3-1|{card(3)}|阿力木·买买提|0.01|999999992|耕地地力保护补贴 2026年第1期\r\n"
    )


def test_a_fixed_width_file_counts_bytes_and_ends_with_totals_and_card_hash() -> None:
    rows = [row(1, 12_345)._replace(creditor_name="欧阳震华"), row(3, 1)]
    head, found, totals = fixed_instruction(written(FIXED, rows))
    assert head.startswith(b"H01QH2026-0001 ") and "青禾县农业农村局".encode("gbk") in head
    assert found == paid(rows)
    assert totals == (2, 12_346, int(card(1)[-8:]) + int(card(3)[-8:]))


@given(st.lists(st.tuples(NAMES, FEN), min_size=1, max_size=12), st.integers(1, 5))
def test_every_name_and_amount_arrives_in_gb18030(told: list[tuple[str, int]], part: int) -> None:
    rows = [row(n, fen)._replace(creditor_name=name) for n, (name, fen) in enumerate(told)]
    head, found = bar_instruction(written(BAR, rows, part))
    assert found == [one._replace(name=_moved(one.name)) for one in paid(rows)]
    assert head[:2] == [str(len(rows)), f"{sum(f for _, f in told) // 100}.{sum(f for _, f in told) % 100:02d}"]


def _moved(name: str) -> str:
    # Python's codec is the edition of 2000, where this one character's code stood for a private one.
    return name.replace("\u9fb4", "\ue81e")


@given(st.lists(st.tuples(GBK_NAMES, FEN), min_size=1, max_size=12), st.integers(1, 5))
def test_every_name_and_amount_arrives_in_fixed_widths(told: list[tuple[str, int]], part: int) -> None:
    rows = [row(n, fen)._replace(creditor_name=name) for n, (name, fen) in enumerate(told)]
    _, found, totals = fixed_instruction(written(FIXED, rows, part))
    assert found == paid(rows)
    assert totals[:2] == (len(rows), sum(fen for _, fen in told))


def test_all_texts_that_a_bank_cannot_carry_are_listed_with_character_and_remedy() -> None:
    names = ["张䶮", "王镕", "李㐂䶮", "长" * 31]
    rows = frame([row(n)._replace(creditor_name=name) for n, name in enumerate(names)])
    found = registry.named(FIXED).unfit(rows)
    assert found["end_to_end_id"].to_list() == ["E0-1", "E2-1", "E3-1"]
    first, second, third = found["fault"]
    assert "“䶮”（U+4DAE）" in first and "GBK" in first and "GB18030-2022" in first
    assert "“㐂”（U+3402）、“䶮”（U+4DAE）" in second
    assert "60 个字节" in third and "不能截短" in third
    # 䶮 is in GB18030: only what separates cannot be written there.
    bar = registry.named(BAR).unfit(
        frame([row(n)._replace(creditor_name=name) for n, name in enumerate([*names, "张|三"])])
    )
    assert bar["end_to_end_id"].to_list() == ["E4-1"] and "“|”" in bar["fault"].item()
    assert registry.named("iso20022").unfit(rows).is_empty()


@pytest.mark.parametrize(
    "code, change, words",
    [
        (FIXED, {"creditor_name": "张䶮"}, "U+4DAE"),
        (FIXED, {"amount_fen": 10**15}, "15 个字节"),
        (BAR, {"remittance": "a|b"}, "分栏"),
        (BAR, {"creditor_name": "张\n三"}, "控制字符"),
        (BAR, {"amount_fen": 0}, "不大于零"),
    ],
)
def test_what_cannot_be_written_stops_the_file_and_names_the_payment(code: str, change: dict, words: str) -> None:
    with pytest.raises(UnwritableInstruction, match="E3-1") as refused:
        written(code, [row(1), row(3)._replace(**change)])
    assert words in str(refused.value)


@pytest.mark.parametrize("code", [BAR, FIXED])
@pytest.mark.parametrize("change", [{"debtor_name": "局|䶮" * 20}, {"payment_count": 3}, {"message_id": "不行"}])
def test_a_header_that_cannot_be_or_does_not_add_up_is_refused(code: str, change: dict) -> None:
    rows = [row(1), row(2)]
    with pytest.raises(UnwritableInstruction):
        deque(registry.named(code).blocks(header(rows, **change), [frame(rows)]), 0)


@pytest.mark.parametrize("code", [BAR, FIXED])
def test_nothing_is_written_row_by_row(code: str) -> None:
    adapter = registry.named(code)

    def calls(count: int) -> int:
        rows = [row(n)._replace(creditor_name="张三") for n in range(count)]
        above, below = header(rows), frame(rows)
        return reports.calls(lambda: deque(adapter.blocks(above, [below]), 0))

    calls(1)
    assert calls(1_000) == calls(10)


def test_a_column_that_may_be_missing_is_written_empty() -> None:
    rows = [row(1)]
    bare = frame(rows).with_columns(bank_name=pl.lit(None, pl.String), mobile_number=pl.lit(None, pl.String))
    body = b"".join(registry.named(BAR).blocks(header(rows), [bare]))
    assert bar_instruction(body)[1] == paid(rows)
