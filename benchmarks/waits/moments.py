"""What can be known at one moment of a day, for one visitor; nothing later is looked at."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.waits.recordings import Day, Recording, Visitor

#: Seconds between two looks at the same visitor.
EVERY = 300.0
#: Seconds for which the counters that have been at work are taken to be there still.
SEEN_LATELY = 1800.0


@dataclass(frozen=True)
class Counter:
    """A counter at work: what it serves, and whom since when, if that is known."""

    services: frozenset[str] | None
    serving: str | None = None
    since: float = 0.0

    def serves(self, service: str) -> bool:
        """Return whether it would call somebody of the service."""
        return self.services is None or service in self.services


@dataclass(frozen=True)
class Moment:
    """One visitor at one moment: what an estimate may use, and the answer it may not."""

    date: str
    at: float
    visitor: Visitor
    #: The line in calling order up to and with the visitor.
    line: tuple[Visitor, ...]
    #: Counters that could call the visitor or somebody in line before.
    counters: tuple[Counter, ...]
    #: Whether the recording tells who is being served.
    timed: bool
    #: Waits of the same service that ended today, oldest first.
    waits: tuple[float, ...]
    #: How long the head of the service's line has waited.
    head: float
    answer: float

    @property
    def waited(self) -> float:
        """Seconds waited so far."""
        return self.at - self.visitor.arrived

    @property
    def ahead(self) -> tuple[Visitor, ...]:
        """Those who will be called before, by a counter that could call this visitor."""
        own = [each for each in self.counters if each.serves(self.visitor.service)]
        return tuple(
            each
            for each in self.line[:-1]
            if each.service == self.visitor.service
            or any(counter.serves(each.service) for counter in own)
        )

    @property
    def open(self) -> int:
        """How many counters could call the visitor."""
        return sum(each.serves(self.visitor.service) for each in self.counters)


class Replay:
    """The moments of one day of a recording."""

    def __init__(self, recording: Recording, day: Day) -> None:
        self._recording, self._day = recording, day
        self._pooled = recording.timed
        self._by_service: dict[str, list[Visitor]] = defaultdict(list)
        for visitor in day.visitors:
            self._by_service[visitor.service].append(visitor)
        self._called = {
            service: sorted(
                (each for each in visitors if each.called is not None),
                key=lambda each: (each.called or 0.0, each.number),
            )
            for service, visitors in self._by_service.items()
        }
        self._steps = self._at_work()

    def moments(self) -> Iterator[Moment]:
        """Yield every visitor who was called, when taking the ticket and every five minutes on."""
        asked = sorted(
            (visitor.arrived + turn * EVERY, visitor.number, visitor)
            for visitor in self._day.visitors
            if visitor.called is not None
            for turn in range(_turns(visitor))
        )
        for at, _number, visitor in asked:
            yield self.moment(visitor, at)

    def moment(self, visitor: Visitor, at: float) -> Moment:
        """Return what was known of `visitor` at `at`."""
        own = self._by_service[visitor.service]
        everybody = self._day.visitors if self._pooled else own
        line = sorted(
            (
                each
                for each in everybody[: bisect_right(everybody, at, key=lambda v: v.arrived)]
                if not self._has_left(each, visitor, at)
                and (each.arrived < at or each.number <= visitor.number)
            ),
            key=lambda each: (-each.rate, each.arrived, each.number),
        )
        line = line[: next(i for i, each in enumerate(line) if each is visitor) + 1]
        calls = self._called.get(visitor.service, [])
        upto = bisect_right(calls, at, key=lambda each: each.called or 0.0)
        done = [each for each in calls[:upto] if self._is_known(each, visitor, at)]
        same = [each.arrived for each in line if each.service == visitor.service]
        return Moment(
            date=self._day.date,
            at=at,
            visitor=visitor,
            line=tuple(line),
            counters=tuple(self._counters(visitor, at, done)),
            timed=self._recording.timed,
            waits=tuple((each.called or 0.0) - each.arrived for each in done[-10:]),
            head=at - min(same),
            answer=(visitor.called or at) - at,
        )

    @staticmethod
    def _is_known(other: Visitor, visitor: Visitor, at: float) -> bool:
        """Return whether the call of `other` was seen; at the same moment, only of those before."""
        if other.called is None or other is visitor:
            return False
        return other.called < at or (other.called == at and other.number < visitor.number)

    def _has_left(self, other: Visitor, visitor: Visitor, at: float) -> bool:
        return other is not visitor and (self._is_known(other, visitor, at) or other.gone_by(at))

    def _counters(self, visitor: Visitor, at: float, done: list[Visitor]) -> list[Counter]:
        if self._day.shifts:
            return self._on_shift(visitor, at)
        if self._pooled:
            return self._lately(visitor, at)
        count = self._day.counters_polled(visitor.service, at)
        if count is None:
            count = done[-1].counters if done else 1
        return [Counter(frozenset({visitor.service}))] * count

    def _being_served(self, visitor: Visitor, at: float) -> list[Visitor]:
        return [
            each
            for each in self._day.visitors[: self._come_by(at)]
            if each.ended is not None and self._is_known(each, visitor, at) and each.ended > at
        ]

    def _come_by(self, at: float) -> int:
        return bisect_right(self._day.visitors, at, key=lambda each: each.arrived)

    def _on_shift(self, visitor: Visitor, at: float) -> list[Counter]:
        busy = {each.counter: each for each in self._being_served(visitor, at)}
        counters = []
        for shift in self._day.shifts:
            if shift.opened <= at < shift.closed:
                served = busy.get(shift.counter)
                if served is None:
                    counters.append(Counter(shift.services))
                else:
                    counters.append(Counter(shift.services, served.service, served.called or at))
        return counters

    def _lately(self, visitor: Visitor, at: float) -> list[Counter]:
        """Return those serving now, and as many idle as served at once not long ago."""
        serving = self._being_served(visitor, at)
        last = bisect_right(self._steps, at, key=lambda step: step[0])
        first = max(bisect_right(self._steps, at - SEEN_LATELY, key=lambda step: step[0]) - 1, 0)
        # what begins at this very moment is not known yet
        counted = (n for moment, n in self._steps[first:last] if moment < at)
        most = max(counted, default=0)
        idle = max(most - len(serving), 0 if serving else 1)
        busy = [Counter(None, each.service, each.called or at) for each in serving]
        return busy + [Counter(None)] * idle

    def _at_work(self) -> list[tuple[float, int]]:
        """Return from when on how many were being served at once."""
        changes = sorted(
            change
            for each in self._day.visitors
            if each.called is not None and each.ended is not None
            for change in ((each.called, 1), (each.ended, -1))
        )
        steps, now = [], 0
        for moment, change in changes:
            now += change
            steps.append((moment, now))
        return steps


def _turns(visitor: Visitor) -> int:
    """Return at how many moments a visitor is asked about."""
    waited = (visitor.called or visitor.arrived) - visitor.arrived
    return 1 + max(int(-(-waited // EVERY)) - 1, 0)
