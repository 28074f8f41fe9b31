"""What each visitor was promised when the ticket was taken, kept beside the step it was for."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from office.tickets import Step
from office.waits import Wait
from storage.base import Base
from storage.work import Work


class Promise(Base):
    """The wait told with a ticket, in seconds: usually so long, under so long for nine in ten."""

    __tablename__ = "promises"
    __table_args__ = (
        Index("ix_promises_office_id_day", "office_id", "day"),
        CheckConstraint("median_s >= 0 AND median_s <= p90_s", name="in_order"),
    )

    step_id: Mapped[int] = mapped_column(ForeignKey("steps.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    day: Mapped[date]
    median_s: Mapped[int]
    p90_s: Mapped[int]


def keep(work: Work, step: Step, wait: Wait) -> None:
    """Keep what was told of the wait that begins with `step`; nothing where none could be told."""
    if wait.median_s is None or wait.p90_s is None:
        return
    work.session.add(
        Promise(
            step_id=step.id,
            office_id=step.office_id,
            day=step.day,
            median_s=wait.median_s,
            p90_s=max(wait.p90_s, wait.median_s),
        )
    )
