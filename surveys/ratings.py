"""The quick rating: one to four, once per finished visit, and what it adds up to."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.errors import AlreadyRated, NotYetServed
from office.journal import Kind
from office.people import Actor
from office.place import Office
from office.tickets import Status, Ticket
from storage.base import Base
from storage.work import Work

#: Longest comment kept, in characters.
COMMENT_LIMIT = 1000


class Rating(Base):
    """One answer to one visit; the comment can be purged without touching the score."""

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 4", name="score"),
        Index("ix_ratings_office_id_day", "office_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), unique=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    day: Mapped[date]
    score: Mapped[int]
    comment: Mapped[str | None]
    at: Mapped[datetime]


def rate(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    ticket: Ticket,
    score: int,
    comment: str | None,
) -> Rating:
    """Keep the visitor's answer. Raises NotYetServed or AlreadyRated.

    The journal says that a rating came, not of which ticket nor what it was.
    """
    if ticket.status != Status.DONE:
        raise NotYetServed(status=ticket.status)
    if is_rated(work, ticket):
        raise AlreadyRated(label=ticket.label)
    rating = Rating(
        office_id=office.id,
        ticket_id=ticket.id,
        service_id=ticket.step.service_id,
        day=ticket.day,
        score=score,
        comment=(comment or "").strip()[:COMMENT_LIMIT] or None,
        at=now,
    )
    work.session.add(rating)
    anonymous = Actor("visitor", office.id, actor.role, frozenset())
    journal.append(work, office, Kind.RATED, anonymous, now)
    return rating


def add_comment(work: Work, ticket: Ticket, comment: str) -> None:
    """Add words to the answer of `ticket`, once. Raises NotYetServed or AlreadyRated."""
    rating = rating_of(work, ticket)
    if rating is None:
        raise NotYetServed(status=ticket.status)
    if rating.comment is not None:
        raise AlreadyRated(label=ticket.label)
    rating.comment = comment.strip()[:COMMENT_LIMIT] or None


def is_rated(work: Work, ticket: Ticket) -> bool:
    """Say whether the visit of `ticket` has been rated."""
    return rating_of(work, ticket) is not None


def rating_of(work: Work, ticket: Ticket) -> Rating | None:
    """Return the answer to the visit of `ticket`, if there is one."""
    return work.session.scalars(select(Rating).where(Rating.ticket_id == ticket.id)).first()


def summary(work: Work, office: Office, day: date) -> dict[str, Any]:
    """Return how many ratings of each score the day has, and their mean."""
    counts = dict.fromkeys((1, 2, 3, 4), 0)
    for score, count in work.session.execute(
        select(Rating.score, func.count())
        .where(Rating.office_id == office.id, Rating.day == day)
        .group_by(Rating.score)
    ):
        counts[score] = count
    total = sum(counts.values())
    mean = sum(score * count for score, count in counts.items()) / total if total else None
    return {
        "count": total,
        "scores": {str(score): count for score, count in counts.items()},
        "mean": None if mean is None else round(mean, 2),
    }
