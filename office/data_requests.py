"""Requests about personal data: somebody asks to see, correct or delete what is kept of them.

The law gives 3 x 24 hours from the request (UU 27/2022, articles 30 and 32, on the rights of
articles 6 and 7; for deleting, articles 8 and 43, it names no hours). Who asks proves with the
secret of a ticket that the visit was theirs; at the desk staff writes down how they proved it.
What is asked and answered stands in the request's own row and is purged in time; the journal says
only that there was a request.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.errors import Conflict, Invalid, NoteHasNumber, Unknown
from office.journal import Kind
from office.notes import IDENTITY
from office.people import Actor, Right
from office.place import Office
from office.tickets import Ticket
from storage.base import LARGEST, Base
from storage.work import Work

#: How long the office has.
DUE = timedelta(hours=72)
#: How long question and answer are kept once answered.
KEPT = timedelta(days=365)
LONGEST = 1000


class Wish(StrEnum):
    """What somebody asks for."""

    ACCESS = "access"
    CORRECTION = "correction"
    DELETION = "deletion"


class Proof(StrEnum):
    """How somebody proved that the data are theirs."""

    SECRET = "ticket_secret"
    IDENTITY = "identity_shown"
    LETTER = "letter"


class State(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class RequestUnknown(Unknown):
    """The office has no such request, or it is answered already."""

    code = "data_request_unknown"


class RequestOpen(Conflict):
    """A request of this visit is being dealt with."""

    code = "data_request_open"


class DataRequest(Base):
    """One request about personal data."""

    __tablename__ = "data_requests"
    __table_args__ = (
        CheckConstraint("wish IN ('access', 'correction', 'deletion')", name="wish"),
        CheckConstraint("state IN ('open', 'done', 'refused')", name="state"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
        Index("ix_data_requests_office_id_state", "office_id", "state"),
        Index("ix_data_requests_ticket_id", "ticket_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    wish: Mapped[str] = mapped_column(String(12))
    proof: Mapped[str] = mapped_column(String(20))
    #: The visit whose secret proved it.
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    at: Mapped[datetime]
    #: What is asked and what was answered; nothing once it is purged.
    words: Mapped[str | None] = mapped_column(String(LONGEST))
    answer: Mapped[str | None] = mapped_column(String(LONGEST))
    state: Mapped[str] = mapped_column(String(8))
    answered_at: Mapped[datetime | None]

    @property
    def due(self) -> datetime:
        """Until when the office has to answer."""
        return self.at + DUE


def ask(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    wish: str,
    proof: Proof,
    words: str,
    ticket: Ticket | None = None,
) -> DataRequest:
    """Keep a request, in the office's turn. Raises Invalid, NoteHasNumber or RequestOpen."""
    if ticket is not None and any(each.state == State.OPEN for each in of_ticket(work, ticket)):
        raise RequestOpen()
    made = DataRequest(
        office_id=office.id,
        wish=_wish(wish),
        proof=proof.value,
        ticket_id=None if ticket is None else ticket.id,
        at=now,
        words=_words(words, "words"),
        state=State.OPEN.value,
    )
    work.session.add(made)
    work.session.flush()
    _tell(work, office, actor, now, made, "asked")
    return made


def answer(
    work: Work, office: Office, actor: Actor, now: datetime, number: int, state: str, words: str
) -> None:
    """Answer a request: done as asked, or refused, with the words its sender reads.

    In the office's turn. Raises Forbidden, RequestUnknown, Invalid or NoteHasNumber.
    """
    actor.need(Right.MANAGE)
    found = work.session.get(DataRequest, number) if number <= LARGEST else None
    if found is None or found.office_id != office.id or found.state != State.OPEN:
        raise RequestUnknown()
    if state not in (State.DONE, State.REFUSED):
        raise Invalid(fields={"state": "done or refused"})
    found.answer, found.state, found.answered_at = _words(words, "answer"), state, now
    _tell(work, office, actor, now, found, state)


def requests_of(work: Work, office_id: int, limit: int = 200) -> Sequence[DataRequest]:
    """Return the office's requests, the open ones first, the oldest of them at the top."""
    found = list(
        work.session.scalars(
            select(DataRequest)
            .where(DataRequest.office_id == office_id)
            .order_by(DataRequest.id.desc())
            .limit(limit)
        )
    )
    opened = [each for each in reversed(found) if each.state == State.OPEN]
    return [*opened, *(each for each in found if each.state != State.OPEN)]


def of_ticket(work: Work, ticket: Ticket) -> Sequence[DataRequest]:
    """Return the requests that were made with a ticket's secret, newest first."""
    return work.session.scalars(
        select(DataRequest)
        .where(DataRequest.ticket_id == ticket.id)
        .order_by(DataRequest.id.desc())
    ).all()


def waiting(work: Work, office_id: int, now: datetime) -> tuple[int, int]:
    """Return how many requests are open, and how many of those are overdue."""
    query = select(func.count()).where(
        DataRequest.office_id == office_id, DataRequest.state == State.OPEN.value
    )
    opened = work.session.scalar(query) or 0
    overdue = work.session.scalar(query.where(DataRequest.at < now - DUE)) or 0
    return opened, overdue


def _wish(wish: str) -> str:
    if wish not in list(Wish):
        raise Invalid(fields={"wish": "access, correction or deletion"})
    return wish


def _words(words: str, name: str) -> str:
    tidy = words.strip()
    if not 0 < len(tidy) <= LONGEST:
        raise Invalid(fields={name: f"1 to {LONGEST} characters"})
    if IDENTITY.search(tidy):
        raise NoteHasNumber(fields={name: "sixteen digits"})
    return tidy


def _tell(
    work: Work, office: Office, actor: Actor, now: datetime, found: DataRequest, what: str
) -> None:
    journal.append(
        work,
        office,
        Kind.DATA_ASKED,
        actor,
        now,
        request=found.id,
        wish=found.wish,
        proof=found.proof,
        what=what,
    )
