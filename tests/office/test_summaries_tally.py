"""Tallies: what spreads of times tell, how wrong they can be, and that sums are sums."""

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from office.figures import by_time, quantile
from office.summaries_tally import (
    EDGES,
    ERROR_S,
    ERROR_SHARE,
    KEPT,
    LongWait,
    Spread,
    Stretch,
    Tally,
)

seconds = st.integers(0, 90_000)
times = st.lists(seconds, max_size=60)
keys = st.sampled_from(["A", "K", "C"])
stretches = st.builds(
    Stretch,
    service=keys,
    slot=st.integers(0, 167),
    channel=st.sampled_from(["kiosk", "desk"]),
    priority=st.sampled_from(["ordinary", "priority"]),
    counter=st.none() | st.integers(1, 4),
    clerk=st.none() | st.integers(1, 4),
    wait=st.none() | seconds,
    first=st.none() | seconds,
    service_time=st.none() | seconds,
    counts=st.dictionaries(st.sampled_from(["tickets", "finished"]), st.integers(1, 3)),
    ended_slot=st.none() | st.integers(0, 167),
)


def spread(values: list[int]) -> Spread:
    """Return the spread of some times."""
    made = Spread()
    for each in values:
        made.add(each)
    return made


def tally(some: list[Stretch]) -> Tally:
    """Return the tally of some stretches."""
    made = Tally()
    for each in some:
        made.add(each)
    return made


def test_buckets_are_five_seconds_wide_and_later_five_per_cent() -> None:
    assert EDGES[0] == 0
    for lower, upper in pairwise(EDGES):
        assert 0 < upper - lower <= max(ERROR_S, ERROR_SHARE * lower)


@given(values=times.filter(bool), share=st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_a_quantile_is_off_by_less_than_is_said(values: list[int], share: float) -> None:
    exact = quantile(values, share)
    told = spread(values).quantile(share)
    assert exact is not None and told is not None
    assert abs(told - exact) <= max(ERROR_S, ERROR_SHARE * exact) + 0.5


@given(values=times)
def test_counts_sums_and_the_longest_are_exact(values: list[int]) -> None:
    told = spread(values)
    assert (told.count, told.total) == (len(values), sum(values))
    assert told.longest == max(values, default=0)
    assert (told.told()["median_s"] is None) == (not values)


@given(value=seconds, count=st.integers(1, 5))
def test_one_time_is_told_as_it_is(value: int, count: int) -> None:
    assert spread([value] * count).told() == {
        "count": count,
        "mean_s": value,
        "median_s": value,
        "p90_s": value,
    }


@given(one=times, other=times)
def test_the_sum_of_spreads_is_the_spread_of_all(one: list[int], other: list[int]) -> None:
    summed = spread(one)
    summed.merge(spread(other).packed())
    assert summed.packed() == spread([*one, *other]).packed()


@given(one=st.lists(stretches, max_size=12), other=st.lists(stretches, max_size=12))
def test_the_sum_of_tallies_is_the_tally_of_all(one: list[Stretch], other: list[Stretch]) -> None:
    summed = tally(one)
    summed.merge(json.loads(json.dumps(tally(other).packed())))
    assert summed.packed() == tally([*one, *other]).packed()


@given(some=st.lists(stretches, max_size=20))
def test_every_way_of_looking_counts_the_same_tickets(some: list[Stretch]) -> None:
    made = tally(some)
    for way in ("service", "slot", "channel", "class"):
        cells = made.cells[way].values()
        assert sum(each["tickets"] for each in cells) == made.all["tickets"]
        assert sum(each.spread("wait").total for each in cells) == made.all.spread("wait").total


@given(st.lists(st.tuples(seconds, st.integers(1, 99)), max_size=60, unique=True))
def test_only_the_longest_waits_are_kept(waits: list[tuple[int, int]]) -> None:
    made = Tally()
    for waited, ticket in waits:
        made.keep_longest([LongWait(waited, ticket, "2026-11-25", "A001", "A", "done")])
    kept = [(each.waited_s, each.ticket_id) for each in made.longest]
    assert kept == sorted(waits, reverse=True)[:KEPT]


def test_a_counter_open_for_a_minute_is_not_told_as_none() -> None:
    made = Tally()
    for name in ("tickets", "days", "days_1"):
        made.all.count(name)
    made.cell("slot", "33").count("idle_s", 60)
    made.cell("slot", "34").count("tickets")
    told = {each["hour"]: each["open_counters"] for each in by_time(made)["by_hour"]}
    assert told == {9: 0.1, 10: 0.0}
