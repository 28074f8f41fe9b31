"""The one place that asks what time it is."""

import time as passing
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

#: A clock set ahead by at least this is not followed at once: it would end the day of everybody who
#: waits, though an office's clock is never that far behind of a sudden.
LEAP = timedelta(hours=6)
#: For how many seconds it is not followed: time enough to put it right again.
DOUBT = 3600.0
#: Seconds after its start within which a machine without a battery for its clock learns the time.
JUST_STARTED = 900.0
#: No clock that can be believed shows a moment before this one.
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
#: Nobody is called after a longer wait, and no counter is open for longer. Where times say so, the
#: clock was wrong at one end, as that of a machine which started in the year 2000; or somebody was
#: left in line, or a counter open, until the next day began.
LONGEST = timedelta(days=1)


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


def give_way() -> None:
    """Let whoever else this process serves go first, amid long work.

    A sleep of nothing does not: of what is ready gevent runs a thousand turns before it looks what
    has come in (`loop._run_callbacks`), so that each request waits for as much work as that.
    """
    passing.sleep(0.001)


def elapsed() -> float:
    """Return the seconds since the machine was started, sleep included, whatever its clock says."""
    return passing.clock_gettime(passing.CLOCK_BOOTTIME)


@dataclass
class SteadyClock:
    """The machine's clock, but for a leap ahead of hours, which is followed an hour later only.

    A day closed by mistake cannot be opened again: all who waited have lost their places. A leap is
    followed at once where the clock cannot have been right before, or the machine has just started;
    and always by a server that is started anew.
    """

    wall: Clock = field(default_factory=SystemClock)
    seconds: Callable[[], float] = elapsed
    #: By how much the machine's clock was set ahead without being followed.
    left_out: timedelta = field(default=timedelta(), init=False)
    _last: tuple[datetime, float] | None = field(default=None, init=False)
    _until: float = field(default=0.0, init=False)

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        shown, gone = self.wall.now(), self.seconds()
        if self._last is not None:
            before, then = self._last
            leap = shown - before - timedelta(seconds=gone - then)
            if abs(leap) >= LEAP and (self.left_out or self._is_doubtful(leap, before, gone)):
                # what is left out is what remains once the clock has been put right, too
                self.left_out = max(self.left_out + leap, timedelta())
                self._until = gone + DOUBT
        if self.left_out < LEAP or gone >= self._until:
            self.left_out = timedelta()
        self._last = shown, gone
        return shown - self.left_out

    @staticmethod
    def _is_doubtful(leap: timedelta, before: datetime, gone: float) -> bool:
        return leap > timedelta() and before >= EARLIEST and gone >= JUST_STARTED


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
