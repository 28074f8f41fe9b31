"""How long it will take: forecasts of few and of many desks, and against simulated queues."""

import heapq
from dataclasses import replace
from datetime import timedelta
from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.figures import quantile
from office.policy import Waiting, callable_by
from office.terms import Terms
from office.waits import (
    UNKNOWN,
    Desk,
    Manner,
    Wait,
    forecast,
    manner_of,
    projected,
    remaining,
    shrunk_mean,
    spread,
)
from tests.houses import MORNING

A, K = 1, 2
PACES = {A: 300.0, K: 600.0}


def waiting(ticket_id: int, service_id: int = A, only_counter: int | None = None) -> Waiting:
    """Return one ticket of a line."""
    at = MORNING + timedelta(seconds=ticket_id)
    return Waiting(ticket_id, f"A{ticket_id}", service_id, "ordinary", 1.0, at, at, only_counter)


def desk(number: int, *services: int, free_in: float = 0.0) -> Desk:
    """Return an open counter."""
    return Desk(number, frozenset(services), free_in)


def mean_of(wait: Wait) -> tuple[int, int]:
    """Return a known wait."""
    assert wait.median_s is not None and wait.p90_s is not None
    return wait.median_s, wait.p90_s


def test_whoever_is_next_at_a_free_desk_waits_no_time() -> None:
    told = forecast([waiting(1)], [desk(1, A)], PACES)
    assert told.by_ticket[1] == Wait(0, 0)


def test_at_one_desk_each_waits_for_all_before() -> None:
    told = forecast([waiting(each) for each in (1, 2, 3)], [desk(1, A)], PACES)
    assert told.by_ticket[2] == spread(300.0, 300.0)
    assert told.by_ticket[3] == spread(600.0, 300.0)
    assert told.by_service[A] == spread(900.0, 300.0)


def test_a_visitor_at_the_desk_is_waited_for() -> None:
    told = forecast([waiting(1)], [desk(1, A, free_in=120.0)], PACES)
    assert told.by_ticket[1] == spread(120.0, 300.0)


def test_many_desks_share_the_line() -> None:
    told = forecast(
        [waiting(each) for each in range(1, 7)], [desk(each, A) for each in (1, 2, 3)], PACES
    )
    assert [told.by_ticket[each] for each in (1, 2, 3)] == [Wait(0, 0)] * 3
    assert {told.by_ticket[each] for each in (4, 5, 6)} == {spread(300.0, 100.0)}
    assert told.by_service[A] == spread(600.0, 100.0)


def test_a_desk_serves_only_its_own_services() -> None:
    line = [waiting(1, K), waiting(2, K), waiting(3, A)]
    told = forecast(line, [desk(1, A), desk(2, K)], PACES)
    assert told.by_ticket[3] == Wait(0, 0)
    assert told.by_ticket[2] == spread(600.0, 600.0)
    assert told.by_service == {A: spread(300.0, 300.0), K: spread(1200.0, 600.0)}


def test_a_ticket_sent_to_a_counter_waits_for_that_counter_alone() -> None:
    line = [waiting(1, A), waiting(2, A, only_counter=1)]
    told = forecast(line, [desk(1, A, free_in=60.0), desk(2, A, free_in=500.0)], PACES)
    assert told.by_ticket[2] == spread(360.0, 150.0)


def test_where_no_counter_is_open_the_wait_is_not_known() -> None:
    told = forecast([waiting(1), waiting(2, K)], [desk(2, K)], PACES)
    assert told.by_ticket[1] is UNKNOWN
    assert told.by_service[A] is UNKNOWN
    assert told.by_ticket[2].reason is None
    assert UNKNOWN.told() == {"median_s": None, "p90_s": None, "reason": "no_counter_open"}


def test_a_ticket_for_a_counter_that_is_shut_has_no_known_wait() -> None:
    told = forecast([waiting(1, A, only_counter=9)], [desk(1, A)], PACES)
    assert told.by_ticket[1] is UNKNOWN
    assert told.by_service[A] == Wait(0, 0)


def test_a_service_without_a_pace_stops_no_forecast() -> None:
    told = forecast([waiting(1, 99), waiting(2)], [desk(1, A, 99)], PACES)
    assert told.by_ticket[2].reason is None


def test_nobody_in_line_is_no_wait() -> None:
    assert forecast([], [desk(1, A)], PACES).by_service[A] == Wait(0, 0)


def test_a_service_that_overran_still_takes_a_quarter() -> None:
    assert remaining(400.0, 100.0) == 300.0
    assert remaining(400.0, 390.0) == remaining(400.0, 9000.0) == 100.0


def test_few_observations_leave_the_mean_near_the_typical_time() -> None:
    assert shrunk_mean(0.0, 0, 600.0) == 600.0
    assert shrunk_mean(100.0, 1, 600.0) == pytest.approx(6100 / 11)
    assert shrunk_mean(1000 * 100.0, 1000, 600.0) == pytest.approx(100.0, rel=0.06)


@given(mean=st.floats(0, 1e5), pace=st.floats(1, 1e4))
def test_the_median_is_never_above_the_ninth_decile(mean: float, pace: float) -> None:
    middle, high = mean_of(spread(mean, pace))
    assert 0 <= middle <= high
    assert middle <= round(mean)


