"""Whose turn it is: the three policies, the reasons they state, and that nobody starves."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office import policy
from office.place import PolicyName
from office.policy import Waiting, in_order, latest_overtaker, line_since_after, overtaken
from tests.houses import MORNING

A, K = 1, 2


def someone(ticket_id: int, minutes: float, rate: float = 1.0, service_id: int = A) -> Waiting:
    """Return a ticket that joined the line `minutes` after MORNING."""
    at = MORNING + timedelta(minutes=minutes)
    return Waiting(
        ticket_id=ticket_id,
        label=f"A{ticket_id:03d}",
        service_id=service_id,
        class_code="ordinary" if rate == 1.0 else "priority",
        rate=rate,
        arrived_at=at,
        line_since=at,
    )


def after(minutes: float) -> datetime:
    """Return the moment `minutes` after MORNING."""
    return MORNING + timedelta(minutes=minutes)


def ids(line: list[Waiting]) -> list[int]:
    """Return the numbers of a line."""
    return [each.ticket_id for each in line]


lines = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from([1.0, 1.5, 2.0, 4.0])), max_size=12
).map(lambda drawn: [someone(i, minutes, rate) for i, (minutes, rate) in enumerate(drawn, 1)])


# Accumulating priority


def test_among_equals_whoever_came_first_goes_first() -> None:
    line = [someone(1, 5), someone(2, 0), someone(3, 9)]
    assert ids(in_order(line, after(10), PolicyName.ACCUMULATING)) == [2, 1, 3]


def test_a_score_is_the_rate_times_the_minutes_in_line() -> None:
    assert policy.score(someone(1, 0, 2.0), after(15)) == 30.0


def test_priority_goes_before_whoever_has_waited_less_than_twice_as_long() -> None:
    line = [someone(1, 0), someone(2, 6, 2.0)]
    assert ids(in_order(line, after(13), PolicyName.ACCUMULATING)) == [2, 1]


def test_priority_waits_behind_whoever_has_waited_more_than_twice_as_long() -> None:
    line = [someone(1, 0), someone(2, 6, 2.0)]
    assert ids(in_order(line, after(11), PolicyName.ACCUMULATING)) == [1, 2]


def test_at_equal_scores_whoever_came_first_goes_first() -> None:
    line = [someone(1, 6, 2.0), someone(2, 0)]
    assert ids(in_order(line, after(12), PolicyName.ACCUMULATING)) == [2, 1]


def test_at_the_same_moment_the_lower_ticket_goes_first() -> None:
    line = [someone(2, 0), someone(1, 0)]
    assert ids(in_order(line, after(5), PolicyName.ACCUMULATING)) == [1, 2]


@pytest.mark.parametrize("chosen", list(PolicyName))
@given(line=lines, seed=st.randoms())
def test_the_order_does_not_depend_on_how_the_line_was_read(
    chosen: PolicyName, line: list[Waiting], seed: object
) -> None:
    shuffled = sorted(line, key=lambda _each: seed.random())  # type: ignore[attr-defined]
    assert in_order(line, after(90), chosen) == in_order(shuffled, after(90), chosen)
    assert sorted(ids(in_order(line, after(90), chosen))) == sorted(ids(line))


# Nobody starves

visitors = st.lists(
    st.tuples(st.integers(0, 7200), st.sampled_from([1.0, 1.0, 1.5, 2.0, 4.0])),
    min_size=2,
    max_size=40,
)
moments = st.lists(st.integers(0, 9000), min_size=40, max_size=40)


@given(visitors=visitors, calls=moments)
def test_no_ticket_is_passed_by_anyone_who_arrived_after_its_bound(
    visitors: list[tuple[int, float]], calls: list[int]
) -> None:
    arrivals = [
        someone(number, seconds / 60, rate) for number, (seconds, rate) in enumerate(visitors, 1)
    ]
    highest = max(each.rate for each in arrivals)
    left = list(arrivals)
    called: list[tuple[Waiting, datetime]] = []
    for now in sorted(MORNING + timedelta(seconds=each) for each in calls):
        here = [each for each in left if each.line_since <= now]
        if here:
            chosen = in_order(here, now, PolicyName.ACCUMULATING)[0]
            left.remove(chosen)
            called.append((chosen, now))
    for place, (passed, at) in enumerate(called):
        bound = latest_overtaker(passed.rate, highest, at - passed.line_since)
        for overtaker, _at in called[:place]:
            later = overtaker.line_since - passed.line_since
            assert later <= max(bound, timedelta(0)), (passed, overtaker, at)


def test_the_bound_at_rates_one_and_two_is_half_the_wait() -> None:
    assert latest_overtaker(1.0, 2.0, timedelta(minutes=40)) == timedelta(minutes=20)


def test_nobody_of_the_highest_class_is_passed_by_a_newcomer() -> None:
    assert latest_overtaker(2.0, 2.0, timedelta(minutes=40)) == timedelta(0)


def test_the_bound_is_reached_by_someone_who_came_just_within_it() -> None:
    bound = latest_overtaker(1.0, 2.0, timedelta(minutes=40)) / timedelta(minutes=1)
    ordinary = someone(1, 0)
    within, beyond = someone(2, bound - 0.1, 2.0), someone(3, bound + 0.1, 2.0)
    line = in_order([ordinary, within, beyond], after(40), PolicyName.ACCUMULATING)
    assert ids(line) == [2, 1, 3]


# How long anybody waits


@pytest.mark.parametrize("name", list(PolicyName))
@given(
    ahead=st.integers(0, 8),
    comers=st.lists(st.booleans(), max_size=60),
    highest=st.sampled_from([1.0, 1.5, 2.0, 4.0]),
    drift=st.floats(0, 0.9),
)
def test_nobody_waits_longer_than_the_bound_however_many_of_priority_come(
    name: PolicyName, ahead: int, comers: list[bool], highest: float, drift: float
) -> None:
    """One counter, a visit a minute, and at most one of priority comes in each of them."""
    mine = someone(100, 0)
    line = [*(someone(each, -10 + each) for each in range(1, ahead + 1)), mine]
    coming = [
        someone(200 + minute, minute + drift, highest)
        for minute, comes in enumerate(comers)
        if comes
    ]
    rates: list[float] = []
    at = 0
    while True:
        line += [each for each in coming if each.line_since <= after(at)]
        coming = [each for each in coming if each.line_since > after(at)]
        called = in_order(line, after(at), name, rates)[0]
        if called is mine:
            break
        rates.append(called.rate)
        line.remove(called)
        at += 1
    first_come = timedelta(minutes=ahead + 1)
    bound = policy.longest_wait(name, 1.0, highest, first_come)
    assert timedelta(minutes=at) <= bound, (at, bound)


def test_the_longest_wait_grows_with_the_rate_of_those_who_pass() -> None:
    hour = timedelta(hours=1)
    assert policy.longest_wait(PolicyName.ACCUMULATING, 1.0, 2.0, hour) == 2 * hour
    assert policy.longest_wait(PolicyName.RATIO, 1.0, 2.0, hour) == 3 * hour
    assert policy.longest_wait(PolicyName.RATIO, 1.0, 1.0, hour) == hour
    assert policy.longest_wait(PolicyName.FIRST_COME, 1.0, 2.0, hour) == hour


# First come


def test_first_come_looks_at_no_class() -> None:
    line = [someone(1, 5, 4.0), someone(2, 0), someone(3, 9, 2.0)]
    assert ids(in_order(line, after(60), PolicyName.FIRST_COME)) == [2, 1, 3]


# Two to one

MIXED = [
    *(someone(each, each) for each in (1, 2, 3)),
    *(someone(each, each, 2.0) for each in (4, 5, 6, 7, 8)),
]


def test_two_of_priority_go_to_one_ordinary() -> None:
    assert ids(in_order(MIXED, after(30), PolicyName.RATIO)) == [4, 5, 1, 6, 7, 2, 8, 3]


@pytest.mark.parametrize(
    ("recent", "first"),
    [([], 4), ([2.0], 4), ([2.0, 2.0], 1), ([1.0, 2.0], 4), ([2.0, 1.0], 4), ([1.0, 1.0], 4)],
)
def test_the_ratio_goes_on_from_the_last_calls(recent: list[float], first: int) -> None:
    assert in_order(MIXED, after(30), PolicyName.RATIO, recent)[0].ticket_id == first


def test_one_of_priority_lately_leaves_one_before_an_ordinary() -> None:
    assert ids(in_order(MIXED, after(30), PolicyName.RATIO, [1.0, 2.0]))[:3] == [4, 1, 5]


@pytest.mark.parametrize("rate", [1.0, 2.0])
def test_an_empty_side_yields_to_the_other(rate: float) -> None:
    line = [someone(each, each, rate) for each in (1, 2, 3)]
    assert ids(in_order(line, after(30), PolicyName.RATIO, [2.0, 2.0])) == [1, 2, 3]


@given(line=lines)
def test_under_the_ratio_at_most_two_of_priority_go_while_an_ordinary_waits(
    line: list[Waiting],
) -> None:
    ordered = in_order(line, after(90), PolicyName.RATIO)
    ordinary = [place for place, each in enumerate(ordered) if each.rate == 1.0]
    assert all(place <= 3 * (rank + 1) - 1 for rank, place in enumerate(ordinary))


# Reasons


def test_a_reason_tells_the_wait_in_whole_minutes_and_the_score() -> None:
    assert policy.reason(someone(1, 0, 2.0), after(31.9), PolicyName.ACCUMULATING) == {
        "policy": "accumulating",
        "waited_min": 31,
        "priority": "priority",
        "score": 63.8,
        "helping_out": False,
    }


def test_those_longer_in_line_are_overtaken() -> None:
    line = [someone(1, 0), someone(2, 1), someone(3, 2), someone(4, 3)]
    assert overtaken(line[2], line) == 2
    assert overtaken(line[0], line) == 0


def test_whoever_came_at_the_same_moment_with_a_later_ticket_is_not_overtaken() -> None:
    line = [someone(1, 0), someone(2, 0)]
    assert [overtaken(each, line) for each in line] == [0, 1]


# Coming back into the line


def back(
    places: int, line: list[Waiting], rate: float, chosen: PolicyName, now: datetime
) -> list[int]:
    """Return the order after the very first to come, with number 0, re-enters `places` down."""
    ordered = in_order(line, now, chosen)
    since = line_since_after(places, rate, MORNING - timedelta(hours=1), ordered, now, chosen)
    gone = someone(0, (since - MORNING) / timedelta(minutes=1), rate)
    return ids(in_order([*line, gone], now, chosen))


@pytest.mark.parametrize("chosen", list(PolicyName))
@pytest.mark.parametrize("places", [0, 1, 3, 5, 9])
def test_among_equals_a_returned_ticket_stands_the_stated_places_down(
    places: int, chosen: PolicyName
) -> None:
    line = [someone(each, each) for each in range(1, 6)]
    assert back(places, line, 1.0, chosen, after(30)).index(0) == min(places, 5)


@pytest.mark.parametrize("chosen", [PolicyName.ACCUMULATING, PolicyName.FIRST_COME])
@pytest.mark.parametrize("rates", sorted(set(permutations([1.0, 1.0, 2.0, 2.0]))))
@pytest.mark.parametrize("rate", [1.0, 2.0])
def test_a_returned_ticket_stands_the_stated_places_down_among_all_classes(
    rate: float, rates: tuple[float, ...], chosen: PolicyName
) -> None:
    line = [someone(number, 3 * number, each) for number, each in enumerate(rates, 1)]
    assert back(2, line, rate, chosen, after(31)).index(0) == 2


@pytest.mark.parametrize(("rate", "order"), [(1.0, [4, 5, 1, 6, 7, 0]), (2.0, [4, 5, 1, 0, 6, 2])])
def test_under_the_ratio_a_returned_ticket_stands_among_its_own_class(
    rate: float, order: list[int]
) -> None:
    assert back(3, MIXED, rate, PolicyName.RATIO, after(30))[:6] == order


def test_a_returned_ticket_never_stands_better_than_before() -> None:
    line = [someone(1, 0), someone(2, 1)]
    own = after(5)
    assert line_since_after(1, 1.0, own, line, after(10), PolicyName.ACCUMULATING) == own


def test_a_returned_ticket_counts_from_its_own_time_when_nobody_waits() -> None:
    assert line_since_after(3, 1.0, MORNING, [], after(10), PolicyName.RATIO) == MORNING
