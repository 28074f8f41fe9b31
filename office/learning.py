"""What an office's own past says of its forecasts: how long it took when so much was expected.

Pure. A simulated wait is a mean under ideal conditions: clerks who are always there, visitors who
always come. What really happened after such a wait was expected, at this office, is a better judge
of median and 90th percentile than any formula, as soon as there is enough of it.
"""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

#: Observations of an office below which its past says nothing yet.
ENOUGH = 50
#: Observations per standing that are looked back on, and how many evenly among them are used.
NEWEST = 20_000
USED = 3000
#: Seconds below which two waits are much alike however far apart their ratio is.
ALIKE = 120.0
#: Distance of two waits (in the logarithm of wait + ALIKE) at which one says little of the other.
REACH = 0.4
#: Step of the curves on that scale, and how many steps to either side are looked at.
STEP = 0.125
STEPS = 6
#: What an observation of another service counts for.
OTHER_SERVICE = 0.3
#: What all observations supposed beforehand count for together, and they as shares of what was
#: expected: the deciles of a gamma distribution with two stages.
SUPPOSED = 4.0
SUPPOSITION = (0.27, 0.41, 0.55, 0.69, 0.84, 1.01, 1.22, 1.5, 1.94)
#: Observations of one visit and of one hour resemble each other: so many of them count as one.
RESEMBLING = 4.0
#: With so many observations they are tested: those of each fold are foretold from the other folds,
#: and at most so many of it are looked at.
TESTED = 100
FOLDS = 4
LOOKED_AT = 300
#: Shares of the curve, of the expectation and of the head of the line's wait in the median told,
#: among which the test chooses; the first where there is too little to test.
SHARES = tuple(
    (curve / 4, (4 - curve - head) / 4, head / 4)
    for curve in range(4, -1, -1)
    for head in range(5 - curve)
)


class Standing(StrEnum):
    """How somebody stands when the wait is asked for; each has its own way of going wrong."""

    #: Just come, with nobody of the service ahead.
    FIRST = "first"
    #: Just come.
    NEW = "new"
    #: In line for a while.
    WAITING = "waiting"
    #: No counter of the service is open.
    UNSERVED = "unserved"


