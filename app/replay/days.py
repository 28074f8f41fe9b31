"""Recorded days: who came when, for what, and how long they were served, from CSV of any shape."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, exp
from pathlib import Path
from statistics import median

from app.replay.shapes import NotADay, Record, listed, read

SHIPPED = Path(__file__).parent / "days" / "warsaw_usc_2020-01-13.csv"

#: Spread (sigma of the logarithm) of service times drawn where a recording holds none.
SPREAD = 0.5
#: Service times from which a median is taken to be one.
ENOUGH = 20
#: Part of the day for which counters with drawn service times are kept busy at most.
BUSY = 0.9
#: Seconds of a service when a recording says nothing at all about them.
TYPICAL = 600.0


@dataclass(frozen=True)
class Visitor:
    """One recorded visitor; moments are seconds since midnight of the source's wall clock."""

    group: str
    arrived: float
    #: Seconds of service; recorded, or drawn around the day's median.
    served_for: float
    #: Recorded seconds from arrival to call; None if never called.
    waited: float | None = None
    #: After how many seconds of waiting the visitor was gone; None for those who stay.
    patience: float | None = None
    priority: bool = False


@dataclass(frozen=True)
class Day:
    """One recorded day of one office, or of several put together."""

    source: str
    shape: str
    date: str
    offices: tuple[str, ...]
    visitors: tuple[Visitor, ...]
    #: How many counters worked at once.
    counters: int
    closes: float
    median_service: float
    #: Whether the service times are the recording's own.
    durations: str

    @property
    def groups(self) -> Counter[str]:
        """How many visitors came for each of the recording's groups of service."""
        return Counter(visitor.group for visitor in self.visitors)


def read_day(
    path: Path,
    date: str | None = None,
    office: str | None = None,
    between: tuple[float, float] | None = None,
) -> Day:
    """Return one day of the recording in `path`.

    Without `date` it is the busiest one (the earlier of two alike), without `office` all offices of
    that day put together; `between` keeps those who arrived within two moments of the day. Raises
    NotADay, saying what the file does hold.
    """
    shape, everybody = read(path)
    records = everybody
    offices = sorted({record.office for record in everybody if record.office})
    if office is not None:
        if office not in offices:
            raise NotADay(f"{path.name} has no office {office!r}; it has {listed(offices)}.")
        records = [record for record in everybody if record.office == office]
    days = Counter(record.date for record in records)
    if date is None:
        date = min(days, key=lambda each: (-days[each], each))
    elif date not in days:
        raise NotADay(f"{path.name} has no visitors on {date}; it has {listed(sorted(days))}.")
    same_day = [each for each in everybody if each.date == date]
    own = [each for each in records if each.date == date]
    typical = _typical(own, same_day, everybody)
    first, last = between or (0.0, float("inf"))
    own = [each for each in own if first <= each.arrived < last]
    if not own:
        raise NotADay(f"{path.name} has nobody who arrived between those moments of {date}.")
    return _day(path.name, shape, date, own, typical)


def dates_in(path: Path) -> list[str]:
    """Return the dates of the recording in `path`, in order. Raises NotADay."""
    return sorted({record.date for record in read(path)[1]})


def _typical(*wider: Sequence[Record]) -> float:
    """Return the median service time of the first of ever wider circles that has enough of them."""
    for records in wider:
        times = [each.served_for for each in records if each.served_for] or busy_gaps(records)
        if len(times) >= ENOUGH:
            return median(times)
    return median(times) if times else TYPICAL


def _day(source: str, shape: str, date: str, records: Sequence[Record], typical: float) -> Day:
    recorded = any(each.served_for for each in records)
    offices = tuple(sorted({each.office for each in records if each.office}))
    visitors = tuple(
        Visitor(
            group=f"{each.office} / {each.service}" if len(offices) > 1 else each.service,
            arrived=each.arrived,
            served_for=each.served_for or _drawn(typical, f"{date} {each.office} {each.key}"),
            waited=None if each.called is None else max(each.called - each.arrived, 0.0),
            patience=each.patience,
            priority=each.priority,
        )
        for each in sorted(records, key=lambda each: (each.arrived, each.office, each.key))
    )
    ends = [each.called + (each.served_for or typical) for each in records if each.called]
    closes = max([*ends, max(each.arrived for each in records)])
    return Day(
        source=source,
        shape=shape,
        date=date,
        offices=offices,
        visitors=visitors,
        counters=_desks(records) if recorded else max(_desks(records), _needed(visitors, closes)),
        closes=closes,
        median_service=typical,
        durations="recorded" if recorded else "drawn",
    )


def busy_gaps(records: Iterable[Record]) -> list[float]:
    """Return estimated service times, from calls made while somebody was waiting.

    With c counters open for a service, the counter that made a call is taken to make the one c
    places later, at once if that visitor was there already; so the gap between the two is a
    service.
    """
    lines: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        if record.called is not None:
            lines[record.office, record.service].append(record)
    gaps = []
    for line in lines.values():
        line.sort(key=lambda each: (each.called or 0.0, each.key))
        for index, record in enumerate(line):
            later = index + max(record.desks, 1)
            if later >= len(line) or record.called is None:
                continue
            other = line[later]
            if other.called is not None and other.arrived < other.called:
                gaps.append(other.called - record.called)
    return gaps


def _drawn(typical: float, seed: str) -> float:
    """Return a service time around the median `typical`; the same for the same seed, always."""
    return round(typical * exp(SPREAD * random.Random(seed).gauss(0.0, 1.0)), 1)


def _desks(records: Sequence[Record]) -> int:
    """Return how many counters worked at once, over all offices."""
    told: dict[str, int] = defaultdict(int)
    for record in records:
        told[record.office] = max(told[record.office], record.desks)
    if any(told.values()):
        return sum(told.values())
    moments = sorted(
        moment
        for record in records
        if record.called is not None and record.served_for
        for moment in ((record.called, 1), (record.called + record.served_for, -1))
    )
    most = now = 0
    for _, step in moments:
        now += step
        most = max(most, now)
    return max(most, 1)


def _needed(visitors: Sequence[Visitor], closes: float) -> int:
    """Return how many counters the drawn service times keep busy.

    Polls tell the counters open per service; those of two services may be the same or others, so
    the most of one service is only the least there can have been.
    """
    open_for = max(closes - visitors[0].arrived, 1.0)
    return ceil(sum(each.served_for for each in visitors) / open_for / BUSY)
