"""Recorded days: who came when, for what, and how long they were served, from CSV of any shape."""

import csv
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, exp
from pathlib import Path
from statistics import median

Row = dict[str, str]

SHIPPED = Path(__file__).parent / "days" / "warsaw_usc_2020-01-13.csv"

#: Spread (sigma of the logarithm) of service times drawn where a recording holds none.
SPREAD = 0.5
#: Service times from which a median is taken to be one.
ENOUGH = 20
#: Part of the day for which counters with drawn service times are kept busy at most.
BUSY = 0.9
#: Seconds of a service when a recording says nothing at all about them.
TYPICAL = 600.0


class NotADay(ValueError):
    """The file holds no recorded day of a queue, or not the one asked for."""


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


@dataclass(frozen=True)
class _Record:
    """A visitor as the source has it, before service times are completed."""

    date: str
    office: str
    service: str
    key: str
    arrived: float
    called: float | None = None
    served_for: float | None = None
    patience: float | None = None
    priority: bool = False
    #: Counters open for the service at the call; 0 where the source does not say.
    desks: int = 0


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
    shape, everybody = _read(path)
    records = everybody
    offices = sorted({record.office for record in everybody if record.office})
    if office is not None:
        if office not in offices:
            raise NotADay(
                f"{path.name} has no office {office!r}; it has {_listed(offices)}."
            )
        records = [record for record in everybody if record.office == office]
    days = Counter(record.date for record in records)
    if date is None:
        date = min(days, key=lambda each: (-days[each], each))
    elif date not in days:
        raise NotADay(
            f"{path.name} has no visitors on {date}; it has {_listed(sorted(days))}."
        )
    same_day = [each for each in everybody if each.date == date]
    own = [each for each in records if each.date == date]
    typical = _typical(own, same_day, everybody)
    first, last = between or (0.0, float("inf"))
    own = [each for each in own if first <= each.arrived < last]
    if not own:
        raise NotADay(
            f"{path.name} has nobody who arrived between those moments of {date}."
        )
    return _day(path.name, shape, date, own, typical)


def dates_in(path: Path) -> list[str]:
    """Return the dates of the recording in `path`, in order. Raises NotADay."""
    return sorted({record.date for record in _read(path)[1]})


def _typical(*wider: Sequence[_Record]) -> float:
    """Return the median service time of the first of ever wider circles that has enough of them."""
    for records in wider:
        times = [each.served_for for each in records if each.served_for] or busy_gaps(
            records
        )
        if len(times) >= ENOUGH:
            return median(times)
    return median(times) if times else TYPICAL


def _day(
    source: str, shape: str, date: str, records: Sequence[_Record], typical: float
) -> Day:
    recorded = any(each.served_for for each in records)
    offices = tuple(sorted({each.office for each in records if each.office}))
    visitors = tuple(
        Visitor(
            group=f"{each.office} / {each.service}"
            if len(offices) > 1
            else each.service,
            arrived=each.arrived,
            served_for=each.served_for
            or _drawn(typical, f"{date} {each.office} {each.key}"),
            waited=None
            if each.called is None
            else max(each.called - each.arrived, 0.0),
            patience=each.patience,
            priority=each.priority,
        )
        for each in sorted(
            records, key=lambda each: (each.arrived, each.office, each.key)
        )
    )
    ends = [
        each.called + (each.served_for or typical) for each in records if each.called
    ]
    closes = max([*ends, max(each.arrived for each in records)])
    return Day(
        source=source,
        shape=shape,
        date=date,
        offices=offices,
        visitors=visitors,
        counters=_desks(records)
        if recorded
        else max(_desks(records), _needed(visitors, closes)),
        closes=closes,
        median_service=typical,
        durations="recorded" if recorded else "drawn",
    )


def busy_gaps(records: Iterable[_Record]) -> list[float]:
    """Return estimated service times, from calls made while somebody was waiting.

    With c counters open for a service, the counter that made a call is taken to make the one c
    places later, at once if that visitor was there already; so the gap between the two is a
    service.
    """
    lines: dict[tuple[str, str], list[_Record]] = defaultdict(list)
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


def _desks(records: Sequence[_Record]) -> int:
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


