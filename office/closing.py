"""Close of day: whatever is still open ends as expired, with the reason, outside all averages."""

from datetime import datetime

from sqlalchemy import select

from office import alerts, carrying, early, identity, journal, summaries
from office.journal import Kind
from office.moment import forget_needs
from office.notes import drop_notes
from office.notifying import forget_all_addresses
from office.people import Actor, Role
from office.place import Counter, EarlyClosing, Office
from office.requests import drop_old_answers
from office.tickets import IS_OPEN, Status, Step, Ticket, drop_void_secrets
from storage.work import Work


def the_clock(office: Office) -> Actor:
    """Return the actor of what happens by itself at the end of a day."""
    return Actor(
        key="clock", office_id=office.id, role=Role.ADMINISTRATOR, rights=frozenset(), name=""
    )


def begin_day(work: Work, office: Office, now: datetime) -> int:
    """Close the former day if a new local day has begun; return how many tickets expired."""
    today = office.today(now)
    if office.open_day is None:
        office.open_day = today
        return 0
    if today <= office.open_day:
        return 0
    expired = close_day(work, office, the_clock(office), now)
    clear_day(work, office, now)
    office.open_day = today
    summaries.keep_up(work, office, None)
    return expired


def clear_day(work: Work, office: Office, now: datetime) -> None:
    """Leave no counter open, and forget what is of one day only, as before a new one."""
    for counter in work.session.scalars(
        select(Counter)
        .where(Counter.office_id == office.id, Counter.opened_at.is_not(None))
        .order_by(Counter.number)
    ):
        counter.shut()
        journal.append(
            work, office, Kind.COUNTER_CLOSED, the_clock(office), now, counter=counter.number
        )
    office.home_at = None
    drop_notes(work, office.id)
    drop_void_secrets(work, office.id)
    drop_old_answers(work, office.id, now)
    alerts.forget(work, office.id)
    identity.forget(work, office.id)


def close_day(
    work: Work, office: Office, actor: Actor, now: datetime, *, carries: bool = True
) -> int:
    """Expire every ticket that is still open; return how many there were.

    Each ends with the outcome `left_waiting`, `left_called`, `left_serving` or `left_held`;
    or `left_carried`, where those waiting come first on the next day and `carries` holds. After
    an early close they end as that has it.
    """
    rows = work.session.execute(
        select(Ticket, Counter.number)
        .outerjoin(Counter, Counter.id == Ticket.counter_id)
        .where(Ticket.office_id == office.id, IS_OPEN)
        .order_by(Ticket.id)
    ).all()
    steps = {
        step.ticket_id: step
        for step in work.session.scalars(
            select(Step)
            .join(Ticket, Ticket.id == Step.ticket_id)
            .where(Ticket.office_id == office.id, IS_OPEN, Step.ended_at.is_(None))
        )
    }
    forget_needs(work, office.id)
    forget_all_addresses(work, office.id)
    closed = office.open_day or office.today(now)
    closed_early = work.session.get(EarlyClosing, (office.id, closed))
    goes_home = closed_early is not None and closed_early.fate != early.Fate.SERVED
    for ticket, counter in rows:
        if closed_early and goes_home and ticket.status in (Status.WAITING, Status.HELD):
            early.send_one_home(work, office, actor, now, ticket, closed_early)
            continue
        carried = carries and office.carries_over and ticket.status == Status.WAITING
        if carried:
            carrying.grant_left(work, office, now, ticket, closed)
        former = ticket.move(Status.EXPIRED)
        outcome = "left_carried" if carried else f"left_{former.value}"
        ticket.counter_id = None
        step = steps.get(ticket.id)
        if step is not None:
            step.ended_at = now
            step.outcome = outcome
        journal.append_move(
            work,
            office,
            Kind.EXPIRED,
            actor,
            now,
            ticket,
            former,
            counter=counter,
            outcome=outcome,
        )
    journal.append(
        work,
        office,
        Kind.DAY_CLOSED,
        actor,
        now,
        closed_day=office.open_day.isoformat() if office.open_day else None,
        expired=len(rows),
    )
    summaries.keep_up(work, office, office.open_day)
    return len(rows)
