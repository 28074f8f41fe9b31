"""The line: those waiting, read once and put in the order they would be called."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Executable, bindparam, select

from office import policy
from office.place import Office, PolicyName, PriorityClass, Service
from office.policy import Waiting
from office.terms import Terms
from office.tickets import IS_OPEN, Status, Step, Ticket, files_of
from storage.work import Work

#: Everybody waiting in an `office`, and of them only those for a `counter` or its `services`.
WAITING = (
    select(
        Ticket.id,
        Ticket.label,
        Ticket.service_id,
        PriorityClass.code,
        PriorityClass.rate,
        Ticket.arrived_at,
        Ticket.line_since,
        Ticket.counter_id,
        Service.stopped_since,
        Service.code,
        Ticket.matters,
    )
    .join(PriorityClass, PriorityClass.id == Ticket.class_id)
    .join(Service, Service.id == Ticket.service_id)
    .where(Ticket.office_id == bindparam("office"), IS_OPEN, Ticket.status == Status.WAITING.value)
    .order_by(Ticket.id)
)
WAITING_AT = WAITING.where(
    (Ticket.counter_id == bindparam("counter"))
    | (Ticket.counter_id.is_(None) & Ticket.service_id.in_(bindparam("services", expanding=True)))
)


def _waiting(work: Work, statement: Executable, said: dict[str, Any]) -> list[Waiting]:
    return [_told(row) for row in work.session.execute(statement, said)]


def _told(row: Any) -> Waiting:
    told, (code, matters) = Waiting(*row[:-2]), row[-2:]
    return told if matters is None else replace(told, files=files_of(matters, code))


def recent_rates(work: Work, office: Office) -> list[float]:
    """Return the class rates of the last two calls of the day, newest last."""
    if office.policy != PolicyName.RATIO:
        return []
    rates = work.session.scalars(
        select(PriorityClass.rate)
        .join(Ticket, Ticket.class_id == PriorityClass.id)
        .join(Step, Step.ticket_id == Ticket.id)
        .where(
            Step.office_id == office.id,
            Step.day == office.open_day,
            Step.called_at.is_not(None),
        )
        .order_by(Step.called_at.desc(), Step.id.desc())
        .limit(2)
    )
    return list(reversed(list(rates)))


def line_of(work: Work, office: Office, now: datetime) -> list[Waiting]:
    """Return the whole line in calling order, each with its place among its own service."""
    ordered = policy.in_order(
        _waiting(work, WAITING, {"office": office.id}),
        now,
        PolicyName(office.policy),
        recent_rates(work, office),
    )
    places: dict[int, int] = {}
    line = []
    for each in ordered:
        places[each.service_id] = places.get(each.service_id, 0) + 1
        line.append(replace(each, position=places[each.service_id]))
    return line


def line_at(
    work: Work, office: Office, counter_id: int, terms: Mapping[int, Terms], now: datetime
) -> list[Waiting]:
    """Return those whom the counter may call, in its calling order, without their places.

    The ratio policy alternates over the whole office, so it reads the whole line; the others can
    leave those of other counters unread.
    """
    if office.policy == PolicyName.RATIO:
        return for_counter(line_of(work, office, now), office, counter_id, terms, now)
    mine = {"office": office.id, "counter": counter_id, "services": list(terms)}
    line = policy.in_order(_waiting(work, WAITING_AT, mine), now, PolicyName(office.policy))
    return for_counter(line, office, counter_id, terms, now)


def for_counter(
    line: list[Waiting],
    office: Office,
    counter_id: int,
    terms: Mapping[int, Terms],
    now: datetime,
) -> list[Waiting]:
    """Return those of `line` whom the counter may call, in its calling order."""
    patience = timedelta(minutes=office.target_wait_min)
    return policy.callable_by(line, counter_id, terms, now, patience)