@given(
    services=st.lists(st.sampled_from([A, K]), max_size=15),
    desks=st.lists(st.tuples(st.sampled_from([(A,), (K,), (A, K)]), st.floats(0, 900)), max_size=5),
)
def test_every_ticket_and_service_has_a_forecast(
    services: list[int], desks: list[tuple[tuple[int, ...], float]]
) -> None:
    line = [waiting(number, service) for number, service in enumerate(services, 1)]
    counters = [desk(number, *codes, free_in=at) for number, (codes, at) in enumerate(desks, 1)]
    told = forecast(line, counters, PACES)
    served = {service for codes, _at in desks for service in codes}
    assert set(told.by_ticket) == {each.ticket_id for each in line}
    for each in line:
        assert (told.by_ticket[each.ticket_id] is UNKNOWN) == (each.service_id not in served)
    for service in PACES:
        assert (told.by_service[service] is UNKNOWN) == (service not in served)


def simulated(ahead: int, desks: list[Desk], pace: float, shape: float, seed: int) -> list[float]:
    """Return waits of whoever stands behind `ahead` others, with service times drawn at random."""
    random = Random(seed)
    waits = []
    for _ in range(2000):
        free = [each.free_in for each in desks]
        heapq.heapify(free)
        for _ in range(ahead):
            heapq.heapreplace(free, free[0] + random.gammavariate(shape, pace / shape))
        waits.append(free[0])
    return waits


@pytest.mark.parametrize(("ahead", "desks"), [(3, 1), (10, 1), (6, 3), (20, 3), (30, 8)])
@pytest.mark.parametrize(
    ("shape", "coverage"),
    [pytest.param(2.0, (0.82, 0.97), id="gamma"), pytest.param(1.0, (0.72, 0.95), id="M/M/c")],
)
def test_forecasts_hold_in_simulated_queues(
    ahead: int, desks: int, shape: float, coverage: tuple[float, float]
) -> None:
    counters = [desk(number, A, free_in=300.0 * number / desks) for number in range(1, desks + 1)]
    told = forecast([waiting(each) for each in range(1, ahead + 1)], counters, PACES)
    middle, high = mean_of(told.by_service[A])
    waits = simulated(ahead, counters, 300.0, shape, seed=ahead * 100 + desks)
    assert middle == pytest.approx(median(waits), rel=0.25)
    assert coverage[0] <= sum(each <= high for each in waits) / len(waits) <= coverage[1]
    assert high <= 1.35 * (quantile(waits, 0.9) or 0.0)


# Counters that prefer a service, or only help out


def particular(number: int, *terms: tuple[int, Terms], patience_min: int = 30) -> Desk:
    """Return an open counter that does not serve all alike."""
    served = dict(terms)
    return Desk(number, frozenset(served), 0.0, manner=Manner(served, 60.0 * patience_min))


def test_a_counter_that_helps_out_is_counted_on_only_when_it_does() -> None:
    line = [waiting(1), waiting(2)]
    helper = particular(2, (A, Terms("A", 0, 15)), (K, Terms("K")))
    told = projected(line, [desk(1, A, free_in=3600.0), helper], PACES, MORNING)
    # they have only just come: the first is helped after 15 min, the other when that one is done
    assert told.by_ticket[1].mean_s == 900.0
    assert told.by_ticket[2].mean_s == 1200.0
    assert told.by_service[K].mean_s == 1500.0
    assert told.by_service[A].mean_s == 1500.0


def test_whoever_a_counter_prefers_goes_first_until_somebody_has_waited_for_the_target() -> None:
    line = [waiting(1, K), waiting(2, A), waiting(3, A), waiting(4, A)]
    prefers = particular(1, (A, Terms("A", 0)), (K, Terms("K", 1)), patience_min=8)
    told = projected(line, [prefers], PACES, MORNING)
    # K waits while A is preferred, and goes first once its target of 8 min is over
    assert [told.by_ticket[each].mean_s for each in (2, 3, 1, 4)] == [0.0, 300.0, 600.0, 1200.0]


@given(
    visitors=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3000)), max_size=12),
    preferences=st.lists(st.integers(0, 2), min_size=3, max_size=3),
    helps=st.lists(st.sampled_from([None, 0, 5, 20]), min_size=3, max_size=3),
    at=st.integers(0, 2000),
)
def test_the_simulation_calls_whom_the_policy_would_call(
    visitors: list[tuple[int, int]], preferences: list[int], helps: list[int | None], at: int
) -> None:
    now = MORNING + timedelta(hours=1)
    line = [
        Waiting(
            *(number, f"A{number}", service or 1, "ordinary", 1.0),
            *(now - timedelta(seconds=waited), now - timedelta(seconds=waited)),
            1 if service == 0 else None,
        )
        for number, (service, waited) in enumerate(visitors, start=1)
    ]
    terms = {
        service: Terms(str(service), preferences[service - 1], helps[service - 1])
        for service in (1, 2, 3)
    }
    manner = manner_of(terms, 600.0)
    counter = Desk(1, frozenset(terms), 0.0, manner=manner)
    told = projected(line, [replace(counter, free_in=float(at))], PACES | {3: 60.0}, now)
    later = now + timedelta(seconds=at)
    mine = callable_by(line, 1, terms, later, timedelta(seconds=600))
    if mine:
        assert told.by_ticket[mine[0].ticket_id].mean_s == at
    assert all(each.mean_s is not None for each in told.by_ticket.values())
