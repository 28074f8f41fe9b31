"""How long it will take: a simulation of the present line over the counters open now.

Pure: the line, the counters and the pace of each service go in, a wait for every ticket and for the
next newcomer of every service comes out.
"""

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from office.clock import seconds_between
from office.learning import Learnt, Standing
from office.policy import Waiting
from office.terms import Terms

#: Squared coefficient of variation of service times; desks of this kind show about one half.
VARIABILITY = 0.5
NORMAL_90 = 1.2816
#: Mean seconds of a service whose pace is not known, such as one that is no longer on offer.
SOME_PACE = 600.0
#: Seconds for which somebody has just come.
JUST_COME = 60.0


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
#: Nobody can say how long an outage takes.
STANDS_STILL = Wait(None, None, "stands_still")


@dataclass(frozen=True)
class Manner:
    """How a counter calls that does not serve all alike: as `office.policy.callable_by` has it."""

    #: On what terms it serves each service, by the service's id.
    terms: Mapping[int, Terms]
    #: Seconds after which a preference yields to whoever has waited.
    patience_s: float

    @property
    def best(self) -> int:
        """The preference of those who go first."""
        return min(each.preference for each in self.terms.values())

    def from_when(self, service_id: int) -> float:
        """Return the seconds somebody has to have waited to be called here."""
        return 60.0 * (self.terms[service_id].helps_after_min or 0)


def manner_of(terms: Mapping[int, Terms], patience_s: float) -> Manner | None:
    """Return how a counter with these terms calls; None where it serves all alike."""
    alike = len({each.preference for each in terms.values()}) < 2
    if alike and all(each.helps_after_min is None for each in terms.values()):
        return None
    return Manner(terms, patience_s)


@dataclass(frozen=True)
class Desk:
    """An open counter: what it serves and in how many seconds it is expected to be free."""

    counter_id: int
    service_ids: frozenset[int]
    free_in: float
    #: The seconds from now between which nobody is called, since a break is planned.
    rests: tuple[float, float] | None = None
    #: Whether it is on a break now; `free_in` is then when that ends.
    away: bool = False
    #: How it chooses among those it serves; None takes whoever is first.
    manner: Manner | None = None

    def calls_at(self, at: float) -> float:
        """Return when it next calls, if it is free in `at` seconds."""
        if self.rests is not None and self.rests[0] <= at < self.rests[1]:
            return self.rests[1]
        return at


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


@dataclass(frozen=True)
class Expected:
    """What the simulation expects of one place in line, before it is judged by the office's past.

    Seconds until the call in the mean, None where no counter is open for it; and how many of the
    same service are ahead.
    """

    service_id: int
    mean_s: float | None
    ahead: int
    #: Mean seconds between two calls that could reach this place.
    between_s: float


@dataclass(frozen=True)
class Projection:
    """The simulated line of one moment, in calling order, and a newcomer of every service."""

    by_ticket: Mapping[int, Expected]
    by_service: Mapping[int, Expected]


def projected(
    line: Sequence[Waiting],
    desks: Sequence[Desk],
    paces: Mapping[int, float],
    now: datetime | None = None,
) -> Projection:
    """Serve `line` in its order over `desks` at the mean pace and tell when each would be called.

    `paces` holds the mean service time in seconds of every service on offer. A newcomer of a
    service is taken to stand behind everybody now in line. `now` tells how long each has waited,
    which matters where counters prefer services or only help out.
    """
    waited = {
        each.ticket_id: seconds_between(each.line_since, now) if now is not None else 0.0
        for each in line
    }
    by_service_desks: dict[int, list[Desk]] = {service: [] for service in paces}
    for desk in desks:
        for service in desk.service_ids:
            by_service_desks.setdefault(service, []).append(desk)
    free = {desk.counter_id: desk.calls_at(max(desk.free_in, 0.0)) for desk in desks}
    known = {desk.counter_id: desk for desk in desks}
    queue: list[tuple[float, int]] = [(at, counter) for counter, at in free.items()]
    heapq.heapify(queue)
    calls: dict[int, float] = {}
    left = list(line)
    while left and queue:
        at, counter_id = heapq.heappop(queue)
        desk = known[counter_id]
        index, later = _next(desk, left, waited, at)
        if index is None:
            if later is not None:
                heapq.heappush(queue, (desk.calls_at(later), counter_id))
            continue
        each = left.pop(index)
        calls[each.ticket_id] = at
        free[counter_id] = desk.calls_at(at + paces.get(each.service_id, SOME_PACE) * each.files)
        heapq.heappush(queue, (free[counter_id], counter_id))

    def between(service: int) -> float:
        sharing = sum(not _helps(each, service) for each in by_service_desks.get(service, ())) or 1
        return paces.get(service, SOME_PACE) / sharing

    ahead: dict[int, int] = {}
    by_ticket = {}
    for each in line:
        service = each.service_id
        by_ticket[each.ticket_id] = Expected(
            service, calls.get(each.ticket_id), ahead.get(service, 0), between(service)
        )
        ahead[service] = ahead.get(service, 0) + 1
    by_service = {
        service: Expected(
            service,
            min(
                (
                    max(free[desk.counter_id], _helps(desk, service))
                    for desk in by_service_desks[service]
                ),
                default=None,
            ),
            ahead.get(service, 0),
            between(service),
        )
        for service in paces
    }
    return Projection(by_ticket, by_service)


