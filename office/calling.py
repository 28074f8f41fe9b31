"""Calling: the next one, a chosen one, once more, and what follows when nobody comes."""

from sqlalchemy.orm import joinedload

from office import policy, reception
from office.announcing import refuse_too_soon
from office.desks import Desk, current, ready
from office.errors import (
    LineEmpty,
    MoveRefused,
    NotServedHere,
    ReasonMissing,
    RecallFirst,
)
from office.journal import Kind
from office.line import for_counter, line_at, line_of
from office.people import Right
from office.place import (
    PolicyName,
    served_at,
)
from office.policy import Waiting
from office.terms import Terms
from office.tickets import (
    Status,
    Ticket,
    ticket_labelled,
)


def call_next(desk: Desk) -> tuple[Ticket, dict[str, object]]:
    """Call whoever is next for this counter; return the ticket and the reason.

    Raises LineEmpty or CounterBusy.
    """
    ready(desk)
    served = served_at(desk.work, desk.counter)
    mine = line_at(desk.work, desk.office, desk.counter.id, served, desk.now)
    if not mine:
        raise LineEmpty(counter=desk.counter.number)
    return _call(desk, mine[0], mine, served)


def call_ticket(desk: Desk, label: str, why: str | None) -> tuple[Ticket, dict[str, object]]:
    """Call the waiting ticket with `label`; out of order only by right and with a reason code.

    Raises TicketUnknown, CounterBusy, MoveRefused, NotServedHere, Forbidden or ReasonMissing.
    """
    ticket = ticket_labelled(desk.work, desk.office.id, desk.office.today(desk.now), label)
    ready(desk)
    if ticket.status != Status.WAITING:
        ticket.move(Status.CALLED)
    line = line_of(desk.work, desk.office, desk.now)
    served = served_at(desk.work, desk.counter)
    mine = for_counter(line, desk.office, desk.counter.id, served, desk.now)
    passed = mine
    chosen = next((each for each in mine if each.ticket_id == ticket.id), None)
    if chosen is None and desk.actor.may(Right.SERVE_ANYWHERE):
        passed = [each for each in line if each.service_id == ticket.service_id]
        chosen = next((each for each in passed if each.ticket_id == ticket.id), None)
    if chosen is None:
        raise NotServedHere(label=ticket.label, counter=desk.counter.number)
    if mine and mine[0].ticket_id == ticket.id:
        return _call(desk, chosen, mine, served)
    desk.actor.need(Right.CALL_OUT_OF_ORDER)
    if not why:
        raise ReasonMissing(fields={"reason": "required"})
    return _call(desk, chosen, passed, served, because=why)


def serve_walk_in(desk: Desk, service_code: str, why: str) -> tuple[Ticket, dict[str, object]]:
    """Give a visitor without a ticket a number and call it before everyone who waits.

    By right, with a reason code, and counted as overtaking. Raises Forbidden, CounterBusy,
    ServiceUnknown or NumbersSpent.
    """
    desk.actor.need(Right.WALK_IN)
    ready(desk)
    ticket, _token = reception.walk_in(desk.work, desk.office, desk.actor, desk.now, service_code)
    served = served_at(desk.work, desk.counter)
    line = line_of(desk.work, desk.office, desk.now)
    chosen = next(each for each in line if each.ticket_id == ticket.id)
    terms = {**served, ticket.service_id: Terms(ticket.service.code)}
    passed = for_counter(line, desk.office, desk.counter.id, terms, desk.now)
    return _call(desk, chosen, passed, served, because=why)


def recall(desk: Desk) -> Ticket:
    """Call the called ticket once more. Raises CounterIdle, MoveRefused or TooSoon."""
    ticket = current(desk)
    if ticket.status != Status.CALLED:
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=["called"])
    refuse_too_soon(desk.work, desk.office, ticket, desk.now)
    step = ticket.step
    step.recalls += 1
    desk.journal(Kind.RECALLED, ticket, Status.CALLED, recalls=step.recalls)
    return ticket


def no_show(desk: Desk) -> Ticket:
    """Mark the called visitor absent. Raises CounterIdle, MoveRefused, RecallFirst or TooSoon."""
    ticket = current(desk)
    step = ticket.step
    needed = desk.office.recalls_before_no_show
    if ticket.status == Status.CALLED and step.recalls < needed:
        raise RecallFirst(recalls=step.recalls, needed=needed)
    if ticket.status == Status.CALLED:
        refuse_too_soon(desk.work, desk.office, ticket, desk.now)
    former = ticket.move(Status.NO_SHOW)
    step.ended_at = desk.now
    step.outcome = "no_show"
    ticket.counter_id = None
    desk.journal(Kind.NO_SHOW, ticket, former)
    return ticket


def put_back(desk: Desk) -> Ticket:
    """Return the called ticket to the line, with its place. Raises CounterIdle or MoveRefused."""
    ticket = current(desk)
    if ticket.status != Status.CALLED:
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=["called"])
    former = ticket.move(Status.WAITING)
    step = ticket.step
    step.called_at = None
    step.counter_id = None
    step.account_id = None
    ticket.counter_id = step.only_counter_id
    desk.journal(Kind.PUT_BACK, ticket, former)
    return ticket


def _call(
    desk: Desk,
    chosen: Waiting,
    passed: list[Waiting],
    served: dict[int, Terms],
    because: str | None = None,
) -> tuple[Ticket, dict[str, object]]:
    ticket = desk.work.session.get_one(Ticket, chosen.ticket_id, options=[joinedload(Ticket.steps)])
    desk.touch(ticket)
    former = ticket.move(Status.CALLED)
    ticket.counter_id = desk.counter.id
    step = ticket.step
    step.called_at = desk.now
    step.counter_id = desk.counter.id
    step.account_id = desk.actor.account_id
    chosen_policy = PolicyName(desk.office.policy)
    why = policy.reason(chosen, desk.now, chosen_policy, served.get(chosen.service_id))
    passed_by = policy.overtakings(chosen, passed, served, chosen_policy, because)
    desk.journal(
        Kind.CALLED,
        ticket,
        former,
        services=[each.code for each in served.values()],
        only_counter=chosen.only_counter is not None,
        out_of_order=because is not None,
        because=because,
        overtaken=sum(passed_by.values()),
        overtakings=passed_by,
        reason=why,
        locale=ticket.locale,
    )
    return ticket, why
