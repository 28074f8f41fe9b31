"""What the holder of a ticket may ask for by its secret: more time, and to rejoin after a miss."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select

from office import changing, journal, policy
from office.errors import Conflict, MoveRefused
from office.journal import JournalRow, Kind
from office.line import line_of
from office.people import Actor
from office.place import Office, PolicyName
from office.policy import Waiting
from office.tickets import Status, Ticket
from storage.work import Work

#: How often one visit may ask for more time, and rejoin without the staff.
MOST_STEPS = 2
MOST_REJOINS = 1
#: How often it may change its service.
MOST_CHANGES = 2
#: How long after the missed call a visitor may rejoin without the staff.
SOON_AFTER = timedelta(minutes=30)

#: How often a ticket asked for what.
Asked = Mapping[tuple[int | None, Kind], int]


class TimesSpent(Conflict):
    """It has been asked for as often as it may be, or too late."""

    code = "times_spent"


def asked_before(work: Work, office_id: int, ticket_ids: Collection[int]) -> Asked:
    """Return how often each ticket stepped back and rejoined, by ticket id and kind."""
    rows = work.session.execute(
        select(JournalRow.ticket_id, JournalRow.kind, func.count())
        .where(
            JournalRow.office_id == office_id,
            JournalRow.ticket_id.in_(ticket_ids),
            JournalRow.kind.in_([Kind.STEPPED_BACK.value, Kind.REJOINED.value]),
        )
        .group_by(JournalRow.ticket_id, JournalRow.kind)
    )
    return {(ticket_id, Kind(kind)): count for ticket_id, kind, count in rows}


def can_step_back(ticket: Ticket, asked: Asked) -> bool:
    """Say whether the holder may ask for more time."""
    times = asked.get((ticket.id, Kind.STEPPED_BACK), 0)
    return ticket.status == Status.WAITING and times < MOST_STEPS


def step_back(work: Work, office: Office, actor: Actor, now: datetime, ticket: Ticket) -> None:
    """Let a waiting visitor who needs time go the office's stated number of places back.

    Raises MoveRefused or TimesSpent.
    """
    if ticket.status != Status.WAITING:
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=["waiting"])
    if not can_step_back(ticket, asked_before(work, office.id, [ticket.id])):
        raise TimesSpent(most=MOST_STEPS)
    place = next(
        each.position for each in line_of(work, office, now) if each.ticket_id == ticket.id
    )
    places = place - 1 + office.reentry_places
    _put_behind(office, now, ticket, places, _others(work, office, now, ticket))
    journal.append_move(work, office, Kind.STEPPED_BACK, actor, now, ticket, Status.WAITING)


def can_rejoin(ticket: Ticket, missed: datetime | None, now: datetime, asked: Asked) -> bool:
    """Say whether the holder, whose call was `missed`, may rejoin without the staff."""
    return (
        ticket.status == Status.NO_SHOW
        and missed is not None
        and now - missed <= SOON_AFTER
        and asked.get((ticket.id, Kind.REJOINED), 0) < MOST_REJOINS
    )


def rejoin(work: Work, office: Office, actor: Actor, now: datetime, ticket: Ticket) -> None:
    """Let a visitor who missed the call re-enter the office's stated number of places down.

    Raises MoveRefused or TimesSpent.
    """
    if ticket.status != Status.NO_SHOW:
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=["no_show"])
    asked = asked_before(work, office.id, [ticket.id])
    of_today = ticket.day == office.today(now)
    if not of_today or not can_rejoin(ticket, ticket.step.ended_at, now, asked):
        raise TimesSpent(most=MOST_REJOINS)
    reenter(work, office, actor, now, ticket)


def reenter(work: Work, office: Office, actor: Actor, now: datetime, ticket: Ticket) -> None:
    """Put a visitor who missed the call the office's stated number of places down the line."""
    former = ticket.move(Status.WAITING)
    ticket.counter_id = ticket.step.only_counter_id
    others = _others(work, office, now, ticket)
    _put_behind(office, now, ticket, office.reentry_places, others)
    work.session.flush()
    ticket.queue(now)
    journal.append_move(work, office, Kind.REJOINED, actor, now, ticket, former)


def change_service(
    work: Work, office: Office, actor: Actor, now: datetime, ticket: Ticket, code: str
) -> None:
    """Let the holder wait for another service, as often as one may be wrong.

    Raises TimesSpent, and what changing.change_service raises.
    """
    changed = work.session.scalar(
        select(func.count()).where(
            JournalRow.office_id == office.id,
            JournalRow.ticket_id == ticket.id,
            JournalRow.kind == Kind.TRANSFERRED.value,
            JournalRow.actor == actor.key,
        )
    )
    if changed is not None and changed >= MOST_CHANGES:
        raise TimesSpent(most=MOST_CHANGES)
    changing.change_service(work, office, actor, now, ticket, code)


def _others(work: Work, office: Office, now: datetime, ticket: Ticket) -> list[Waiting]:
    """Return those of the ticket's service in calling order, with their places, without itself."""
    return [
        each
        for each in line_of(work, office, now)
        if each.service_id == ticket.service_id and each.ticket_id != ticket.id
    ]


def _put_behind(
    office: Office, now: datetime, ticket: Ticket, places: int, line: list[Waiting]
) -> None:
    ticket.line_since = policy.line_since_after(
        places,
        ticket.priority.rate,
        ticket.line_since,
        line,
        now,
        PolicyName(office.policy),
    )
