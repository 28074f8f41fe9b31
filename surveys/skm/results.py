"""What the forms of a period come to: the index, its elements, groups, and how it went before."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import case, func, select

from office import figures
from office.place import Office, services_of
from storage.work import Work
from surveys.groups import kept_back
from surveys.rules import rules_of
from surveys.skm.draws import count_drawn
from surveys.skm.elements import KEYS
from surveys.skm.forms import Channel, SkmAnswer, SkmForm
from surveys.skm.index import Grade, Index, Weight, grade_of, of_scores, value_of
from surveys.skm.interval import Number
from surveys.skm.periods import Period, Span
from surveys.skm.respondents import TRAITS
from surveys.skm.years import weight_of

#: Most words shown at once, and periods in a trend.
WORDS = 50
TREND = {Span.MONTH: 12, Span.QUARTER: 8, Span.SEMESTER: 6, Span.YEAR: 5}


@dataclass(frozen=True, slots=True)
class Respondent:
    """One form as it is counted."""

    id: int
    day: date
    service_id: int | None
    channel: Channel
    drawn: bool
    traits: tuple[str | None, ...]
    words: str | None
    #: The scores of the nine elements, or nothing of a form that lacks an answer.
    scores: tuple[Number, ...] | None


@dataclass(frozen=True)
class Told:
    """The index of a group of respondents."""

    name: str
    respondents: int
    value: Decimal

    @property
    def grade(self) -> Grade:
        """Its grade."""
        return grade_of(self.value)


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
    groups: Mapping[str, Sequence[Told]] = field(default_factory=dict)
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
    quarters = around(period)
    among = respondents(work, office, quarters[0].first, quarters[-1].last)
    people = [each for each in among if period.first <= each.day <= period.last]
    population = finished(work, office, period)
    counted = [each for each in people if each.scores is not None]
    drawn = [each for each in counted if each.drawn]
    others = [each for each in counted if not each.drawn]
    apart = all(not part or len(part) >= least for part in (drawn, others))
    enough = len(counted) >= least
    return Result(
        period,
        weight,
        least,
        index_of(counted, weight, population),
        len(people) - len(counted),
        {each: sum(one.channel is each for one in people) for each in Channel},
        population,
        Share(
            sum(each.drawn for each in people),
            count_drawn(work, office, period.first, period.last),
        ),
        index_of(drawn, weight, population) if apart and drawn else None,
        index_of(others, weight, None) if apart and others else None,
        _groups(work, office, period, weight, among, len(counted), least, locale) if enough else {},
        {
            trait.key: {
                key or "": sum(each.traits[at] == key for each in counted)
                for key in (*trait.values, None)
            }
            for at, trait in enumerate(TRAITS)
        },
        sorted(each.words for each in people if each.words)[:WORDS] if enough else (),
        trend(work, office, period, weight, least),
    )


def index_of(people: Iterable[Respondent], weight: Weight, population: int | None = None) -> Index:
    """Return the index of those respondents whose forms are filled."""
    return of_scores([each.scores for each in people if each.scores], weight, population)


def respondents(
    work: Work, office: Office, first: date, last: date, until: int | None = None
) -> list[Respondent]:
    """Return the forms of visits on the days, up to the row `until`, in the order they came."""
    wanted = [SkmForm.office_id == office.id, SkmForm.day.between(first, last)]
    if until is not None:
        wanted.append(SkmForm.id <= until)
    # one row for each form, with the sum and the number of its scores of each element
    scores = (
        select(
            SkmAnswer.form_id,
            *(
                func.sum(case((SkmAnswer.element == key, SkmAnswer.score), else_=0)).label(key)
                for key in KEYS
            ),
            *(
                func.sum(case((SkmAnswer.element == key, 1), else_=0)).label(f"{key}_asked")
                for key in KEYS
            ),
        )
        .join(SkmForm, SkmForm.id == SkmAnswer.form_id)
        .where(*wanted, SkmForm.filled.is_(True))
        .group_by(SkmAnswer.form_id)
    )
    given: dict[int, tuple[Number, ...]] = {}
    for form_id, *row in work.session.execute(scores):
        sums, asked = row[: len(KEYS)], row[len(KEYS) :]
        given[form_id] = tuple(
            int(score) if number == 1 else Fraction(int(score), int(number))
            for score, number in zip(sums, asked, strict=True)
        )
    columns = (
        *(SkmForm.id, SkmForm.day, SkmForm.service_id, SkmForm.channel, SkmForm.drawn),
        *(SkmForm.comment, SkmForm.sex, SkmForm.age, SkmForm.education, SkmForm.occupation),
    )
    return [
        Respondent(
            number,
            day,
            service_id,
            Channel(channel),
            drawn,
            tuple(traits),
            words,
            given.get(number),
        )
        for number, day, service_id, channel, drawn, words, *traits in work.session.execute(
            select(*columns).where(*wanted).order_by(SkmForm.id)
        )
    ]


def around(period: Period) -> list[Period]:
    """Return the quarters that a period is of, or lies in."""
    quarters = [Period.around(Span.QUARTER, period.first)]
    while quarters[-1].last < period.last:
        quarters.append(Period.around(Span.QUARTER, quarters[-1].last + timedelta(days=1)))
    return quarters


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
    for day, count, points in work.session.execute(
        select(SkmForm.day, func.count(), func.sum(SkmForm.points))
        .where(*wanted)
        .group_by(SkmForm.day)
    ):
        people[Period.around(period.span, day)] += count
        sums[Period.around(period.span, day)] += int(points or 0)
    # several questions of one element are averaged per respondent first
    questions = (
        select(
            SkmForm.day,
            func.sum(SkmAnswer.score).label("score"),
            func.count().label("questions"),
        )
        .join(SkmAnswer, SkmAnswer.form_id == SkmForm.id)
        .where(*wanted, SkmForm.points.is_(None))
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


def _groups(
    work: Work,
    office: Office,
    period: Period,
    weight: Weight,
    among: Sequence[Respondent],
    total: int,
    least: int,
    locale: str,
) -> dict[str, list[Told]]:
    """Return the index of each group of respondents that may be told, the lowest first.

    A group's forms of a quarter are taken `least` at a time, in the order they came; a period tells
    the batches that lie within it, and every longer period is of whole quarters. So whatever
    periods and groups are held against each other differ by whole batches.
    """
    kinds: list[tuple[str, Mapping[Any, str], Callable[[Respondent], Any]]] = [
        (
            "service",
            {
                each.id: f"{each.letter} · {each.name(locale)}"
                for each in services_of(work, office.id)
            },
            lambda one: one.service_id,
        ),
        *(
            (
                trait.key,
                {key: said.of(locale) for key, said in trait.values.items()},
                lambda one, at=at: one.traits[at],
            )
            for at, trait in enumerate(TRAITS)
        ),
    ]
    found = {}
    for kind, names, of in kinds:
        batches: defaultdict[Any, list[list[Respondent]]] = defaultdict(list)
        for each in among:
            key = of(each), (each.day.year, (each.day.month - 1) // 3)
            if each.scores is None or key[0] is None:
                continue
            if not batches[key] or len(batches[key][-1]) == least:
                batches[key].append([])
            batches[key][-1].append(each)
        members: defaultdict[Any, list[Respondent]] = defaultdict(list)
        for (group, _quarter), several in batches.items():
            for batch in several:
                if len(batch) == least and all(
                    period.first <= each.day <= period.last for each in batch
                ):
                    members[group] += batch
        hidden = kept_back({key: len(each) for key, each in members.items()}, total, least)
        found[kind] = sorted(
            (
                _told(names.get(key, "?"), each, weight)
                for key, each in members.items()
                if key not in hidden
            ),
            key=lambda one: (one.value, one.name),
        )
    return found


def _told(name: str, people: Sequence[Respondent], weight: Weight) -> Told:
    whole = sum((sum(each.scores) for each in people if each.scores), Fraction(0))
    return Told(name, len(people), value_of(Fraction(whole) / len(people), weight))
