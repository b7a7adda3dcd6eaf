"""Money, numbers and dates as people read them."""

from datetime import UTC, date, datetime

import pytest

from yikatong.site.showing import figures


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (None, "—"),
        (0, "¥0.00"),
        (5, "¥0.05"),
        (123_456, "¥1,234.56"),
        (-100, "−¥1.00"),
        (10**15, "¥10,000,000,000,000.00"),
    ],
)
def test_yuan_shows_every_fen(fen: int | None, shown: str) -> None:
    assert figures.yuan(fen) == shown
    assert figures.money(fen) == shown.replace("¥", "")


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (None, "—"),
        (81_958, "819.58元"),
        (532_020_000, "532.0万元"),
        (5_320_204_999, "5,320.2万元"),
        (5_320_250_000, "5,320.3万元"),
        (10_800_000_000, "1.08亿元"),
        (-100_000_000, "−100.0万元"),
    ],
)
def test_wan_rounds_for_headlines(fen: int | None, shown: str) -> None:
    assert figures.wan(fen) == shown


@pytest.mark.parametrize(
    ("kept", "shown"),
    [(None, "—"), (8_600_000, "8.60"), (1_000_000, "1.00"), (1_234_500, "1.2345"), (1_230_000_000, "1,230.00")],
)
def test_quantity_shows_two_decimals_or_as_many_as_there_are(kept: int | None, shown: str) -> None:
    assert figures.quantity(kept) == shown


def test_count_and_share() -> None:
    assert figures.count(1286) == "1,286"
    assert figures.count(None) == figures.share(1, 0) == "—"
    assert figures.share(9999, 10_000) == "99.9%"
    assert [figures.permille(one) for one in (1000, 6, None)] == ["100%", "0.6%", "—"]
    assert figures.share(3, 3) == "100%"


def test_moments_are_told_in_beijing_time() -> None:
    late = datetime(2026, 11, 20, 18, 32, tzinfo=UTC)
    assert figures.moment(late) == "11-21 02:32"
    assert figures.cn_date(late) == "11月21日"
    assert figures.iso_day(late) == figures.iso_day(date(2026, 11, 21)) == "2026-11-21"
    assert figures.moment(None) == figures.cn_date(None) == figures.iso_day(None) == "—"


def test_fingerprint_is_the_beginning_of_the_digest() -> None:
    assert figures.fingerprint("9f3a71c204be" + "0" * 52) == "9F3A-71C2-04BE"
    assert figures.fingerprint("") == "—"


def test_numbers_of_people_are_masked_and_digests_and_codes_stay() -> None:
    assert figures.masked_numbers("证 51999919680312473X") == "证 519***********473X"
    assert figures.masked_numbers("卡6217995200134471") == "卡621*********4471"
    assert figures.masked_numbers("手机13812345678") == "手机138****5678"
    for harmless in ("519999100000", "9f3a71c204be0123456789012345678a", "PB-519999-P01-2026-01", "1234567890"):
        assert figures.masked_numbers(harmless) == harmless


@pytest.mark.parametrize(
    ("day", "words"),
    [(18, ("超期 3 天", "error")), (21, ("今天到期", "error")), (22, ("剩 1 天", "warn")), (30, ("剩 9 天", "muted"))],
)
def test_deadlines_turn_amber_and_red(day: int, words: tuple[str, str]) -> None:
    assert figures.due_words(date(2026, 11, day), date(2026, 11, 21)) == words
