"""How many visitors to expect on a day and in each half hour of it, from the days before.

Pure. A day's number of visitors is taken as a usual number times what its weekday, its week of
the month and a closure just before make of it; each of these is drawn to 1 as long as few days
speak for it. The band holds eight days in ten: visitors come by chance (Poisson), and days differ
in more than is known of them (gamma), which makes their number negative binomial.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

#: Minutes of a slot.
SLOT = 30
SLOTS = 24 * 60 // SLOT
#: Days and days of the same weekday without which nothing is foretold.
DAYS_NEEDED = 10
SAME_WEEKDAY_NEEDED = 2
#: Days that speak for 1 in every factor, and for the usual course of the day.
PRIOR_DAYS = 2.0
#: Days after which what happened counts half.
HALF_LIFE = 56.0
ROUNDS = 12
BAND = (0.1, 0.9)


@dataclass(frozen=True, slots=True)
class DayKind:
    """What may make a day fuller or quieter than others."""

    weekday: int
    #: 1 for the 1st to the 7th, and so on to 5.
    week: int
    #: Whether the office was closed on the last day on which it would ordinarily have been open.
    after_closure: bool


@dataclass(frozen=True)
class PastDay:
    """How many visitors came in each half hour (counted from midnight) of a day."""

    day: date
    kind: DayKind
    came: Mapping[int, int]

    @property
    def total(self) -> int:
        """How many came that day."""
        return sum(self.came.values())


@dataclass(frozen=True)
class Band:
    """An expected number and between which numbers eight in ten lie."""

    mean: float
    low: int
    high: int


@dataclass(frozen=True)
class Expected:
    """The visitors of a coming day."""

    total: Band
    by_slot: Mapping[int, Band]
    #: Variance of the day's own factor, beyond chance and all that is known of the day.
    variability: float
    #: Whether such days after a closure have been seen before.
    rush_known: bool


@dataclass(frozen=True)
class Missing:
    """What there is too little of: days in all, and days of the weekday."""

    days: int
    same_weekday: int
    days_needed: int = DAYS_NEEDED
    same_weekday_needed: int = SAME_WEEKDAY_NEEDED


def missing(past: Sequence[PastDay], kind: DayKind) -> Missing | None:
    """Return what the past lacks to foretell a day of this kind, or nothing if it is enough."""
    same = sum(each.kind.weekday == kind.weekday for each in past)
    if len(past) >= DAYS_NEEDED and same >= SAME_WEEKDAY_NEEDED:
        return None
    return Missing(len(past), same)


def expected(past: Sequence[PastDay], day: date, kind: DayKind) -> Expected:
    """Return who may come on `day`. Raises ValueError where `missing` names what is lacking."""
    if missing(past, kind) is not None:
        raise ValueError("too few days")
    weights = [0.5 ** (abs((day - each.day).days) / HALF_LIFE) for each in past]
    fitted = _fitted(past, weights)
    mean = fitted.of(kind)
    spread = _variability(past, weights, fitted)
    course = _course(past, weights, kind.weekday)
    return Expected(
        total=band(mean, spread),
        by_slot={slot: band(mean * share, spread) for slot, share in course.items()},
        variability=spread,
        rush_known=any(each.kind.after_closure for each in past),
    )


@dataclass(frozen=True)
class _Fitted:
    level: float
    weekday: Mapping[Hashable, float]
    week: Mapping[Hashable, float]
    closure: Mapping[Hashable, float]

    def of(self, kind: DayKind) -> float:
        return (
            self.level
            * self.weekday.get(kind.weekday, 1.0)
            * self.week.get(kind.week, 1.0)
            * self.closure.get(kind.after_closure, 1.0)
        )


def _fitted(past: Sequence[PastDay], weights: Sequence[float]) -> _Fitted:
    """Fit level and factors one after the other, over and over, until they hold still."""
    parts: dict[str, dict[Hashable, float]] = {"weekday": {}, "week": {}, "after_closure": {}}
    level = 1.0

    def known(each: PastDay, but: str) -> float:
        found = 1.0
        for name, factors in parts.items():
            if name != but:
                found *= factors.get(getattr(each.kind, name), 1.0)
        return found

    typical = sum(each.total for each in past) / len(past)
    for _ in range(ROUNDS):
        base = sum(w * known(each, "") for w, each in zip(weights, past, strict=True))
        level = sum(w * each.total for w, each in zip(weights, past, strict=True)) / base
        for name in parts:
            came: dict[Hashable, float] = defaultdict(float)
            usual: dict[Hashable, float] = defaultdict(float)
            for weight, each in zip(weights, past, strict=True):
                group = getattr(each.kind, name)
                came[group] += weight * each.total
                usual[group] += weight * level * known(each, name)
            prior = PRIOR_DAYS * max(typical, 1.0)
            parts[name] = {group: (came[group] + prior) / (usual[group] + prior) for group in came}
    return _Fitted(level, parts["weekday"], parts["week"], parts["after_closure"])


def _variability(past: Sequence[PastDay], weights: Sequence[float], fitted: _Fitted) -> float:
    """Return the variance of total / fitted beyond that of chance.

    The factors were fitted to the same days, which makes the days seem more alike than they are;
    the mean square is therefore divided by the days less what was fitted.
    """
    used = 1 + len(fitted.weekday) + len(fitted.week) / 2
    freedom = max(len(past) - used, len(past) / 3, 1.0)
    square = 0.0
    for weight, each in zip(weights, past, strict=True):
        mean = max(fitted.of(each.kind), 1.0)
        square += weight * ((each.total - mean) ** 2 - mean) / mean**2
    return max(square / sum(weights) * len(past) / freedom, 0.0)


def _course(past: Sequence[PastDay], weights: Sequence[float], weekday: int) -> dict[int, float]:
    """Return which share of a day's visitors comes in each slot: of this weekday, drawn to all."""
    everywhere: dict[int, float] = defaultdict(float)
    same: dict[int, float] = defaultdict(float)
    for weight, each in zip(weights, past, strict=True):
        for slot, count in each.came.items():
            everywhere[slot] += weight * count
            if each.kind.weekday == weekday:
                same[slot] += weight * count
    whole = sum(everywhere.values())
    if not whole:
        return {}
    prior = PRIOR_DAYS * whole / sum(weights)
    drawn = {slot: same[slot] + prior * each / whole for slot, each in everywhere.items()}
    total = sum(drawn.values())
    return {slot: drawn[slot] / total for slot in sorted(drawn)}


def band(mean: float, variability: float) -> Band:
    """Return a mean with the numbers between which eight in ten lie."""
    low, high = (quantile(mean, variability, share) for share in BAND)
    return Band(mean, low, high)


def quantile(mean: float, variability: float, share: float) -> int:
    """Return the quantile of a negative binomial number (Poisson without variability).

    Beyond a thousand the normal approximation stands for it.
    """
    if mean <= 0:
        return 0
    variance = mean + variability * mean**2
    if mean > 1000:
        z = 1.2816 if share > 0.5 else -1.2816
        return max(round(mean + z * math.sqrt(variance)), 0)
    reached, number = 0.0, 0
    size = 1 / variability if variability > 1e-9 else 0.0
    limit = mean + 20 * math.sqrt(variance) + 20
    while number < limit:
        if size:
            logarithm = (
                math.lgamma(number + size)
                - math.lgamma(size)
                - math.lgamma(number + 1)
                + size * math.log(size / (size + mean))
                + number * math.log(mean / (size + mean))
            )
        else:
            logarithm = number * math.log(mean) - mean - math.lgamma(number + 1)
        reached += math.exp(logarithm)
        if reached >= share:
            break
        number += 1
    return number
