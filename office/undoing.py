"""Undoing: the last action at a counter is taken back within a minute, in the open.

The counter's row remembers how each ticket stood that its last action touched (see Desk.touch). To
undo puts the tickets back so and writes a row of its own; no row of the journal is ever deleted.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from office.desks import Desk, own
from office.errors import ChangedSince, CounterPaused, NothingToUndo, UndoTooLate
from office.journal import JournalRow, Kind
from office.place import PriorityClass, Service
from office.returning import ReturnRight
from office.tickets import Status, Ticket

#: How long an action can be undone.
UNDO_WITHIN = timedelta(minutes=1)


def undo(desk: Desk) -> Ticket:
    """Take the last action at the counter back; return the ticket it began with.

    Raises CounterTaken, NothingToUndo, UndoTooLate, CounterPaused, since a visitor might come back
    to a counter where nobody is, or ChangedSince if anything else has happened to a ticket of that
    action.
    """
    own(desk)
    action = desk.counter.last_action
    if action is None:
        raise NothingToUndo(counter=desk.counter.number)
    if desk.now - datetime.fromisoformat(action["at"]) > UNDO_WITHIN:
        raise UndoTooLate(seconds=round(UNDO_WITHIN.total_seconds()))
    if desk.counter.paused_at is not None:
        raise CounterPaused(counter=desk.counter.number)
    done = _rows_since(desk, action)
    _take_rights_back(desk, list(done))
    tickets = [_restored(desk, found, done) for found in reversed(action["found"])]
    desk.counter.last_action = None
    return tickets[-1]


def _rows_since(desk: Desk, action: dict[str, Any]) -> dict[int, JournalRow]:
    """Return the newest row of each ticket of the action. Raises ChangedSince."""
    rows: dict[int, JournalRow] = {}
    for row in desk.work.session.scalars(
        select(JournalRow)
        .where(
            JournalRow.office_id == desk.office.id,
            JournalRow.ticket_id.in_([found["ticket"] for found in action["found"]]),
            JournalRow.version > action["version"],
        )
        .order_by(JournalRow.version)
    ):
        own_row = (
            row.actor == action["actor"]
            and row.at == datetime.fromisoformat(action["at"])
            and row.detail.get("counter") == desk.counter.number
        )
        if not own_row:
            raise ChangedSince(label=row.detail.get("label"))
        if row.ticket_id is not None:
            rows[row.ticket_id] = row
    return rows


def _take_rights_back(desk: Desk, ticket_ids: list[int]) -> None:
    """Void the rights to return that the action granted. Raises ChangedSince for a used one."""
    for right in desk.work.session.scalars(
        select(ReturnRight)
        .where(ReturnRight.ticket_id.in_(ticket_ids))
        .order_by(ReturnRight.ticket_id)
    ):
        if right.used_by_id is not None:
            raise ChangedSince()
        desk.work.session.delete(right)


def _restored(desk: Desk, found: dict[str, Any], done: dict[int, JournalRow]) -> Ticket:
    session = desk.work.session
    ticket = session.get_one(Ticket, found["ticket"], options=[joinedload(Ticket.steps)])
    former, from_service = Status(ticket.status), ticket.service.code
    for step in ticket.steps[found["steps"] :]:
        session.delete(step)
    session.flush()
    session.expire(ticket, ["steps"])
    step = ticket.step
    for name, value in found["step"].items():
        moment = name.endswith("_at") and value is not None
        setattr(step, name, datetime.fromisoformat(value) if moment else value)
    ticket.status = found["status"]
    ticket.further = found["further"]
    ticket.counter_id = found["counter_id"]
    ticket.line_since = datetime.fromisoformat(found["line_since"])
    ticket.service = session.get_one(Service, found["service_id"])
    ticket.priority = session.get_one(PriorityClass, found["class_id"])
    session.flush()
    row = done.get(ticket.id)
    desk.journal(
        Kind.UNDONE,
        ticket,
        former,
        undone=row.kind if row is not None else None,
        undone_version=row.version if row is not None else None,
        from_service=from_service,
    )
    return ticket
