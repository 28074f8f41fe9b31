"""When tickets are given out: the week's hours, special ones, and closed days."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from office.clock import local_midnight, local_time
from office.errors import StretchBackwards, StretchesOverlap, StretchUnread
from office.place import ClosedDay, EarlyClosing, Hours, Names, Office
from storage.work import Work

#: From and to of each stretch of a day in which tickets are given out, in order.
Stretches = tuple[tuple[time, time], ...]
#: The longest stretch of closed days that is looked through for the next open one.
FAR = 60
_CLOCK = r"(\d{1,2})(?:[.:](\d{2}))?"
_STRETCH = re.compile(rf"{_CLOCK}\s*(?:-|–|—|s/d|sampai|to)\s*{_CLOCK}")


def stretches_of(text: str, name: str = "hours", field: str = "hours") -> Stretches:
    """Return "08.00–12.00, 13.00–16.00" as pairs of times in order; nothing is a day off.

    Dots or colons, hyphens or dashes, and full hours without minutes: "8-12". Raises StretchUnread,
    StretchBackwards or StretchesOverlap of `field`, which people call `name`.
    """
    found = []
    for part in (each.strip() for each in re.split(r"[,;]", text)):
        if not part:
            continue
        match = _STRETCH.fullmatch(part)
        try:
            if match is None:
                raise ValueError(part)
            hour, minute, to_hour, to_minute = (int(each or 0) for each in match.groups())
            found.append((time(hour, minute), time(to_hour, to_minute)))
        except ValueError as error:
            raise StretchUnread(fields={field: part}, names=name) from error
    found.sort()
    if any(first >= last for first, last in found):
        raise StretchBackwards(fields={field: text}, names=name)
    if any(after[0] < before[1] for before, after in pairwise(found)):
        raise StretchesOverlap(fields={field: text}, names=name)
    return tuple(found)


def told_as(stretches: Iterable[tuple[time, time]]) -> str:
    """Return stretches of a day as they are typed: 08.00–12.00, 13.00–16.00."""
    return ", ".join(f"{first:%H.%M}–{last:%H.%M}" for first, last in stretches)


@dataclass(frozen=True)
class SpecialHours:
    """The hours of some days in place of the week's, such as those of the fasting month."""

    first: date
    last: date
    names: Names
    #: The hours of each weekday from Monday on, as they are typed; an empty one is a day off.
    week: tuple[str, ...]

    def stretches(self, day: date) -> Stretches:
        """Return the hours of one of the days."""
        return stretches_of(self.week[day.weekday()])

    def stored(self) -> dict[str, object]:
        """Return what the office's row keeps."""
        first, last = self.first.isoformat(), self.last.isoformat()
        return {"first": first, "last": last, "names": self.names, "week": list(self.week)}

    @classmethod
    def of_stored(cls, stored: Mapping[str, Any]) -> "SpecialHours":
        """Return what `stored` kept."""
        first, last = date.fromisoformat(stored["first"]), date.fromisoformat(stored["last"])
        return cls(first, last, dict(stored["names"]), tuple(stored["week"]))


def special_hours(office: Office) -> list[SpecialHours]:
    """Return the office's special hours in the order of their days, of which none has two."""
    return [SpecialHours.of_stored(each) for each in office.special_hours or ()]


@dataclass(frozen=True)
class Timetable:
    """On which days the office gives out tickets, and in which hours."""

    week: Mapping[int, Stretches]
    special: tuple[SpecialHours, ...] = ()
    closed: frozenset[date] = frozenset()

    def ordinary(self, day: date) -> Stretches:
        """Return the hours of a day as if no closed day were known."""
        for each in self.special:
            if each.first <= day <= each.last:
                return each.stretches(day)
        return self.week.get(day.weekday(), ())

    def on(self, day: date) -> Stretches:
        """Return the hours of a day."""
        return () if day in self.closed else self.ordinary(day)


#: The closed days of an `office` from `first` on, and the stretches of its week.
CLOSED = select(ClosedDay.day).where(
    ClosedDay.office_id == bindparam("office"), ClosedDay.day >= bindparam("first")
)
STRETCHES = (
    select(Hours).where(Hours.office_id == bindparam("office")).order_by(Hours.weekday, Hours.opens)
)
#: The early close of a `day` of an `office`.
EARLY = select(EarlyClosing).where(
    EarlyClosing.office_id == bindparam("office"), EarlyClosing.day == bindparam("day")
)


def timetable_of(work: Work, office: Office, first: date) -> Timetable:
    """Return the office's timetable, with the closed days from `first` on."""
    closed = work.session.scalars(CLOSED, {"office": office.id, "first": first})
    special = tuple(special_hours(office))
    return Timetable(week_of(work, office.id), special, frozenset(closed))


