"""Serving: a visit begins, ends, and goes on elsewhere."""

from office import calling
from office.desks import Desk, current, queue_again, ticket_at
from office.errors import (
    LineEmpty,
)
from office.journal import Kind
from office.place import (
    counter_numbered,
    service_named,
)
from office.tickets import (
    Status,
    Step,
    Ticket,
)


def start(desk: Desk) -> Ticket:
    """Begin to serve the called ticket. Raises CounterIdle or MoveRefused."""
    ticket = current(desk)
    former = ticket.move(Status.SERVING)
    ticket.step.started_at = desk.now
    desk.journal(Kind.STARTED, ticket, former)
    return ticket


def finish(desk: Desk, outcome: str | None = None) -> Ticket:
    """End the visit; a start nobody pressed is taken to be the call, and marked as inferred.

    Raises CounterIdle.
    """
    ticket = current(desk)
    step = _infer_start(desk, ticket)
    former = ticket.move(Status.DONE)
    step.ended_at = desk.now
    step.outcome = outcome or "done"
    desk.journal(Kind.FINISHED, ticket, former, outcome=step.outcome)
    return ticket


def finish_and_next(
    desk: Desk, outcome: str | None = None
) -> tuple[Ticket | None, dict[str, object] | None]:
    """End the visit, if there is one, and call whoever is next; nobody waiting is no refusal."""
    if ticket_at(desk.work, desk.office, desk.counter) is not None:
        finish(desk, outcome)
        desk.work.session.flush()
    try:
        return calling.call_next(desk)
    except LineEmpty:
        return None, None


def transfer(desk: Desk, service_code: str | None, counter_number: int | None) -> Ticket:
    """Send the visitor on to another service or counter, the arrival time kept.

    A start nobody pressed is inferred. Raises CounterIdle, ServiceUnknown, CounterUnknown or
    MoveRefused.
    """
    ticket = current(desk)
    office_id = desk.office.id
    target = service_named(desk.work, office_id, service_code) if service_code else None
    other = counter_numbered(desk.work, office_id, counter_number) if counter_number else None
    from_service = ticket.service
    step = _infer_start(desk, ticket)
    former = ticket.move(Status.WAITING)
    step.ended_at = desk.now
    step.outcome = "transferred"
    if target is not None:
        ticket.service = target
        ticket.service_id = target.id
    ticket.counter_id = other.id if other is not None else None
    queue_again(desk, ticket)
    desk.journal(
        Kind.TRANSFERRED,
        ticket,
        former,
        from_service=from_service.code,
    )
    return ticket


def _infer_start(desk: Desk, ticket: Ticket) -> Step:
    step = ticket.step
    if ticket.status == Status.CALLED:
        former = ticket.move(Status.SERVING)
        step.started_at = step.called_at
        step.start_inferred = True
        desk.journal(Kind.STARTED, ticket, former, inferred=True)
    return step
