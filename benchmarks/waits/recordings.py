"""Recorded days as the contest replays them, read leniently from files of the known shapes."""

import csv
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from statistics import median

from app.replay.shapes import SHAPES, NotADay, Record, Row, listed, seconds

DAY = 86400.0
#: A call that seems so much earlier than the arrival was made after midnight.
OVER_MIDNIGHT = DAY / 2
POLLS = "polls of a queue"


class _Row(dict[str, str]):
    """A row in which what the file does not have is empty."""

    def __missing__(self, column: str) -> str:
        return ""


@dataclass(frozen=True)
class Visitor:
    """One visitor; moments are seconds since the midnight that began the day."""

    number: int
    service: str
    arrived: float
    called: float | None = None
    #: When the service ended, if the recording tells.
    ended: float | None = None
    #: When the visitor gave up.
    left: float | None = None
    rate: float = 1.0
    #: Counters open for the service at the call; 0 where the recording does not say.
    counters: int = 0
    #: The counter called to, where the recording tells.
    counter: int | None = None

    def gone_by(self, moment: float) -> bool:
        """Return whether the visitor has given up."""
        return self.left is not None and self.left <= moment


@dataclass(frozen=True)
class Shift:
    """A counter open from one moment to another for some services."""

    counter: int
    opened: float
    closed: float
    services: frozenset[str]


@dataclass(frozen=True)
class Day:
    """One day; visitors stand in the order they came."""

    date: str
    visitors: tuple[Visitor, ...]
    #: Open counters of each service as polled, by moment; empty where nothing was polled.
    polled: Mapping[str, Sequence[tuple[float, int]]] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()

    def counters_polled(self, service: str, moment: float) -> int | None:
        """Return the counters open for a service at the last poll, or None if none was made."""
        polls = self.polled.get(service, ())
        index = bisect_right(polls, moment, key=lambda poll: poll[0]) - 1
        return polls[index][1] if index >= 0 else None


@dataclass(frozen=True)
class Recording:
    """The days of one office, in order."""

    name: str
    days: tuple[Day, ...]
    #: Whether it tells when services ended, and so who is being served.
    timed: bool
    #: Seconds to which the recording knows its moments; 0 where to the second.
    resolution: float
    #: Rows that told nothing usable: unreadable, or called before they came.
    dropped: int = 0


def read_folder(folder: Path) -> tuple[list[Recording], dict[str, str]]:
    """Return the recordings in `folder`, and why each other file in it was left out."""
    recordings: list[Recording] = []
    skipped: dict[str, str] = {}
    if not folder.is_dir():
        raise NotADay(f"{folder} is not a folder.")
    for path in sorted(folder.iterdir()):
        if not path.is_file():
            continue
        try:
            recordings += read_file(path)
        except NotADay as why:
            skipped[path.name] = str(why)
    return recordings, skipped


def read_file(path: Path) -> list[Recording]:
    """Return the recordings in one file, one per office. Raises NotADay, saying why there is none.

    A row that cannot be read is left out and counted, unlike in a replay, where it is an error.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = [each for each in reader.fieldnames or [] if each]
            rows: list[Row] = [
                _Row({key: value or "" for key, value in row.items() if isinstance(key, str)})
                for row in reader
            ]
    except OSError as error:
        raise NotADay(f"{path.name} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotADay(f"{path.name} is not a CSV file in UTF-8.") from error
    for shape, needed, reading in SHAPES:
        if needed <= set(columns):
            good = [row for row in rows if _readable(row, reading)]
            if not good:
                raise NotADay(f"{path.name} has the columns of {shape} and no row that reads so.")
            polled = _polls(good) if shape == POLLS else {}
            records = [each for each in reading(good) if each.arrived >= 0]
            return _by_office(path.stem, records, polled, len(rows) - len(good))
    raise NotADay(
        f"{path.name} is not a recording of a queue: no arrivals among its columns "
        f"({listed(columns)})."
    )


def _readable(row: Row, reading: object) -> bool:
    try:
        reading([row])  # type: ignore[operator]
    except (ValueError, TypeError, AttributeError, KeyError):
        return False
    return True


Polled = dict[tuple[str, str], dict[str, list[tuple[float, int]]]]


def _polls(rows: list[Row]) -> Polled:
    """Return the open counters by office and date, service and moment."""
    polled: Polled = {}
    for row in rows:
        of_day = polled.setdefault((row["office"], row["date"]), defaultdict(list))
        of_day[row["service"]].append((seconds(row["time"]), int(row["open_counters"])))
    for of_day in polled.values():
        for polls in of_day.values():
            polls.sort()
    return polled


def _by_office(file: str, records: list[Record], polled: Polled, dropped: int) -> list[Recording]:
    offices: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        offices[record.office].append(record)
    recordings = []
    for office, own in sorted(offices.items()):
        kept = [each for record in own if (each := _straightened(record)) is not None]
        days: dict[str, list[Record]] = defaultdict(list)
        for record in kept:
            days[record.date].append(record)
        recordings.append(
            Recording(
                name=f"{file}/{office}" if office else file,
                days=tuple(
                    Day(date, _visitors(days[date]), polled.get((office, date), {}))
                    for date in sorted(days)
                ),
                timed=any(record.served_for for record in kept),
                resolution=resolution(list(days.values())),
                dropped=dropped + len(own) - len(kept),
            )
        )
    return recordings


def _straightened(record: Record) -> Record | None:
    """Return the record with a call after midnight on the next day, None if time goes back."""
    if record.called is not None and record.called < record.arrived:
        if record.arrived - record.called < OVER_MIDNIGHT:
            return None
        record = replace(record, called=record.called + DAY)
    if record.served_for is not None and record.served_for < 0:
        after = record.served_for + DAY
        record = replace(record, served_for=after if after < OVER_MIDNIGHT else None)
    return record


def _visitors(records: list[Record]) -> tuple[Visitor, ...]:
    records = sorted(records, key=lambda each: (each.arrived, each.service, each.key))
    return tuple(
        Visitor(
            number=number,
            service=each.service,
            arrived=each.arrived,
            called=each.called,
            ended=None
            if each.called is None or each.served_for is None
            else each.called + each.served_for,
            left=None if each.patience is None else each.arrived + max(each.patience, 0.0),
            rate=2.0 if each.priority else 1.0,
            counters=max(each.desks, 0),
        )
        for number, each in enumerate(records, 1)
    )


def resolution(days: Sequence[Sequence[Record]]) -> float:
    """Return the seconds between two moments the recording can tell apart; 0 if to the second.

    Where all moments are whole minutes it was polled: the usual gap between two polls at which
    anything had changed, on days with enough of them.
    """
    gaps: list[float] = []
    for records in days:
        moments = sorted(
            {each.arrived for each in records}
            | {each.called for each in records if each.called is not None}
        )
        if any(moment % 60 for moment in moments):
            return 0.0
        gaps += [after - before for before, after in pairwise(moments)]
    if not gaps:
        return 0.0
    common = Counter(gaps).most_common(1)[0][0]
    return min(common, median(gaps)) if common >= 120 else 60.0
