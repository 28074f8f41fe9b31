"""Whom an inspector asks: drawn at random from those just served and those waiting, by number.

The order of a draw is that of the SHA-256 of "seed:label", so that whoever knows the seed and the
numbers that were in it can draw it again. Nobody is called by name: a number, and where to look.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, selectinload

from office.errors import refuse_beyond
from office.place import Counter, Office
from office.tickets import IS_OPEN, Status, Ticket
from storage.base import Base
from storage.work import Work
from surveys.spot_checks.checks import KEY, SpotCheck, refuse_signed

#: Minutes since the end of a visit within which it is "just served": least, most, usual.
WITHIN = (5, 120)
USUAL = 30


class Group(StrEnum):
    """From among whom somebody is drawn."""

    SERVED = "served"
    WAITING = "waiting"


class Place(StrEnum):
    """Where somebody is to be found."""

    ROOM = "room"
    COUNTER = "counter"
    #: Finished at a counter, at a time; perhaps still in the hall or at the gate.
    LEFT = "left"
    #: Cancelled, not come when called, or sent home.
    GONE = "gone"


class SpotDraw(Base):
    """One draw: its seed, and everybody who was in it, in the order drawn."""

    __tablename__ = "spot_draws"
    __table_args__ = (
        UniqueConstraint("check_id", "key"),
        Index("ix_spot_draws_office_id", "office_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    check_id: Mapped[int] = mapped_column(ForeignKey("spot_checks.id"))
    key: Mapped[str] = mapped_column(String(KEY))
    at: Mapped[datetime]
    seed: Mapped[str] = mapped_column(String(32))
    within_min: Mapped[int]
    #: By group, each with label, service and where they were: the order is the draw's.
    drawn: Mapped[dict[str, Any]]

    @property
    def labels(self) -> set[str]:
        """The numbers of all who were in it."""
        return {each["label"] for group in Group for each in self.drawn[group.value]}


def in_order(seed: str, labels: Iterable[str]) -> list[str]:
    """Return labels in the order that `seed` draws them."""
    return sorted(labels, key=lambda label: hashlib.sha256(f"{seed}:{label}".encode()).digest())


def draw(
    work: Work,
    office: Office,
    now: datetime,
    check: SpotCheck,
    key: str,
    within_min: int,
    asked: Iterable[str],
) -> SpotDraw:
    """Draw from everybody served within the last minutes or waiting, but those `asked` already.

    The same `key` draws once. Raises SpotCheckSigned or Invalid.
    """
    found = work.session.scalars(
        select(SpotDraw).where(SpotDraw.check_id == check.id, SpotDraw.key == key)
    ).first()
    if found is not None:
        return found
    refuse_signed(check)
    refuse_beyond({"within_min": WITHIN}, {"within_min": within_min})
    seed = secrets.token_hex(16)
    numbers = counter_numbers(work, office.id)
    left_out = set(asked)
    drawn = {}
    for group, tickets in (
        (Group.SERVED, _just_served(work, office, now, within_min)),
        (Group.WAITING, _waiting(work, office)),
    ):
        by_label = {each.label: each for each in tickets if each.label not in left_out}
        drawn[group.value] = [
            {
                "label": label,
                "service": by_label[label].service.code,
                "names": by_label[label].service.names,
                "where": where(by_label[label], numbers),
            }
            for label in in_order(seed, by_label)
        ]
    made = SpotDraw(
        office_id=office.id,
        check_id=check.id,
        key=key,
        at=now,
        seed=seed,
        within_min=within_min,
        drawn=drawn,
    )
    work.session.add(made)
    work.session.flush()
    return made


def draws_of(work: Work, check: SpotCheck) -> list[SpotDraw]:
    """Return the draws of a check, the oldest first."""
    return list(
        work.session.scalars(
            select(SpotDraw).where(SpotDraw.check_id == check.id).order_by(SpotDraw.id)
        )
    )


def tickets_of(work: Work, office: Office, day: Any, labels: Iterable[str]) -> dict[str, Ticket]:
    """Return the day's tickets with these labels, with their steps."""
    found = work.session.scalars(
        select(Ticket)
        .options(selectinload(Ticket.steps))
        .where(Ticket.office_id == office.id, Ticket.day == day, Ticket.label.in_(list(labels)))
        .order_by(Ticket.id)
    )
    return {each.label: each for each in found}


def where(ticket: Ticket, numbers: Mapping[int, int]) -> dict[str, Any]:
    """Return where the holder of a ticket is to be found; `numbers` are those of the counters."""
    step = ticket.step
    counter = numbers.get(step.counter_id or ticket.counter_id or 0)
    if ticket.status == Status.DONE:
        return {
            "place": Place.LEFT.value,
            "counter": counter,
            "at": step.ended_at.isoformat() if step.ended_at else None,
        }
    if ticket.status in (Status.CALLED, Status.SERVING):
        return {"place": Place.COUNTER.value, "counter": counter, "at": None}
    at_hand = ticket.status in (Status.WAITING, Status.HELD)
    return {"place": (Place.ROOM if at_hand else Place.GONE).value, "counter": None, "at": None}


def counter_numbers(work: Work, office_id: int) -> dict[int, int]:
    """Return the number of each counter."""
    return dict(
        work.session.execute(
            select(Counter.id, Counter.number)
            .where(Counter.office_id == office_id)
            .order_by(Counter.number)
        ).all()
    )


def _just_served(work: Work, office: Office, now: datetime, within_min: int) -> list[Ticket]:
    since = now - timedelta(minutes=within_min)
    found = work.session.scalars(
        select(Ticket)
        .options(selectinload(Ticket.steps))
        .where(
            Ticket.office_id == office.id,
            Ticket.day == office.today(now),
            Ticket.status == Status.DONE.value,
        )
        .order_by(Ticket.id)
    )
    return [each for each in found if (each.step.ended_at or since) > since]


def _waiting(work: Work, office: Office) -> list[Ticket]:
    return list(
        work.session.scalars(
            select(Ticket)
            .options(selectinload(Ticket.steps))
            .where(
                Ticket.office_id == office.id,
                IS_OPEN,
                Ticket.status == Status.WAITING.value,
            )
            .order_by(Ticket.id)
        )
    )
