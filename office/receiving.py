"""The reception desk: finding a lost number, and setting right what went wrong before the call."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from office import holding
from office.errors import MoveRefused
from office.people import Actor
from office.place import Office, service_named
from office.tickets import Status, Ticket
from storage.work import Work

#: How many found tickets are shown.
SHOWN = 60


def found(
    work: Work,
    office: Office,
    service_code: str | None = None,
    since: time | None = None,
    until: time | None = None,
) -> list[Ticket]:
    """Return the open day's tickets of a service taken between two local times, newest first.

    The last minute is included. Raises ServiceUnknown.
    """
    query = select(Ticket).where(Ticket.office_id == office.id, Ticket.day == office.open_day)
    if service_code is not None:
        query = query.where(Ticket.service_id == service_named(work, office.id, service_code).id)
    if office.open_day is not None:
        zone = ZoneInfo(office.timezone)
        if since is not None:
            query = query.where(Ticket.arrived_at >= datetime.combine(office.open_day, since, zone))
        if until is not None:
            last = until.replace(second=59, microsecond=999_999)
            query = query.where(Ticket.arrived_at <= datetime.combine(office.open_day, last, zone))
    return list(work.session.scalars(query.order_by(Ticket.id.desc()).limit(SHOWN)))


def rejoin(work: Work, office: Office, actor: Actor, now: datetime, ticket: Ticket) -> None:
    """Let a visitor who missed the call back into the line, as at a counter. Raises MoveRefused."""
    if ticket.status != Status.NO_SHOW:
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=["no_show"])
    holding.reenter(work, office, actor, now, ticket)
