"""Whether the machine's clock can be believed: jumps, and times before what has happened already.

Waits, hours and days go by it, and a small box without a battery for its clock starts with any time
at all. A jump may be the very correction and is followed, but for a leap ahead which would end the
day (office/clock.py). It is logged, and told on the floor.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from office.alerts import Alert, Sort
from office.clock import elapsed
from office.journal import JournalRow
from office.place import Office
from storage.work import Work

log = structlog.get_logger(__name__)

#: A jump of at least this is told of; clocks kept by a time server are moved by less.
JUMP = timedelta(minutes=2)
#: For how long the floor is told.
TOLD = timedelta(hours=1)


@dataclass
class ClockWatch:
    """Compares the clock with the seconds that have gone by."""

    seconds: Callable[[], float] = elapsed
    #: By how much the machine's clock is ahead of what is gone by.
    left_out: Callable[[], timedelta] = timedelta
    _last: tuple[datetime, float] | None = field(default=None, init=False)
    #: When the clock was moved last, by its new time, and by how much.
    moved: tuple[datetime, timedelta] | None = field(default=None, init=False)

    def look(self, now: datetime) -> None:
        """Compare; call it every few seconds."""
        gone = self.seconds()
        if self._last is not None:
            jump = now - self._last[0] - timedelta(seconds=gone - self._last[1])
            if abs(jump) >= JUMP:
                self.moved = now, jump
                log.warning("clock_moved", seconds=round(jump.total_seconds()))
        self._last = now, gone

    def alerts(self, work: Work, office: Office, now: datetime) -> list[Alert]:
        """Return what the floor is told of the clock."""
        if ahead := self.left_out():
            key = f"{Sort.CLOCK}:ahead:{round(ahead / JUMP)}"
            return [
                Alert(key, Sort.CLOCK, int(ahead / timedelta(minutes=1)), trouble="clock_ahead")
            ]
        newest = work.session.scalars(
            select(JournalRow.at)
            .where(JournalRow.office_id == office.id)
            .order_by(JournalRow.version.desc())
            .limit(1)
        ).first()
        if newest is not None and newest - now >= JUMP:
            minutes = int((newest - now).total_seconds() // 60)
            key = f"{Sort.CLOCK}:behind:{newest.isoformat(timespec='minutes')}"
            return [Alert(key, Sort.CLOCK, minutes, trouble="clock_behind")]
        if self.moved is not None and timedelta() <= now - self.moved[0] < TOLD:
            at, jump = self.moved
            minutes = int(abs(jump).total_seconds() // 60)
            key = f"{Sort.CLOCK}:moved:{at.isoformat(timespec='minutes')}"
            return [Alert(key, Sort.CLOCK, minutes, trouble="clock_moved")]
        return []
