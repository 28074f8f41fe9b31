"""What is deleted for good once its time is over, and the proof that nothing of it is left.

A purge deletes rows or blanks texts in them, never a row of the journal, and writes into the
journal how many of what it was. It is done once a day, and by every restore of a backup.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update

from office import journal
from office.closing import the_clock
from office.data_requests import KEPT as REQUESTS_KEPT
from office.data_requests import DataRequest
from office.journal import Kind
from office.known_browsers import KnownBrowser
from office.notes import Note
from office.notifying import NotifyAddress
from office.people import Account
from office.place import Office
from office.requests import KEPT as ANSWERS_KEPT
from office.requests import KeptAnswer
from office.sign_ins import SignIn
from office.tickets import OPEN, Ticket
from storage.base import Base
from storage.work import Work


@dataclass(frozen=True)
class Purge:
    """One kind of personal data, and until when it is kept."""

    name: str
    table: type[Base]
    #: What is past its time: of an office's id, at a moment, on its local day.
    overdue: Any
    #: The columns that are blanked; the whole row goes where there are none.
    blanks: Mapping[str, None] = field(default_factory=dict)

    def condition(self, office: Office, now: datetime) -> ColumnElement[bool]:
        """Return what is past its time in an office."""
        found: ColumnElement[bool] = self.overdue(office.id, now, office.today(now))
        return found

    def count(self, work: Work, office: Office, now: datetime) -> int:
        """Return how many rows are past their time."""
        query = select(func.count()).select_from(self.table)
        return work.session.scalar(query.where(self.condition(office, now))) or 0

    def run(self, work: Work, office: Office, now: datetime) -> int:
        """Delete or blank what is past its time; return how many rows that were."""
        count = self.count(work, office, now)
        if count:
            overdue = self.condition(office, now)
            change = update(self.table).values(**self.blanks) if self.blanks else delete(self.table)
            work.session.execute(change.where(overdue).execution_options(synchronize_session=False))
        return count


def _people(office_id: int) -> Any:
    return select(Account.id).where(Account.office_id == office_id)


def _notes(office_id: int, now: datetime, _today: date) -> Any:
    return (Note.office_id == office_id) & (Note.at < now - timedelta(hours=24))


def _answers(office_id: int, now: datetime, _today: date) -> Any:
    return (KeptAnswer.office_id == office_id) & (KeptAnswer.at < now - ANSWERS_KEPT)


def _addresses(office_id: int, _now: datetime, today: date) -> Any:
    over = Ticket.status.not_in(OPEN) | (Ticket.day < today)
    ticket = select(Ticket.id).where(Ticket.id == NotifyAddress.ticket_id, over)
    return (NotifyAddress.office_id == office_id) & ticket.exists()


def _sign_ins(office_id: int, now: datetime, _today: date) -> Any:
    return SignIn.account_id.in_(_people(office_id)) & (SignIn.until < now)


def _known_browsers(office_id: int, now: datetime, _today: date) -> Any:
    return KnownBrowser.account_id.in_(_people(office_id)) & (KnownBrowser.until < now)


def _requests(office_id: int, now: datetime, _today: date) -> Any:
    return (
        (DataRequest.office_id == office_id)
        & (DataRequest.answered_at < now - REQUESTS_KEPT)
        & (DataRequest.words.is_not(None) | DataRequest.answer.is_not(None))
    )


#: What the office itself keeps; surveys add their own.
PURGES = (
    Purge("notes", Note, _notes),
    Purge("kept_answers", KeptAnswer, _answers),
    Purge("notify_addresses", NotifyAddress, _addresses),
    Purge("sign_ins", SignIn, _sign_ins),
    Purge("known_browsers", KnownBrowser, _known_browsers),
    Purge("data_requests", DataRequest, _requests, {"words": None, "answer": None}),
)


def purge(work: Work, office: Office, now: datetime, purges: Sequence[Purge]) -> dict[str, int]:
    """Purge an office, in its turn; return how many rows of what it was, and write that down."""
    counts = {each.name: each.run(work, office, now) for each in purges}
    gone = {name: count for name, count in counts.items() if count}
    if gone:
        journal.append(work, office, Kind.PURGED, the_clock(office), now, None, **gone)
    return gone


def left(work: Work, office: Office, now: datetime, purges: Sequence[Purge]) -> dict[str, int]:
    """Return how many rows of what are past their time and still there: the proof of a purge."""
    counts = {each.name: each.count(work, office, now) for each in purges}
    return {name: count for name, count in counts.items() if count}
