"""Counters needed: Erlang's formula against its closed forms, and the load of each moment."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.staffing.need import (
    SLOT_S,
    counters_for,
    erlang_c,
    needed,
    offered_load,
    share_within,
    slot_at,
    thinned,
)
from office.staffing.target import Target

TARGET = Target(20, 80)
loads = st.floats(0.001, 80)


@given(st.floats(0.001, 0.999))
def test_one_counter_is_the_formula_of_mm1(load: float) -> None:
    assert erlang_c(1, load) == pytest.approx(load)


@given(st.floats(0.001, 1.999))
def test_two_counters_are_the_formula_of_mm2(load: float) -> None:
    assert erlang_c(2, load) == pytest.approx(load**2 / (2 + load), rel=1e-9)


def test_it_agrees_with_the_printed_tables() -> None:
    # Erlang C: 5 servers at 4 erlangs 0.5541, 10 at 8 erlangs 0.4092, 20 at 16 erlangs 0.2561
    assert erlang_c(5, 4) == pytest.approx(0.5541, abs=1e-4)
    assert erlang_c(10, 8) == pytest.approx(0.4092, abs=1e-4)
    assert erlang_c(20, 16) == pytest.approx(0.2561, abs=1e-4)


@given(st.integers(1, 100), loads, st.floats(1, 5000), st.floats(0, 5000))
def test_more_counters_never_make_waits_longer(
    counters: int, load: float, mean: float, within: float
) -> None:
    few, more = (share_within(each, load, mean, within) for each in (counters, counters + 1))
    assert 0 <= few <= more + 1e-12 <= 1 + 1e-9


@given(loads, st.floats(30, 3600), st.integers(1, 120), st.integers(50, 99))
def test_the_fewest_counters_keep_the_aim_and_one_less_does_not(
    load: float, mean: float, minutes: int, percent: int
) -> None:
    target = Target(minutes, percent)
    counters = counters_for(load, mean, target)
    assert share_within(counters, load, mean, target.seconds) >= target.share
    if counters > 1:
        assert share_within(counters - 1, load, mean, target.seconds) < target.share


def test_without_load_no_counter_is_needed() -> None:
    assert counters_for(0.0, 300, TARGET) == 0
    assert erlang_c(0, 0.0) == 0


def test_a_load_beyond_all_bounds_ends_at_the_most_there_can_be() -> None:
    assert counters_for(1e6, 300, TARGET) == 200


def test_a_steady_load_is_rate_times_mean() -> None:
    came = dict.fromkeys(range(10, 20), 12.0)
    times = [300.0, 600.0, 900.0]
    assert offered_load(came, times, 18 * SLOT_S) == pytest.approx(12 / SLOT_S * 600)


def test_the_load_of_a_step_with_exponential_times_follows_its_closed_form() -> None:
    # from the step on, m(t) = rate x mean x (1 - exp(-t / mean)); Eick, Massey and Whitt (1993)
    mean, count = 900.0, 4000
    times = [-mean * math.log(1 - (each + 0.5) / count) for each in range(count)]
    for minutes in (5, 10, 20, 30):
        at = minutes * 60.0
        closed = 10 / SLOT_S * mean * (1 - math.exp(-at / mean))
        assert offered_load({0: 10.0}, times, at) == pytest.approx(closed, rel=0.01)


def test_a_rush_is_felt_after_it_came() -> None:
    found = needed({16: 60.0, 17: 0.0}, [1200.0], range(15, 19), TARGET)
    assert found[15] == 0
    assert found[16] > found[17] > 0 == found[18]


@given(
    st.dictionaries(st.integers(14, 30), st.floats(0, 300), max_size=8),
    st.lists(st.floats(10, 5000), max_size=20),
)
def test_needs_are_never_negative_and_never_without_end(
    came: dict[int, float], times: list[float]
) -> None:
    found = needed(came, times, range(14, 32), TARGET)
    assert list(found) == list(range(14, 32))
    assert all(0 <= each <= 200 for each in found.values())


@given(st.lists(st.floats(0, 1e4), max_size=50), st.integers(1, 20))
def test_thinned_values_are_of_those_there_were(values: list[float], most: int) -> None:
    found = thinned(values, most)
    assert len(found) == min(most, len(values))
    assert set(found) <= set(values)


def test_who_comes_outside_the_hours_is_counted_at_their_edge() -> None:
    assert [slot_at(each * 3600, range(16, 30)) for each in (6, 8, 8.6, 20)] == [16, 16, 17, 29]
