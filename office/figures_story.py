"""Why a visitor waited so long: what the journal tells of a ticket, and of those called before."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from office.clock import seconds_between
from office.journal import JournalRow, Kind
from office.place import Office
from office.tickets import ticket_labelled
from storage.work import Work

#: Rows that are no part of a visitor's story.
SILENT = {Kind.RATED}


@dataclass(frozen=True)
class Overtaker:
    """A visitor who joined the line later and was called earlier, and why."""

    label: str
    at: datetime
    counter: int | None
    #: `out_of_order`, `only_counter`, `priority`, or `order`: the order of the office.
    why: str
    because: str | None


@dataclass(frozen=True)
class Event:
    """One thing that happened to the ticket."""

    kind: str
    at: datetime
    detail: dict[str, Any]


@dataclass
class Story:
    """A visit from the first row to the last."""

    label: str
    day: date
    service: str
    status: str
    events: list[Event] = field(default_factory=list)
    #: Those who came earlier and were called while this one waited, at counters serving its line.
    before: int = 0
    overtakers: list[Overtaker] = field(default_factory=list)
    waited_s: int = 0


def story_of(work: Work, office: Office, day: date, label: str) -> Story:
    """Return the story of the ticket that had `label` on a day. Raises TicketUnknown."""
    ticket = ticket_labelled(work, office.id, day, label)
    rows = list(
        work.session.scalars(
            select(JournalRow)
            .where(JournalRow.office_id == office.id, JournalRow.ticket_id == ticket.id)
            .order_by(JournalRow.version)
        )
    )
    story = Story(ticket.label, ticket.day, ticket.service.code, ticket.status)
    since: JournalRow | None = None
    for row in rows:
        if row.kind in SILENT:
            continue
        story.events.append(Event(row.kind, row.at, row.detail))
        if since is not None and row.detail.get("to") != "waiting":
            story.waited_s += round(seconds_between(since.at, row.at))
            _look_around(work, office, story, since, row)
            since = None
        if since is None and row.detail.get("to") == "waiting":
            since = row
    return story


def _look_around(
    work: Work, office: Office, story: Story, since: JournalRow, until: JournalRow
) -> None:
    """Count who else was called from a line of the same service while the ticket waited."""
    service = since.detail.get("service")
    rate = since.detail.get("priority")
    line_since = since.detail.get("line_since", since.at.isoformat())
    for row in work.session.scalars(
        select(JournalRow)
        .where(
            JournalRow.office_id == office.id,
            JournalRow.kind == Kind.CALLED.value,
            JournalRow.version > since.version,
            JournalRow.version < until.version,
        )
        .order_by(JournalRow.version)
    ):
        detail = row.detail
        if row.ticket_id == since.ticket_id or service not in detail.get("services", ()):
            continue
        if detail.get("line_since", "") <= line_since:
            story.before += 1
            continue
        if detail.get("out_of_order"):
            why = "out_of_order"
        elif detail.get("only_counter"):
            why = "only_counter"
        elif detail.get("priority") != rate:
            why = "priority"
        else:
            why = "order"
        story.overtakers.append(
            Overtaker(
                str(detail.get("label")), row.at, detail.get("counter"), why, detail.get("because")
            )
        )
