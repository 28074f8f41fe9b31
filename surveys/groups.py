"""Ratings per service, counter and clerk, told so that no subtraction leads to one visitor.

A group's answers are taken in batches of a fixed size, in the order they came, from its first on.
Only whole batches are told of, and a period tells those that lie within it. Whatever two periods,
two looks or two filters are held against each other, what is between them is whole batches again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from office.place import Office
from storage.work import Work
from surveys.ratings import Rating

SCORES = (1, 2, 3, 4)
Key = TypeVar("Key")


@dataclass(frozen=True)
class Told:
    """How many answers of each score."""

    counts: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.counts)

    @property
    def mean(self) -> float | None:
        """The mean score, or nothing where there are none."""
        if not self.count:
            return None
        return sum(score * n for score, n in zip(SCORES, self.counts, strict=True)) / self.count

    @property
    def satisfied(self) -> float | None:
        """The share of scores 3 and 4, or nothing where there are none."""
        return (self.counts[2] + self.counts[3]) / self.count if self.count else None


def added(several: Iterable[Told]) -> Told:
    """Return several together."""
    sums = [sum(each) for each in zip(*(told.counts for told in several), strict=True)]
    return Told((sums[0], sums[1], sums[2], sums[3])) if sums else Told()


def tellable(groups: Mapping[int, Told], total: int, least: int) -> dict[int, Told]:
    """Return the groups that may be told beside a total of `total` answers; see `kept_back`."""
    hidden = kept_back({key: told.count for key, told in groups.items()}, total, least)
    return {key: told for key, told in groups.items() if key not in hidden}


def kept_back(counts: Mapping[Key, int], total: int, least: int) -> set[Key]:
    """Return the groups, by how many each has, that may not be told beside a total.

    What is in no group told is nobody, or at least `least`: the smallest are hidden along until
    that holds.
    """
    hidden = {key for key, count in counts.items() if count < least}
    shown = sorted(
        (key for key in counts if key not in hidden), key=lambda key: (counts[key], str(key))
    )
    rest = total - sum(counts[key] for key in shown)
    for key in shown:
        if rest == 0 or rest >= least:
            break
        rest += counts[key]
        hidden.add(key)
    return hidden


def whole_batches(
    work: Work,
    office: Office,
    column: InstrumentedAttribute[Any],
    first: date,
    last: date,
    least: int,
) -> dict[int, Told]:
    """Return what the whole batches of each group of `column` within the days came to."""
    return _batches(work, office, column, Rating.day, first, last, least)


def whole_batches_between(
    work: Work,
    office: Office,
    column: InstrumentedAttribute[Any],
    first: datetime,
    last: datetime,
    least: int,
) -> dict[int, Told]:
    """Return what the whole batches of each group came to that were given between two moments.

    Answers that have forgotten their moment are in none.
    """
    return _batches(work, office, column, Rating.at, first, last, least)


def _batches(
    work: Work,
    office: Office,
    column: InstrumentedAttribute[Any],
    when: InstrumentedAttribute[Any],
    first: date,
    last: date,
    least: int,
) -> dict[int, Told]:
    place = func.row_number().over(partition_by=column, order_by=Rating.id) - 1
    numbered = (
        select(column.label("key"), (place // least).label("batch"), Rating.score, when.label("at"))
        .where(Rating.office_id == office.id, column.is_not(None))
        .subquery()
    )
    found: dict[int, list[Told]] = {}
    for key, *counts in work.session.execute(
        select(
            numbered.c.key,
            *(func.sum(case((numbered.c.score == score, 1), else_=0)) for score in SCORES),
        )
        .group_by(numbered.c.key, numbered.c.batch)
        .having(
            func.count() == least,
            func.min(numbered.c.at) >= first,
            func.max(numbered.c.at) <= last,
        )
        .order_by(numbered.c.key, numbered.c.batch)
    ):
        found.setdefault(key, []).append(Told(tuple(map(int, counts))))  # type: ignore[arg-type]
    return {key: added(batches) for key, batches in found.items()}


def told_of_all(work: Work, office: Office, first: date, last: date, least: int) -> Told:
    """Return what the whole batches of all answers within the days came to."""
    told = whole_batches(work, office, Rating.office_id, first, last, least)
    return told.get(office.id, Told())


def ids_told(office: Office, first: date, last: date, least: int) -> Select[tuple[int]]:
    """Return the query for the answers in these batches."""
    place = func.row_number().over(order_by=Rating.id) - 1
    numbered = (
        select(Rating.id, Rating.day, (place // least).label("batch"))
        .where(Rating.office_id == office.id)
        .subquery()
    )
    whole = (
        select(numbered.c.batch)
        .group_by(numbered.c.batch)
        .having(
            func.count() == least,
            func.min(numbered.c.day) >= first,
            func.max(numbered.c.day) <= last,
        )
    )
    return select(numbered.c.id).where(numbered.c.batch.in_(whole))


def told_today(work: Work, office: Office, day: date, least: int) -> Told:
    """Return what the first answers to a day's visits came to, `least` at a time."""
    scores = list(
        work.session.scalars(
            select(Rating.score)
            .where(Rating.office_id == office.id, Rating.day == day)
            .order_by(Rating.id)
        )
    )
    told = scores[: len(scores) // least * least]
    return Told((told.count(1), told.count(2), told.count(3), told.count(4)))


def in_all(work: Work, office: Office, first: date, last: date) -> Told:
    """Return what all answers of the days came to, of the office as a whole."""
    counts = dict.fromkeys(SCORES, 0)
    for score, count in work.session.execute(
        select(Rating.score, func.count())
        .where(Rating.office_id == office.id, Rating.day.between(first, last))
        .group_by(Rating.score)
    ):
        counts[score] = count
    return Told((counts[1], counts[2], counts[3], counts[4]))
