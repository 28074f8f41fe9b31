"""Calling and serving: every verb a clerk has at a counter."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from office import journal, policy
from office.errors import (
    CounterBusy,
    CounterIdle,
    CounterTaken,
    Forbidden,
    LineEmpty,
    MoveRefused,
    NotServedHere,
    ReasonMissing,
    RecallFirst,
)
from office.journal import Kind
from office.line import for_counter, line_at, line_of
from office.people import Actor, Right
from office.place import (
    Counter,
    Office,
    PolicyName,
    counter_numbered,
    served_at,
    service_named,
)
from office.policy import Waiting
from office.tickets import (
    AT_COUNTER,
    Status,
    Step,
    Ticket,
    ticket_labelled,
)
from storage.work import Work


@dataclass(frozen=True)
class Desk:
    """A counter within the office's turn, and who acts there at what moment."""

    work: Work
    office: Office
    counter: Counter
    actor: Actor
    now: datetime

    def journal(self, kind: Kind, ticket: Ticket, former: Status, **detail: Any) -> None:
        """Write the ticket's move at this counter."""
        journal.append_move(
            self.work,
            self.office,
            kind,
            self.actor,
            self.now,
            ticket,
            former,
            counter=self.counter.number,
            **detail,
        )


def desk_at(work: Work, office: Office, actor: Actor, now: datetime, number: int) -> Desk:
    """Return the counter with `number`, checked to be the actor's to serve at.

    Raises CounterUnknown or Forbidden.
    """
    actor.need(Right.SERVE)
    counter = counter_numbered(work, office.id, number)
    if actor.counter_id is not None and actor.counter_id != counter.id:
        raise Forbidden(counter=number)
    return Desk(work, office, counter, actor, now)


def open_counter(desk: Desk) -> None:
    """Sign the actor on at the counter; opening an own open counter changes nothing.

    Leaves the counter the actor sat at before. Raises CounterTaken if somebody else is signed on
    here, and CounterBusy if the former counter still has a visitor.
    """
    counter, actor = desk.counter, desk.actor
    if counter.is_open and counter.account_id == actor.account_id:
        return
    if counter.is_open:
        raise CounterTaken(counter=counter.number)
    if actor.account_id is not None:
        for former in desk.work.session.scalars(
            select(Counter)
            .where(Counter.office_id == desk.office.id, Counter.account_id == actor.account_id)
            .order_by(Counter.number)
        ):
            close_counter(Desk(desk.work, desk.office, former, actor, desk.now))
    counter.account_id = actor.account_id
    counter.opened_at = desk.now
    journal.append(
        desk.work, desk.office, Kind.COUNTER_OPENED, actor, desk.now, counter=counter.number
    )


def close_counter(desk: Desk) -> None:
    """Sign off at the counter. Raises CounterBusy while a visitor is called or being served."""
    counter = desk.counter
    if not counter.is_open:
        return
    _mine(desk)
    current = ticket_at(desk.work, desk.office, counter)
    if current is not None:
        raise CounterBusy(counter=counter.number, label=current.label, status=current.status)
    counter.account_id = None
    counter.opened_at = None
    journal.append(
        desk.work, desk.office, Kind.COUNTER_CLOSED, desk.actor, desk.now, counter=counter.number
    )


def ticket_at(work: Work, office: Office, counter: Counter) -> Ticket | None:
    """Return the ticket called to or being served at `counter`, if any."""
    query = (
        select(Ticket)
        .options(joinedload(Ticket.steps))
        .where(
            Ticket.office_id == office.id,
            Ticket.counter_id == counter.id,
            Ticket.status.in_(AT_COUNTER),
        )
    )
    return work.session.scalars(query).unique().first()


def call_next(desk: Desk) -> tuple[Ticket, dict[str, object]]:
    """Call whoever is next for this counter; return the ticket and the reason.

    Raises LineEmpty or CounterBusy.
    """
    _ready(desk)
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
    _ready(desk)
    if ticket.status != Status.WAITING:
        ticket.move(Status.CALLED)
    line = line_of(desk.work, desk.office, desk.now)
    served = served_at(desk.work, desk.counter)
    mine = for_counter(line, desk.counter.id, served)
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


def recall(desk: Desk) -> Ticket:
    """Call the called ticket once more. Raises CounterIdle or MoveRefused."""
    ticket = _current(desk)
    if ticket.status != Status.CALLED:
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=["called"])
    step = ticket.step
    step.recalls += 1
    desk.journal(Kind.RECALLED, ticket, Status.CALLED, recalls=step.recalls)
    return ticket


def start(desk: Desk) -> Ticket:
    """Begin to serve the called ticket. Raises CounterIdle or MoveRefused."""
    ticket = _current(desk)
    former = ticket.move(Status.SERVING)
    ticket.step.started_at = desk.now
    desk.journal(Kind.STARTED, ticket, former)
    return ticket


def finish(desk: Desk, outcome: str | None = None) -> Ticket:
    """End the visit; a start nobody pressed is taken to be the call, and marked as inferred.

    Raises CounterIdle.
    """
    ticket = _current(desk)
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
        return call_next(desk)
    except LineEmpty:
        return None, None


def no_show(desk: Desk) -> Ticket:
    """Mark the called visitor absent. Raises CounterIdle, MoveRefused or RecallFirst."""
    ticket = _current(desk)
    step = ticket.step
    needed = desk.office.recalls_before_no_show
    if ticket.status == Status.CALLED and step.recalls < needed:
        raise RecallFirst(recalls=step.recalls, needed=needed)
    former = ticket.move(Status.NO_SHOW)
    step.ended_at = desk.now
    step.outcome = "no_show"
    ticket.counter_id = None
    desk.journal(Kind.NO_SHOW, ticket, former)
    return ticket


