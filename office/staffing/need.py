"""How many counters keep the office's aim in each half hour: Erlang C on the modified offered load.

Pure. Jennings, Mandelbaum, Massey and Whitt (1996), Server staffing to meet time-varying demand:
where visitors come at a rate that changes with the hour, the number of counters that would be busy
if there were counters without end, m(t), stands for the load of Erlang's formula at t. So those who
came before and are still being served are counted, and a rush is felt a little later than it comes.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from statistics import fmean

from office.staffing.arrivals import SLOT
from office.staffing.target import Target

#: Seconds between two moments at which the load is worked out.
GRID = 300.0
SLOT_S = SLOT * 60.0
#: Counters that no office has.
MOST = 200


def erlang_c(counters: int, load: float) -> float:
    """Return the share of visitors who have to wait at all: M/M/c with an offered load in erlangs.

    Erlang (1917); by the recursion of the loss formula, which does not overflow. 1 where the load
    is too much for the counters.
    """
    if load <= 0:
        return 0.0
    if counters <= load:
        return 1.0
    blocked = 1.0
    for each in range(1, counters + 1):
        blocked = load * blocked / (each + load * blocked)
    return blocked / (1 - load / counters * (1 - blocked))


def share_within(counters: int, load: float, mean_s: float, within_s: float) -> float:
    """Return the share of visitors who wait no longer than `within_s`, in the long run."""
    if load <= 0:
        return 1.0
    if counters <= load:
        return 0.0
    waits = erlang_c(counters, load)
    return 1 - waits * math.exp(-(counters - load) * within_s / mean_s)


def counters_for(load: float, mean_s: float, target: Target) -> int:
    """Return the fewest counters that keep the aim under an offered load; none without load."""
    if load <= 0:
        return 0
    counters = math.floor(load) + 1
    while counters < MOST and share_within(counters, load, mean_s, target.seconds) < target.share:
        counters += 1
    return min(counters, MOST)


def offered_load(came: Mapping[int, float], times: Sequence[float], at: float) -> float:
    """Return the counters that would be busy at `at` (seconds since midnight) with no end of them.

    `came` holds the visitors of each half hour, who come evenly within it; `times` are service
    times as they are, any of them as likely. It is the integral of the rate at t - u times the
    share of services longer than u.
    """
    load = 0.0
    for slot, count in came.items():
        rate, since, until = count / SLOT_S, at - slot * SLOT_S, at - (slot + 1) * SLOT_S
        if rate <= 0 or since <= 0:
            continue
        load += rate * fmean(max(min(time, since) - max(until, 0.0), 0.0) for time in times)
    return load


def needed(
    came: Mapping[int, float], times: Sequence[float], slots: Sequence[int], target: Target
) -> dict[int, int]:
    """Return the counters needed in each of `slots` so that the aim is kept throughout it."""
    if not times:
        return dict.fromkeys(slots, 0)
    mean = fmean(times)
    steps = max(round(SLOT_S / GRID), 1)
    return {
        slot: max(
            counters_for(offered_load(came, times, slot * SLOT_S + step * GRID), mean, target)
            for step in range(1, steps + 1)
        )
        for slot in slots
    }


def thinned(values: Sequence[float], most: int) -> list[float]:
    """Return at most `most` of the values, evenly from the least to the greatest."""
    ordered = sorted(values)
    if len(ordered) <= most:
        return ordered
    return [ordered[int((each + 0.5) * len(ordered) / most)] for each in range(most)]


def slot_at(seconds: float, slots: Sequence[int]) -> int:
    """Return which of `slots` holds a moment (seconds since midnight), or the nearest to it."""
    place = bisect_right(slots, int(seconds // SLOT_S)) - 1
    return slots[max(place, 0)]