@dataclass(frozen=True, slots=True)
class Seen:
    """One wait that came to its end: what the simulation expected, and how long it took."""

    service_id: int
    standing: Standing
    expected_s: float
    waited_s: float
    #: How much longer than this visitor the one at the head of the service's line had waited.
    head_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Median and 90th percentile in seconds."""

    median: float
    p90: float


Curve = tuple[Quantiles, ...]
Shares = tuple[float, float, float]


class Learnt:
    """Median and 90th percentile of the waits seen after such a wait was expected.

    Observations count the more the nearer their expectation is, and the more if they are of the
    same service; each is scaled to the expectation in question. Curves never fall. The median told
    is the mixture of the curve, of the expectation itself and of the wait of the one at the head of
    the line (Ibrahim and Whitt 2009, Real-time delay estimation based on delay history) that would
    have been least wrong before: the head's wait tells of clerks who are slow or away today.

    What it is asked for the first time it works out, which takes seconds for a fortnight of a busy
    office; `pause` is called all along, every millisecond or so, to let others go first.
    """

    def __init__(self, seen: Iterable[Seen] = (), pause: Callable[[], None] | None = None) -> None:
        self._pause = pause
        self._seen: dict[Standing, list[Seen]] = defaultdict(list)
        self.observations = 0
        for each in seen:
            self._seen[each.standing].append(each)
            self.observations += 1
        self.enough = self.observations >= ENOUGH
        self._by_place: dict[Standing, tuple[list[float], list[Seen]]] = {}
        self._curves: dict[tuple[int, Standing], Curve] = {}
        self._shares: dict[Standing, Shares] = {}

    def work_out(self, service_ids: Iterable[int]) -> None:
        """Work out all that can be asked about these services, so that asking takes no time."""
        for service_id in service_ids:
            for standing in Standing:
                self.quantiles(service_id, standing, 0.0)

    def quantiles(
        self, service_id: int, standing: Standing, expected_s: float, head_s: float = 0.0
    ) -> Quantiles:
        """Return what to tell when the simulation expects a wait of `expected_s` seconds.

        The one at the head of the line has waited `head_s` seconds longer. Who comes second is
        never told less than who comes first with as much to expect.
        """
        expected_s, head_s = max(expected_s, 0.0), max(head_s, 0.0)
        told = self._told(service_id, standing, expected_s, head_s)
        if standing is Standing.NEW:
            first = self._told(service_id, Standing.FIRST, expected_s, 0.0)
            told = Quantiles(max(told.median, first.median), max(told.p90, first.p90))
        return told

    def _told(
        self, service_id: int, standing: Standing, expected_s: float, head_s: float
    ) -> Quantiles:
        read = self._read(service_id, standing, expected_s)
        shares = self._shares_of(standing)
        median = _mixed(shares, read.median, expected_s, head_s)
        return Quantiles(median, max(read.p90, median))

    def _shares_of(self, standing: Standing) -> Shares:
        """Return what curve, expectation and head of line count for, by a test on the past."""
        shares = self._shares.get(standing)
        if shares is None:
            shares = self._shares[standing] = self._tested(standing)
        return shares

    def _tested(self, standing: Standing) -> Shares:
        seen = self._thinned(standing)
        if len(seen) < TESTED or standing is Standing.UNSERVED:
            return SHARES[0]
        foretold = []
        for fold in range(FOLDS):
            first, last = (len(seen) * each // FOLDS for each in (fold, fold + 1))
            others = Learnt(seen[:first] + seen[last:], self._pause)
            for each in seen[first : last : max((last - first) // LOOKED_AT, 1)]:
                read = others._read(each.service_id, standing, each.expected_s)
                foretold.append((read.median, each))

        def wrong(shares: Shares) -> float:
            return sum(
                abs(_mixed(shares, median, each.expected_s, each.head_s) - each.waited_s)
                for median, each in foretold
            )

        return min(SHARES, key=wrong)

    def _read(self, service_id: int, standing: Standing, expected_s: float) -> Quantiles:
        curve = self._curve(service_id, standing)
        place = _place(expected_s) / STEP
        low = int(place)
        if low + 1 >= len(curve):
            last = curve[-1]
            grown = (expected_s + ALIKE) / (_expected(len(curve) - 1) + ALIKE)
            return Quantiles(last.median * grown, last.p90 * grown)
        share = place - low
        before, after = curve[low], curve[low + 1]
        return Quantiles(
            before.median + share * (after.median - before.median),
            before.p90 + share * (after.p90 - before.p90),
        )

    def _curve(self, service_id: int, standing: Standing) -> Curve:
        curve = self._curves.get((service_id, standing))
        if curve is None:
            curve = self._curves[service_id, standing] = self._drawn(service_id, standing)
        return curve

    def _drawn(self, service_id: int, standing: Standing) -> Curve:
        places, seen = self._sorted(standing)
        steps = int(places[-1] / STEP) + 2 if places else 2
        curve: list[Quantiles] = []
        median = p90 = 0.0
        for step in range(steps):
            if self._pause is not None:
                self._pause()
            at = self._at(service_id, places, seen, step)
            median, p90 = max(median, at.median), max(p90, at.p90, at.median)
            curve.append(Quantiles(median, p90))
        return tuple(curve)

    def _thinned(self, standing: Standing) -> list[Seen]:
        newest = self._seen[standing][-NEWEST:]
        return newest[:: -(-len(newest) // USED) or 1]

    def _sorted(self, standing: Standing) -> tuple[list[float], list[Seen]]:
        known = self._by_place.get(standing)
        if known is None:
            seen = sorted(self._thinned(standing), key=lambda each: each.expected_s)
            known = [_place(each.expected_s) for each in seen], seen
            self._by_place[standing] = known
        return known

    def _at(self, service_id: int, places: list[float], seen: list[Seen], step: int) -> Quantiles:
        """Return the weighted quantiles of what was seen near one step of the scale."""
        here, expected = step * STEP, _expected(step)
        first = bisect_left(places, here - STEPS * STEP)
        last = bisect_right(places, here + STEPS * STEP)
        weighed = [(share * expected, SUPPOSED / len(SUPPOSITION)) for share in SUPPOSITION]
        for place, each in zip(places[first:last], seen[first:last], strict=True):
            weight = math.exp(-(((place - here) / REACH) ** 2))
            if each.service_id != service_id:
                weight *= OTHER_SERVICE
            waited = each.waited_s * (expected + ALIKE) / (each.expected_s + ALIKE)
            weighed.append((waited, weight))
        weighed.sort()
        total = sum(weight for _, weight in weighed)
        alike = total**2 / sum(weight**2 for _, weight in weighed) / RESEMBLING
        # of n observations the ceil(0.9 (n + 1))th covers the next in nine cases of ten (Vovk,
        # Gammerman and Shafer 2005, Algorithmic Learning in a Random World)
        level = min(0.9 * (1 + 1 / max(alike, 1.0)), 0.97)
        return Quantiles(_quantile(weighed, total, 0.5), _quantile(weighed, total, level))


def _mixed(shares: Shares, curve_s: float, expected_s: float, head_s: float) -> float:
    return shares[0] * curve_s + shares[1] * expected_s + shares[2] * head_s


def _place(expected_s: float) -> float:
    return math.log1p(expected_s / ALIKE)


def _expected(step: int) -> float:
    return ALIKE * math.expm1(step * STEP)


def _quantile(weighed: list[tuple[float, float]], total: float, share: float) -> float:
    reached = 0.0
    for value, weight in weighed:
        reached += weight
        if reached >= share * total:
            return value
    return weighed[-1][0]