def put_back(desk: Desk) -> Ticket:
    """Return the called ticket to the line, with its place. Raises CounterIdle or MoveRefused."""
    ticket = _current(desk)
    if ticket.status != Status.CALLED:
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=["called"])
    former = ticket.move(Status.WAITING)
    step = ticket.step
    step.called_at = None
    step.counter_id = None
    step.account_id = None
    ticket.counter_id = None
    desk.journal(Kind.PUT_BACK, ticket, former)
    return ticket


def hold(desk: Desk, label: str | None = None) -> Ticket:
    """Set the counter's visitor, or the waiting ticket with `label`, aside.

    Raises CounterIdle, TicketUnknown, MoveRefused or Forbidden.
    """
    if label is None:
        ticket = _current(desk)
    else:
        ticket = ticket_labelled(desk.work, desk.office.id, desk.office.today(desk.now), label)
        _not_elsewhere(desk, ticket)
    former = ticket.move(Status.HELD)
    step = ticket.step
    step.ended_at = desk.now
    step.outcome = "held"
    ticket.counter_id = None
    desk.journal(Kind.HELD, ticket, former)
    return ticket


def resume(desk: Desk, label: str) -> Ticket:
    """Return a held ticket to the line with the place it had; any colleague may.

    Raises TicketUnknown or MoveRefused.
    """
    ticket = ticket_labelled(desk.work, desk.office.id, desk.office.today(desk.now), label)
    if ticket.status != Status.HELD:
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=["held"])
    former = ticket.move(Status.WAITING)
    _queue_again(desk, ticket)
    desk.journal(Kind.RESUMED, ticket, former)
    return ticket


def rejoin(desk: Desk, label: str) -> Ticket:
    """Let a visitor who missed the call re-enter the office's stated number of places down.

    Raises TicketUnknown or MoveRefused.
    """
    ticket = ticket_labelled(desk.work, desk.office.id, desk.office.today(desk.now), label)
    if ticket.status != Status.NO_SHOW:
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=["no_show"])
    former = ticket.move(Status.WAITING)
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
    _queue_again(desk, ticket)
    desk.journal(Kind.REJOINED, ticket, former)
    return ticket


def transfer(desk: Desk, service_code: str | None, counter_number: int | None) -> Ticket:
    """Send the visitor on to another service or counter, the arrival time kept.

    A start nobody pressed is inferred. Raises CounterIdle, ServiceUnknown, CounterUnknown or
    MoveRefused.
    """
    ticket = _current(desk)
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
    _queue_again(desk, ticket)
    desk.journal(
        Kind.TRANSFERRED,
        ticket,
        former,
        from_service=from_service.code,
        to_counter=other.number if other is not None else None,
    )
    return ticket


def _mine(desk: Desk) -> None:
    counter, actor = desk.counter, desk.actor
    if (
        counter.is_open
        and counter.account_id != actor.account_id
        and not actor.may(Right.SERVE_ANYWHERE)
    ):
        raise CounterTaken(counter=counter.number)


def _ready(desk: Desk) -> None:
    """Make sure the counter is the actor's, open, and free."""
    if not desk.counter.is_open:
        open_counter(desk)
    _mine(desk)
    current = ticket_at(desk.work, desk.office, desk.counter)
    if current is not None:
        raise CounterBusy(counter=desk.counter.number, label=current.label, status=current.status)


def _current(desk: Desk) -> Ticket:
    _mine(desk)
    ticket = ticket_at(desk.work, desk.office, desk.counter)
    if ticket is None:
        raise CounterIdle(counter=desk.counter.number)
    return ticket


def _call(
    desk: Desk,
    chosen: Waiting,
    passed: list[Waiting],
    served: dict[int, str],
    because: str | None = None,
) -> tuple[Ticket, dict[str, object]]:
    ticket = desk.work.session.get_one(Ticket, chosen.ticket_id, options=[joinedload(Ticket.steps)])
    former = ticket.move(Status.CALLED)
    ticket.counter_id = desk.counter.id
    step = ticket.step
    step.called_at = desk.now
    step.counter_id = desk.counter.id
    step.account_id = desk.actor.account_id
    why = policy.reason(chosen, desk.now, PolicyName(desk.office.policy))
    desk.journal(
        Kind.CALLED,
        ticket,
        former,
        services=list(served.values()),
        only_counter=chosen.only_counter is not None,
        out_of_order=because is not None,
        because=because,
        overtaken=policy.overtaken(chosen, passed),
        reason=why,
        locale=ticket.locale,
    )
    return ticket, why


def _infer_start(desk: Desk, ticket: Ticket) -> Step:
    step = ticket.step
    if ticket.status == Status.CALLED:
        former = ticket.move(Status.SERVING)
        step.started_at = step.called_at
        step.start_inferred = True
        desk.journal(Kind.STARTED, ticket, former, inferred=True)
    return step


def _queue_again(desk: Desk, ticket: Ticket) -> None:
    desk.work.session.flush()
    ticket.queue(desk.now)


def _not_elsewhere(desk: Desk, ticket: Ticket) -> None:
    if ticket.status in AT_COUNTER and ticket.counter_id != desk.counter.id:
        raise Forbidden(label=ticket.label)
