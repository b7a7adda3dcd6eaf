"""Messages of a bank that numbers them: what comes after a gap waits, each series by itself (C03)."""

from yikatong.banking.numbering import Series

PATTERN = r"(?P<series>[A-Z]+-\d{8})-(?P<number>\d+)"


def test_the_next_one_is_taken_and_what_comes_after_a_gap_waits() -> None:
    series = Series.of(PATTERN, ["R-20261124-1", "R-20261124-2", "other"])
    assert [series.may_take(f"R-20261124-{number}") for number in (4, 5, 3, 2)] == [False, False, True, True]
    assert series.missing() == {"R-20261124": 4} and series.waiting == {"R-20261124": 2}


def test_a_gap_in_what_is_known_is_still_a_gap() -> None:
    series = Series.of(PATTERN, ["R-20261124-1", "R-20261124-3"])
    assert series.last == {"R-20261124": 1} and series.may_take("R-20261124-2")


def test_a_new_series_begins_with_one() -> None:
    series = Series.of(PATTERN, ["R-20261124-1"])
    assert series.may_take("R-20261125-1") and not series.may_take("S-20261125-2")
    assert series.missing() == {"S-20261125": 1}


def test_a_bank_that_does_not_number_never_waits() -> None:
    series = Series.of("", ["R-20261124-1"])
    assert series.may_take("R-20261124-9") and series.missing() == {}
