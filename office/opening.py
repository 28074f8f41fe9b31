"""The rehearsal of an office, and its opening: after it, nothing of the rehearsal counts.

Whoever took a number while the office rehearsed was no visitor. As the office opens, what was kept
of these visits goes, so that no figure, report, export or estimate can count it by mistake: their
numbers lose day and secret, all else is deleted. The journal keeps every row; `office.journal`
tells those of the office's real life by `since_opening`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from office import closing, journal
from office.alerts import Acknowledgement
from office.announcing import Announcement, ZoneVoice
from office.data_requests import DataRequest
from office.errors import Conflict
from office.hours import hours_of, special_hours
from office.identity import IdentityKey, IdentityUse
from office.journal import JournalRow, Kind
from office.kiosk_rest import KioskRest
from office.moment import MomentNeeds
from office.notes import Note
from office.notifying import NotifyAddress, NotifyTally
from office.outages import Outage
from office.people import Actor, Right, fingerprint, secret
from office.place import Counter, EarlyClosing, Office, services_by_counter, services_of
from office.promises import Promise
from office.requests import KeptAnswer
from office.returning import ReturnRight
from office.setting_up import Stage
from office.summaries import Summary
from office.tickets import IS_OPEN, Step, Ticket, VoidSecret, void_rehearsed
from storage.base import Base
from storage.work import Work


class AlreadyOpen(Conflict):
    """The office rehearses no more."""

    code = "already_open"


class NotReady(Conflict):
    """The office has no hours, no services or no counters: nobody could get a number."""

    code = "office_not_ready"


class VisitorsCame(Conflict):
    """Somebody real has taken a number here: the office does not go back to its rehearsal."""

    code = "visitors_came"


@dataclass(frozen=True)
class Strike:
    """What of a table is about visits, and goes with the rehearsal."""

    table: type[Base]
    #: Of an office's id.
    of: Callable[[int], ColumnElement[bool]]


def all_of(table: Any) -> Strike:
    """Return that everything goes which the office has in a table."""
    return Strike(table, lambda office_id: table.office_id == office_id)


#: What the office itself keeps, those that refer to others first; screens add their own.
STRIKES = (
    *(all_of(each) for each in (Promise, Step, MomentNeeds, Note, NotifyAddress, ReturnRight)),
    *(all_of(each) for each in (DataRequest, KeptAnswer, VoidSecret, IdentityUse, IdentityKey)),
    *(all_of(each) for each in (Announcement, ZoneVoice, Acknowledgement, KioskRest)),
    *(all_of(each) for each in (EarlyClosing, Summary, NotifyTally)),
    # what is down now is down after the opening, too
    Strike(
        Outage, lambda office_id: (Outage.office_id == office_id) & Outage.ended_at.is_not(None)
    ),
)


@dataclass(frozen=True)
class StillHere:
    """A number of the rehearsal that has not ended."""

    label: str
    status: str
    counter: Counter | None


def still_here(work: Work, office: Office) -> list[StillHere]:
    """Return the numbers that the opening would end, in the order in which they were taken."""
    rows = work.session.execute(
        select(Ticket.label, Ticket.status, Counter)
        .outerjoin(Counter, Counter.id == Ticket.counter_id)
        .where(Ticket.office_id == office.id, IS_OPEN)
        .order_by(Ticket.arrived_at, Ticket.id)
    )
    return [StillHere(*row) for row in rows]


def opened_at(work: Work, office: Office) -> datetime | None:
    """Return when the office opened, if it ever rehearsed and does so no more."""
    if office.rehearsal or not office.opened_version:
        return None
    return work.session.get_one(JournalRow, (office.id, office.opened_version)).at


def may_rehearse(work: Work, office: Office) -> bool:
    """Say whether nobody real has taken a number yet, so that the office can rehearse again."""
    taken = select(Ticket.id).where(Ticket.office_id == office.id, Ticket.day.is_not(None)).limit(1)
    return work.session.scalar(taken) is None


def lacking(work: Work, office: Office) -> list[Stage]:
    """Return what the office has none of yet and cannot open without; devices are no such thing."""
    there = {
        Stage.HOURS: hours_of(work, office.id) or special_hours(office),
        Stage.SERVICES: services_of(work, office.id),
        Stage.COUNTERS: services_by_counter(work, office.id),
    }
    return [stage for stage, found in there.items() if not found]


def open_office(
    work: Work, office: Office, actor: Actor, now: datetime, strikes: Sequence[Strike] = ()
) -> None:
    """End the rehearsal: its open numbers end, nothing of it counts, and the hours hold.

    Counters are closed, and numbers begin anew, as on a new day. `strikes` are what screens keep of
    visits. Raises Forbidden, AlreadyOpen or NotReady.
    """
    actor.need(Right.MANAGE)
    if not office.rehearsal:
        raise AlreadyOpen()
    if missing := lacking(work, office):
        raise NotReady(stages=[each.value for each in missing])
    closing.close_day(work, office, actor, now, carries=False)
    closing.clear_day(work, office, now)
    work.session.flush()
    for each in (*strikes, *STRIKES):
        work.session.execute(
            delete(each.table)
            .where(each.of(office.id))
            .execution_options(synchronize_session=False)
        )
    tickets = work.session.execute(
        select(Ticket.id, Ticket.token_hash).where(
            Ticket.office_id == office.id, Ticket.day.is_not(None)
        )
    ).all()
    if tickets:
        void_rehearsed(work, office.id, [each.token_hash for each in tickets])
        work.session.flush()
        work.session.execute(
            update(Ticket),
            [{"id": each.id, "day": None, "token_hash": fingerprint(secret())} for each in tickets],
        )
    work.session.expire_all()
    office.rehearsal = office.carried_waits = False
    _write(work, office, actor, now, "office_opened")
    office.opened_version = office.version


def rehearse(work: Work, office: Office, actor: Actor, now: datetime) -> None:
    """Go back to the rehearsal, as after an opening by mistake. Raises Forbidden or VisitorsCame.

    An office that rehearses goes on.
    """
    actor.need(Right.MANAGE)
    if office.rehearsal:
        return
    if not may_rehearse(work, office):
        raise VisitorsCame()
    office.rehearsal = True
    _write(work, office, actor, now, "rehearsing")


def _write(work: Work, office: Office, actor: Actor, now: datetime, what: str) -> None:
    journal.append(work, office, Kind.OFFICE_CHANGED, actor, now, None, part="opening", what=what)
