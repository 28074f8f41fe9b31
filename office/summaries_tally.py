"""The tally of some days: counts and mergeable spreads of times, by each way of looking. Pure."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any


def _edges() -> tuple[int, ...]:
    edges = list(range(0, 100, 5))
    while not edges or edges[-1] < 100_000:
        edges.append(max(edges[-1] + 5, edges[-1] * 105 // 100))
    return tuple(edges)


#: Where each bucket of times begins, in seconds: five seconds wide at first, five per cent later.
EDGES = _edges()
#: By how much a median or percentile can be off: so many seconds, or that share if it is more.
ERROR_S, ERROR_SHARE = 5, 0.05
#: How many of the longest waits of a period are kept.
KEPT = 20
#: The ways of looking at a day. The key of a slot is weekday x 24 + hour, Monday first.
WAYS = ("all", "service", "slot", "counter", "clerk", "channel", "class")
#: The times of which spreads are kept: until the call that was answered, until the first call of
#: the same stretch, and from start to end.
TIMES = ("wait", "first", "service")


class Spread:
    """How times are spread: of each bucket the count and the sum of its whole seconds."""

    __slots__ = ("buckets", "longest")

    def __init__(self) -> None:
        self.buckets: dict[int, list[int]] = {}
        self.longest = 0

    def add(self, seconds: int) -> None:
        """Count one time."""
        entry = self.buckets.setdefault(bisect_right(EDGES, seconds) - 1, [0, 0])
        entry[0] += 1
        entry[1] += seconds
        self.longest = max(self.longest, seconds)

    def merge(self, packed: Sequence[int]) -> None:
        """Count what another spread, `packed`, holds."""
        self.longest = max(self.longest, packed[0])
        numbers = iter(packed)
        next(numbers)
        buckets = self.buckets
        for place, count, total in zip(numbers, numbers, numbers, strict=True):
            entry = buckets.get(place)
            if entry is None:
                buckets[place] = [count, total]
            else:
                entry[0] += count
                entry[1] += total

    def packed(self) -> list[int]:
        """Return the longest time, then bucket, count and sum of each bucket in order."""
        told = [self.longest]
        for place, entry in sorted(self.buckets.items()):
            told += (place, *entry)
        return told

    @property
    def count(self) -> int:
        """How many times were counted."""
        return sum(entry[0] for entry in self.buckets.values())

    @property
    def total(self) -> int:
        """Their sum in seconds, exact."""
        return sum(entry[1] for entry in self.buckets.values())

    def quantile(self, share: float) -> int | None:
        """Return the mean of the bucket that holds the smallest time `share` do not exceed.

        So it is exact where a bucket holds one time only, and else off by less than the bucket's
        width: ERROR_S seconds or ERROR_SHARE. Nothing without times.
        """
        if not self.buckets:
            return None
        wanted = max(math.ceil(share * self.count) - 1, 0)
        seen = 0
        for _place, (count, total) in sorted(self.buckets.items()):
            seen += count
            if seen > wanted:
                return round(total / count)
        raise AssertionError("a rank lies within the count")

    def told(self) -> dict[str, int | None]:
        """Return count, mean, median and 90th percentile in seconds."""
        count = self.count
        return {
            "count": count,
            "mean_s": round(self.total / count) if count else None,
            "median_s": self.quantile(0.5),
            "p90_s": self.quantile(0.9),
        }


class Cell:
    """What is known of one service, hour, counter ...: counts by name, and spreads of times."""

    __slots__ = ("counts", "spreads")

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.spreads: dict[str, Spread] = {}

    def __getitem__(self, name: str) -> int:
        return self.counts.get(name, 0)

    def count(self, name: str, by: int = 1) -> None:
        """Count `name` up."""
        if by:
            self.counts[name] = self.counts.get(name, 0) + by

    def time(self, name: str, seconds: int) -> None:
        """Count one time among those called `name`."""
        self.spread(name).add(seconds)

    def spread(self, name: str) -> Spread:
        """Return the spread of the times called `name`."""
        found = self.spreads.get(name)
        if found is None:
            found = self.spreads[name] = Spread()
        return found

    def packed(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        told: dict[str, Any] = {
            name: each.packed() for name, each in self.spreads.items() if each.buckets
        }
        return {"n": self.counts, **told}

    def merge(self, packed: dict[str, Any]) -> None:
        """Count what another cell, `packed`, holds."""
        for name, value in packed.items():
            if name == "n":
                for each, by in value.items():
                    self.count(each, by)
            else:
                self.spread(name).merge(value)


@dataclass(frozen=True, order=True)
class LongWait:
    """One visitor's time in lines altogether, in seconds; the longest sorts last."""

    waited_s: int
    ticket_id: int
    day: str
    label: str
    service: str
    status: str


@dataclass(slots=True)
class Stretch:
    """One stretch of a visit, as far as figures go; times in whole seconds, unknown ones nothing.

    `counts` names what happened in it; `ended_slot` is when it ended as finished.
    """

    service: str
    slot: int
    channel: str
    priority: str
    counter: int | None = None
    clerk: int | None = None
    wait: int | None = None
    first: int | None = None
    service_time: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    ended_slot: int | None = None

    def places(self) -> Iterator[tuple[str, str]]:
        """Yield each way of looking with this stretch's key in it."""
        yield "all", ""
        yield "service", self.service
        yield "slot", str(self.slot)
        yield "channel", self.channel
        yield "class", self.priority
        if self.counter is not None:
            yield "counter", str(self.counter)
        if self.clerk is not None:
            yield "clerk", str(self.clerk)


class Tally:
    """Everything counted of some days."""

    def __init__(self) -> None:
        self.cells: dict[str, dict[str, Cell]] = {way: {} for way in WAYS}
        self.longest: list[LongWait] = []

    @property
    def all(self) -> Cell:
        """The figures of everybody."""
        return self.cell("all", "")

    def cell(self, way: str, key: str) -> Cell:
        """Return the cell of `key` in a way of looking."""
        cells = self.cells[way]
        found = cells.get(key)
        if found is None:
            found = cells[key] = Cell()
        return found

    def add(self, stretch: Stretch) -> None:
        """Count a stretch in every way."""
        for way, key in stretch.places():
            cell = self.cell(way, key)
            for name, by in stretch.counts.items():
                cell.count(name, by)
            for name, seconds in (
                ("wait", stretch.wait),
                ("first", stretch.first),
                ("service", stretch.service_time),
            ):
                if seconds is not None:
                    cell.time(name, seconds)
        if stretch.ended_slot is not None:
            self.cell("slot", str(stretch.ended_slot)).count("completed")

    def keep_longest(self, waits: Iterable[LongWait]) -> None:
        """Remember the longest of these waits and of those already remembered."""
        self.longest = sorted({*self.longest, *waits}, reverse=True)[:KEPT]

    def packed(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return {
            "longest": [
                [each.waited_s, each.ticket_id, each.day, each.label, each.service, each.status]
                for each in self.longest
            ],
            "cells": {
                way: {key: cell.packed() for key, cell in cells.items()}
                for way, cells in self.cells.items()
                if cells
            },
        }

    def merge(self, packed: dict[str, Any]) -> None:
        """Count what another tally, `packed`, holds."""
        for way, cells in packed["cells"].items():
            for key, cell in cells.items():
                self.cell(way, key).merge(cell)
        self.keep_longest(LongWait(*each) for each in packed["longest"])
