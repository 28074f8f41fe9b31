"""Returning: the right to come back once, for papers, a next step, an outage or a day too short.

Its code stands on a slip and is given where tickets are taken: at the kiosk, on the phone, at the
reception desk. Whoever was carried over needs none: they are given their numbers as the office
opens.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from office import policy
from office.clock import seconds_between
from office.errors import ReturnEarly, ReturnInvalid, ReturnOver, ReturnUsed
from office.line import line_of
from office.people import fingerprint
from office.place import Office, PolicyName, Service
from office.tickets import Ticket
from storage.base import Base
from storage.work import Work

#: Letters and digits that are not taken for one another, read or heard.
ALPHABET = "ACEFHJKLMNPRTUVWXY347"
LENGTH = 10


#: The most seconds of waiting that count on another day: the night does not.
MOST_CREDIT = 4 * 3600


class Why(StrEnum):
    """Why somebody comes back."""

    #: Papers are missing.
    PAPERS = "papers"
    #: The step that is to follow cannot be done yet, and nobody knows when.
    NEXT = "awaiting_next"
    #: The visit ended so that they are to come again.
    AGAIN = "come_back"
    #: The service stood still.
    OUTAGE = "outage"
    #: The day ended before their turn.
    CARRIED = "carried"
    #: The office closed early, and they come again on a day of their choice.
    EARLY = "closed_early"


#: Whoever these are granted to is not there to be told a code.
UNTOLD = (Why.CARRIED, Why.EARLY)


class ReturnRight(Base):
    """The right to come back once for a service; only the hash of its code is kept."""

    __tablename__ = "return_rights"
    __table_args__ = (
        Index(
            "ix_return_rights_office_id_reason",
            "office_id",
            "reason",
            sqlite_where=text("used_by_id IS NULL"),
            postgresql_where=text("used_by_id IS NULL"),
        ),
        CheckConstraint("credit_s >= 0", name="credit"),
        CheckConstraint("first_day <= until", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), unique=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    reason: Mapped[str] = mapped_column(String(20))
    #: None where nobody was there to be told a code, until they ask for it.
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    #: What was missing, by its place (from 0) in the service's list of what to bring.
    missing: Mapped[list[int]]
    first_day: Mapped[date]
    #: The last day, or none where the day cannot be said.
    until: Mapped[date | None]
    #: Seconds waited already, which count; None puts them at the office's stated place instead.
    credit_s: Mapped[int | None]
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), unique=True)


@dataclass(frozen=True)
class Granted:
    """A right just granted; its code is told this once, and there is none for a day cut short."""

    code: str
    label: str
    locale: str
    service: Service
    reason: Why
    missing: tuple[int, ...]
    first_day: date
    until: date | None


def grant(
    work: Work,
    office: Office,
    ticket: Ticket,
    service: Service,
    reason: Why,
    missing: tuple[int, ...] = (),
) -> Granted:
    """Let the visitor of `ticket` come back for `service`, at the office's stated place.

    From the same day on and within the office's days, save for a next step: nobody knows when.
    """
    dated = reason is not Why.NEXT
    until = ticket.day + timedelta(days=office.return_days) if dated else None
    return _granted(work, office, ticket, service, reason, ticket.day, until, missing, None)


def grant_with_credit(
    work: Work, office: Office, ticket: Ticket, reason: Why, first: date, now: datetime
) -> Granted:
    """Let who waits with `ticket` come back from the day `first` on, with the time waited."""
    until = first + timedelta(days=office.return_days)
    credit = min(round(seconds_between(ticket.line_since, now)), MOST_CREDIT)
    return _granted(work, office, ticket, ticket.service, reason, first, until, (), credit)


def _granted(
    work: Work,
    office: Office,
    ticket: Ticket,
    service: Service,
    reason: Why,
    first: date,
    until: date | None,
    missing: tuple[int, ...],
    credit: int | None,
) -> Granted:
    right = ReturnRight(
        office_id=office.id,
        ticket_id=ticket.id,
        service_id=service.id,
        reason=reason.value,
        missing=list(missing),
        first_day=first,
        until=until,
        credit_s=credit,
    )
    work.session.add(right)
    if reason in UNTOLD:
        return Granted("", ticket.label, ticket.locale, service, reason, missing, first, until)
    return with_code(right, ticket, service)


def with_code(right: ReturnRight, ticket: Ticket, service: Service) -> Granted:
    """Give the right of `ticket` a new code, which is told this once; a former one is void."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    right.code_hash = fingerprint(code)
    return Granted(
        f"{code[:5]}-{code[5:]}",
        ticket.label,
        ticket.locale,
        service,
        Why(right.reason),
        tuple(right.missing),
        right.first_day,
        right.until,
    )


def unused_right_of(work: Work, ticket_id: int) -> ReturnRight | None:
    """Return the right to come back that a ticket's holder has not used yet, if there is one."""
    return work.session.scalars(
        select(ReturnRight).where(
            ReturnRight.ticket_id == ticket_id, ReturnRight.used_by_id.is_(None)
        )
    ).first()


def right_for(work: Work, office: Office, code: str, today: date) -> ReturnRight:
    """Return the unused right with `code` that holds today.

    Raises ReturnInvalid, ReturnUsed, ReturnEarly or ReturnOver.
    """
    plain = code.replace("-", "").replace(" ", "").upper()
    right = work.session.scalars(
        select(ReturnRight).where(
            ReturnRight.office_id == office.id, ReturnRight.code_hash == fingerprint(plain)
        )
    ).first()
    if right is None:
        raise ReturnInvalid()
    if right.used_by_id is not None:
        raise ReturnUsed()
    if today < right.first_day:
        raise ReturnEarly(first_day=right.first_day.isoformat())
    if right.until is not None and right.until < today:
        raise ReturnOver(until=right.until.isoformat())
    return right


def use(
    work: Work, office: Office, right: ReturnRight, ticket: Ticket, now: datetime
) -> dict[str, Any]:
    """Spend `right` on `ticket`, which gets the place due to it; return what the journal tells."""
    right.used_by_id = ticket.id
    if right.credit_s is not None:
        ticket.line_since = now - timedelta(seconds=right.credit_s)
        return {"returns": True, "carried": True, "why": right.reason}
    return {"returns": True, "passed": place(work, office, ticket, now), "why": right.reason}


def place(work: Work, office: Office, ticket: Ticket, now: datetime) -> int:
    """Put a returning visitor's ticket at the office's stated place; return how many it passed."""
    same = [
        each
        for each in line_of(work, office, now)
        if each.service_id == ticket.service_id and each.ticket_id != ticket.id
    ]
    if not same:
        return 0
    ticket.line_since = policy.line_since_after(
        office.return_places,
        ticket.priority.rate,
        min(each.line_since for each in same),
        same,
        now,
        PolicyName(office.policy),
    )
    return max(len(same) - office.return_places, 0)
