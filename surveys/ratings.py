"""The quick rating: one to four, once per finished visit, with reasons and words if wanted."""

from collections.abc import Collection
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.errors import AlreadyRated, Conflict, NotYetServed
from office.journal import Kind
from office.people import Actor
from office.place import Office
from office.tickets import Status, Ticket
from storage.base import Base
from storage.work import Work
from surveys.reasons import Reason
from surveys.rules import rules_of

#: Longest comment kept, in characters.
COMMENT_LIMIT = 1000


class RatingOver(Conflict):
    """The visit ended too long ago to be rated."""

    code = "rating_over"


class Channel(StrEnum):
    """Where an answer was given."""

    PHONE = "phone"
    COUNTER = "counter"
    EXIT = "exit"


class Rating(Base):
    """One answer to one visit; the comment can be purged without touching the score.

    Which visit it was is forgotten once it cannot be rated any more: by then the answer cannot be
    given twice, and nobody can find out who gave it.
    """

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 4", name="score"),
        CheckConstraint("channel IN ('phone', 'counter', 'exit')", name="channel"),
        Index("ix_ratings_office_id_day", "office_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), unique=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    #: Where the visit ended, and with whom.
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counters.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    #: The day of the visit.
    day: Mapped[date]
    score: Mapped[int]
    comment: Mapped[str | None]
    channel: Mapped[str] = mapped_column(String(10), server_default=Channel.PHONE.value)
    #: When the visitor wished to speak to somebody at once.
    talk_at: Mapped[datetime | None]
    at: Mapped[datetime]


class RatedVisit(Base):
    """That a visit has been rated; stays when the answer has forgotten which visit it was."""

    __tablename__ = "rated_visits"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id"), primary_key=True, autoincrement=False
    )


class RatingReason(Base):
    """One reason that was touched."""

    __tablename__ = "rating_reasons"
    __table_args__ = (
        CheckConstraint(
            "reason IN ('waited_long', 'unclear', 'unfriendly', 'papers', 'place',"
            " 'asked_for_money', 'broker')",
            name="reason",
        ),
    )

    rating_id: Mapped[int] = mapped_column(ForeignKey("ratings.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(20), primary_key=True)


def rate(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    ticket: Ticket,
    score: int,
    comment: str | None = None,
    channel: Channel = Channel.PHONE,
) -> Rating:
    """Keep the visitor's answer. Raises NotYetServed, RatingOver or AlreadyRated.

    The journal says that a rating came, not of which ticket nor what it was.
    """
    if ticket.status != Status.DONE:
        raise NotYetServed(status=ticket.status)
    if is_rated(work, ticket):
        raise AlreadyRated(label=ticket.label)
    if not is_open(work, ticket, now):
        raise RatingOver(label=ticket.label)
    step = ticket.step
    rating = Rating(
        office_id=office.id,
        ticket_id=ticket.id,
        service_id=step.service_id,
        counter_id=step.counter_id,
        account_id=step.account_id,
        day=ticket.day,
        score=score,
        comment=_words(comment),
        channel=channel.value,
        at=now,
    )
    work.session.add_all([rating, RatedVisit(ticket_id=ticket.id)])
    anonymous = Actor("visitor", office.id, actor.role, frozenset())
    journal.append(work, office, Kind.RATED, anonymous, now)
    return rating


def add_details(
    work: Work,
    ticket: Ticket,
    now: datetime,
    reasons: Collection[Reason],
    comment: str | None,
) -> None:
    """Add reasons and words to the answer of `ticket`, once.

    Raises NotYetServed, RatingOver or AlreadyRated.
    """
    rating = _rating_to_add_to(work, ticket, now)
    if not may_add(work, rating):
        raise AlreadyRated(label=ticket.label)
    rating.comment = _words(comment)
    work.session.add_all(
        [RatingReason(rating_id=rating.id, reason=each.value) for each in set(reasons)]
    )


def wish_to_talk(work: Work, office: Office, actor: Actor, now: datetime, ticket: Ticket) -> None:
    """Tell the floor that this visitor wants to speak to somebody now; asked twice is asked once.

    It alone names the ticket. Raises NotYetServed or RatingOver.
    """
    rating = _rating_to_add_to(work, ticket, now)
    if ticket.day != office.today(now):
        raise RatingOver(label=ticket.label)
    if rating.talk_at is not None:
        return
    rating.talk_at = now
    anonymous = Actor("visitor", office.id, actor.role, frozenset())
    journal.append(work, office, Kind.TALK_WISHED, anonymous, now, ticket, label=ticket.label)


def is_open(work: Work, ticket: Ticket, now: datetime) -> bool:
    """Say whether a finished visit can still be rated."""
    ended = ticket.step.ended_at
    return ended is not None and now < ended + rules_of(work, ticket.office_id).open_for


def is_rated(work: Work, ticket: Ticket) -> bool:
    """Say whether the visit of `ticket` has been rated."""
    return work.session.get(RatedVisit, ticket.id) is not None


def rating_of(work: Work, ticket: Ticket) -> Rating | None:
    """Return the answer to the visit of `ticket`, if there is one."""
    return work.session.scalars(select(Rating).where(Rating.ticket_id == ticket.id)).first()


def may_add(work: Work, rating: Rating) -> bool:
    """Say whether reasons and words can still be added to an answer."""
    return (
        rating.comment is None
        and work.session.scalars(
            select(RatingReason.reason).where(RatingReason.rating_id == rating.id).limit(1)
        ).first()
        is None
    )


def forget_visits(work: Work, office: Office, now: datetime) -> int:
    """Forget of which visit each answer was that cannot be added to any more; return how many.

    Of the moment only the visit's day is left, so that no clock leads back to the visit either.
    """
    closed = now - rules_of(work, office.id).open_for
    gone = list(
        work.session.scalars(
            select(Rating)
            .where(
                Rating.office_id == office.id,
                Rating.ticket_id.is_not(None),
                Rating.at < closed,
            )
            .order_by(Rating.id)
        )
    )
    for rating in gone:
        rating.ticket_id = None
        rating.talk_at = None
        rating.at = datetime.combine(rating.day, time(), ZoneInfo(office.timezone))
    return len(gone)


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


def _rating_to_add_to(work: Work, ticket: Ticket, now: datetime) -> Rating:
    rating = rating_of(work, ticket)
    if rating is None:
        raise NotYetServed(status=ticket.status)
    if not is_open(work, ticket, now):
        raise RatingOver(label=ticket.label)
    return rating


def _words(comment: str | None) -> str | None:
    return (comment or "").strip()[:COMMENT_LIMIT] or None
