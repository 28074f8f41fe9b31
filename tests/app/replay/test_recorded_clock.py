"""Recorded time: the fast clock keeps the order, and waits for nobody but the busy."""

import threading
import time

import pytest

from app.replay import clock as clock_module
from app.replay.clock import FastClock, ScaledClock


class Idler:
    """A clerk who may be told to want up, and to have heard."""

    def __init__(self) -> None:
        self.wants = False
        self.version = 0

    def heard(self, version: int) -> bool:
        """Say whether the version was heard."""
        return self.version >= version


@pytest.fixture
def clock() -> FastClock:
    return FastClock(start=100.0)


def test_the_fast_clock_skips_to_the_next_moment_at_once(clock: FastClock) -> None:
    clock.enter()
    began = time.monotonic()
    clock.wait(clock.rest(100_000.0))
    assert (clock.now, time.monotonic() - began < 0.2) == (100_000.0, True)


def test_events_happen_in_the_order_of_their_moments(clock: FastClock) -> None:
    happened: list[tuple[float, int]] = []
    lock = threading.Lock()

    def actor(number: int, moments: list[float]) -> None:
        for moment in moments:
            clock.wait(clock.rest(moment))
            with lock:
                happened.append((clock.now, number))
        clock.leave()

    plans = [[101.0, 104.0, 110.0], [102.0, 103.0, 111.0], [105.0, 106.0]]
    threads = [threading.Thread(target=actor, args=plan) for plan in enumerate(plans)]
    for _ in threads:
        clock.enter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert [at for at, _ in happened] == sorted(moment for plan in plans for moment in plan)


def test_time_stands_still_while_anybody_is_busy(clock: FastClock) -> None:
    clock.enter()
    clock.enter()
    nap = clock.rest(200.0)
    assert not nap.over.wait(0.05)
    assert clock.now == 100.0
    clock.leave()
    clock.wait(nap)
    assert clock.now == 200.0


def test_an_idle_clerk_is_woken_by_what_it_hears_before_time_moves(
    clock: FastClock,
) -> None:
    clerk = Idler()
    clock.enter()
    clock.enter()
    idle = clock.rest(500.0, clerk)
    clerk.wants = True
    kiosk = clock.rest(300.0)
    assert idle.over.is_set()
    assert not kiosk.over.is_set()
    assert clock.now == 100.0


def test_time_waits_until_an_idle_clerk_has_heard_of_a_ticket(clock: FastClock) -> None:
    clerk = Idler()
    clock.enter()
    clock.enter()
    clock.rest(500.0, clerk)
    clock.owe(7, [clerk])
    kiosk = clock.rest(300.0)
    assert not kiosk.over.wait(0.05)
    clerk.version = 7
    clock.stir()
    assert kiosk.over.is_set()
    assert (clock.now, clock.unheard) == (300.0, 0)


def test_a_deaf_clerk_holds_the_day_up_only_for_a_while(
    clock: FastClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock_module, "HEARING", 0.1)
    clerk = Idler()
    clock.enter()
    clock.enter()
    clock.rest(500.0, clerk)
    clock.owe(7, [clerk])
    clock.wait(clock.rest(300.0))
    assert (clock.now, clock.unheard) == (300.0, 1)


def test_what_is_done_within_a_nap_holds_the_end_of_the_nap_up_and_nothing_else(
    clock: FastClock,
) -> None:
    clock.enter()
    clock.enter()
    own = clock.rest(150.0)
    other = clock.rest(120.0)
    assert other.over.is_set()
    clock.leave()
    assert own.over.is_set()
    assert clock.now == 150.0


def test_the_scaled_clock_runs_as_many_times_as_fast() -> None:
    clock = ScaledClock(start=1000.0, speed=100.0)
    began = time.monotonic()
    clock.wait(clock.rest(1020.0))
    assert 0.15 < time.monotonic() - began < 1.0
    assert clock.now >= 1020.0


def test_the_scaled_clock_wakes_an_idle_clerk_early() -> None:
    clock = ScaledClock(start=0.0, speed=1.0)
    clerk = Idler()
    nap = clock.rest(60.0, clerk)
    clerk.wants = True
    clock.stir()
    began = time.monotonic()
    clock.wait(nap)
    assert time.monotonic() - began < 1.0
