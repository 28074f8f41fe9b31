"""Setting aside and coming back: visitors on hold, those who missed a call, return slips."""

from enum import StrEnum

from office import policy, reception
from office.desks import Desk, current, own, queue_again
from office.errors import (
    Forbidden,
    MoveRefused,
    NotServedHere,
)
from office.journal import Kind
from office.line import line_of
from office.people import Right
from office.place import (
    PolicyName,
    served_at,
)
from office.tickets import (
    AT_COUNTER,
    Status,
    Ticket,
    ticket_labelled,
)


class CancelReason(StrEnum):
    """Why a number is given back at a counter."""

    #: The visitor has gone, or says that they go.
    LEFT = "left"
    #: The visitor holds another number for the same.
    TWICE = "twice"
    #: Another service is the right one.
    WRONG_SERVICE = "wrong_service"
    #: What they came for needs no visit.
    NOT_NEEDED = "not_needed"


def hold(desk: Desk, label: str | None = None) -> Ticket:
    """Set the counter's visitor, or the waiting ticket with `label`, aside.

    Raises CounterTaken, CounterIdle, TicketUnknown, MoveRefused or Forbidden.
    """
    if label is None:
        ticket = current(desk)
    else:
        own(desk)
        ticket = ticket_labelled(desk.work, desk.office.id, desk.office.today(desk.now), label)
        _not_elsewhere(desk, ticket)
        desk.touch(ticket)
    former = ticket.move(Status.HELD)
    step = ticket.step
    step.ended_at = desk.now
    step.outcome = "held"
    ticket.counter_id = None
    desk.journal(Kind.HELD, ticket, former)
    return ticket


def resume(desk: Desk, label: str) -> Ticket:
    """Return a held ticket to the line with the place it had; any colleague of its service may.

    So may whoever held it, and the counter it waits for. Raises CounterTaken, TicketUnknown,
    MoveRefused or NotServedHere.
    """
    own(desk)
    ticket = ticket_labelled(desk.work, desk.office.id, desk.office.today(desk.now), label)
    if ticket.status != Status.HELD:
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=["held"])
    known_here = desk.counter.id in {ticket.step.counter_id, ticket.step.only_counter_id}
    if not (
        known_here
        or desk.actor.may(Right.SERVE_ANYWHERE)
        or ticket.service_id in served_at(desk.work, desk.counter)
    ):
        raise NotServedHere(label=ticket.label, counter=desk.counter.number)
    desk.touch(ticket)
    former = ticket.move(Status.WAITING)
    ticket.counter_id = ticket.step.only_counter_id
    queue_again(desk, ticket)
    desk.journal(Kind.RESUMED, ticket, former)
    return ticket


def rejoin(desk: Desk, label: str) -> Ticket:
    """Let a visitor who missed the call re-enter the office's stated number of places down.

    Raises CounterTaken, TicketUnknown or MoveRefused.
    """
    own(desk)
    ticket = ticket_labelled(desk.work, desk.office.id, desk.office.today(desk.now), label)
    if ticket.status != Status.NO_SHOW:
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=["no_show"])
    desk.touch(ticket)
    former = ticket.move(Status.WAITING)
    ticket.counter_id = ticket.step.only_counter_id
    same = [
        each
        for each in line_of(desk.work, desk.office, desk.now)
        if each.service_id == ticket.service_id and each.ticket_id != ticket.id
    ]
    ticket.line_since = policy.line_since_after(
        desk.office.reentry_places,
        ticket.priority.rate,
        ticket.line_since,
        same,
        desk.now,
        PolicyName(desk.office.policy),
    )
    queue_again(desk, ticket)
    desk.journal(Kind.REJOINED, ticket, former)
    return ticket


def cancel(desk: Desk, label: str, reason: CancelReason | None = None) -> Ticket:
    """Give a waiting or held ticket back for a visitor who has left or asks for it.

    Raises Forbidden, CounterTaken, TicketUnknown or MoveRefused.
    """
    desk.actor.need(Right.CANCEL_TICKET)
    own(desk)
    ticket = ticket_labelled(desk.work, desk.office.id, desk.office.today(desk.now), label)
    desk.touch(ticket)
    former = reception.withdraw(ticket, desk.now)
    why = {} if reason is None else {"reason": reason.value}
    desk.journal(Kind.CANCELLED, ticket, former, **why)
    return ticket


def admit(desk: Desk, code: str) -> Ticket:
    """Give a visitor who comes with a return slip a number, at the place due to it.

    Raises CounterTaken, and what reception.take raises for the code of a right to return.
    """
    own(desk)
    ticket, _ = reception.take(desk.work, desk.office, desk.actor, desk.now, None, return_code=code)
    return ticket


def _not_elsewhere(desk: Desk, ticket: Ticket) -> None:
    if ticket.status in AT_COUNTER and ticket.counter_id != desk.counter.id:
        raise Forbidden(label=ticket.label)
