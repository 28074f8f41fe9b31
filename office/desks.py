"""Desks: who sits at which counter, and which visitor is there."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from office import journal
from office.errors import (
    CounterBusy,
    CounterElsewhere,
    CounterIdle,
    CounterPaused,
    CounterTaken,
    Forbidden,
)
from office.journal import Kind
from office.people import Actor, Right
from office.place import (
    Counter,
    Office,
    counter_numbered,
)
from office.returning import Granted
from office.tickets import (
    IS_AT_COUNTER,
    Status,
    Ticket,
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
    #: The tickets that this action has touched so far, by id.
    touched: set[int] = field(default_factory=set)
    #: The rights to return that this action granted.
    granted: list[Granted] = field(default_factory=list)

    def touch(self, ticket: Ticket) -> None:
        """Remember how `ticket` stands before this action changes it, so that it can be undone."""
        if ticket.id in self.touched:
            return
        found = [] if not self.touched else (self.counter.last_action or {}).get("found", [])
        first = {} if found else {"version": self.office.version, "actor": self.actor.key}
        self.counter.last_action = {
            **(self.counter.last_action or {}),
            **first,
            "at": self.now.isoformat(),
            "found": [*found, found_of(ticket)],
        }
        self.touched.add(ticket.id)

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
            **self._waits_for(ticket),
            **detail,
        )

    def _waits_for(self, ticket: Ticket) -> dict[str, int | None]:
        """Return the number of the only counter that a waiting ticket waits for, if any."""
        if ticket.status != Status.WAITING:
            return {}
        if ticket.counter_id is None:
            return {"to_counter": None}
        if ticket.counter_id == self.counter.id:
            return {"to_counter": self.counter.number}
        return {"to_counter": self.work.session.get_one(Counter, ticket.counter_id).number}


def found_of(ticket: Ticket) -> dict[str, Any]:
    """Return how a ticket and its newest step stand, as plain values."""
    step = ticket.step
    return {
        "ticket": ticket.id,
        "status": ticket.status,
        "service_id": ticket.service_id,
        "class_id": ticket.class_id,
        "counter_id": ticket.counter_id,
        "line_since": ticket.line_since.isoformat(),
        "further": ticket.further,
        "steps": len(ticket.steps),
        "step": {
            "called_at": step.called_at.isoformat() if step.called_at else None,
            "started_at": step.started_at.isoformat() if step.started_at else None,
            "ended_at": step.ended_at.isoformat() if step.ended_at else None,
            "start_inferred": step.start_inferred,
            "recalls": step.recalls,
            "counter_id": step.counter_id,
            "account_id": step.account_id,
            "outcome": step.outcome,
        },
    }


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
    leave_former(desk)
    counter.account_id = actor.account_id
    counter.opened_at = desk.now
    journal.append(
        desk.work, desk.office, Kind.COUNTER_OPENED, actor, desk.now, counter=counter.number
    )


def refuse_elsewhere(desk: Desk) -> None:
    """Raise CounterElsewhere where the actor is signed on at another counter.

    It names that counter, and the visitor there, if there is one.
    """
    account_id = desk.actor.account_id
    if account_id is None:
        return
    former = desk.work.session.scalars(
        select(Counter)
        .where(Counter.office_id == desk.office.id, Counter.account_id == account_id)
        .where(Counter.id != desk.counter.id)
        .order_by(Counter.number)
    ).first()
    if former is not None:
        there = ticket_at(desk.work, desk.office, former)
        raise CounterElsewhere(counter=former.number, label=there.label if there else None)


def leave_former(desk: Desk) -> None:
    """Sign the actor off wherever else they sit. Raises CounterBusy if a visitor is there."""
    if desk.actor.account_id is not None:
        leave_all(desk.work, desk.office, desk.actor, desk.now, desk.actor.account_id)


def leave_all(work: Work, office: Office, actor: Actor, now: datetime, account_id: int) -> None:
    """Sign an account off wherever it sits. Raises CounterBusy if a visitor is there."""
    for counter in work.session.scalars(
        select(Counter)
        .where(Counter.office_id == office.id, Counter.account_id == account_id)
        .order_by(Counter.number)
    ):
        close_counter(Desk(work, office, counter, actor, now))


def close_counter(desk: Desk) -> None:
    """Sign off at the counter. Raises CounterBusy while a visitor is called or being served."""
    counter = desk.counter
    if not counter.is_open:
        return
    own(desk)
    there = ticket_at(desk.work, desk.office, counter)
    if there is not None:
        raise CounterBusy(counter=counter.number, label=there.label, status=there.status)
    counter.shut()
    journal.append(
        desk.work, desk.office, Kind.COUNTER_CLOSED, desk.actor, desk.now, counter=counter.number
    )


VISITOR = (
    select(Ticket)
    .options(joinedload(Ticket.steps))
    .where(
        Ticket.office_id == bindparam("office"),
        Ticket.counter_id == bindparam("counter"),
        IS_AT_COUNTER,
    )
)


def ticket_at(work: Work, office: Office, counter: Counter) -> Ticket | None:
    """Return the ticket called to or being served at `counter`, if any."""
    there = work.session.scalars(VISITOR, {"office": office.id, "counter": counter.id})
    return there.unique().first()


def own(desk: Desk) -> None:
    """Raise CounterTaken unless the counter is the actor's, free, or one they may act at."""
    counter, actor = desk.counter, desk.actor
    if (
        counter.is_open
        and counter.account_id != actor.account_id
        and not actor.may(Right.SERVE_ANYWHERE)
    ):
        raise CounterTaken(counter=counter.number)


def ready(desk: Desk) -> None:
    """Make sure the counter is the actor's, open, and free.

    Raises CounterTaken, CounterPaused or CounterBusy.
    """
    if not desk.counter.is_open:
        open_counter(desk)
    own(desk)
    if desk.counter.paused_at is not None:
        raise CounterPaused(counter=desk.counter.number)
    there = ticket_at(desk.work, desk.office, desk.counter)
    if there is not None:
        raise CounterBusy(counter=desk.counter.number, label=there.label, status=there.status)


def current(desk: Desk) -> Ticket:
    """Return the visitor called to or served at the counter. Raises CounterTaken or CounterIdle."""
    own(desk)
    ticket = ticket_at(desk.work, desk.office, desk.counter)
    if ticket is None:
        raise CounterIdle(counter=desk.counter.number)
    desk.touch(ticket)
    return ticket


def queue_again(desk: Desk, ticket: Ticket) -> None:
    """Begin a new stretch of the visit, at the only counter it waits for or at any."""
    desk.work.session.flush()
    ticket.queue(desk.now)
