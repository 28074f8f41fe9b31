"""Returns: the right to come back another day, before those who come then, used once."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from office import hours, journal, outages, reception
from office.clock import seconds_between
from office.errors import Conflict, NumbersSpent, OfficeClosed, ServiceSuspended
from office.journal import Kind
from office.people import Actor, fingerprint, secret
from office.place import Office
from office.tickets import Ticket
from storage.base import Base
from storage.work import Work

#: For how long, in days, somebody may come back.
GOOD_FOR = 14
#: The most seconds of waiting that count on another day: the night does not.
MOST_CREDIT = 4 * 3600


class Why(StrEnum):
    """Why somebody comes back another day."""

    OUTAGE = "outage"
    CARRIED = "carried"


class ReturnUnknown(Conflict):
    """The ticket gives no right to come back today, or it has been used."""

    code = "return_unknown"


class NoOutage(Conflict):
    """Nothing keeps the visitor from being served today."""

    code = "no_outage"


class Return(Base):
    """The right of whoever held a ticket to come back and count as having waited already."""

    __tablename__ = "returns"
    __table_args__ = (
        Index(
            "ix_returns_office_id_reason",
            "office_id",
            "reason",
            sqlite_where=text("used_by IS NULL"),
            postgresql_where=text("used_by IS NULL"),
        ),
        CheckConstraint("credit_s >= 0", name="credit"),
        CheckConstraint("first_day <= last_day", name="in_order"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    reason: Mapped[str] = mapped_column(String(20))
    first_day: Mapped[date]
    last_day: Mapped[date]
    #: Seconds waited already, which count in the line the visitor comes back to.
    credit_s: Mapped[int]
    #: The ticket it was used for.
    used_by: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))


def give(
    work: Work, office: Office, now: datetime, ticket: Ticket, why: Why, first: date
) -> Return:
    """Give whoever waits with `ticket` the right to come back from `first` on."""
    right = Return(
        ticket_id=ticket.id,
        office_id=office.id,
        reason=why.value,
        first_day=first,
        last_day=first + timedelta(days=GOOD_FOR),
        credit_s=min(round(seconds_between(ticket.line_since, now)), MOST_CREDIT),
    )
    work.session.add(right)
    return right


def leave(work: Work, office: Office, actor: Actor, now: datetime, ticket: Ticket) -> Return:
    """Let a visitor whose service stands still go home and come back on a later day.

    Raises NoOutage or MoveRefused.
    """
    if ticket.service.stopped_for is None:
        raise NoOutage(label=ticket.label)
    right = give(work, office, now, ticket, Why.OUTAGE, office.today(now) + timedelta(days=1))
    reception.cancel(work, office, actor, now, ticket)
    journal.append(
        work,
        office,
        Kind.RETURN_GIVEN,
        actor,
        now,
        ticket,
        label=ticket.label,
        service=ticket.service.code,
        reason=right.reason,
        last_day=right.last_day.isoformat(),
    )
    return right


def right_of(work: Work, ticket: Ticket) -> Return | None:
    """Return the right to come back that `ticket` gave its holder, used or not."""
    return work.session.get(Return, ticket.id)


def come_back(
    work: Work, office: Office, actor: Actor, now: datetime, former: Ticket
) -> tuple[Ticket, str]:
    """Take a ticket by the right of `former`, as having waited already; return it and its secret.

    Raises ReturnUnknown, OfficeClosed, ServiceSuspended or NumbersSpent.
    """
    right = work.session.get(Return, former.id)
    today = office.today(now)
    if right is None or right.used_by is not None or not right.first_day <= today <= right.last_day:
        raise ReturnUnknown(label=former.label)
    if not hours.office_opening(work, office, now).is_open:
        raise OfficeClosed()
    if former.service.is_suspended(now):
        texts = outages.still_text(former.service)
        raise ServiceSuspended(service=former.service.code, texts=texts)
    return _use(work, office, actor, now, right, former)


def bring_in(work: Work, office: Office, actor: Actor, now: datetime) -> int:
    """Give those carried over their numbers once the office has opened; return how many.

    They keep the secrets of their tickets, so that their phones and slips go on.
    """
    if not office.carried_waits or not hours.office_opening(work, office, now).is_open:
        return 0
    today = office.today(now)
    rows = work.session.execute(
        select(Return, Ticket)
        .join(Ticket, Ticket.id == Return.ticket_id)
        .where(
            Return.office_id == office.id,
            Return.reason == Why.CARRIED.value,
            Return.used_by.is_(None),
            Return.last_day >= today,
        )
        .order_by(Return.credit_s.desc(), Return.ticket_id)
    ).all()
    office.carried_waits = any(right.first_day > today for right, _ in rows)
    count = 0
    for right, former in rows:
        if right.first_day > today:
            continue
        token_hash = former.token_hash
        former.token_hash = fingerprint(secret())
        work.session.flush()
        try:
            ticket, _ = _use(work, office, actor, now, right, former)
        except NumbersSpent:
            former.token_hash = token_hash
            continue
        ticket.token_hash = token_hash
        count += 1
    return count


def carry_over(work: Work, office: Office, now: datetime, ticket: Ticket, closed_day: date) -> None:
    """Let whoever still waits at the end of `closed_day` come first on the next."""
    give(work, office, now, ticket, Why.CARRIED, closed_day + timedelta(days=1))
    office.carried_waits = True


def _use(
    work: Work, office: Office, actor: Actor, now: datetime, right: Return, former: Ticket
) -> tuple[Ticket, str]:
    waited = timedelta(seconds=right.credit_s)
    ticket, token = reception.issue_again(work, office, actor, now, former, waited)
    right.used_by = ticket.id
    return ticket, token