def week_of(work: Work, office_id: int) -> dict[int, Stretches]:
    """Return the usual stretches of each weekday, 0 Monday."""
    week: dict[int, Stretches] = dict.fromkeys(range(7), ())
    for each in hours_of(work, office_id):
        week[each.weekday] += ((each.opens, each.closes),)
    return week


@dataclass(frozen=True)
class Opening:
    """Whether the office is open, and when it opens next on the same day."""

    is_open: bool
    opens: time | None = None
    closes: time | None = None


def opening(timetable: Timetable, now: datetime, timezone: str) -> Opening:
    """Say whether `now` falls in one of today's stretches (opens included, closes not)."""
    local = now.astimezone(ZoneInfo(timezone))
    clock = local.time()
    for opens, closes in timetable.on(local.date()):
        if clock < closes:
            return Opening(opens <= clock, opens, closes)
    return Opening(False)


def serving_left(timetable: Timetable, now: datetime, timezone: str, after: int) -> float:
    """Return the seconds the counters still serve today: without breaks, and `after` minutes on."""
    local = now.astimezone(ZoneInfo(timezone))
    clock = _seconds(local.time())
    today = timetable.on(local.date())
    if not today:
        return 0.0
    left = sum(max(_seconds(closes) - max(_seconds(opens), clock), 0.0) for opens, closes in today)
    last = _seconds(today[-1][1])
    return left + max(last + after * 60 - max(last, clock), 0.0)


def served_today(work: Work, office: Office, now: datetime) -> float:
    """Return the seconds the office's counters still serve today; without end in rehearsal."""
    if office.rehearsal:
        return math.inf
    timetable = timetable_of(work, office, office.today(now))
    return serving_left(timetable, now, office.timezone, office.serves_after)


def _seconds(clock: time) -> float:
    return clock.hour * 3600.0 + clock.minute * 60 + clock.second


def hours_of(work: Work, office_id: int) -> list[Hours]:
    """Return the week's stretches in order."""
    return list(work.session.scalars(STRETCHES, {"office": office_id}))


def office_opening(work: Work, office: Office, now: datetime) -> Opening:
    """Say whether the office gives out tickets now.

    In rehearsal it always does, save after an early close, which wants rehearsing, too.
    """
    if closed_early(work, office, now) is not None:
        return Opening(False)
    return Opening(True) if office.rehearsal else scheduled(work, office, now)


def scheduled(work: Work, office: Office, now: datetime) -> Opening:
    """Say whether the office gives out tickets now by its hours and closed days alone."""
    return opening(timetable_of(work, office, office.today(now)), now, office.timezone)


def doors(
    work: Work, office: Office, now: datetime, opening: Opening | None = None
) -> dict[str, Any]:
    """Return what every screen tells: whether numbers are given out now and, if not, when next.

    `opening` is what office_opening says, where that is known already.
    """
    is_open = (opening or office_opening(work, office, now)).is_open
    opens_at = None if is_open else next_opening(work, office, now)
    return {"open": is_open, "opens_at": opens_at.isoformat() if opens_at else None}


def closed_early(work: Work, office: Office, now: datetime) -> EarlyClosing | None:
    """Return the early close of today, if there is one."""
    asked = {"office": office.id, "day": office.today(now)}
    return work.session.scalars(EARLY, asked).first()


def noon_ahead(work: Work, office: Office, now: datetime) -> tuple[float, float] | None:
    """Return the next time of today between two stretches of hours: seconds from now, begin, end.

    One that has begun begins before zero; one that is over is none.
    """
    day = office.today(now)
    for (_, closes), (opens, _) in pairwise(timetable_of(work, office, day).on(day)):
        begins, ends = (
            (local_time(day, clock, office.timezone) - now).total_seconds()
            for clock in (closes, opens)
        )
        if begins < ends and ends > 0:
            return begins, ends
    return None


def end_of_day(office: Office, now: datetime) -> datetime:
    """Return the moment at which the office's day ends."""
    return local_midnight(office.today(now) + timedelta(days=1), office.timezone)


def next_opening(work: Work, office: Office, now: datetime) -> datetime | None:
    """Return when numbers are given out next after `now`, if that is not far away.

    Breaks, special hours, closed days and an early close of today are regarded.
    """
    today = office.today(now)
    timetable = timetable_of(work, office, today)
    closes_early = closed_early(work, office, now) is not None
    for ahead in range(closes_early, FAR + 1):
        day = today + timedelta(days=ahead)
        for opens, _ in timetable.on(day):
            moment = local_time(day, opens, office.timezone)
            if moment > now:
                return moment
    return None


def next_open_day(work: Work, office: Office, after: date) -> date | None:
    """Return the first day after `after` on which the office opens, if it is not far away."""
    timetable = timetable_of(work, office, after)
    days = (after + timedelta(days=ahead) for ahead in range(1, FAR + 1))
    return next((day for day in days if timetable.on(day)), None)
