"""What an office knows by a moment: its pace, its past waits and how its forecasts turned out."""

import heapq
from bisect import insort
from collections import defaultdict, deque
from collections.abc import Callable
from itertools import count

from benchmarks.waits.recordings import Day
from office.forecasts import PLAUSIBLE, SAMPLE
from office.learning import Learnt, Seen
from office.waits import SOME_PACE, shrunk_mean

#: Where no more waits than this are known, an office learns from the same day, too.
FEW = 1500
#: How often it then does so, in seconds.
SAME_DAY = 900.0


class Knowledge:
    """Grows with the days; nothing counts before the moment at which it came to light."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=SAMPLE))
        self._all_times: deque[float] = deque(maxlen=2 * SAMPLE)
        self._waits: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=10))
        self._left: list[float] = []
        self._errors: dict[str, list[float]] = defaultdict(list)
        self._seen: list[Seen] = []
        self._pending: list[tuple[float, int, Callable[[], None]]] = []
        self._turn = count()
        self._ids: dict[str, int] = {}
        self._learnt_at = 0.0
        self._day_waits: list[tuple[str, float]] = []
        self.learnt = Learnt()

    def begin(self, day: Day, timed: bool) -> None:
        """Begin a day: what the days before have shown is known, what this one shows is not."""
        self.reach(float("inf"))
        for service, wait in self._day_waits:
            self._waits[service].append(wait)
        self._day_waits = []
        self.learnt, self._learnt_at = Learnt(self._seen), 0.0
        for known_at, service, time in service_times(day) if timed else turnovers(day):
            self.later(known_at, lambda s=service, t=time: self._timed(s, t))  # type: ignore[misc]
        self._day_waits = [
            (each.service, each.called - each.arrived)
            for each in sorted(day.visitors, key=lambda each: (each.called or 0.0, each.number))
            if each.called is not None
        ]

    def later(self, known_at: float, learn: Callable[[], None]) -> None:
        """Do `learn` when the day has gone past `known_at`."""
        heapq.heappush(self._pending, (known_at, next(self._turn), learn))

    def reach(self, moment: float) -> None:
        """Learn what came to light before `moment`."""
        while self._pending and self._pending[0][0] < moment:
            heapq.heappop(self._pending)[2]()
        if len(self._seen) < FEW and SAME_DAY <= moment - self._learnt_at < float("inf"):
            self.learnt, self._learnt_at = Learnt(self._seen), moment

    def service_id(self, service: str) -> int:
        """Return a number for the service."""
        return self._ids.setdefault(service, len(self._ids) + 1)

    def pace(self, service: str) -> float:
        """Return the mean service time, drawn to that of the office, and that to ten minutes."""
        everywhere = shrunk_mean(sum(self._all_times), len(self._all_times), SOME_PACE)
        times = self._times.get(service, ())
        return shrunk_mean(sum(times), len(times), everywhere)

    def last_waits(self, service: str) -> tuple[float, ...]:
        """Return the last ten waits of the days before."""
        return tuple(self._waits.get(service, ()))

    @property
    def usual(self) -> float:
        """The median of what was left to wait at all moments asked about."""
        return self._left[len(self._left) // 2] if self._left else SOME_PACE

    def p90(self, estimator: str, estimate: float) -> float:
        """Return an estimate raised by nine tenths of the estimator's errors so far.

        The classical estimates are single figures; this gives each its own 90th percentile.
        """
        errors = self._errors[estimator]
        if not errors:
            return 2 * estimate
        return max(estimate + errors[min(int(0.9 * len(errors)), len(errors) - 1)], 0.0)

    def ended(self, seen: Seen, estimates: dict[str, float]) -> None:
        """Learn how long it took, after such estimates."""
        self._seen.append(seen)
        insort(self._left, seen.waited_s)
        for estimator, estimate in estimates.items():
            insort(self._errors[estimator], seen.waited_s - estimate)

    def _timed(self, service: str, time: float) -> None:
        self._times[service].append(time)
        self._all_times.append(time)


def service_times(day: Day) -> list[tuple[float, str, float]]:
    """Return the plausible service times of a day, each with the moment it was known."""
    return [
        (each.ended, each.service, each.ended - each.called)
        for each in day.visitors
        if each.ended is not None
        and each.called is not None
        and PLAUSIBLE[0] <= each.ended - each.called <= PLAUSIBLE[1]
    ]


def turnovers(day: Day) -> list[tuple[float, str, float]]:
    """Return the counter time each call took while somebody waited for it.

    This stands for the service times where none are recorded. While there is a line every open
    counter is at work, so its counters times the time between two calls is a service in the mean;
    time without a line is no part of it.
    """
    last: dict[str, float] = {}
    taken = []
    for each in sorted(day.visitors, key=lambda each: (each.called or 0.0, each.number)):
        if each.called is None:
            continue
        since = max(each.arrived, last.get(each.service, each.arrived))
        time = max(each.called - since, 0.0) * max(each.counters, 1)
        if each.called > each.arrived and time <= PLAUSIBLE[1]:
            taken.append((each.called, each.service, time))
        last[each.service] = each.called
    return taken
