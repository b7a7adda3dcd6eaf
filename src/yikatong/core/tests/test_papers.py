"""A list on paper: every row on exactly one sheet, each sheet with its sum, the whole with its total and digest."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from yikatong.core import papers
from yikatong.core.listing import Column
from yikatong.kit import digest
from yikatong.kit.workbooks import Kind

COLUMNS = (
    Column("姓名", "name"),
    Column("组", "group", width=8),
    Column("笔数", "count", Kind.COUNT),
    Column("标准（元）", "rate", Kind.YUAN, adds_up=False),
    Column("金额（元）", "fen", Kind.YUAN),
)


def rows(count: int, name: str = "张*国") -> list[dict[str, Any]]:
    return [{"name": name, "group": "一组", "count": 1, "rate": 9530, "fen": 100 + place} for place in range(count)]


def fen(text: str) -> int:
    return int(text.replace(",", "").replace(".", ""))


@given(st.integers(0, 200), st.integers(1, 40))
def test_every_row_is_on_one_sheet_and_the_sheets_add_up(count: int, length: int) -> None:
    made = papers.paper("公示表", COLUMNS, rows(count, "名" * length))
    assert [number for sheet in made.sheets for number, _ in sheet.lines] == list(range(1, count + 1))
    assert [sheet.number for sheet in made.sheets] == list(range(1, len(made.sheets) + 1))
    assert sum(fen(sheet.sums[-1]) for sheet in made.sheets) == made.total_fen == sum(100 + one for one in range(count))
    assert sum(int(sheet.sums[2].replace(",", "")) for sheet in made.sheets) == made.row_count == count
    assert all(sheet.lines for sheet in made.sheets) or count == 0
    assert sum(head.percent for head in made.heads) <= 94


def test_a_sheet_holds_what_fits_and_long_words_take_more_room() -> None:
    short, long = papers.paper("表", COLUMNS, rows(100)), papers.paper("表", COLUMNS, rows(100, "名" * 60))
    assert [len(sheet.lines) for sheet in short.sheets] == [30, 32, 32, 6]
    assert [len(sheet.lines) for sheet in papers.paper("表", COLUMNS, rows(25)).sheets] == [22, 3], (
        "signatures need room"
    )
    assert max(len(sheet.lines) for sheet in short.sheets) <= papers.ROWS_DOWN[False][1]
    assert len(long.sheets) > len(short.sheets)


def test_a_further_volume_counts_on() -> None:
    made = papers.paper("表", COLUMNS, rows(40), rows_before=2_000)
    assert [number for sheet in made.sheets for number, _ in sheet.lines] == list(range(2_001, 2_041))


def test_a_rate_does_not_add_up_and_the_total_stands_in_capitals() -> None:
    made = papers.paper("表", COLUMNS, rows(2))
    assert made.sums == ["", "", "2", "", "2.01"] and (made.total_name, made.amount_words) == ("金额", "贰元零壹分")
    assert not papers.paper("表", COLUMNS[:2], rows(2)).amount_words
    assert made.is_summed and not papers.paper("表", COLUMNS[:2], rows(2)).is_summed
    assert [head.is_number for head in made.heads] == [False, False, True, True, True]


def test_many_columns_lie_across() -> None:
    assert not papers.paper("表", COLUMNS, []).is_wide
    assert papers.paper("表", COLUMNS * 3, []).is_wide
    two = [papers.written("窄", COLUMNS, rows(1)), papers.written("宽", COLUMNS * 3, rows(1))]
    assert all(made.is_wide for made in papers.together(two)), "lists that are printed together lie the same way"


def test_a_column_is_as_wide_as_its_words_and_where_room_is_short_the_longest_give_way() -> None:
    long = (*COLUMNS, Column("为什么没发成", "why"), Column("现在", "now"))
    told = [row | {"why": "账户已销户，请更换社保卡", "now": "新卡还没有激活" * 9} for row in rows(2)]
    made = papers.paper("表", long, told)
    shares = {head.words: head.percent for head in made.heads}
    across = papers.SIGNS_ACROSS[made.is_wide]
    assert shares["现在"] > shares["为什么没发成"] > shares["姓名"]
    assert shares["为什么没发成"] * across // 100 >= len("账户已销户，请更换社保卡") * 2
    assert shares["金额（元）"] * across // 100 > len("金额（元）") * 2


def test_the_digest_is_the_one_that_was_signed_or_that_of_the_words_on_paper() -> None:
    assert papers.paper("表", COLUMNS, rows(2), signed="ab" * 32).digest == "ab" * 32
    own = papers.paper("表", COLUMNS, rows(2))
    assert own.digest == digest.of_rows(
        [["张*国", "一组", "1", "95.30", "1.00"], ["张*国", "一组", "1", "95.30", "1.01"]]
    )
    assert own.digest != papers.paper("表", COLUMNS, rows(3)).digest


def test_the_code_is_an_image_without_styles() -> None:
    code = papers.paper("表", COLUMNS, rows(1)).code
    assert code.startswith("<svg") and 'class="he-qr"' in code and "style" not in code
    assert not re.search(r"<script|on\w+=", code)
