"""The interval around an index: by hand, by published points of t, and where it says nothing."""

from fractions import Fraction

import pytest

from surveys.skm.interval import Method, of_parts, of_sums, students_t

WORTH = Fraction(25, 9)


@pytest.mark.parametrize(
    ("degrees", "point"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (9, 2.262), (28, 2.048)],
)
def test_students_t_is_that_of_the_tables(degrees: int, point: float) -> None:
    assert students_t(degrees) == pytest.approx(point, abs=0.001)


def test_an_interval_worked_by_hand() -> None:
    # sums 27, 30, 36, 27: mean 30, deviation sqrt(54 / 3), half 3.182 x 4.2426 / 2 x 25 / 9
    interval = of_sums([27, 30, 36, 27], WORTH)
    assert interval is not None
    assert interval.low == pytest.approx(83.33 - 18.75, abs=0.01)
    assert interval.high == 100.0
    assert interval.method is Method.FORMS


def test_an_interval_narrows_by_the_share_that_was_asked() -> None:
    sums = [18, 20, 22, 24, 26]
    open_ended, half, all_asked = (of_sums(sums, WORTH, each) for each in (None, 9, 5))
    assert open_ended is not None and half is not None and all_asked is not None
    assert half.high - half.low == pytest.approx((open_ended.high - open_ended.low) * 0.5**0.5)
    assert all_asked.low == all_asked.high


@pytest.mark.parametrize("sums", [[], [30], [30, 30, 30]])
def test_no_interval_comes_from_nobody_from_one_or_from_one_mind(sums: list[int]) -> None:
    assert of_sums(sums, WORTH) is None


def test_counts_give_the_widest_interval() -> None:
    parts = of_parts([Fraction(1)] * 9, 22 * 40, 40, WORTH)
    assert parts is not None
    assert parts.method is Method.COUNTS
    assert (parts.high - parts.low) / 2 == pytest.approx(25 * students_t(39) / 40**0.5)
    assert of_parts([], 0, 0, WORTH) is None
