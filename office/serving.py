"""Serving: a visit begins, ends, and goes on elsewhere."""

from collections.abc import Sequence

from sqlalchemy import select

from office import calling, journal
from office.desks import Desk, current, own, queue_again
from office.errors import (
    AccountUnknown,
    ClerkAway,
    CounterIdle,
    LineEmpty,
    MissingUnknown,
    MoveRefused,
    NextUndecided,
)
from office.journal import Kind
from office.outcomes import Follow, chosen_outcome
from office.people import Account, Right
from office.place import (
    Counter,
    Service,
    class_named,
    classes_of,
    counter_numbered,
    service_named,
)
from office.returning import Why, grant
from office.tickets import Status, Step, Ticket, ticket_labelled


def start(desk: Desk) -> Ticket:
    """Begin to serve the called ticket. Raises CounterIdle or MoveRefused."""
    ticket = current(desk)
    former = ticket.move(Status.SERVING)
    ticket.step.started_at = desk.now
    desk.journal(Kind.STARTED, ticket, former)
    return ticket


def finish(
    desk: Desk,
    outcome: str | None = None,
    missing: Sequence[int] = (),
    next_ready: bool | None = None,
) -> Ticket:
    """End the visit, or this stretch of it where another is to follow.

    A start nobody pressed is taken to be the call, and marked as inferred. `missing` are places
    (from 0) in the service's list of what to bring. Where the office lets another service follow,
    `next_ready` says whether its condition is met: then the visitor waits for it at once, else the
    visit ends and may be taken up again without a date. Services added to the visit follow by
    themselves. Raises CounterIdle, OutcomeMissing, OutcomeUnknown, MissingUnknown or NextUndecided.
    """
    ticket = current(desk)
    chosen = chosen_outcome(desk.work, desk.office, outcome)
    service = ticket.service
    if not all(0 <= place < _longest(service) for place in missing):
        raise MissingUnknown(fields={"missing": "not in the list"})
    follows = service.next_id is not None and chosen.is_default
    if follows and next_ready is None:
        raise NextUndecided(fields={"next_ready": "required"}, conditions=service.next_condition)
    if follows and next_ready:
        return _go_on(
            desk, ticket, chosen.code, desk.work.session.get_one(Service, service.next_id)
        )
    if ticket.further:
        code, *ticket.further = ticket.further
        return _go_on(desk, ticket, chosen.code, service_named(desk.work, desk.office.id, code))
    _end(desk, ticket, "awaiting_next" if follows else chosen.code, missing)
    if follows:
        later = desk.work.session.get_one(Service, service.next_id)
        desk.granted.append(grant(desk.work, desk.office, ticket, later, Why.NEXT))
    elif chosen.follow != Follow.NONE:
        why = Why.PAPERS if chosen.follow == Follow.PAPERS else Why.AGAIN
        desk.granted.append(grant(desk.work, desk.office, ticket, service, why, tuple(missing)))
    return ticket


def finish_and_next(
    desk: Desk,
    outcome: str | None = None,
    missing: Sequence[int] = (),
    next_ready: bool | None = None,
) -> tuple[Ticket | None, dict[str, object] | None]:
    """End the visit, if there is one, and call whoever is next; nobody waiting is no refusal."""
    try:
        finish(desk, outcome, missing, next_ready)
        desk.work.session.flush()
    except CounterIdle:
        pass
    try:
        return calling.call_next(desk)
    except LineEmpty:
        return None, None


def add_service(desk: Desk, service_code: str) -> Ticket:
    """Let a further service follow in the same visit. Raises CounterIdle or ServiceUnknown."""
    ticket = current(desk)
    service = service_named(desk.work, desk.office.id, service_code)
    ticket.further = [*(ticket.further or []), service.code]
    journal.append(
        desk.work,
        desk.office,
        Kind.FURTHER,
        desk.actor,
        desk.now,
        ticket,
        label=ticket.label,
        counter=desk.counter.number,
        further=service.code,
    )
    return ticket


def set_priority(desk: Desk, label: str, priority_code: str) -> Ticket:
    """Put a waiting ticket into another class of priority.

    Raises Forbidden, CounterTaken, TicketUnknown, PriorityUnknown or MoveRefused.
    """
    desk.actor.need(Right.CHANGE_PRIORITY)
    own(desk)
    work, office = desk.work, desk.office
    ticket = ticket_labelled(work, office.id, office.today(desk.now), label)
    if ticket.status != Status.WAITING:
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=["waiting"])
    desk.touch(ticket)
    former = ticket.priority.code
    ticket.priority = class_named(classes_of(work, office.id), priority_code)
    ticket.class_id = ticket.priority.id
    desk.journal(Kind.PRIORITY, ticket, Status.WAITING, former_priority=former)
    return ticket


def transfer_to_clerk(desk: Desk, username: str) -> Ticket:
    """Send the visitor to the counter where a named clerk sits.

    Raises AccountUnknown, ClerkAway, CounterIdle or MoveRefused.
    """
    found = desk.work.session.execute(
        select(Account.id, Counter.number)
        .outerjoin(Counter, Counter.account_id == Account.id)
        .where(Account.office_id == desk.office.id, Account.username == username)
        .order_by(Counter.number)
    ).first()
    if found is None:
        raise AccountUnknown(account=username)
    if found.number is None:
        raise ClerkAway(account=username)
    return transfer(desk, None, found.number)


def transfer(desk: Desk, service_code: str | None, counter_number: int | None) -> Ticket:
    """Send the visitor on to another service or counter, the arrival time kept.

    A start nobody pressed is inferred. Raises Forbidden, CounterIdle, ServiceUnknown,
    CounterUnknown or MoveRefused.
    """
    desk.actor.need(Right.TRANSFER)
    ticket = current(desk)
    office_id = desk.office.id
    target = service_named(desk.work, office_id, service_code) if service_code else None
    other = counter_numbered(desk.work, office_id, counter_number) if counter_number else None
    return _go_on(desk, ticket, "transferred", target or ticket.service, other)


def _go_on(
    desk: Desk, ticket: Ticket, outcome: str, service: Service, only: Counter | None = None
) -> Ticket:
    """End this stretch with `outcome`; the visitor waits for `service`, or only for a counter."""
    former_service = ticket.service
    step = _infer_start(desk, ticket)
    former = ticket.move(Status.WAITING)
    step.ended_at = desk.now
    step.outcome = outcome
    ticket.service = service
    ticket.service_id = service.id
    ticket.counter_id = only.id if only is not None else None
    queue_again(desk, ticket)
    desk.journal(
        Kind.TRANSFERRED, ticket, former, from_service=former_service.code, outcome=outcome
    )
    return ticket


def _end(desk: Desk, ticket: Ticket, outcome: str, missing: Sequence[int]) -> None:
    step = _infer_start(desk, ticket)
    former = ticket.move(Status.DONE)
    step.ended_at = desk.now
    step.outcome = outcome
    desk.journal(Kind.FINISHED, ticket, former, outcome=outcome, missing=list(missing))


def _longest(service: Service) -> int:
    return max((len(each) for each in service.requirements.values()), default=0)


def _infer_start(desk: Desk, ticket: Ticket) -> Step:
    step = ticket.step
    if ticket.status == Status.CALLED:
        former = ticket.move(Status.SERVING)
        step.started_at = step.called_at
        step.start_inferred = True
        desk.journal(Kind.STARTED, ticket, former, inferred=True)
    return step
