"""The sample the regulation wants, against the whole of its table as far as it is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.skm.sample import sample_size

TABLE = {
    10: 10,
    20: 19,
    50: 44,
    100: 80,
    150: 108,
    200: 132,
    300: 169,
    400: 196,
    500: 217,
    1000: 278,
    2000: 322,
    5000: 357,
    10000: 370,
    20000: 377,
    50000: 381,
    1000000: 384,
}


@pytest.mark.parametrize(("population", "sample"), TABLE.items())
def test_the_sample_is_that_of_the_table(population: int, sample: int) -> None:
    assert sample_size(population) == sample


@given(st.integers(min_value=0, max_value=10**9))
def test_a_sample_is_never_more_than_everybody_and_grows(population: int) -> None:
    assert sample_size(population) <= min(population, 384)
    assert sample_size(population) <= sample_size(population + 1)


def test_nobody_is_asked_of_nobody() -> None:
    assert sample_size(0) == 0
    with pytest.raises(ValueError, match="-1"):
        sample_size(-1)
