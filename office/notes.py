"""Notes: what clerks tell one another about a visit, apart from the journal, gone the next day."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.desks import Desk
from office.errors import NoteHasNumber
from office.journal import Kind
from office.people import Account
from office.tickets import Ticket, ticket_labelled
from storage.base import Base
from storage.work import Work

LONGEST = 300
#: An identity number has sixteen digits.
IDENTITY = re.compile(r"(?:\d[ .-]?){16}")


class Note(Base):
    """A clerk's words about one visit."""

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_office_id_ticket_id", "office_id", "ticket_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(String(LONGEST))


def add_note(desk: Desk, label: str, text: str, *, sure: bool = False) -> Ticket:
    """Keep a note on the day's ticket; the journal says only that there is one.

    Raises TicketUnknown, or NoteHasNumber for what looks like an identity number unless `sure`.
    """
    if IDENTITY.search(text) and not sure:
        raise NoteHasNumber(fields={"text": "sixteen digits"})
    work, office = desk.work, desk.office
    ticket = ticket_labelled(work, office.id, office.today(desk.now), label)
    work.session.add(
        Note(
            office_id=office.id,
            ticket_id=ticket.id,
            account_id=desk.actor.account_id,
            at=desk.now,
            text=text,
        )
    )
    journal.append(
        work,
        office,
        Kind.NOTED,
        desk.actor,
        desk.now,
        ticket,
        label=ticket.label,
        counter=desk.counter.number,
    )
    return ticket


#: What is noted on a `ticket` of an `office`, and by whom.
NOTES = (
    select(Note.at, Note.text, Account.name)
    .outerjoin(Account, Account.id == Note.account_id)
    .where(Note.office_id == bindparam("office"), Note.ticket_id == bindparam("ticket"))
    .order_by(Note.id)
)


def notes_of(work: Work, ticket: Ticket) -> list[dict[str, Any]]:
    """Return the notes on a ticket, oldest first, with who wrote them."""
    rows = work.session.execute(NOTES, {"office": ticket.office_id, "ticket": ticket.id})
    return [{"at": at.isoformat(), "text": text, "by": name} for at, text, name in rows]


def drop_notes(work: Work, office_id: int) -> None:
    """Delete all notes of the office, as a new day begins."""
    work.session.execute(delete(Note).where(Note.office_id == office_id))
