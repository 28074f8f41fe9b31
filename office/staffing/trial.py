"""A coming day tried out: so many counters by the half hour, visitors by chance, over and over.

Pure. The days are simulated with simpy. Two plans are tried on the same visitors, so that their
difference is that of the plans and not of chance.
"""

import random
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import simpy

from office.figures import quantile
from office.staffing.need import SLOT_S, slot_at

#: Days tried unless otherwise told, and after how long past the last half hour a day ends.
RUNS = 100
OVERTIME = 6 * 3600.0
Process = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class Visitor:
    """Who comes when, and how long it takes to serve them; seconds."""

    came: float
    takes: float


@dataclass(frozen=True)
class Likely:
    """The middle of the days tried, and between what eight in ten of them lay."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True)
class Outcome:
    """What came of a plan over all the days tried."""

    #: Share of a day's visitors called within the aim, and their usual and long waits in seconds.
    within: Likely
    median_s: Likely
    p90_s: Likely
    #: Share within the aim of all who came in each half hour; nothing where nobody came.
    by_slot: Mapping[int, float | None]
    #: How many came in each half hour, over all the days.
    came: Mapping[int, int]


def drawn(
    came: Mapping[int, float], variability: float, times: Sequence[float], chance: random.Random
) -> list[Visitor]:
    """Return the visitors of one day: Poisson in each half hour, under the day's own factor."""
    factor = chance.gammavariate(1 / variability, variability) if variability > 1e-6 else 1.0
    visitors = []
    for slot, mean in sorted(came.items()):
        at = slot * SLOT_S
        rate = mean * factor / SLOT_S
        while rate > 0:
            at += chance.expovariate(rate)
            if at >= (slot + 1) * SLOT_S:
                break
            visitors.append(Visitor(at, chance.choice(times)))
    return visitors


def waits_of(visitors: Sequence[Visitor], plan: Mapping[int, int]) -> list[float | None]:
    """Return how long each visitor waits, first come first served, or nothing if never called.

    A counter that closes finishes whom it serves. Those of the last half hour stay for who is
    still in line.
    """
    slots = sorted(plan)
    if not slots:
        return [None] * len(visitors)
    env = simpy.Environment(initial_time=slots[0] * SLOT_S)
    line: deque[int] = deque()
    idle: deque[simpy.Event] = deque()
    waits: list[float | None] = [None] * len(visitors)

    def coming() -> Process:
        for place, each in enumerate(visitors):
            if each.came > env.now:
                yield env.timeout(each.came - env.now)
            line.append(place)
            if idle:
                idle.popleft().succeed()

    def counter(stretches: Sequence[tuple[float, float]]) -> Process:
        for opens, closes in stretches:
            yield env.timeout(max(opens - env.now, 0.0))
            while env.now < closes:
                if line:
                    place = line.popleft()
                    waits[place] = max(env.now - visitors[place].came, 0.0)
                    yield env.timeout(visitors[place].takes)
                    continue
                somebody = env.event()
                idle.append(somebody)
                yield somebody | env.timeout(closes - env.now)
                if not somebody.triggered:
                    idle.remove(somebody)

    env.process(coming())
    for number in range(1, max(plan.values()) + 1):
        env.process(counter(_stretches(plan, slots, number)))
    env.run(until=(slots[-1] + 1) * SLOT_S + OVERTIME)
    return waits


def tried(
    plans: Sequence[Mapping[int, int]],
    came: Mapping[int, float],
    variability: float,
    times: Sequence[float],
    within_s: float,
    runs: int = RUNS,
    seed: int = 1,
) -> list[Outcome]:
    """Return what came of each plan on the same days. `times` must not be empty."""
    days = [drawn(came, variability, times, random.Random(f"{seed} {run}")) for run in range(runs)]
    return [_outcome(plan, days, within_s) for plan in plans]


def _outcome(
    plan: Mapping[int, int], days: Sequence[Sequence[Visitor]], within_s: float
) -> Outcome:
    slots = sorted(plan)
    came, kept = dict.fromkeys(slots, 0), dict.fromkeys(slots, 0)
    shares, medians, longs = [], [], []
    for visitors in days:
        waits = waits_of(visitors, plan)
        if not waits:
            continue
        good = 0
        for visitor, wait in zip(visitors, waits, strict=True):
            slot = slot_at(visitor.came, slots)
            came[slot] += 1
            if wait is not None and wait <= within_s:
                kept[slot] += 1
                good += 1
        told = [OVERTIME if each is None else each for each in waits]
        shares.append(good / len(waits))
        medians.append(quantile(told, 0.5) or 0.0)
        longs.append(quantile(told, 0.9) or 0.0)
    return Outcome(
        within=_likely(shares, 1.0),
        median_s=_likely(medians, 0.0),
        p90_s=_likely(longs, 0.0),
        by_slot={slot: kept[slot] / came[slot] if came[slot] else None for slot in slots},
        came=came,
    )


def _likely(values: Sequence[float], without: float) -> Likely:
    if not values:
        return Likely(without, without, without)
    return Likely(fmean(values), quantile(values, 0.1) or 0.0, quantile(values, 0.9) or 0.0)


def _stretches(
    plan: Mapping[int, int], slots: Sequence[int], number: int
) -> list[tuple[float, float]]:
    """Return when the counter is open that is the `number`th to open."""
    found: list[tuple[float, float]] = []
    for slot in slots:
        if plan[slot] < number:
            continue
        opens, closes = slot * SLOT_S, (slot + 1) * SLOT_S
        if slot == slots[-1]:
            closes += OVERTIME
        if found and found[-1][1] == opens:
            found[-1] = (found[-1][0], closes)
        else:
            found.append((opens, closes))
    return found
