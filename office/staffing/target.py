"""The wait an office aims at: such a share of its visitors called within so many minutes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.errors import Invalid
from office.journal import Kind
from office.people import Actor, Right
from office.place import Office
from storage.base import Base
from storage.work import Work

MINUTES = range(1, 241)
PERCENT = range(50, 100)


class WaitTarget(Base):
    """What an office has set as its aim."""

    __tablename__ = "wait_targets"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 1 AND 240", name="minutes"),
        CheckConstraint("percent BETWEEN 50 AND 99", name="percent"),
    )

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    minutes: Mapped[int]
    percent: Mapped[int]


@dataclass(frozen=True)
class Target:
    """`percent` of the visitors are called within `minutes`."""

    minutes: int = 20
    percent: int = 80

    @property
    def seconds(self) -> float:
        """The longest wait that keeps the aim."""
        return self.minutes * 60.0

    @property
    def share(self) -> float:
        """The part of the visitors for whom it is kept."""
        return self.percent / 100


def target_of(work: Work, office_id: int) -> Target:
    """Return the office's aim, or 80 % within 20 minutes where none has been set."""
    row = work.session.get(WaitTarget, office_id)
    return Target() if row is None else Target(row.minutes, row.percent)


def set_target(
    work: Work, office: Office, actor: Actor, now: datetime, minutes: int, percent: int
) -> None:
    """Set the office's aim. Raises Forbidden, or Invalid for what no office can aim at."""
    actor.need(Right.MANAGE)
    wrong = {
        name: f"between {allowed[0]} and {allowed[-1]}"
        for name, value, allowed in (("minutes", minutes, MINUTES), ("percent", percent, PERCENT))
        if value not in allowed
    }
    if wrong:
        raise Invalid(fields=wrong)
    row = work.session.get(WaitTarget, office.id)
    if row is None:
        row = WaitTarget(office_id=office.id)
        work.session.add(row)
    row.minutes, row.percent = minutes, percent
    journal.append(
        work,
        office,
        Kind.OFFICE_CHANGED,
        actor,
        now,
        wait_target_minutes=minutes,
        wait_target_percent=percent,
    )
