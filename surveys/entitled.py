"""Which visit an answer at a device of the office is about."""

from datetime import datetime

from sqlalchemy import select

from office.codes import tidied
from office.errors import Conflict, TicketUnknown, Unknown
from office.people import Actor
from office.place import Counter, Office, counter_numbered
from office.screens import Layout, place_of
from office.slip_code import is_slip_code
from office.tickets import Status, Step, Ticket
from storage.work import Work


class SlipUnknown(Unknown):
    """No ticket of the last days has this number and this code."""

    code = "slip_unknown"


class SignElsewhere(Conflict):
    """The screen is not the sign of this counter."""

    code = "sign_elsewhere"


class RatingClosed(Conflict):
    """The next visitor has begun at the counter; the one before can answer elsewhere."""

    code = "rating_closed"


def ticket_of_slip(work: Work, office: Office, label: str, code: str) -> Ticket:
    """Return the newest ticket with this label whose slip has this code. Raises SlipUnknown."""
    wanted = tidied(label)
    for ticket in work.session.scalars(
        select(Ticket)
        .where(Ticket.office_id == office.id, Ticket.label == wanted)
        .order_by(Ticket.day.desc())
        .limit(15)
    ):
        if is_slip_code(ticket.token_hash, code):
            return ticket
    raise SlipUnknown()


def ticket_at_sign(
    work: Work, office: Office, actor: Actor, now: datetime, number: int, label: str
) -> Ticket:
    """Return the ticket that was finished last at a counter, for its sign.

    Raises CounterUnknown, SignElsewhere, TicketUnknown, or RatingClosed once the next visitor there
    has begun.
    """
    counter = counter_numbered(work, office.id, number)
    place = place_of(work, actor.token_id)
    if place.layout is not Layout.SIGN or place.counter != number:
        raise SignElsewhere()
    ticket = _finished_last(work, office, counter, now)
    if ticket is None:
        raise TicketUnknown(label=label)
    if ticket.label != label:
        raise RatingClosed()
    return ticket


def _finished_last(work: Work, office: Office, counter: Counter, now: datetime) -> Ticket | None:
    """Return the visit that ended last at a counter today, or nothing if another has begun."""
    step = work.session.scalars(
        select(Step)
        .where(
            Step.office_id == office.id,
            Step.day == office.today(now),
            Step.counter_id == counter.id,
            Step.started_at.is_not(None),
        )
        .order_by(Step.started_at.desc(), Step.id.desc())
        .limit(1)
    ).first()
    if step is None:
        return None
    ticket = work.session.get_one(Ticket, step.ticket_id)
    if ticket.status != Status.DONE or ticket.step.id != step.id:
        raise RatingClosed()
    return ticket
