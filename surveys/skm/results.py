"""What the forms of a period come to: the index, its elements, groups, and how it went before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Integer, cast, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute

from office import figures
from office.place import Office, services_of
from storage.work import Work
from surveys.groups import kept_back
from surveys.rules import rules_of
from surveys.skm.draws import count_drawn
from surveys.skm.forms import Channel, SkmAnswer, SkmForm
from surveys.skm.index import Form, Index, Weight, of_forms, value_of
from surveys.skm.periods import Period, Span
from surveys.skm.respondents import TRAITS
from surveys.skm.years import weight_of

#: Most words shown at once, and periods in a trend.
WORDS = 50
TREND = {Span.MONTH: 12, Span.QUARTER: 8, Span.SEMESTER: 6, Span.YEAR: 5}


@dataclass(frozen=True)
class Respondent:
    """One form as it is counted."""

    id: int
    service_id: int | None
    channel: Channel
    drawn: bool
    filled: bool
    traits: Mapping[str, str | None]
    form: Form
    words: str | None


@dataclass(frozen=True)
class Share:
    """How many were asked, or could have answered, and did."""

    answered: int
    asked: int

    @property
    def part(self) -> float | None:
        """The share between 0 and 1, or nothing of nobody."""
        return min(1.0, self.answered / self.asked) if self.asked else None


@dataclass(frozen=True)
class Result:
    """A period's survey; groups and words only where there are enough respondents."""

    period: Period
    weight: Weight
    least: int
    index: Index
    #: Forms that lack an answer, in no index.
    lacking: int
    by_channel: Mapping[Channel, int]
    #: Finished visits of the period: the population.
    population: int
    invited: Share
    drawn: Index | None
    volunteered: Index | None
    #: By trait (or "service"): the name of each group that may be told, and its index.
    groups: Mapping[str, Sequence[tuple[str, Index]]] = field(default_factory=dict)
    #: By trait: how many respondents gave each value; for the notice.
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    words: Sequence[str] = ()
    trend: Sequence[tuple[Period, Decimal | None]] = ()

    @property
    def enough(self) -> bool:
        """Whether there are so many respondents that the index may be told."""
        return self.index.respondents >= self.least

    @property
    def weakest(self) -> list[str]:
        """The keys of the elements, the weakest first."""
        return sorted(self.index.elements, key=lambda key: (self.index.elements[key].nrr, key))


def result(work: Work, office: Office, period: Period, locale: str) -> Result:
    """Return a period's survey as it stands now; names in `locale`."""
    weight = weight_of(work, office.id, period.year)
    least = rules_of(work, office.id).least
    people = respondents(work, office, period.first, period.last)
    population = finished(work, office, period)
    counted = [each for each in people if each.filled]
    index = _index(counted, weight, population)
    drawn = [each for each in counted if each.drawn]
    others = [each for each in counted if not each.drawn]
    apart = all(not part or len(part) >= least for part in (drawn, others))
    enough = len(counted) >= least
    return Result(
        period,
        weight,
        least,
        index,
        len(people) - len(counted),
        {each: sum(one.channel is each for one in people) for each in Channel},
        population,
        Share(
            sum(each.drawn for each in people),
            count_drawn(work, office, period.first, period.last),
        ),
        _index(drawn, weight, population) if apart and drawn else None,
        _index(others, weight, None) if apart and others else None,
        _groups(work, office, period, weight, counted, least, locale) if enough else {},
        {
            trait.key: {
                key: sum(each.traits[trait.key] == value for each in counted)
                for key, value in ((*((key, key) for key in trait.values), ("", None)))
            }
            for trait in TRAITS
        },
        sorted(each.words for each in people if each.words)[:WORDS] if enough else (),
        trend(work, office, period, weight, least),
    )


