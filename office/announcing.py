"""Announcements: which screen speaks in each zone of a waiting room, and when each call was heard.

A zone is its number; 0 is the whole office. One seat (a connected screen) speaks in a zone, for as
long as it goes on saying that its sound works; whoever asks next after that takes its place.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from office.errors import TooSoon
from office.journal import JournalRow, Kind
from office.place import Office
from office.screens import Layout, screens_of
from office.tickets import Ticket
from office.turn import take_turn
from office.voice import settings_of
from storage.base import Base
from storage.work import Store, Work

#: How long a speaker stays one without a word from it; its screen stops a second sooner.
LEASE = timedelta(seconds=9)
#: How long it is known when a call was announced.
KEPT = timedelta(hours=2)

#: The number of the zone that has no row: the whole office.
HALL = 0

#: What a screen can say of its sound; with these it can speak, or at least chime.
SOUNDING = ("ready", "no_voice")
SILENT = ("refused", "no_device", "gone")

STATES = ("waiting", "speaking", "ended")


class ZoneVoice(Base):
    """Who speaks in a zone, or since when and why nobody does."""

    __tablename__ = "zone_voices"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    zone: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seat: Mapped[str | None] = mapped_column(String(40))
    until: Mapped[datetime | None]
    #: What was said of the sound last.
    state: Mapped[str] = mapped_column(String(12))
    #: Since when it is so.
    since: Mapped[datetime]

    def speaks(self, now: datetime) -> bool:
        """Say whether somebody speaks here."""
        return self.seat is not None and self.until is not None and self.until >= now


class Announcement(Base):
    """When a call, named by its version in the journal, is or was said in a zone."""

    __tablename__ = "announcements"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'speaking', 'ended')", name="state"),)

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    zone: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))
    #: As expected, until it is so.
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


@dataclass(frozen=True)
class Said:
    """What a speaker tells of one call."""

    version: int
    state: str
    starts_at: datetime
    ends_at: datetime


def speaker(work: Work, office_id: int, zone: int, now: datetime) -> str | None:
    """Return the seat that speaks in a zone."""
    row = work.session.get(ZoneVoice, (office_id, zone))
    return row.seat if row is not None and row.speaks(now) else None


def report(
    store: Store, office_id: int, zone: int, seat: str, state: str, now: datetime
) -> tuple[str | None, bool]:
    """Take what the screen in `seat` says of its sound: the zone's speaker, or in its place.

    Returns who speaks there now, and whether anything changed that others should know. The
    database is written to only where something changed or a speaker's time runs out.
    """
    with store.read() as work:
        row = work.session.get(ZoneVoice, (office_id, zone))
        if not _concerns(row, seat, state, now):
            return (row.seat if row and row.speaks(now) else None), False
    with store.work() as work:
        take_turn(work, office_id, now)
        row = work.session.get(ZoneVoice, (office_id, zone), populate_existing=True)
        if row is None:
            row = ZoneVoice(office_id=office_id, zone=zone, state="", since=now)
            work.session.add(row)
        if not _concerns(row, seat, state, now):
            return (row.seat if row.speaks(now) else None), False
        before = (row.seat if row.speaks(now) else None, row.state)
        if row.state != state or not row.speaks(now):
            row.state, row.since = state, now
        if state in SOUNDING:
            row.seat, row.until = seat, now + LEASE
        else:
            row.seat = row.until = None
        return row.seat, before != (row.seat, row.state)


def _concerns(row: ZoneVoice | None, seat: str, state: str, now: datetime) -> bool:
    """Say whether a report changes who speaks, how, or until when."""
    if row is None:
        return state != "gone"
    if row.speaks(now):
        if row.seat != seat:
            return False
        assert row.until is not None
        return row.state != state or row.until - now < LEASE * 2 / 3
    # Where nobody speaks, a screen that left has nothing to add.
    return state in SOUNDING or (state != "gone" and row.state != state)


def announced(
    store: Store, office_id: int, zone: int, seat: str, said: list[Said], now: datetime
) -> bool:
    """Keep what the zone's speaker says of its calls; say whether `seat` is the speaker."""
    with store.work() as work:
        office = take_turn(work, office_id, now)
        if speaker(work, office_id, zone, now) != seat:
            return False
        for each in said:
            if each.version > office.version:
                continue
            work.session.merge(
                Announcement(
                    office_id=office_id,
                    zone=zone,
                    version=each.version,
                    state=each.state,
                    starts_at=each.starts_at,
                    ends_at=each.ends_at,
                )
            )
        work.session.execute(
            delete(Announcement).where(
                Announcement.office_id == office_id, Announcement.ends_at < now - KEPT
            )
        )
    return True


