"""What respondents of each counter answered, summed by the month: no form knows its counter."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.work import Work
from surveys.skm.interval import Number
from surveys.skm.periods import Period, Span

#: Sums are kept in sixths of a point, since an element has one, two or three questions whose mean
#: counts.
PART = 6


class SurveyedCounter(Base):
    """Sums of a month's answers on phones and at tablets to visits that ended at a counter.

    They move over from `open_...`, of which nothing is told, a whole batch at a time.
    """

    __tablename__ = "surveyed_counters"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    counter_id: Mapped[int] = mapped_column(
        ForeignKey("counters.id"), primary_key=True, autoincrement=False
    )
    respondents: Mapped[int] = mapped_column(default=0)
    #: In sixths, and in thirty-sixths.
    points: Mapped[int] = mapped_column(default=0)
    squares: Mapped[int] = mapped_column(default=0)
    open_respondents: Mapped[int] = mapped_column(default=0)
    open_points: Mapped[int] = mapped_column(default=0)
    open_squares: Mapped[int] = mapped_column(default=0)


def add(
    work: Work, office_id: int, counter_id: int, day: date, scores: Iterable[Number], least: int
) -> None:
    """Add a respondent's nine scores to the sums of a counter, told `least` at a time."""
    key = {"office_id": office_id, "month": day.replace(day=1), "counter_id": counter_id}
    row = work.session.get(SurveyedCounter, key)
    if row is None:
        row = SurveyedCounter(
            **key,
            **dict.fromkeys(
                (
                    *("respondents", "points", "squares"),
                    *("open_respondents", "open_points", "open_squares"),
                ),
                0,
            ),
        )
        work.session.add(row)
    points = int(PART * sum(scores))
    row.open_respondents += 1
    row.open_points += points
    row.open_squares += points**2
    if row.open_respondents >= least:
        row.respondents += row.open_respondents
        row.points += row.open_points
        row.squares += row.open_squares
        row.open_respondents = row.open_points = row.open_squares = 0


def answered_at(
    work: Work, office_id: int, first: date, last: date
) -> dict[int, tuple[int, Number, Number]]:
    """Return how many answered of each counter, their points and the squares of these.

    Of the months that lie wholly within the days, in whole batches.
    """
    found: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in work.session.scalars(
        select(SurveyedCounter)
        .where(
            SurveyedCounter.office_id == office_id,
            SurveyedCounter.month.between(first, last),
            SurveyedCounter.respondents > 0,
        )
        .order_by(SurveyedCounter.month, SurveyedCounter.counter_id)
    ):
        if Period.around(Span.MONTH, row.month).last <= last:
            sums = found[row.counter_id]
            sums[0] += row.respondents
            sums[1] += row.points
            sums[2] += row.squares
    return {
        counter: (number, Fraction(points, PART), Fraction(squares, PART**2))
        for counter, (number, points, squares) in found.items()
    }
