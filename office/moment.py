"""Needs of the moment: what to do for a visitor today, never why, and forgotten when the day ends.

No journal row tells of them and no report counts them; a screen that shows them is told apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from office.errors import MoveRefused
from office.place import Office
from office.tickets import OPEN, Ticket
from storage.base import Base
from storage.work import Work


class Need(StrEnum):
    """What the staff are asked to do."""

    #: Come and fetch the visitor, who may not hear or see the call.
    FETCH = "fetch"
    #: Serve where no step is in the way.
    STEP_FREE = "step_free"
    #: Write instead of speaking.
    WRITE = "write"
    #: Read aloud what stands on paper.
    READ = "read"


class MomentNeeds(Base):
    """The needs of one visitor."""

    __tablename__ = "moment_needs"
    __table_args__ = (Index("ix_moment_needs_office_id", "office_id"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    needs: Mapped[list[str]]


@dataclass(frozen=True)
class NeedsChanged:
    """What a visitor needs is not as it was; whose it is stays unsaid."""

    office_id: int


def set_needs(work: Work, office: Office, ticket: Ticket, needs: Iterable[Need]) -> None:
    """Let the staff know all that an open ticket's visitor needs; nothing takes it back.

    Raises MoveRefused for a visit that has ended.
    """
    if ticket.status not in OPEN and ticket.status != "no_show":
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=[*OPEN, "no_show"])
    wanted = [each.value for each in Need if each in set(needs)]
    kept = work.session.get(MomentNeeds, ticket.id)
    if (kept.needs if kept is not None else []) == wanted:
        return
    if not wanted:
        work.session.delete(kept)
    elif kept is None:
        work.session.add(MomentNeeds(ticket_id=ticket.id, office_id=office.id, needs=wanted))
    else:
        kept.needs = wanted
    work.session.flush()
    work.record(NeedsChanged(office.id))


def needs_of(work: Work, office_id: int) -> dict[int, list[str]]:
    """Return the needs that the office knows of, by ticket id."""
    rows = work.session.execute(
        select(MomentNeeds.ticket_id, MomentNeeds.needs).where(MomentNeeds.office_id == office_id)
    )
    return dict(rows.all())


def forget_needs(work: Work, office_id: int) -> None:
    """Delete all needs of the office, as a day closes."""
    work.session.execute(delete(MomentNeeds).where(MomentNeeds.office_id == office_id))
