"""Zones: parts of a waiting room, each with the counters that are shown and called there.

The whole office is a zone too, the one with all counters; it always exists and has no row: where a
zone's number is asked for, None means the whole office.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from office.errors import Invalid, Unknown
from office.journal import Kind, append_change
from office.people import Actor
from office.place import Counter, CounterService, Names, Office, counters_of, in_language
from storage.base import LARGEST, Base
from storage.work import Work

#: Longest name of a zone, in each language.
LONGEST = 60


class Arrow(StrEnum):
    """The way from the seats to a zone's counters."""

    LEFT = "left"
    RIGHT = "right"
    AHEAD = "ahead"
    UP = "up"
    DOWN = "down"


class ZoneUnknown(Unknown):
    """No zone has this number."""

    code = "zone_unknown"


class Zone(Base):
    """A part of the waiting room."""

    __tablename__ = "zones"
    __table_args__ = (
        CheckConstraint("arrow IN ('left', 'right', 'ahead', 'up', 'down')", name="arrow"),
        Index("ix_zones_office_id", "office_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    names: Mapped[Names]
    arrow: Mapped[str | None] = mapped_column(String(10))

    def name(self, locale: str) -> str:
        """Return the zone's name in `locale`."""
        return in_language(self.names, locale)


class ZoneCounter(Base):
    """That a zone shows a counter; several zones may."""

    __tablename__ = "zone_counters"

    zone_id: Mapped[int] = mapped_column(ForeignKey("zones.id"), primary_key=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("counters.id"), primary_key=True)


def zones_of(work: Work, office_id: int) -> list[Zone]:
    """Return the office's zones in the order they were made; the whole office is not listed."""
    return list(
        work.session.scalars(select(Zone).where(Zone.office_id == office_id).order_by(Zone.id))
    )


def zone_numbered(work: Work, office_id: int, zone_id: int) -> Zone:
    """Return the zone with this number. Raises ZoneUnknown."""
    zone = work.session.get(Zone, zone_id) if 0 < zone_id <= LARGEST else None
    if zone is None or zone.office_id != office_id:
        raise ZoneUnknown(zone=zone_id)
    return zone


def counters_by_zone(work: Work, office_id: int) -> dict[int, list[int]]:
    """Return the numbers of the counters of each zone, by zone id."""
    rows = work.session.execute(
        select(ZoneCounter.zone_id, Counter.number)
        .join(Counter, Counter.id == ZoneCounter.counter_id)
        .where(Counter.office_id == office_id, Counter.retired.is_(False))
        .order_by(ZoneCounter.zone_id, Counter.number)
    )
    found: dict[int, list[int]] = {}
    for zone_id, number in rows:
        found.setdefault(zone_id, []).append(number)
    return found


def counters_in(work: Work, office_id: int, zone_id: int | None) -> list[Counter]:
    """Return the counters that a zone shows, by number; all of them in the whole office."""
    counters = counters_of(work, office_id)
    if zone_id is None:
        return counters
    shown = set(
        work.session.scalars(select(ZoneCounter.counter_id).where(ZoneCounter.zone_id == zone_id))
    )
    return [each for each in counters if each.id in shown]


def zones_with(work: Work, office_id: int, counter_id: int) -> list[int | None]:
    """Return every zone a call to the counter belongs to, the whole office (None) first."""
    named = work.session.scalars(
        select(Zone.id)
        .join(ZoneCounter, ZoneCounter.zone_id == Zone.id)
        .where(Zone.office_id == office_id, ZoneCounter.counter_id == counter_id)
        .order_by(Zone.id)
    )
    return [None, *named]


def services_in(work: Work, office_id: int, zone_id: int | None) -> set[int] | None:
    """Return the ids of the services that a zone's counters serve; None in the whole office."""
    if zone_id is None:
        return None
    return set(
        work.session.scalars(
            select(CounterService.service_id)
            .join(ZoneCounter, ZoneCounter.counter_id == CounterService.counter_id)
            .where(ZoneCounter.zone_id == zone_id)
        )
    )


def add_zone(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    names: Names,
    arrow: Arrow | None,
    numbers: Collection[int],
) -> Zone:
    """Add a zone with the counters of these numbers, in the office's turn. Raises Invalid."""
    zone = Zone(office_id=office.id, names=checked(names), arrow=arrow)
    with told_change(work, office, actor, now):
        work.session.add(zone)
        work.session.flush()
        _show(work, office, zone, numbers)
    return zone


def change_zone(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    zone_id: int,
    names: Names,
    arrow: Arrow | None,
    numbers: Collection[int],
) -> Zone:
    """Change a zone, in the office's turn. Raises ZoneUnknown or Invalid."""
    zone = zone_numbered(work, office.id, zone_id)
    with told_change(work, office, actor, now):
        zone.names, zone.arrow = checked(names), arrow
        work.session.execute(delete(ZoneCounter).where(ZoneCounter.zone_id == zone.id))
        _show(work, office, zone, numbers)
    return zone


def told_of(work: Work, office_id: int) -> dict[str, Any]:
    """Return the zones as the journal tells them."""
    numbers = counters_by_zone(work, office_id)
    return {
        "zones": [
            {"names": each.names, "arrow": each.arrow, "counters": numbers.get(each.id, [])}
            for each in zones_of(work, office_id)
        ]
    }


@contextmanager
def told_change(work: Work, office: Office, actor: Actor, now: datetime) -> Iterator[None]:
    """Write in the journal how the zones were before what is done within, and are after it."""
    former = told_of(work, office.id)
    yield
    work.session.flush()
    present = told_of(work, office.id)
    append_change(work, office, Kind.OFFICE_CHANGED, actor, now, former, present, part="zones")


def checked(names: Names) -> Names:
    """Return names without empty ones. Raises Invalid when none is left or one is too long."""
    kept = {locale: name.strip() for locale, name in names.items() if name.strip()}
    if not kept or any(len(name) > LONGEST for name in kept.values()):
        raise Invalid(fields={"name": [f"from 1 to {LONGEST} characters"]})
    return kept


def _show(work: Work, office: Office, zone: Zone, numbers: Collection[int]) -> None:
    ids = {each.number: each.id for each in counters_of(work, office.id)}
    if not numbers or not set(numbers) <= set(ids):
        raise Invalid(fields={"counters": ["one or more of the office's counters"]})
    work.session.add_all(
        ZoneCounter(zone_id=zone.id, counter_id=ids[each]) for each in sorted(set(numbers))
    )
