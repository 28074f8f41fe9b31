"""Carrying over: who cannot be served today goes home, and comes first on another day."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from office import hours, journal, reception, returning
from office.errors import Conflict, NumbersSpent
from office.journal import Kind
from office.people import Actor, fingerprint, secret
from office.place import Office
from office.returning import Granted, ReturnRight, Why
from office.tickets import Status, Ticket
from storage.work import Work


class NoOutage(Conflict):
    """Nothing keeps the visitor from being served today."""

    code = "no_outage"


def leave(work: Work, office: Office, actor: Actor, now: datetime, ticket: Ticket) -> Granted:
    """Let a visitor whose service stands still go home and come back on a later day.

    Whoever was sent home as the office closed early is told the code of their right, as often as
    they ask; a new one makes the former void. Raises NoOutage or MoveRefused.
    """
    if ticket.status == Status.EXPIRED:
        sent_home = returning.unused_right_of(work, ticket.id)
        if sent_home is not None and sent_home.reason == Why.EARLY:
            return returning.with_code(sent_home, ticket, ticket.service)
    if ticket.service.stopped_for is None:
        raise NoOutage(label=ticket.label)
    tomorrow = office.today(now) + timedelta(days=1)
    right = returning.grant_with_credit(work, office, ticket, Why.OUTAGE, tomorrow, now)
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
        reason=right.reason.value,
        last_day=right.until.isoformat() if right.until else None,
    )
    return right


def grant_left(
    work: Work,
    office: Office,
    now: datetime,
    ticket: Ticket,
    closed_day: date,
    why: Why = Why.CARRIED,
) -> None:
    """Let whoever still waits as `closed_day` ends come back: by themselves, or on asking."""
    tomorrow = closed_day + timedelta(days=1)
    returning.grant_with_credit(work, office, ticket, why, tomorrow, now)
    if why is Why.CARRIED:
        office.carried_waits = True


def bring_in(work: Work, office: Office, actor: Actor, now: datetime) -> int:
    """Give those carried over their numbers once the office has opened; return how many.

    They keep the secrets of their tickets, so that their phones and slips go on.
    """
    if not office.carried_waits or not hours.office_opening(work, office, now).is_open:
        return 0
    today = office.today(now)
    rows = work.session.execute(
        select(ReturnRight, Ticket)
        .join(Ticket, Ticket.id == ReturnRight.ticket_id)
        .where(
            ReturnRight.office_id == office.id,
            ReturnRight.reason == Why.CARRIED.value,
            ReturnRight.used_by_id.is_(None),
            ReturnRight.until >= today,
        )
        .order_by(ReturnRight.credit_s.desc(), ReturnRight.ticket_id)
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
            ticket = reception.issue_again(work, office, actor, now, former, right)
        except NumbersSpent:
            former.token_hash = token_hash
            continue
        ticket.token_hash = token_hash
        count += 1
    return count
