"""What an office's own past says of its forecasts: how long it took when so much was expected.

Pure. A simulated wait is a mean under ideal conditions: clerks who are always there, visitors who
always come. What really happened after such a wait was expected, at this office, is a better judge
of median and 90th percentile than any formula, as soon as there is enough of it.
"""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

#: Observations of an office below which its past says nothing yet.
ENOUGH = 50
#: Observations kept per standing, the newest.
KEPT = 20_000
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
#: The newest observations are set aside to see whether the older ones foretell them, if there are
#: so many; so large is the older part, and at most so many are looked at.
TESTED = 200
OLDER = 0.8
LOOKED_AT = 600
#: Shares of the curve in what is told, among which the test chooses.
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


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


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Median and 90th percentile in seconds."""

    median: float
    p90: float


Curve = tuple[Quantiles, ...]


class Learnt:
    """Median and 90th percentile of the waits seen after such a wait was expected.

    Observations count the more the nearer their expectation is, and the more if they are of the
    same service; each is scaled to the expectation in question. Curves never fall. The median told
    lies between the curve and the expectation itself, where it would have been least wrong lately.
    """

    def __init__(self, seen: Iterable[Seen] = ()) -> None:
        self._seen: dict[Standing, list[Seen]] = defaultdict(list)
        count = 0
        for each in seen:
            self._seen[each.standing].append(each)
            count += 1
        self.enough = count >= ENOUGH
        self._by_place: dict[Standing, tuple[list[float], list[Seen]]] = {}
        self._curves: dict[tuple[int, Standing], Curve] = {}
        self._shares: dict[Standing, float] = {}

    def quantiles(self, service_id: int, standing: Standing, expected_s: float) -> Quantiles:
        """Return what to tell when the simulation expects a wait of `expected_s` seconds.

        Who comes second is never told less than who comes first with as much to expect.
        """
        expected_s = max(expected_s, 0.0)
        told = self._told(service_id, standing, expected_s)
        if standing is Standing.NEW:
            first = self._told(service_id, Standing.FIRST, expected_s)
            told = Quantiles(max(told.median, first.median), max(told.p90, first.p90))
        return told

    def _told(self, service_id: int, standing: Standing, expected_s: float) -> Quantiles:
        read = self._read(service_id, standing, expected_s)
        share = self._share(standing)
        median = share * read.median + (1 - share) * expected_s
        return Quantiles(median, max(read.p90, median))

    def _share(self, standing: Standing) -> float:
        """Return what the curve counts for beside the expectation, by a test on the newest."""
        share = self._shares.get(standing)
        if share is None:
            share = self._shares[standing] = self._tested(standing)
        return share

    def _tested(self, standing: Standing) -> float:
        seen = self._seen[standing][-KEPT:]
        if len(seen) < TESTED or standing is Standing.UNSERVED:
            return 1.0
        older = round(OLDER * len(seen))
        past = Learnt(seen[:older])
        newest = seen[older :: max((len(seen) - older) // LOOKED_AT, 1)]
        medians = [
            (past._read(each.service_id, standing, each.expected_s).median, each) for each in newest
        ]

        def wrong(share: float) -> float:
            return sum(
                abs(share * median + (1 - share) * each.expected_s - each.waited_s)
                for median, each in medians
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
            at = self._at(service_id, places, seen, step)
            median, p90 = max(median, at.median), max(p90, at.p90, at.median)
            curve.append(Quantiles(median, p90))
        return tuple(curve)

    def _sorted(self, standing: Standing) -> tuple[list[float], list[Seen]]:
        known = self._by_place.get(standing)
        if known is None:
            seen = sorted(self._seen[standing][-KEPT:], key=lambda each: each.expected_s)
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
