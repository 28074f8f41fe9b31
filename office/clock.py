"""The one place that asks what time it is."""

from datetime import UTC, date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Anything that knows the present moment."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        return datetime.now(UTC)


def local_day(now: datetime, timezone: str) -> date:
    """Return the date on the wall calendar of `timezone` at `now`."""
    return now.astimezone(ZoneInfo(timezone)).date()


def local_midnight(day: date, timezone: str) -> datetime:
    """Return the moment at which `day` begins on the wall clock of `timezone`."""
    return datetime.combine(day, time(), ZoneInfo(timezone))


def local_time(day: date, clock: time, timezone: str) -> datetime:
    """Return the moment at which the wall clock of `timezone` shows `clock` on `day`."""
    return datetime.combine(day, clock, ZoneInfo(timezone)).astimezone(UTC)


def seconds_between(earlier: datetime, later: datetime) -> float:
    """Return the seconds from `earlier` to `later`, never negative."""
    return max(0.0, (later - earlier).total_seconds())
