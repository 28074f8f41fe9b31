"""The journal: what happened in an office, numbered 1, 2, 3 ... without a gap, each row sealed.

A row's seal is the hash of the row and of the seal before it, and the office keeps the newest one:
a row that is altered, added, moved or taken away later is found (`office/auditing.py`).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, event, select
from sqlalchemy.orm import Mapped, mapped_column

from office.people import Actor
from office.place import Office
from office.tickets import Status, Ticket
from storage.base import Base
from storage.work import Work


class Kind(StrEnum):
    """What can happen."""

    TAKEN = "ticket_taken"
    CALLED = "ticket_called"
    RECALLED = "ticket_recalled"
    STARTED = "ticket_started"
    FINISHED = "ticket_finished"
    NO_SHOW = "ticket_no_show"
    PUT_BACK = "ticket_put_back"
    REJOINED = "ticket_rejoined"
    STEPPED_BACK = "ticket_stepped_back"
    HELD = "ticket_held"
    RESUMED = "ticket_resumed"
    TRANSFERRED = "ticket_transferred"
    CANCELLED = "ticket_cancelled"
    EXPIRED = "ticket_expired"
    COUNTER_OPENED = "counter_opened"
    COUNTER_CLOSED = "counter_closed"
    TAKEN_OVER = "counter_taken_over"
    COUNTER_PAUSED = "counter_paused"
    COUNTER_BACK = "counter_back"
    DESK_WORK = "counter_desk_work"
    HELP_CALLED = "help_called"
    REPRINTED = "slip_reprinted"
    NOTED = "note_added"
    FURTHER = "further_added"
    PRIORITY = "priority_changed"
    UNDONE = "ticket_undone"
    DAY_CLOSED = "day_closed"
    RATED = "rating_given"
    TALK_WISHED = "talk_wished"
    SERVICE_CHANGED = "service_changed"
    OFFICE_CHANGED = "office_changed"
    COUNTER_CHANGED = "counter_changed"
    RIGHTS_CHANGED = "rights_changed"
    ACCOUNT_CHANGED = "account_changed"
    OUTAGE_BEGAN = "outage_began"
    OUTAGE_ENDED = "outage_ended"
    ALERT_ACKNOWLEDGED = "alert_acknowledged"
    RETURN_GIVEN = "return_given"
    ROSTER_CHANGED = "roster_changed"
    CLOSED_EARLY = "closed_early"
    OPEN_AGAIN = "open_again"
    SENT_HOME = "sent_home"
    KIOSK_RESTS = "kiosk_rests"
    ENTERED_BY_HAND = "entered_by_hand"
    KIOSK_GOES_ON = "kiosk_goes_on"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_FAILED = "sign_in_failed"
    DEVICE_CHANGED = "device_changed"
    EXPORTED = "exported"
    PURGED = "purged"
    DATA_ASKED = "data_asked"


#: Of whose rows screens and the API are told no more than that they are there.
CONFIDENTIAL = (
    *(Kind.SIGNED_IN, Kind.SIGNED_OUT, Kind.SIGN_IN_FAILED),
    *(Kind.EXPORTED, Kind.PURGED, Kind.DATA_ASKED),
)


class JournalRow(Base):
    """One thing that happened; holds no personal data and no words of or about a visitor.

    What managers write for everybody to read stands in it, as it was and as it is.
    """

    __tablename__ = "journal"
    __table_args__ = (
        Index("ix_journal_office_id_ticket_id", "office_id", "ticket_id"),
        Index("ix_journal_office_id_day", "office_id", "day"),
    )

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]
    day: Mapped[date]
    actor: Mapped[str] = mapped_column(String(40))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    detail: Mapped[dict[str, Any]]
    #: Of this row and all before it; rows from before there were seals have none.
    seal: Mapped[str | None] = mapped_column(String(64))

    def change(self) -> dict[str, Any]:
        """Return the row as screens and the API tell it."""
        return {
            "version": self.version,
            "kind": self.kind,
            "at": self.at.isoformat(),
            "day": self.day.isoformat(),
            **({} if self.kind in CONFIDENTIAL else self.detail),
        }

    def sealed_after(self, former: str | None) -> str:
        """Return the seal that this row has after one with the seal `former`, or after none."""
        return seal(
            former,
            *(self.office_id, self.version, self.kind, self.at, self.day),
            *(self.actor, self.ticket_id, self.detail),
        )


def seal(
    former: str | None,
    office_id: int,
    version: int,
    kind: str,
    at: datetime,
    day: date,
    actor: str,
    ticket_id: int | None,
    detail: Mapping[str, Any],
) -> str:
    """Return the seal of a row of the journal after one with the seal `former`, or after none.

    The SHA-256, in hexadecimal, of the former seal, a line break, and the row as JSON.
    """
    told = json.dumps(
        (
            *(office_id, version, kind, at.astimezone(UTC).isoformat(), day.isoformat()),
            *(actor, ticket_id, detail),
        ),
        separators=(",", ":"),
    )
    return hashlib.sha256(f"{former or ''}\n{told}".encode()).hexdigest()


class JournalKept(Exception):
    """Something tried to alter or delete a row of the journal, which nothing ever does."""


@event.listens_for(JournalRow, "before_update")
@event.listens_for(JournalRow, "before_delete")
def _refuse(_mapper: object, _connection: object, row: JournalRow) -> None:
    raise JournalKept(f"version {row.version} of office {row.office_id}")


@dataclass(frozen=True)
class Journaled:
    """A journal row was committed: what screens are told, and which ticket it concerns."""

    office_id: int
    version: int
    change: dict[str, Any]
    ticket_id: int | None


def append(
    work: Work,
    office: Office,
    kind: Kind,
    actor: Actor,
    at: datetime,
    ticket: Ticket | None = None,
    **detail: Any,
) -> JournalRow:
    """Write the next row of the office's journal, inside the office's turn."""
    office.version += 1
    row = JournalRow(
        office_id=office.id,
        version=office.version,
        kind=kind.value,
        at=at,
        day=office.today(at),
        actor=actor.key,
        ticket_id=ticket.id if ticket is not None else None,
        detail=detail,
    )
    row.seal = office.seal = row.sealed_after(office.seal)
    work.session.add(row)
    work.record(Journaled(office.id, row.version, row.change(), row.ticket_id))
    return row


def append_change(
    work: Work,
    office: Office,
    kind: Kind,
    actor: Actor,
    at: datetime,
    former: Mapping[str, Any],
    present: Mapping[str, Any],
    **detail: Any,
) -> None:
    """Write what has changed, as it was and as it is; nothing where nothing has."""
    changed = [name for name in present if present[name] != former.get(name)]
    if changed:
        append(
            work,
            office,
            kind,
            actor,
            at,
            None,
            **detail,
            former={name: former.get(name) for name in changed},
            present={name: present[name] for name in changed},
        )


def append_move(
    work: Work,
    office: Office,
    kind: Kind,
    actor: Actor,
    at: datetime,
    ticket: Ticket,
    former: Status | None,
    *,
    counter: int | None = None,
    **detail: Any,
) -> JournalRow:
    """Write that `ticket` moved from `former` to the status it has now."""
    return append(
        work,
        office,
        kind,
        actor,
        at,
        ticket,
        label=ticket.label,
        service=ticket.service.code,
        counter=counter,
        priority=ticket.priority.code,
        arrived_at=ticket.arrived_at.isoformat(),
        line_since=ticket.line_since.isoformat(),
        **{"from": former.value if former else None, "to": ticket.status},
        **detail,
    )


def since_opening(office: Office) -> ColumnElement[bool]:
    """Return which rows are of the office's real life: what counts anything counts only these."""
    return (JournalRow.office_id == office.id) & (JournalRow.version > office.opened_version)


def changes_after(work: Work, office_id: int, after: int, limit: int) -> list[JournalRow]:
    """Return at most `limit` rows with versions above `after`, oldest first."""
    return list(
        work.session.scalars(
            select(JournalRow)
            .where(JournalRow.office_id == office_id, JournalRow.version > after)
            .order_by(JournalRow.version)
            .limit(limit)
        )
    )


def recent_of(
    work: Work,
    office: Office,
    kinds: tuple[Kind, ...],
    limit: int,
    counters: set[int] | None = None,
) -> list[JournalRow]:
    """Return the open day's newest `limit` rows of `kinds`, newest first.

    Where the numbers of `counters` are given, only what happened at those.
    """
    query = select(JournalRow).where(
        since_opening(office),
        JournalRow.day == office.open_day,
        JournalRow.kind.in_([kind.value for kind in kinds]),
    )
    if counters is not None:
        query = query.where(JournalRow.detail["counter"].as_integer().in_(counters))
    return list(work.session.scalars(query.order_by(JournalRow.version.desc()).limit(limit)))
