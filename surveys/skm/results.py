"""What the forms of some days come to: the index, its elements, groups, and how it went before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from office import figures
from office.place import Counter, Office, Service
from storage.work import Work
from surveys.groups import kept_back
from surveys.rules import rules_of
from surveys.skm import desks
from surveys.skm.counting import ALL, Counts, Quarter, Sums, Tally, summed
from surveys.skm.forms import Channel, SkmForm
from surveys.skm.index import Grade, Index, Weight, grade_of, value_of, worth
from surveys.skm.interval import Interval, of_moments
from surveys.skm.periods import Period, Span
from surveys.skm.respondents import TRAITS
from surveys.skm.years import weight_of

#: Most words shown at once, of everybody and of one element; elements that they are told of; and
#: periods in a trend.
WORDS, WORDS_OF_ELEMENT, ELEMENTS_TOLD = 50, 8, 3
TREND = {Span.MONTH: 12, Span.QUARTER: 8, Span.SEMESTER: 6, Span.YEAR: 5}


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
class Told:
    """The index of a group of respondents, with its interval, and the visits it is about."""

    name: str
    respondents: int
    value: Decimal
    interval: Interval | None
    #: Finished visits of the group; nothing where nobody can know them.
    visits: int | None = None

    @property
    def grade(self) -> Grade:
        """Its grade."""
        return grade_of(self.value)

    @property
    def rate(self) -> Share | None:
        """The share of its visits that were answered for."""
        return None if self.visits is None else Share(self.respondents, self.visits)


@dataclass(frozen=True)
class Behind:
    """What is behind a weak element: how many gave it 1 or 2, and what some of these wrote."""

    key: str
    low: int
    words: Sequence[str]


@dataclass(frozen=True)
class Step:
    """One period of a trend, without an index where there is none to be told."""

    period: Period
    index: Told | None
    visits: int

    @property
    def value(self) -> Decimal | None:
        """The index."""
        return self.index.value if self.index else None

    @property
    def rate(self) -> Share | None:
        """The share of the finished visits that were answered for."""
        return Share(self.index.respondents, self.visits) if self.index else None


@dataclass(frozen=True)
class Result:
    """The survey of some days; what is told of it are whole batches of respondents."""

    first: date
    last: date
    #: The period that these days are, if they are one.
    period: Period | None
    weight: Weight
    least: int
    index: Index
    #: Filled forms, those that are not told yet included; and forms that lack an answer.
    filled: int
    lacking: int
    by_channel: Mapping[Channel, int]
    #: Finished visits: the population.
    population: int
    invited: Share
    #: By trait, "service", "counter" or "drawn": each group that may be told.
    groups: Mapping[str, Sequence[Told]] = field(default_factory=dict)
    words: Sequence[str] = ()
    behind: Sequence[Behind] = ()
    trend: Sequence[Step] = ()

    @property
    def enough(self) -> bool:
        """Whether there are so many respondents that the index may be told."""
        return self.index.respondents >= self.least

    @property
    def waiting(self) -> int:
        """Filled forms that are not told yet."""
        return self.filled - self.index.respondents

    @property
    def weakest(self) -> list[str]:
        """The keys of the elements, the weakest first."""
        return sorted(self.index.elements, key=lambda key: (self.index.elements[key].nrr, key))


def result(
    work: Work,
    office: Office,
    first: date,
    last: date,
    now: datetime,
    locale: str,
    counts: Counts | None = None,
) -> Result:
    """Return the survey of the days `first` to `last` as it stands now; names in `locale`.

    The weight is that of the year of `last`, also throughout the trend.
    """
    counts = counts or Counts()
    rules = rules_of(work, office.id)
    weight = weight_of(work, office.id, last.year)
    settled = office.today(now) - timedelta(days=-(-rules.open_hours // 24))
    period = Period.of(first, last)
    periods = _trend_of(period) if period else []
    begins = Period.around(Span.QUARTER, first).first
    quarters = counts.quarters_of(work, office, first, last, rules.least, settled)
    if periods and periods[0].first < begins:
        day = begins - timedelta(days=1)
        quarters += counts.before(work, office, periods[0].first, day, rules.least, settled)
    sums = summed(quarters, first, last)
    report = figures.waiting_report(work, office, first, last)
    index = sums.everybody.index(weight, int(report["finished"]))
    by_channel = dict.fromkeys(Channel, 0)
    filled = lacking = drawn = 0
    for channel, is_filled, is_drawn, count in work.session.execute(
        select(SkmForm.channel, SkmForm.filled, SkmForm.drawn, func.count())
        .where(SkmForm.office_id == office.id, SkmForm.day.between(first, last))
        .group_by(SkmForm.channel, SkmForm.filled, SkmForm.drawn)
    ):
        by_channel[Channel(channel)] += count
        filled, lacking = filled + count * is_filled, lacking + count * (not is_filled)
        drawn += count * is_drawn
    return Result(
        first,
        last,
        period,
        weight,
        rules.least,
        index,
        filled,
        lacking,
        by_channel,
        int(report["finished"]),
        Share(drawn, counts.count_invited(work, office, first, last)),
        _groups(work, office, sums, report, weight, rules.least, locale),
        sorted(each.words for each in sums.said)[:WORDS],
        _behind(sums, index, rules.least),
        _trend(work, office, counts, quarters, periods, weight),
    )


def _groups(
    work: Work,
    office: Office,
    sums: Sums,
    report: Mapping[str, Any],
    weight: Weight,
    least: int,
    locale: str,
) -> dict[str, list[Told]]:
    """Return the index of each group that may be told beside the total, the lowest first."""
    total = sums.everybody.respondents
    if not total:
        return {}
    services = {
        each.id: each
        for each in work.session.scalars(select(Service).where(Service.office_id == office.id))
    }
    finished = {each["code"]: int(each["finished"]) for each in report["by_service"]}
    visits: dict[Any, int] = {key: finished.get(each.code, 0) for key, each in services.items()}
    names: dict[str, Mapping[Any, str]] = {
        "service": {key: f"{each.letter} · {each.name(locale)}" for key, each in services.items()},
        **{
            trait.key: {key: said.of(locale) for key, said in trait.values.items()}
            for trait in TRAITS
        },
        "drawn": {True: "drawn", False: "volunteered"},
    }
    found = {}
    for kind, called in names.items():
        members = {key: tally for (of, key), tally in sums.groups.items() if of == kind}
        hidden = kept_back({key: each.respondents for key, each in members.items()}, total, least)
        found[kind] = [
            _told(
                called.get(key, "?"),
                tally,
                weight,
                visits.get(key) if kind == "service" else None,
            )
            for key, tally in members.items()
            if key not in hidden
        ]
    found["counter"] = _counters(work, office, sums, report, weight, least, locale)
    return {
        kind: sorted(each, key=lambda one: (one.value, one.name)) for kind, each in found.items()
    }


def _counters(
    work: Work,
    office: Office,
    sums: Sums,
    report: Mapping[str, Any],
    weight: Weight,
    least: int,
    locale: str,
) -> list[Told]:
    """Return the index of each counter where phones and tablets answered often enough."""
    counters = {
        each.id: each
        for each in work.session.scalars(select(Counter).where(Counter.office_id == office.id))
    }
    finished = {each["number"]: int(each["finished"]) for each in report["by_counter"]}
    at = {
        key: Tally(each)
        for key, each in desks.answered_at(work, office.id, sums.first, sums.last).items()
    }
    total = sum(each.respondents for each in at.values())
    hidden = kept_back({key: each.respondents for key, each in at.items()}, total, least)
    return [
        _told(
            counters[key].name(locale),
            each,
            weight,
            finished.get(counters[key].number, 0),
        )
        for key, each in at.items()
        if key not in hidden
    ]


def _told(
    name: str, of: Tally, weight: Weight, visits: int | None, population: int | None = None
) -> Told:
    return Told(
        name,
        of.respondents,
        value_of(Fraction(of.points) / of.respondents, weight),
        of_moments(of.respondents, of.points, of.squares, worth(weight), population),
        visits,
    )


def _behind(sums: Sums, index: Index, least: int) -> list[Behind]:
    """Return what is behind the weakest elements, where enough respondents gave them 1 or 2."""
    low = sums.everybody.low
    weakest = sorted(index.elements, key=lambda key: (index.elements[key].nrr, key))
    return [
        Behind(
            key,
            low[key],
            sorted(each.words for each in sums.said if key in each.low)[:WORDS_OF_ELEMENT],
        )
        for key in weakest[:ELEMENTS_TOLD]
        if low[key] >= least
    ]


def _trend(
    work: Work,
    office: Office,
    counts: Counts,
    quarters: Sequence[Quarter],
    periods: Sequence[Period],
    weight: Weight,
) -> list[Step]:
    """Return the index of periods by one weight, from the first on that has one."""
    told: list[Step] = []
    for period in periods:
        tally = summed(quarters, period.first, period.last, {ALL}).everybody
        if not tally.respondents and not told and period != periods[-1]:
            continue
        visits = counts.count_visits(work, office, period)
        index = None
        if tally.respondents:
            index = _told("", tally, weight, visits, visits)
        told.append(Step(period, index, visits))
    return told


def _trend_of(period: Period) -> list[Period]:
    """Return the periods of the trend that ends with a period, the oldest first."""
    periods = [period]
    while len(periods) < TREND[period.span]:
        periods.insert(0, periods[0].before)
    return periods