def respondents(
    work: Work, office: Office, first: date, last: date, until: int | None = None
) -> list[Respondent]:
    """Return the forms of visits on the days, up to the row `until`, in the order they came."""
    wanted = [SkmForm.office_id == office.id, SkmForm.day.between(first, last)]
    if until is not None:
        wanted.append(SkmForm.id <= until)
    answers: defaultdict[int, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for form_id, element, score in work.session.execute(
        select(SkmAnswer.form_id, SkmAnswer.element, SkmAnswer.score)
        .join(SkmForm, SkmForm.id == SkmAnswer.form_id)
        .where(*wanted)
    ):
        answers[form_id][element].append(score)
    return [
        Respondent(
            row.id,
            row.service_id,
            Channel(row.channel),
            row.drawn,
            row.filled,
            {trait.key: getattr(row, trait.key) for trait in TRAITS},
            Form(row.id, answers[row.id]),
            row.comment,
        )
        for row in work.session.execute(
            select(
                SkmForm.id,
                SkmForm.service_id,
                SkmForm.channel,
                SkmForm.drawn,
                SkmForm.filled,
                SkmForm.sex,
                SkmForm.age,
                SkmForm.education,
                SkmForm.occupation,
                SkmForm.comment,
            )
            .where(*wanted)
            .order_by(SkmForm.id)
        )
    ]


def finished(work: Work, office: Office, period: Period) -> int:
    """Return how many visits of a period were finished: the population of its survey."""
    report = figures.waiting_report(work, office, period.first, period.last)
    return int(report["finished"])


def trend(
    work: Work, office: Office, period: Period, weight: Weight, least: int
) -> list[tuple[Period, Decimal | None]]:
    """Return the index of a period and those before it, by one weight; oldest first.

    Where there are fewer than `least` respondents there is none; it begins with the first that has.
    """
    periods = [period]
    while len(periods) < TREND[period.span]:
        periods.insert(0, periods[0].before)
    first, last = periods[0].first, period.last
    people: dict[Period, int] = defaultdict(int)
    sums: dict[Period, Fraction] = defaultdict(Fraction)
    wanted = (
        SkmForm.office_id == office.id,
        SkmForm.filled.is_(True),
        SkmForm.day.between(first, last),
    )
    for day, count in work.session.execute(
        select(SkmForm.day, func.count()).where(*wanted).group_by(SkmForm.day)
    ):
        people[Period.around(period.span, day)] += count
    # several questions of one element are averaged per respondent first
    questions = (
        select(
            SkmForm.day,
            func.sum(SkmAnswer.score).label("score"),
            func.count().label("questions"),
        )
        .join(SkmAnswer, SkmAnswer.form_id == SkmForm.id)
        .where(*wanted)
        .group_by(SkmForm.id, SkmForm.day, SkmAnswer.element)
        .subquery()
    )
    for day, number, score in work.session.execute(
        select(questions.c.day, questions.c.questions, func.sum(questions.c.score)).group_by(
            questions.c.day, questions.c.questions
        )
    ):
        sums[Period.around(period.span, day)] += Fraction(int(score), number)
    told = [
        (each, value_of(sums[each] / people[each], weight) if people[each] >= least else None)
        for each in periods
    ]
    while len(told) > 1 and told[0][1] is None:
        told.pop(0)
    return told


def _index(people: Sequence[Respondent], weight: Weight, population: int | None) -> Index:
    return of_forms((each.form for each in people), weight, population)


def _groups(
    work: Work,
    office: Office,
    period: Period,
    weight: Weight,
    people: Sequence[Respondent],
    least: int,
    locale: str,
) -> dict[str, list[tuple[str, Index]]]:
    """Return the index of each group of respondents that may be told, the lowest first."""
    by_id = {each.id: each for each in people}
    names: dict[str, Mapping[Any, str]] = {
        "service": {
            each.id: f"{each.letter} · {each.name(locale)}" for each in services_of(work, office.id)
        }
    } | {
        trait.key: {key: said.of(locale) for key, said in trait.values.items()} for trait in TRAITS
    }
    columns = {"service": SkmForm.service_id} | {
        trait.key: getattr(SkmForm, trait.key) for trait in TRAITS
    }
    found: dict[str, list[tuple[str, Index]]] = {}
    for name, column in columns.items():
        members: defaultdict[Any, list[Respondent]] = defaultdict(list)
        for form_id, key in _in_batches(work, office, column, period, least):
            if form_id in by_id:
                members[key].append(by_id[form_id])
        hidden = kept_back({key: len(each) for key, each in members.items()}, len(people), least)
        found[name] = sorted(
            (
                (names[name].get(key, "?"), _index(each, weight, None))
                for key, each in members.items()
                if key not in hidden
            ),
            key=lambda row: (row[1].exact or 0, row[0]),
        )
    return found


def _in_batches(
    work: Work, office: Office, column: InstrumentedAttribute[Any], period: Period, least: int
) -> list[tuple[int, Any]]:
    """Return the forms in whole batches of their group that lie within a period, with the group.

    A group's forms of a quarter are taken `least` at a time, in the order they came; every longer
    period is of whole quarters. So whatever periods and groups are held against each other differ
    by whole batches.
    """
    quarter = (cast(extract("month", SkmForm.day), Integer) - 1) // 3
    among = (column, SkmForm.year, quarter)
    place = func.row_number().over(partition_by=among, order_by=SkmForm.id) - 1
    numbered = (
        select(
            SkmForm.id,
            column.label("key"),
            SkmForm.day,
            SkmForm.year,
            quarter.label("quarter"),
            (place // least).label("batch"),
        )
        .where(SkmForm.office_id == office.id, SkmForm.filled.is_(True), column.is_not(None))
        .subquery()
    )
    batch = (numbered.c.key, numbered.c.year, numbered.c.quarter, numbered.c.batch)
    batches = select(
        numbered.c.id,
        numbered.c.key,
        func.count().over(partition_by=batch).label("size"),
        func.min(numbered.c.day).over(partition_by=batch).label("first"),
        func.max(numbered.c.day).over(partition_by=batch).label("last"),
    ).subquery()
    rows = work.session.execute(
        select(batches.c.id, batches.c.key)
        .where(
            batches.c.size == least,
            batches.c.first >= period.first,
            batches.c.last <= period.last,
        )
        .order_by(batches.c.id)
    )
    return [(form_id, key) for form_id, key in rows]
