"""The simulated day: exact on days one can work out by hand, and right by Erlang's formula."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office.staffing.need import SLOT_S, erlang_c, share_within
from office.staffing.trial import Visitor, drawn, tried, waits_of

NINE = 9 * 3600.0


def at(minutes: float, takes: float = 10) -> Visitor:
    """Return a visitor who comes so many minutes after nine; minutes."""
    return Visitor(NINE + minutes * 60, takes * 60)


def waits(visitors: list[Visitor], plan: dict[int, int]) -> list[float | None]:
    """Return the waits in minutes."""
    return [None if each is None else each / 60 for each in waits_of(visitors, plan)]


def test_one_counter_serves_in_order() -> None:
    assert waits([at(0), at(1), at(2)], {18: 1}) == [0, 9, 18]


def test_two_counters_share_the_line() -> None:
    assert waits([at(0), at(0), at(1), at(2)], {18: 2}) == [0, 0, 9, 8]


def test_who_comes_early_waits_for_the_opening() -> None:
    assert waits([at(-20)], {17: 0, 18: 1}) == [20]


def test_a_counter_that_closes_finishes_its_visitor_and_calls_no_other() -> None:
    assert waits([at(25), at(26), at(27)], {18: 2, 19: 1}) == [0, 0, 8]


def test_those_in_line_at_the_end_are_still_served() -> None:
    assert waits([at(29), at(29), at(29)], {18: 1}) == [0, 10, 20]


def test_without_any_counter_nobody_is_called() -> None:
    assert waits([at(0)], {18: 0}) == [None]
    assert waits_of([at(0)], {}) == [None]


def test_a_steady_queue_waits_as_erlang_says() -> None:
    # M/M/3 at 80 % over long days; the first hours, in which the line builds up, are left out
    load, mean, counters = 2.4, 300.0, 3
    per_slot = load / mean * SLOT_S
    times = [-mean * math.log(1 - (each + 0.5) / 2000) for each in range(2000)]
    seen: list[float] = []
    for run in range(60):
        visitors = drawn(dict.fromkeys(range(48), per_slot), 0.0, times, random.Random(run))
        found = waits_of(visitors, dict.fromkeys(range(48), counters))
        seen += [
            wait
            for visitor, wait in zip(visitors, found, strict=True)
            if wait is not None and visitor.came > 6 * 3600
        ]
    assert sum(each > 0 for each in seen) / len(seen) == pytest.approx(
        erlang_c(counters, load), abs=0.03
    )
    for within in (60, 300, 900):
        assert sum(each <= within for each in seen) / len(seen) == pytest.approx(
            share_within(counters, load, mean, within), abs=0.03
        )


def test_as_many_come_as_are_expected_and_days_differ_as_they_should() -> None:
    counts = [
        len(drawn({18: 60.0, 19: 40.0}, 0.04, [60.0], random.Random(each))) for each in range(3000)
    ]
    mean = sum(counts) / len(counts)
    variance = sum((each - mean) ** 2 for each in counts) / len(counts)
    assert mean == pytest.approx(100, rel=0.02)
    assert variance == pytest.approx(100 + 0.04 * 100**2, rel=0.1)


def test_the_same_seed_tries_the_same_days() -> None:
    plan = {18: 2, 19: 2}
    one, other = tried([plan, plan], {18: 12.0}, 0.1, [600.0], 1200, runs=10)
    assert one == other == tried([plan], {18: 12.0}, 0.1, [600.0], 1200, runs=10)[0]


def test_one_counter_more_in_the_rush_helps_the_rush() -> None:
    few = {18: 2, 19: 2, 20: 2}
    more = {**few, 18: 3}
    before, after = tried([few, more], {18: 12.0, 19: 3.0}, 0.0, [600.0], 600, runs=30)
    assert after.within.middle > before.within.middle
    assert (after.by_slot[18] or 0) > (before.by_slot[18] or 0)
    assert after.p90_s.middle < before.p90_s.middle


def test_a_day_without_visitors_keeps_every_aim() -> None:
    (found,) = tried([{18: 1}], {}, 0.0, [600.0], 600, runs=3)
    assert found.within.middle == 1
    assert found.by_slot == {18: None}


@settings(max_examples=25, deadline=None)
@given(
    came=st.dictionaries(st.integers(16, 24), st.floats(0, 30), max_size=5),
    counters=st.lists(st.integers(0, 4), min_size=9, max_size=9),
    variability=st.floats(0, 0.5),
    times=st.lists(st.floats(10, 4000), min_size=1, max_size=8),
)
def test_whatever_is_tried_shares_are_shares_and_waits_are_waits(
    came: dict[int, float], counters: list[int], variability: float, times: list[float]
) -> None:
    plan = dict(zip(range(16, 25), counters, strict=True))
    (found,) = tried([plan], came, variability, times, 1200, runs=4)
    within = found.within
    shares = (within.low, within.middle, within.high, *found.by_slot.values())
    assert all(share is None or 0 <= share <= 1 for share in shares)
    for likely in (found.median_s, found.p90_s):
        assert 0 <= likely.low <= likely.high
        assert math.isfinite(likely.middle)
