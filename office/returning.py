"""Returning: who was sent away for papers comes back once, to a stated place in the line."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from office import policy
from office.errors import ReturnInvalid
from office.line import line_of
from office.people import fingerprint
from office.place import Office, PolicyName, Service
from office.tickets import Ticket
from storage.base import Base
from storage.work import Work

#: Letters and digits that are not taken for one another, read or heard.
ALPHABET = "ACEFHJKLMNPRTUVWXY347"
LENGTH = 10


class ReturnRight(Base):
    """The right to come back once for a service; only the hash of its code is kept."""

    __tablename__ = "return_rights"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), unique=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: What was missing, by its place (from 0) in the service's list of what to bring.
    missing: Mapped[list[int]]
    #: The last day, or none where the day cannot be said.
    until: Mapped[date | None]
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), unique=True)


@dataclass(frozen=True)
class Granted:
    """A right just granted; its code is told this once."""

    code: str
    service: Service
    missing: tuple[int, ...]
    until: date | None


def grant(
    work: Work,
    office: Office,
    ticket: Ticket,
    service: Service,
    missing: tuple[int, ...] = (),
    *,
    dated: bool = True,
) -> Granted:
    """Let the visitor of `ticket` come back once for `service`, within the office's days."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    until = ticket.day + timedelta(days=office.return_days) if dated else None
    work.session.add(
        ReturnRight(
            office_id=office.id,
            ticket_id=ticket.id,
            service_id=service.id,
            code_hash=fingerprint(code),
            missing=list(missing),
            until=until,
        )
    )
    return Granted(f"{code[:5]}-{code[5:]}", service, missing, until)


def right_for(work: Work, office: Office, service: Service, code: str, today: date) -> ReturnRight:
    """Return the unused right with `code` for `service`. Raises ReturnInvalid."""
    plain = code.replace("-", "").replace(" ", "").upper()
    right = work.session.scalars(
        select(ReturnRight).where(
            ReturnRight.office_id == office.id, ReturnRight.code_hash == fingerprint(plain)
        )
    ).first()
    if (
        right is None
        or right.used_by_id is not None
        or right.service_id != service.id
        or (right.until is not None and right.until < today)
    ):
        raise ReturnInvalid(service=service.code)
    return right


def place(work: Work, office: Office, ticket: Ticket, now: datetime) -> int:
    """Put a returning visitor's ticket at the office's stated place; return how many it passed."""
    same = [
        each
        for each in line_of(work, office, now)
        if each.service_id == ticket.service_id and each.ticket_id != ticket.id
    ]
    if not same:
        return 0
    ticket.line_since = policy.line_since_after(
        office.return_places,
        ticket.priority.rate,
        min(each.line_since for each in same),
        same,
        now,
        PolicyName(office.policy),
    )
    return max(len(same) - office.return_places, 0)
