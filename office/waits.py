"""How long it will take: a simulation of the present line over the counters open now.

Pure: the line, the counters and the pace of each service go in, a wait for every ticket and for the
next newcomer of every service comes out.
"""

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from office.policy import Waiting

#: Squared coefficient of variation of service times; desks of this kind show about one half.
VARIABILITY = 0.5
NORMAL_90 = 1.2816
#: Mean seconds of a service whose pace is not known, such as one that is no longer on offer.
SOME_PACE = 600.0


@dataclass(frozen=True)
class Wait:
    """An expected wait in seconds, or the reason why none can be given."""

    median_s: int | None
    p90_s: int | None
    reason: str | None = None

    def told(self) -> dict[str, int | str | None]:
        """Return it as screens and the API tell it."""
        return {"median_s": self.median_s, "p90_s": self.p90_s, "reason": self.reason}


UNKNOWN = Wait(None, None, "no_counter_open")


@dataclass(frozen=True)
class Desk:
    """An open counter: what it serves and in how many seconds it is expected to be free."""

    counter_id: int
    service_ids: frozenset[int]
    free_in: float


@dataclass(frozen=True)
class Forecast:
    """The expected waits of one moment."""

    by_ticket: Mapping[int, Wait]
    by_service: Mapping[int, Wait]


def remaining(pace: float, elapsed: float) -> float:
    """Return the seconds a service of mean `pace` still takes after `elapsed`.

    Never less than a quarter of the mean: a service that has overrun is not about to end.
    """
    return max(pace - elapsed, pace / 4)


def shrunk_mean(total: float, count: int, prior: float, weight: int = 10) -> float:
    """Return the mean service time, drawn to `prior` as if that were `weight` observations."""
    return (prior * weight + total) / (weight + count)


def spread(mean_wait: float, pace: float) -> Wait:
    """Return median and 90th percentile of a wait of `mean_wait` made of services of mean `pace`.

    The wait is a sum of about mean_wait / pace services, taken as gamma distributed; its quantiles
    follow Wilson and Hilferty (1931), The distribution of chi-square.
    """
    if mean_wait <= 0:
        return Wait(0, 0)
    shape = max(mean_wait / pace / VARIABILITY, 1 / VARIABILITY)

    def quantile(z: float) -> int:
        cube = 1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))
        return round(mean_wait * max(cube, 0.0) ** 3)

    return Wait(quantile(0.0), quantile(NORMAL_90))


def forecast(
    line: Sequence[Waiting], desks: Sequence[Desk], paces: Mapping[int, float]
) -> Forecast:
    """Serve `line` in its order over `desks` at the mean pace and tell when each would be called.

    `paces` holds the mean service time in seconds of every service on offer. A newcomer of a
    service is taken to stand behind everybody now in line.
    """
    by_service_desks: dict[int, list[Desk]] = {service: [] for service in paces}
    for desk in desks:
        for service in desk.service_ids:
            by_service_desks.setdefault(service, []).append(desk)
    free = {desk.counter_id: max(desk.free_in, 0.0) for desk in desks}
    known = {desk.counter_id: desk for desk in desks}
    queue: list[tuple[float, int]] = [(at, counter) for counter, at in free.items()]
    heapq.heapify(queue)
    by_ticket: dict[int, Wait] = {}
    left = list(line)
    while left and queue:
        at, counter_id = heapq.heappop(queue)
        desk = known[counter_id]
        index = next((i for i, each in enumerate(left) if _serves(desk, each)), None)
        if index is None:
            free[counter_id] = at
            continue
        each = left.pop(index)
        pace = paces.get(each.service_id, SOME_PACE)
        sharing = len(by_service_desks.get(each.service_id, ())) or 1
        by_ticket[each.ticket_id] = spread(at, pace / sharing)
        free[counter_id] = at + pace
        heapq.heappush(queue, (at + pace, counter_id))
    for each in left:
        by_ticket[each.ticket_id] = UNKNOWN
    by_service: dict[int, Wait] = {}
    for service, pace in paces.items():
        serving = by_service_desks[service]
        if not serving:
            by_service[service] = UNKNOWN
            continue
        start = min(free[desk.counter_id] for desk in serving)
        by_service[service] = spread(start, pace / len(serving))
    return Forecast(by_ticket, by_service)


def _serves(desk: Desk, waiting: Waiting) -> bool:
    if waiting.only_counter is not None:
        return waiting.only_counter == desk.counter_id
    return waiting.service_id in desk.service_ids