def standing(expected: Expected, waited_s: float) -> Standing:
    """Return how somebody stands of whom `expected` holds and who has waited so long."""
    if expected.mean_s is None:
        return Standing.UNSERVED
    if waited_s >= JUST_COME:
        return Standing.WAITING
    return Standing.NEW if expected.ahead else Standing.FIRST


def forecast(
    line: Sequence[Waiting],
    desks: Sequence[Desk],
    paces: Mapping[int, float],
    learnt: Learnt | None = None,
    now: datetime | None = None,
) -> Forecast:
    """Return what each in `line`, which is in calling order, and each newcomer has to expect.

    With `learnt`, once it holds enough, what the simulation expects is judged by what followed such
    expectations before; `now` tells how long each has waited.
    """
    projection = projected(line, desks, paces, now)
    still = {each.ticket_id: STANDS_STILL for each in line if each.stopped_since is not None}
    if learnt is None or not learnt.enough:
        return Forecast(
            {ticket: _spread(each) for ticket, each in projection.by_ticket.items()} | still,
            {service: _spread(each) for service, each in projection.by_service.items()},
        )
    waited = {
        each.ticket_id: seconds_between(each.line_since, now) if now is not None else 0.0
        for each in line
    }
    longest: dict[int, float] = {}
    for each in line:
        so_far = longest.get(each.service_id, 0.0)
        longest[each.service_id] = max(so_far, waited[each.ticket_id])

    def told(expected: Expected, so_far: float) -> Wait:
        return _judged(expected, so_far, longest.get(expected.service_id, 0.0), learnt)

    return Forecast(
        {ticket: told(each, waited[ticket]) for ticket, each in projection.by_ticket.items()}
        | still,
        {service: told(each, 0.0) for service, each in projection.by_service.items()},
    )


def _spread(expected: Expected) -> Wait:
    if expected.mean_s is None:
        return UNKNOWN
    return spread(expected.mean_s, expected.between_s)


def _judged(expected: Expected, waited_s: float, longest_s: float, learnt: Learnt) -> Wait:
    if expected.mean_s is None:
        return UNKNOWN
    stands = standing(expected, waited_s)
    told = learnt.quantiles(expected.service_id, stands, expected.mean_s, longest_s - waited_s)
    return Wait(round(told.median), round(told.p90))


def _helps(desk: Desk, service_id: int) -> float:
    """Return the seconds of waiting after which a counter helps with a service; 0: it serves it."""
    return desk.manner.from_when(service_id) if desk.manner is not None else 0.0


def _next(
    desk: Desk, left: Sequence[Waiting], waited: Mapping[int, float], at: float
) -> tuple[int | None, float | None]:
    """Return the place in `left` of whom a counter calls in `at` seconds.

    Where it is nobody, but it will help somebody of them later: in how many seconds.
    """
    manner = desk.manner
    if manner is None:
        return next((i for i, each in enumerate(left) if _serves(desk, each)), None), None
    best = manner.best
    found, rank, later = None, math.inf, math.inf
    for place, each in enumerate(left):
        if not _serves(desk, each):
            continue
        so_far = waited[each.ticket_id] + at
        own = best
        if each.only_counter is None:
            terms = manner.terms[each.service_id]
            if not terms.reach(so_far):
                # a second at least, lest it stand still where rounding leaves less
                later = min(later, at + max(manner.from_when(each.service_id) - so_far, 1.0))
                continue
            if so_far < manner.patience_s:
                own = terms.preference
        if own < rank:
            found, rank = place, own
            if rank == best:
                break
    return found, later if found is None and later < math.inf else None


def _serves(desk: Desk, waiting: Waiting) -> bool:
    if waiting.stopped_since is not None:
        return False
    if waiting.only_counter is not None:
        return waiting.only_counter == desk.counter_id
    return waiting.service_id in desk.service_ids
