"""The shapes a recording of a queue comes in, and what each tells of every visitor."""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Row = dict[str, str]


class NotADay(ValueError):
    """The file holds no recorded day of a queue, or not the one asked for."""


@dataclass(frozen=True)
class Record:
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


def read(path: Path) -> tuple[str, list[Record]]:
    """Return the shape of the file and everybody it records. Raises NotADay."""
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
                raise NotADay(f"{path.name} reads like {shape}, but: {error}.") from error
            if not records:
                raise NotADay(f"{path.name} holds nobody who arrived.")
            return shape, records
    raise NotADay(
        f"{path.name} is not a recording of a queue: no arrivals among its columns "
        f"({listed(columns)})."
    )


def _tickets(rows: list[Row]) -> list[Record]:
    """One row per ticket, estimated from public polls to the minute."""
    return [
        Record(
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


def _snapshots(rows: list[Row]) -> list[Record]:
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
            at, desks = seconds(row["time"]), int(row["open_counters"])
            current = max(_number(row["current_ticket"]) or shown, shown)
            for number in range(reached + 1, current + int(row["waiting"]) + 1):
                arrivals[number] = at
            for number in range(shown + 1, current + 1):
                calls[number] = at, desks
            reached, shown = max(reached, current + int(row["waiting"])), current
        for number, at in arrivals.items():
            called, there = calls.get(number, (None, 0))
            key = f"{service} {number:05d}"
            records.append(Record(date, office, service, key, at, called, desks=there))
    return records


def _calls(rows: list[Row]) -> list[Record]:
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
            Record(
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


def _plain(rows: list[Row]) -> list[Record]:
    """The shape to write yourself: service and arrived; called, ended, office, ... if known."""
    records = []
    for index, row in enumerate(rows):
        called = seconds(row["called"]) if row.get("called") else None
        ended = seconds(row["ended"]) if row.get("ended") else None
        records.append(
            Record(
                date=row.get("date") or "undated",
                office=row.get("office") or "",
                service=row["service"],
                key=f"{index:08d}",
                arrived=seconds(row["arrived"]),
                called=called,
                served_for=ended - called if called is not None and ended is not None else None,
                patience=float(row["gave_up_after_s"]) if row.get("gave_up_after_s") else None,
                priority=row.get("priority", "").lower() in ("1", "true", "yes", "priority"),
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


def listed(names: Sequence[str]) -> str:
    """Return names as they stand in a sentence."""
    return ", ".join(names) if names else "none"


SHAPES: list[tuple[str, set[str], Callable[[list[Row]], list[Record]]]] = [
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
