"""A kiosk at which numbers are taken faster than people come rests, and the staff are told."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, bindparam, func, select
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.alerts import Alert, Sort
from office.clock import seconds_between
from office.devices import device_numbered
from office.errors import Conflict, DeviceUnknown
from office.journal import JournalRow, Kind
from office.kiosk_rules import Rules
from office.people import Actor, Right, Role, Token
from office.place import Office
from storage.base import Base
from storage.work import Work

MINUTE = timedelta(minutes=1)
#: Journal rows that are looked back on: more are not written in a minute.
LOOKED_AT = 600


class KioskResting(Conflict):
    """The kiosk rests; it goes on when the rest `ends` by the office's clock, or by the staff."""

    code = "kiosk_resting"


class KioskRest(Base):
    """The newest rest of a kiosk."""

    __tablename__ = "kiosk_rests"
    __table_args__ = (Index("ix_kiosk_rests_office_id_until", "office_id", "until"),)

    token_id: Mapped[int] = mapped_column(ForeignKey("tokens.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]


REST = select(KioskRest).where(KioskRest.token_id == bindparam("kiosk"))


def resting_until(work: Work, actor: Actor, now: datetime) -> datetime | None:
    """Return until when the kiosk that asks rests, if it does."""
    if actor.token_id is None:
        return None
    rest = work.session.scalars(REST, {"kiosk": actor.token_id}).first()
    return rest.until if rest is not None and now < rest.until else None


def refuse_resting(work: Work, office: Office, actor: Actor, now: datetime) -> None:
    """Raise KioskResting where a kiosk asks that rests."""
    until = resting_until(work, actor, now)
    if until is not None:
        raise KioskResting(ends=office.clock_of(until))


def rest_if_hurried(work: Work, office: Office, rules: Rules, actor: Actor, now: datetime) -> None:
    """Let the kiosk rest that has just given out the most numbers it may in a minute.

    A rest, or its end by the staff, begins the count anew.
    """
    if rules.in_a_minute == 0 or actor.role is not Role.KIOSK or actor.token_id is None:
        return
    work.session.flush()
    former = work.session.get(KioskRest, actor.token_id)
    since = now - MINUTE if former is None else max(now - MINUTE, former.until)
    taken = work.session.scalar(
        select(func.count()).where(
            JournalRow.office_id == office.id,
            JournalRow.version > office.version - LOOKED_AT,
            JournalRow.kind == Kind.TAKEN.value,
            JournalRow.actor == actor.key,
            JournalRow.at > since,
        )
    )
    if (taken or 0) < rules.in_a_minute:
        return
    until = now + timedelta(minutes=rules.rest_minutes)
    work.session.merge(
        KioskRest(token_id=actor.token_id, office_id=office.id, since=now, until=until)
    )
    journal.append(
        work, office, Kind.KIOSK_RESTS, actor, now, device=actor.token_id, until=until.isoformat()
    )


def go_on(work: Work, office: Office, actor: Actor, now: datetime, device_id: int) -> None:
    """Let a resting kiosk give out numbers again; nothing where it does. Raises DeviceUnknown."""
    actor.need(Right.RUN_FLOOR)
    token = device_numbered(work, office.id, device_id)
    if token.role != Role.KIOSK.value:
        raise DeviceUnknown(device=device_id)
    rest = work.session.get(KioskRest, device_id)
    if rest is None or rest.until <= now:
        return
    rest.until = now
    journal.append(work, office, Kind.KIOSK_GOES_ON, actor, now, device=device_id)


def alerts(work: Work, office: Office, now: datetime) -> list[Alert]:
    """Return the kiosks that rest now."""
    rows = work.session.execute(
        select(KioskRest.token_id, KioskRest.since, Token.name)
        .join(Token, Token.id == KioskRest.token_id)
        .where(KioskRest.office_id == office.id, KioskRest.until > now)
        .order_by(KioskRest.since)
    )
    return [
        Alert(
            f"{Sort.HURRY}:{token}:{since.isoformat(timespec='minutes')}",
            Sort.HURRY,
            int(seconds_between(since, now) // 60),
            device=name,
            device_id=token,
        )
        for token, since, name in rows
    ]