def _read(path: Path) -> tuple[str, list[_Record]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = list(reader.fieldnames or [])
            rows = list(reader)
    except OSError as error:
        raise NotADay(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotADay(f"{path.name} is not a CSV file in UTF-8.") from error
    for shape, needed, reading in SHAPES:
        if needed <= set(columns):
            try:
                records = reading(rows)
            except (ValueError, TypeError, AttributeError) as error:
                raise NotADay(
                    f"{path.name} reads like {shape}, but: {error}."
                ) from error
            if not records:
                raise NotADay(f"{path.name} holds nobody who arrived.")
            return shape, records
    raise NotADay(
        f"{path.name} is not a recording of a queue: no arrivals among its columns "
        f"({_listed(columns)})."
    )


def _tickets(rows: list[Row]) -> list[_Record]:
    """One row per ticket, estimated from public polls to the minute."""
    return [
        _Record(
            date=row["date"],
            office=row["office"],
            service=row["service"],
            key=f"{row['service']} {int(row['number']):05d}",
            arrived=seconds(row["arrival_est"]),
            called=seconds(row["called_est"]) if row["called_est"] else None,
            desks=int(row["open_counters_at_call"] or 0),
        )
        for row in rows
    ]


def _snapshots(rows: list[Row]) -> list[_Record]:
    """Polls of the number displayed and of how many wait: a ticket came when they first reach it.

    A service's numbers are taken to rise by one, first-come and without skips, from the first of
    their range (1, 201, 801 ...) each day.
    """
    polls: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    ranges: dict[tuple[str, str], int] = {}
    for row in rows:
        polls[row["date"], row["office"], row["service"]].append(row)
        if shown := _number(row["current_ticket"]):
            place = row["office"], row["service"]
            ranges[place] = min(ranges.get(place, shown), (shown - 1) // 100 * 100)
    records = []
    for (date, office, service), series in polls.items():
        series.sort(key=lambda row: row["time"])
        reached = shown = ranges.get((office, service), 0)
        arrivals: dict[int, float] = {}
        calls: dict[int, tuple[float, int]] = {}
        for row in series:
            at = seconds(row["time"])
            current = max(_number(row["current_ticket"]) or shown, shown)
            for number in range(reached + 1, current + int(row["waiting"]) + 1):
                arrivals[number] = at
            for number in range(shown + 1, current + 1):
                calls[number] = at, int(row["open_counters"])
            reached, shown = max(reached, current + int(row["waiting"])), current
        for number, at in arrivals.items():
            called, desks = calls.get(number, (None, 0))
            key = f"{service} {number:05d}"
            records.append(_Record(date, office, service, key, at, called, desks=desks))
    return records


def _calls(rows: list[Row]) -> list[_Record]:
    """A call centre to the second; 0:00:00 is a moment that was not reached.

    Those who hung up before they reached the queue never came. Priority 2 is the recording's own
    class of preferred customers.
    """
    records = []
    for row in rows:
        joined, started = seconds(row["queue_join"]), seconds(row["service_start"])
        gone = row["outcome"] == "HANG"
        if not joined and (gone or not started):
            continue
        waited = float(row["queue_seconds"])
        arrived = joined or started
        records.append(
            _Record(
                date=row["date"],
                office="",
                service=row["service_type"],
                key=f"{int(row['call_id']):08d}",
                arrived=arrived,
                called=None if gone else arrived + waited,
                served_for=None if gone else float(row["service_seconds"]) or None,
                patience=waited if gone else None,
                priority=row["priority"] == "2",
            )
        )
    return records


def _plain(rows: list[Row]) -> list[_Record]:
    """The shape to write yourself: service and arrived; called, ended, office, ... if known."""
    records = []
    for index, row in enumerate(rows):
        called = seconds(row["called"]) if row.get("called") else None
        ended = seconds(row["ended"]) if row.get("ended") else None
        records.append(
            _Record(
                date=row.get("date") or "undated",
                office=row.get("office") or "",
                service=row["service"],
                key=f"{index:08d}",
                arrived=seconds(row["arrived"]),
                called=called,
                served_for=ended - called
                if called is not None and ended is not None
                else None,
                patience=float(row["gave_up_after_s"])
                if row.get("gave_up_after_s")
                else None,
                priority=row.get("priority", "").lower()
                in ("1", "true", "yes", "priority"),
            )
        )
    return records


def seconds(moment: str) -> float:
    """Return H:MM or H:MM:SS as seconds since midnight. Raises ValueError."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?", moment.strip())
    if match is None:
        raise ValueError(f"{moment!r} is not a time of day")
    return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3] or 0)


def _number(label: str) -> int | None:
    digits = label.strip().lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return int(digits) if digits else None


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "none"


SHAPES: list[tuple[str, set[str], Callable[[list[Row]], list[_Record]]]] = [
    (
        "tickets estimated from polls",
        {"date", "office", "service", "number", "arrival_est", "called_est"},
        _tickets,
    ),
    (
        "polls of a queue",
        {
            "date",
            "time",
            "office",
            "service",
            "current_ticket",
            "waiting",
            "open_counters",
        },
        _snapshots,
    ),
    (
        "calls of a call centre",
        {
            "call_id",
            "queue_join",
            "queue_seconds",
            "service_start",
            "service_seconds",
            "outcome",
        },
        _calls,
    ),
    ("arrivals and services", {"arrived", "service"}, _plain),
]
