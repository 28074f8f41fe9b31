"""What an office decides about its ratings: how long they are open, and what alerts and hides."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.errors import refuse_beyond
from office.journal import Kind
from office.people import Actor, Right
from office.place import Office
from storage.base import Base
from storage.work import Work


class RatingRules(Base):
    """The office's own rules; without a row the usual ones hold."""

    __tablename__ = "rating_rules"
    __table_args__ = (
        CheckConstraint("open_hours BETWEEN 1 AND 336", name="open_hours"),
        CheckConstraint("low BETWEEN 0 AND 2", name="low"),
        CheckConstraint("alert_after BETWEEN 3 AND 100", name="alert_after"),
        CheckConstraint("least BETWEEN 5 AND 100", name="least"),
    )

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    open_hours: Mapped[int]
    low: Mapped[int]
    alert_after: Mapped[int]
    least: Mapped[int]


@dataclass(frozen=True)
class Rules:
    """How an office asks for ratings and what it makes of them."""

    LIMITS: ClassVar[dict[str, tuple[int, int]]] = {
        "open_hours": (1, 336),
        "low": (0, 2),
        "alert_after": (3, 100),
        "least": (5, 100),
    }

    #: Hours after the end of a visit in which it can be rated.
    open_hours: int = 72
    #: The highest score that alerts the supervisor; 0 alerts of none.
    low: int = 1
    #: Visits of a service that have to be finished on a day before one of its ratings alerts.
    alert_after: int = 5
    #: Nothing is told of a group with fewer answers.
    least: int = 5

    @property
    def open_for(self) -> timedelta:
        """How long after its end a visit can be rated."""
        return timedelta(hours=self.open_hours)


def rules_of(work: Work, office_id: int) -> Rules:
    """Return the office's rules."""
    kept = work.session.get(RatingRules, office_id)
    if kept is None:
        return Rules()
    return Rules(kept.open_hours, kept.low, kept.alert_after, kept.least)


def set_rules(work: Work, office: Office, actor: Actor, now: datetime, wanted: Rules) -> None:
    """Let the office go by these rules from now on. Raises Forbidden or Invalid."""
    actor.need(Right.MANAGE)
    former, present = asdict(rules_of(work, office.id)), asdict(wanted)
    refuse_beyond(Rules.LIMITS, present)
    if present == former:
        return
    work.session.merge(RatingRules(office_id=office.id, **present))
    journal.append_change(
        work, office, Kind.OFFICE_CHANGED, actor, now, former, present, part="ratings"
    )
