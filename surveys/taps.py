"""Taps at the exit tablet without a ticket: kept apart, since anybody can tap ten times."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.journal import Kind
from office.people import Actor
from office.place import Office
from storage.base import Base
from storage.work import Work

#: A tap that follows another at the same tablet sooner is taken for play.
RAPID = timedelta(seconds=15)


class Tap(Base):
    """One tap of somebody who typed no ticket; in no figure with the ratings of visits."""

    __tablename__ = "taps"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 4", name="score"),
        Index("ix_taps_office_id_day", "office_id", "day"),
        Index("ix_taps_token_id_at", "token_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    token_id: Mapped[int] = mapped_column(ForeignKey("tokens.id"))
    day: Mapped[date]
    score: Mapped[int]
    at: Mapped[datetime]
    #: It followed another too soon and is left out.
    rapid: Mapped[bool]


def tap(work: Work, office: Office, actor: Actor, now: datetime, token_id: int, score: int) -> Tap:
    """Keep a tap at the tablet `token_id`, flagged where it follows another too soon."""
    former = work.session.scalar(select(func.max(Tap.at)).where(Tap.token_id == token_id))
    made = Tap(
        office_id=office.id,
        token_id=token_id,
        day=office.today(now),
        score=score,
        at=now,
        rapid=former is not None and now - former < RAPID,
    )
    work.session.add(made)
    journal.append(
        work, office, Kind.RATED, Actor("visitor", office.id, actor.role, frozenset()), now
    )
    return made


def summary(work: Work, office: Office, first: date, last: date) -> dict[str, Any]:
    """Return how many taps of each score the days have, and how many rapid ones are left out."""
    counts = dict.fromkeys((1, 2, 3, 4), 0)
    left_out = 0
    for score, rapid, count in work.session.execute(
        select(Tap.score, Tap.rapid, func.count())
        .where(Tap.office_id == office.id, Tap.day.between(first, last))
        .group_by(Tap.score, Tap.rapid)
    ):
        if rapid:
            left_out += count
        else:
            counts[score] += count
    return {"count": sum(counts.values()), "scores": counts, "left_out": left_out}
