"""Offices that never were, simulated with simpy from a seed, for contests without recordings."""

import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any

import simpy

from benchmarks.waits.recordings import Day, Recording, Shift, Visitor

OPENS, CLOSES = 8 * 3600.0, 15 * 3600.0
NOON = 12 * 3600.0
#: Seconds a counter waits for somebody who does not come.
NO_SHOW = 75.0
DAYS = 15
Process = Generator[simpy.Event, Any, None]


def even(_hour: float) -> float:
    """Return a rate that is the same all day."""
    return 1.0


def rush(hour: float) -> float:
    """Return a rate that is high at opening and falls off."""
    return 2.6 if hour < 9 else 0.7


@dataclass(frozen=True)
class Office:
    """A made-up office; times in seconds, arrivals per hour."""

    name: str
    arrivals: dict[str, float]
    means: dict[str, float]
    counters: tuple[frozenset[str], ...]
    rate: Callable[[float], float] = even
    #: Share of visitors of priority, and of those who do not come when called.
    priority: float = 0.0
    no_shows: float = 0.0
    #: How many clerks leave for good at noon.
    leaving: int = 0


A, B = frozenset({"A"}), frozenset({"B"})
OFFICES = (
    Office("quiet", {"A": 8.0}, {"A": 480.0}, (A, A)),
    Office("rush at opening", {"A": 20.0}, {"A": 480.0}, (A, A, A), rate=rush),
    Office("two services", {"A": 14.0, "B": 5.0}, {"A": 360.0, "B": 900.0}, (A, A | B, B)),
    Office("priority", {"A": 21.0}, {"A": 480.0}, (A, A, A), priority=0.25),
    Office("clerk leaves at noon", {"A": 20.0}, {"A": 480.0}, (A, A, A), leaving=1),
    Office("no-shows", {"A": 25.0}, {"A": 480.0}, (A, A, A), no_shows=0.2),
)


def recordings(days: int = DAYS, seed: int = 7) -> list[Recording]:
    """Return some days of every made-up office; the same for the same seed."""
    return [recording(office, days, seed) for office in OFFICES]


def recording(office: Office, days: int, seed: int) -> Recording:
    """Return some days of one office."""
    return Recording(
        name=f"simulated/{office.name}",
        days=tuple(
            _day(office, f"day {number:02d}", random.Random(f"{seed} {office.name} {number}"))
            for number in range(1, days + 1)
        ),
        timed=True,
        resolution=0.0,
    )


def _day(office: Office, date: str, chance: random.Random) -> Day:
    arrivals = sorted(
        (at, service) for service in office.arrivals for at in _arrivals(office, service, chance)
    )
    visitors = [
        Visitor(number, service, at, rate=2.0 if chance.random() < office.priority else 1.0)
        for number, (at, service) in enumerate(arrivals, 1)
    ]
    last = len(office.counters) - office.leaving
    shifts = tuple(
        Shift(number, OPENS, CLOSES + 7200 if number <= last else NOON, services)
        for number, services in enumerate(office.counters, 1)
    )
    served = _served(office, visitors, shifts, chance)
    return Day(date, tuple(served), shifts=shifts)


def _arrivals(office: Office, service: str, chance: random.Random) -> list[float]:
    """Return Poisson arrivals of a rate that varies, by thinning."""
    most = max(office.rate(hour / 4) for hour in range(24 * 4))
    moments: list[float] = []
    at = OPENS
    while True:
        at += chance.expovariate(office.arrivals[service] * most / 3600)
        if at >= CLOSES:
            return moments
        if chance.random() < office.rate(at / 3600) / most:
            moments.append(at)


def _served(
    office: Office, visitors: list[Visitor], shifts: tuple[Shift, ...], chance: random.Random
) -> list[Visitor]:
    """Return the visitors as they were called: priority first, each first-come."""
    env = simpy.Environment(initial_time=OPENS)
    line: list[Visitor] = []
    done: dict[int, Visitor] = {each.number: each for each in visitors}
    comes = [env.event()]

    def coming() -> Process:
        for each in visitors:
            yield env.timeout(each.arrived - env.now)
            line.append(each)
            come, comes[0] = comes[0], env.event()
            come.succeed()

    def counter(shift: Shift) -> Process:
        while env.now < shift.closed:
            mine = [each for each in line if each.service in shift.services]
            if not mine:
                yield comes[0] | env.timeout(shift.closed - env.now)
                continue
            called = min(mine, key=lambda each: (-each.rate, each.number))
            line.remove(called)
            mean, now = office.means[called.service], env.now
            missed = chance.random() < office.no_shows
            time = NO_SHOW if missed else chance.gammavariate(2.0, mean / 2)
            done[called.number] = replace(
                called, called=now, ended=now + time, counter=shift.counter
            )
            yield env.timeout(time)

    env.process(coming())
    for shift in shifts:
        env.process(counter(shift))
    env.run()
    return [done[number] for number in sorted(done)]
