"""The weight of an element: one for each reporting year, settled with its first publication."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.errors import Conflict
from office.journal import Kind
from office.people import Actor, Right
from office.place import Office
from storage.base import Base
from storage.work import Work
from surveys.skm.index import Weight


class WeightSettled(Conflict):
    """An index of the year has been published with another weight."""

    code = "weight_settled"


class SkmYear(Base):
    """The weight that an office chose for a year; without a row it is 1/9."""

    __tablename__ = "skm_years"
    __table_args__ = (CheckConstraint("weight IN ('exact', '0.111', '0.11')", name="weight"),)

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    weight: Mapped[str] = mapped_column(String(5))
    #: Whether an index of the year has been published.
    settled: Mapped[bool] = mapped_column(default=False)
    #: How many of the year's forms were typed in wrongly and deleted.
    taken_out: Mapped[int] = mapped_column(default=0, server_default="0")


def weight_of(work: Work, office_id: int, year: int) -> Weight:
    """Return the weight of a reporting year."""
    row = work.session.get(SkmYear, (office_id, year))
    return Weight.EXACT if row is None else Weight(row.weight)


def is_settled(work: Work, office_id: int, year: int) -> bool:
    """Say whether the weight of a year stays as it is."""
    row = work.session.get(SkmYear, (office_id, year))
    return row is not None and row.settled


def choose_weight(
    work: Work, office: Office, actor: Actor, now: datetime, year: int, weight: Weight
) -> None:
    """Count with this weight throughout a year. Raises Forbidden or WeightSettled."""
    actor.need(Right.MANAGE)
    former = weight_of(work, office.id, year)
    if former is weight:
        return
    if is_settled(work, office.id, year):
        raise WeightSettled(name=former.value)
    _row(work, office.id, year).weight = weight.value
    journal.append_change(
        work,
        office,
        Kind.OFFICE_CHANGED,
        actor,
        now,
        {"weight": former.value},
        {"weight": weight.value},
        part="survey_weight",
        year=year,
    )


def settle(work: Work, office_id: int, year: int) -> Weight:
    """Let the weight of a year stay as it is from now on, and return it."""
    row = _row(work, office_id, year)
    row.settled = True
    return Weight(row.weight)


def taken_out_of(work: Work, office_id: int, year: int) -> int:
    """Return how many of a year's forms were deleted."""
    row = work.session.get(SkmYear, (office_id, year))
    return 0 if row is None else row.taken_out


def count_taken_out(work: Work, office_id: int, year: int) -> None:
    """Count that one of a year's forms is deleted."""
    _row(work, office_id, year).taken_out += 1


def _row(work: Work, office_id: int, year: int) -> SkmYear:
    """Return the row of a year, which is made where there is none."""
    row = work.session.get(SkmYear, (office_id, year))
    if row is None:
        row = SkmYear(
            office_id=office_id,
            year=year,
            weight=Weight.EXACT.value,
            settled=False,
            taken_out=0,
        )
        work.session.add(row)
    return row
