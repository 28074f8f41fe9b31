"""Screens: the paired devices that show the waiting room, each in a zone and with a layout.

A screen is a device whose role is `screen`; its row here says what it shows and what it last told
of itself. A screen that nobody arranged shows the whole office in the standard layout.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from office.devices import device_numbered
from office.errors import DeviceUnknown, Invalid
from office.journal import Kind, append_change
from office.media import Medium
from office.people import Actor, Role, Token
from office.place import Counter, Office, counter_numbered
from office.zones import Zone, ZoneCounter, told_change, zone_numbered
from storage.base import Base
from storage.work import Work


class Layout(StrEnum):
    """How a screen shows what it shows."""

    STANDARD = "standard"
    BIG = "big"
    LIST = "list"
    #: The sign over one counter.
    SIGN = "sign"
    #: One line, for small or old panels.
    LINE = "line"


class Sound(StrEnum):
    """What a screen told of its sound."""

    UNKNOWN = "unknown"
    READY = "ready"
    #: The browser lets no sound out until somebody touches the screen.
    REFUSED = "refused"
    NO_DEVICE = "no_device"
    NO_VOICE = "no_voice"
    #: It is not meant to sound: a counter's sign, a line.
    NONE = "none"


class Screen(Base):
    """What a screen shows, and what it last told of itself."""

    __tablename__ = "screens"
    __table_args__ = (
        CheckConstraint("layout IN ('standard', 'big', 'list', 'sign', 'line')", name="layout"),
        CheckConstraint("layout <> 'sign' OR counter_id IS NOT NULL", name="sign"),
        CheckConstraint(
            "sound IN ('unknown', 'ready', 'refused', 'no_device', 'no_voice', 'none')",
            name="sound",
        ),
        Index("ix_screens_office_id", "office_id"),
    )

    token_id: Mapped[int] = mapped_column(ForeignKey("tokens.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    #: None: the whole office.
    zone_id: Mapped[int | None] = mapped_column(ForeignKey("zones.id"))
    #: The counter whose sign it is.
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counters.id"))
    layout: Mapped[str] = mapped_column(String(10), default=Layout.STANDARD.value)
    seen_at: Mapped[datetime | None]
    #: The office's version that it shows.
    version: Mapped[int | None]
    #: What its page was made of; another than the server's own is out of date.
    build: Mapped[str | None] = mapped_column(String(16))
    sound: Mapped[str] = mapped_column(String(10), default=Sound.UNKNOWN.value)
    sound_since: Mapped[datetime | None]


@dataclass(frozen=True)
class Place:
    """Where a screen hangs and how it shows."""

    zone_id: int | None = None
    layout: Layout = Layout.STANDARD
    #: The number of the counter whose sign it is.
    counter: int | None = None


@dataclass(frozen=True)
class Report:
    """What a screen tells of itself."""

    version: int | None
    build: str
    sound: Sound


@dataclass(frozen=True)
class Listed:
    """A screen as managers see it."""

    token: Token
    place: Place
    zone: Zone | None
    seen_at: datetime | None
    version: int | None
    build: str | None
    sound: Sound
    sound_since: datetime | None


def place_of(work: Work, token_id: int | None) -> Place:
    """Return where the screen of this token hangs; people and unarranged screens see all."""
    row = work.session.execute(
        select(Screen.zone_id, Screen.layout, Counter.number)
        .outerjoin(Counter, Counter.id == Screen.counter_id)
        .where(Screen.token_id == token_id)
    ).first()
    return Place() if row is None else Place(row[0], Layout(row[1]), row[2])


def screens_of(work: Work, office_id: int) -> list[Listed]:
    """Return the office's screens that are not revoked, in the order they were made."""
    rows = work.session.execute(
        select(Token, Screen, Zone, Counter.number)
        .outerjoin(Screen, Screen.token_id == Token.id)
        .outerjoin(Zone, Zone.id == Screen.zone_id)
        .outerjoin(Counter, Counter.id == Screen.counter_id)
        .where(
            Token.office_id == office_id,
            Token.role == Role.SCREEN.value,
            Token.account_id.is_(None),
            Token.revoked_at.is_(None),
        )
        .order_by(Token.id)
    )
    return [
        Listed(token, Place(), None, None, None, None, Sound.UNKNOWN, None)
        if screen is None
        else Listed(
            token,
            Place(screen.zone_id, Layout(screen.layout), number),
            zone,
            screen.seen_at,
            screen.version,
            screen.build,
            Sound(screen.sound),
            screen.sound_since,
        )
        for token, screen, zone, number in rows
    ]


def screen_numbered(work: Work, office_id: int, token_id: int) -> Token:
    """Return the token of a screen that is not revoked. Raises DeviceUnknown."""
    token = device_numbered(work, office_id, token_id)
    if token.role != Role.SCREEN:
        raise DeviceUnknown(device=token_id)
    return token


def arrange_screen(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    token_id: int,
    name: str,
    place: Place,
) -> None:
    """Name a screen and hang it in its place, in the office's turn.

    Raises DeviceUnknown, ZoneUnknown, CounterUnknown or Invalid.
    """
    token = screen_numbered(work, office.id, token_id)
    if not name.strip():
        raise Invalid(fields={"name": ["at least one character"]})
    if place.layout is Layout.SIGN and place.counter is None:
        raise Invalid(fields={"counter": ["a sign needs its counter"]})
    former = told_of(work, token)
    token.name = name.strip()[:120]
    screen = _row(work, token.id, office.id)
    screen.zone_id = (
        None if place.zone_id is None else zone_numbered(work, office.id, place.zone_id).id
    )
    screen.counter_id = (
        counter_numbered(work, office.id, place.counter).id
        if place.layout is Layout.SIGN and place.counter is not None
        else None
    )
    screen.layout = place.layout
    work.session.flush()
    present, key = told_of(work, token), f"token:{token.id}"
    append_change(
        work,
        office,
        Kind.OFFICE_CHANGED,
        actor,
        now,
        former,
        present,
        part="screens",
        device=key,
    )


def told_of(work: Work, token: Token) -> dict[str, Any]:
    """Return a screen's name and place as the journal tells them."""
    place = place_of(work, token.id)
    return {
        "name": token.name,
        "zone": place.zone_id,
        "layout": place.layout.value,
        "counter": place.counter,
    }


def remove_zone(work: Work, office: Office, actor: Actor, now: datetime, zone_id: int) -> None:
    """Remove a zone, in the office's turn; its screens show the whole office from now on, and its
    media hang in every zone.

    Raises ZoneUnknown.
    """
    zone = zone_numbered(work, office.id, zone_id)
    with told_change(work, office, actor, now):
        for shown in (Screen, Medium):
            work.session.execute(update(shown).where(shown.zone_id == zone.id).values(zone_id=None))
        work.session.execute(delete(ZoneCounter).where(ZoneCounter.zone_id == zone.id))
        work.session.delete(zone)


def keep_report(work: Work, token_id: int, office_id: int, report: Report, now: datetime) -> None:
    """Keep what a screen told of itself; no change of the office, so outside its turn."""
    screen = _row(work, token_id, office_id)
    screen.seen_at = now
    screen.version = report.version
    screen.build = report.build
    if screen.sound != report.sound:
        screen.sound, screen.sound_since = report.sound, now


def _row(work: Work, token_id: int, office_id: int) -> Screen:
    screen = work.session.get(Screen, token_id)
    if screen is None:
        screen = Screen(token_id=token_id, office_id=office_id, layout=Layout.STANDARD.value)
        screen.sound = Sound.UNKNOWN.value
        work.session.add(screen)
    return screen
