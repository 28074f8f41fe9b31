"""When tickets are given out: the week's hours and the closed days, as pure functions."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import select

from office.clock import local_midnight, local_time
from office.place import ClosedDay, EarlyClosing, Hours, Office
from storage.work import Work

#: The longest stretch of closed days that is looked through for the next open one.
FAR = 60


@dataclass(frozen=True)
class Opening:
    """Whether the office is open, and when it opens next on the same day."""

    is_open: bool
    opens: time | None = None
    closes: time | None = None


def opening(hours: Iterable[Hours], closed_today: bool, now: datetime, timezone: str) -> Opening:
    """Say whether `now` falls in one of today's stretches (opens included, closes not)."""
    if closed_today:
        return Opening(False)
    local = now.astimezone(ZoneInfo(timezone))
    today = sorted(
        (each for each in hours if each.weekday == local.weekday()), key=lambda each: each.opens
    )
    clock = local.time()
    for stretch in today:
        if stretch.opens <= clock < stretch.closes:
            return Opening(True, stretch.opens, stretch.closes)
        if clock < stretch.opens:
            return Opening(False, stretch.opens, stretch.closes)
    return Opening(False)


def serving_left(hours: Iterable[Hours], now: datetime, timezone: str, after: int) -> float:
    """Return the seconds the counters still serve today: without breaks, and `after` minutes on."""
    local = now.astimezone(ZoneInfo(timezone))
    clock = _seconds(local.time())
    ends = [
        (max(_seconds(each.opens), clock), _seconds(each.closes))
        for each in hours
        if each.weekday == local.weekday()
    ]
    if not ends:
        return 0.0
    last = max(closes for _, closes in ends)
    left = sum(max(closes - opens, 0.0) for opens, closes in ends)
    return left + max(last + after * 60 - max(last, clock), 0.0)


def served_today(work: Work, office: Office, now: datetime) -> float:
    """Return the seconds the office's counters still serve today; without end in rehearsal."""
    if office.rehearsal:
        return math.inf
    return serving_left(hours_of(work, office.id), now, office.timezone, office.serves_after)


def _seconds(clock: time) -> float:
    return clock.hour * 3600.0 + clock.minute * 60 + clock.second


def hours_of(work: Work, office_id: int) -> list[Hours]:
    """Return the week's stretches in order."""
    return list(
        work.session.scalars(
            select(Hours).where(Hours.office_id == office_id).order_by(Hours.weekday, Hours.opens)
        )
    )


def office_opening(work: Work, office: Office, now: datetime) -> Opening:
    """Say whether the office gives out tickets now.

    In rehearsal it always does, save after an early close, which wants rehearsing, too.
    """
    if closed_early(work, office, now) is not None:
        return Opening(False)
    if office.rehearsal:
        return Opening(True)
    closed = work.session.scalars(
        select(ClosedDay.id).where(
            ClosedDay.office_id == office.id, ClosedDay.day == office.today(now)
        )
    ).first()
    return opening(hours_of(work, office.id), closed is not None, now, office.timezone)


def closed_early(work: Work, office: Office, now: datetime) -> EarlyClosing | None:
    """Return the early close of today, if there is one."""
    return work.session.get(EarlyClosing, (office.id, office.today(now)))


def noon_ahead(work: Work, office: Office, now: datetime) -> tuple[float, float] | None:
    """Return the next time of today between two stretches of hours: seconds from now, begin, end.

    One that has begun begins before zero; one that is over is none.
    """
    day = office.today(now)
    today = [each for each in hours_of(work, office.id) if each.weekday == day.weekday()]
    for before, after in pairwise(today):
        begins, ends = (
            (local_time(day, clock, office.timezone) - now).total_seconds()
            for clock in (before.closes, after.opens)
        )
        if begins < ends and ends > 0:
            return begins, ends
    return None


def end_of_day(office: Office, now: datetime) -> datetime:
    """Return the moment at which the office's day ends."""
    return local_midnight(office.today(now) + timedelta(days=1), office.timezone)


def next_opening(work: Work, office: Office, now: datetime) -> datetime | None:
    """Return when numbers are given out next after `now`, if that is not far away.

    Breaks, closed days and an early close of today are regarded.
    """
    week, today = hours_of(work, office.id), office.today(now)
    closes_early = closed_early(work, office, now) is not None
    day = next_open_day(work, office, today if closes_early else today - timedelta(days=1))
    while day is not None:
        for each in week:
            opens = local_time(day, each.opens, office.timezone)
            if each.weekday == day.weekday() and opens > now:
                return opens
        day = next_open_day(work, office, day)
    return None


def next_open_day(work: Work, office: Office, after: date) -> date | None:
    """Return the first day after `after` on which the office opens, if it is not far away."""
    open_on = {each.weekday for each in hours_of(work, office.id)}
    closed = set(
        work.session.scalars(
            select(ClosedDay.day).where(
                ClosedDay.office_id == office.id,
                ClosedDay.day > after,
                ClosedDay.day <= after + timedelta(days=FAR),
            )
        )
    )
    days = (after + timedelta(days=ahead) for ahead in range(1, FAR + 1))
    return next((day for day in days if day.weekday() in open_on and day not in closed), None)