def over(work: Work, office_id: int, zone: int, calls: list[int]) -> list[int]:
    """Return those of some calls that were said in a zone to the end, in order."""
    return list(
        work.session.scalars(
            select(Announcement.version)
            .where(
                Announcement.office_id == office_id,
                Announcement.zone == zone,
                Announcement.version.in_(calls),
                Announcement.state == "ended",
            )
            .order_by(Announcement.version)
        )
    )


def call_heard(work: Work, office: Office, ticket: Ticket) -> dict[str, Any]:
    """Return when the newest call of a called ticket is or was said, and when it may be repeated.

    {state, starts_at, ends_at, again_at}; state "unsaid" where no screen says it, and then the
    office's seconds before a recall count from the call itself.
    """
    row = work.session.scalars(
        select(JournalRow)
        .where(
            JournalRow.office_id == office.id,
            JournalRow.ticket_id == ticket.id,
            JournalRow.kind.in_([Kind.CALLED.value, Kind.RECALLED.value]),
        )
        .order_by(JournalRow.version.desc())
        .limit(1)
    ).first()
    after = settings_of(work, office.id).recall_after
    last = None
    if row is not None:
        last = work.session.scalars(
            select(Announcement)
            .where(Announcement.office_id == office.id, Announcement.version == row.version)
            .order_by(Announcement.ends_at.desc())
            .limit(1)
        ).first()
    ends = last.ends_at if last is not None else row.at if row is not None else None
    again = ends + timedelta(seconds=after) if ends is not None and after else None
    return {
        "state": last.state if last is not None else "unsaid",
        "starts_at": last.starts_at.isoformat() if last is not None else None,
        "ends_at": last.ends_at.isoformat() if last is not None else None,
        "again_at": again.isoformat() if again is not None else None,
    }


def refuse_too_soon(work: Work, office: Office, ticket: Ticket, now: datetime) -> None:
    """Raise TooSoon while the ticket's call is to be heard, or the visitor may be on the way."""
    if not settings_of(work, office.id).recall_after:
        return
    again = call_heard(work, office, ticket)["again_at"]
    left = (datetime.fromisoformat(again) - now).total_seconds() if again else 0.0
    if left > 0:
        raise TooSoon(label=ticket.label, wait_s=math.ceil(left))


def silences(work: Work, office: Office, now: datetime) -> list[dict[str, Any]]:
    """Return the zones whose calls nobody hears, each with the reason and since when.

    None where the office does not want to be heard, or never had a screen.
    """
    if not settings_of(work, office.id).enabled:
        return []
    # A sign and a line are not meant to sound, and where no screen hangs none is missed.
    zones = {
        each.place.zone_id or HALL: each.zone
        for each in screens_of(work, office.id)
        if each.place.layout not in (Layout.SIGN, Layout.LINE)
    }
    rows = work.session.scalars(
        select(ZoneVoice)
        .where(ZoneVoice.office_id == office.id, ZoneVoice.zone.in_(zones))
        .order_by(ZoneVoice.zone)
    )
    told = []
    for row in rows:
        if row.speaks(now) and row.state == "ready":
            continue
        lapsed = row.until is not None and row.until < now
        zone = zones[row.zone]
        told.append(
            {
                "zone": row.zone,
                "names": zone.names if zone is not None else None,
                "reason": "gone" if lapsed else row.state,
                "since": (row.until if lapsed and row.until else row.since).isoformat(),
            }
        )
    return told
