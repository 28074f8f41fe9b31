"""The exact test and the medians by which told and recorded are compared."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.spot_checks.comparison import LEAST, fisher, middle, p_value_of
from surveys.spot_checks.draws import in_order

COUNTS = st.integers(0, 25)


def test_the_lady_tasting_tea() -> None:
    # R. A. Fisher, The Design of Experiments (1935): one-sided 17/70, two-sided 34/70.
    assert fisher((3, 1), (1, 3)) == Fraction(34, 70)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # As scipy.stats.fisher_exact (1.17.1) gives them.
        ((8, 2), (1, 5), 0.03496503496503495),
        ((30, 10), (20, 20), 0.03683483307622306),
        ((10, 0), (0, 10), 1.082508822446903e-05),
        ((0, 0), (3, 4), 1.0),
    ],
)
def test_it_agrees_with_another_program(
    one: tuple[int, int], other: tuple[int, int], expected: float
) -> None:
    assert float(fisher(one, other)) == pytest.approx(expected, rel=1e-9)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_it_is_a_probability_and_the_same_from_every_side(a: int, b: int, c: int, d: int) -> None:
    p = fisher((a, b), (c, d))
    assert 0 < p <= 1
    assert p == fisher((c, d), (a, b)) == fisher((b, a), (d, c)) == fisher((a, c), (b, d))


def test_no_test_is_made_of_few() -> None:
    many, few = (0, 0, 10, LEAST - 10), (0, 0, 10, LEAST - 11)
    assert p_value_of(many, many) == 1
    assert p_value_of(few, many) is None
    assert p_value_of(many, few) is None
    assert p_value_of(many, None) is None


def test_the_median_of_nothing_is_nothing() -> None:
    assert middle([]) is None
    assert middle([40, 10, 20, 30]) == 25


def test_a_seed_draws_the_same_order_from_the_same_numbers_however_they_are_told() -> None:
    labels = [f"A{number:03d}" for number in range(1, 6)]
    # As sorted by sha256sum of "0123:A001" and so on.
    expected = ["A001", "A002", "A005", "A003", "A004"]
    assert in_order("0123", labels) == in_order("0123", labels[::-1]) == expected
    assert in_order("0123", [each for each in labels if each != "A002"]) == [
        each for each in expected if each != "A002"
    ]
