"""Forms counted by the quarter, once, in batches that no single form can be told out of.

Each kind of group (everybody, a service, a sex ...) has its forms of a quarter taken a few at a
time, in the order they came; what remains at the end of a month joins the month's last batch.
Whatever is told, of any days, is a sum of whole batches that lie within them. A batch never changes
any more, so two periods, two looks on two days, or two filters held against each other differ by
whole batches.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from sqlalchemy import case, func, select

from office import figures
from office.place import Office
from storage.work import Work
from surveys.skm.draws import draws_of, invited_of
from surveys.skm.elements import KEYS
from surveys.skm.forms import Channel, SkmAnswer, SkmForm
from surveys.skm.index import Index, Weight, of_totals
from surveys.skm.interval import Number
from surveys.skm.periods import Period, Span
from surveys.skm.respondents import TRAITS
from surveys.skm.years import taken_out_of
from web.aside import aside

#: Everybody; the other kinds of groups are "drawn", "service" and the traits.
ALL = "all"
#: A score that is not good; how many numbers of a group are kept.
LOW, SHORT = 2, 3
Group = tuple[str, Hashable]
Item = TypeVar("Item")


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


@dataclass(frozen=True, slots=True)
class Tally:
    """What filled forms sum to, as one row of numbers, so that many are added quickly."""

    #: How many they are, their points, and the squares of each form's points; of everybody also
    #: how many answer 3 throughout, the scores by element, and how many give an element 1 or 2.
    sums: tuple[Number, ...] = (0,) * (SHORT + 1 + 2 * len(KEYS))

    @classmethod
    def of(cls, scores: Sequence[Number]) -> "Tally":
        """Return one form, given by its nine scores."""
        points = sum(scores)
        return cls(
            (
                *(1, points, points**2, int(set(scores) == {3})),
                *scores,
                *(int(score <= LOW) for score in scores),
            )
        )

    @property
    def short(self) -> "Tally":
        """What is kept of groups."""
        return Tally(self.sums[:SHORT])

    @property
    def respondents(self) -> int:
        """How many they are."""
        return int(self.sums[0])

    @property
    def points(self) -> Number:
        """The sum of all scores."""
        return self.sums[1]

    @property
    def squares(self) -> Number:
        """Of each form's sum of scores, the square."""
        return self.sums[2]

    @property
    def low(self) -> dict[str, int]:
        """By element, how many gave it 1 or 2."""
        return dict(zip(KEYS, map(int, self.sums[SHORT + 1 + len(KEYS) :]), strict=True))

    def index(self, weight: Weight, population: int | None = None) -> Index:
        """Return the index of these forms."""
        return of_totals(
            self.respondents,
            dict(zip(KEYS, self.sums[SHORT + 1 : SHORT + 1 + len(KEYS)], strict=True)),
            self.squares,
            weight,
            population,
            all_threes=self.sums[0] == self.sums[SHORT],
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """Some forms that are only told of together, and the days they lie within."""

    first: date
    last: date
    tally: Tally


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a respondent in a batch of everybody, and the elements that were not good."""

    first: date
    last: date
    words: str
    low: frozenset[str]


@dataclass(frozen=True)
class Quarter:
    """A quarter's forms, counted."""

    period: Period
    batches: Mapping[Group, Sequence[Batch]]
    #: What all batches of a group come to.
    whole: Mapping[Group, Tally]
    said: Sequence[Said]


@dataclass(frozen=True)
class Sums:
    """What can be told of some days."""

    first: date
    last: date
    groups: Mapping[Group, Tally]
    said: Sequence[Said]

    @property
    def everybody(self) -> Tally:
        """What all forms that can be told come to."""
        return self.groups.get((ALL, None), Tally())


def batches(months: Sequence[Sequence[Item]], least: int, over: int) -> list[list[Item]]:
    """Return the forms of successive months in batches of at least `least` that stay as they are.

    The first `over` months get no more forms. What remains in one of these joins the last batch
    that is wholly of it, or else waits for the next month's. Of a month that goes on, the last
    batch is not told yet, since it may have to take what will remain.
    """
    made: list[list[Item]] = []
    rest: list[Item] = []
    for place, forms in enumerate(months):
        here = len(made) + bool(rest)
        for form in forms:
            rest.append(form)
            if len(rest) == least:
                made.append(rest)
                rest = []
        if place >= over:
            return made[:-1] if len(made) > here else made
        if len(made) > here:
            made[-1] += rest
            rest = []
    return made


def counted(people: Sequence[Respondent], period: Period, least: int, over: int) -> Quarter:
    """Return a quarter's forms counted; `over` of its months get no more."""
    kinds: list[tuple[str, Callable[[Respondent], Hashable]]] = [
        (ALL, lambda _one: None),
        ("drawn", lambda one: one.drawn),
        ("service", lambda one: one.service_id),
        *((trait.key, lambda one, at=at: one.traits[at]) for at, trait in enumerate(TRAITS)),
    ]
    tallies = {each.id: Tally.of(each.scores) for each in people if each.scores is not None}
    shorter = {key: each.short for key, each in tallies.items()}
    found: dict[Group, list[Batch]] = {}
    said = []
    for kind, of in kinds:
        members: defaultdict[Hashable, tuple[list[Respondent], ...]] = defaultdict(
            lambda: ([], [], [])
        )
        for each in people:
            value = of(each)
            if each.id in tallies and (kind == ALL or value is not None):
                members[value][(each.day.month - 1) % Span.QUARTER].append(each)
        kept = tallies if kind == ALL else shorter
        for value, months in members.items():
            told = batches(months, least, over)
            found[kind, value] = [_batch(each, kept) for each in told]
            if kind == ALL:
                said = [one for each in told for one in _said(each)]
    whole = {group: added(each.tally for each in several) for group, several in found.items()}
    return Quarter(period, found, whole, said)


def added(several: Iterable[Tally]) -> Tally:
    """Return several together."""
    # of a quarter only its sums may be known, and of others more
    sums = tuple(map(sum, zip(*(each.sums for each in several), strict=False)))
    return Tally(sums) if sums else Tally()


def summed(
    quarters: Iterable[Quarter], first: date, last: date, kinds: Container[str] | None = None
) -> Sums:
    """Return what can be told of the days `first` to `last`: the batches that lie within them.

    Of some `kinds` of groups only, where they are given.
    """
    found: defaultdict[Group, list[Tally]] = defaultdict(list)
    said: list[Said] = []
    for quarter in quarters:
        if quarter.period.last < first or last < quarter.period.first:
            continue
        if first <= quarter.period.first and quarter.period.last <= last:
            for group, tally in quarter.whole.items():
                if kinds is None or group[0] in kinds:
                    found[group].append(tally)
            said += quarter.said
            continue
        for group, several in quarter.batches.items():
            if kinds is None or group[0] in kinds:
                found[group] += [
                    each.tally for each in several if first <= each.first and each.last <= last
                ]
        said += [each for each in quarter.said if first <= each.first and each.last <= last]
    groups = {group: added(several) for group, several in found.items()}
    return Sums(first, last, {key: each for key, each in groups.items() if each.respondents}, said)


@dataclass
class Counts:
    """What has been counted so far: quarters until a form comes or goes, and visits of the past."""

    quarters: dict[tuple[int, date], tuple[object, Quarter]] = field(default_factory=dict)
    invited: dict[tuple[int, date], int] = field(default_factory=dict)
    visits: dict[tuple[int, Period], int] = field(default_factory=dict)

    def quarters_of(
        self, work: Work, office: Office, first: date, last: date, least: int, settled: date
    ) -> list[Quarter]:
        """Return the quarters with forms that the days touch.

        Days before `settled` get no more forms, and batches have at least `least`.
        """
        oldest, newest = work.session.execute(
            select(func.min(SkmForm.day), func.max(SkmForm.day)).where(
                SkmForm.office_id == office.id
            )
        ).one()
        if oldest is None or last < oldest or newest < first:
            return []
        period = Period.around(Span.QUARTER, max(first, oldest))
        found = []
        while period.first <= min(last, newest):
            found.append(self._quarter(work, office, period, least, settled))
            period = period.after
        return found

    def before(
        self, work: Work, office: Office, first: date, last: date, least: int, settled: date
    ) -> list[Quarter]:
        """Return the quarters that the days touch, of which only the sums of months are wanted.

        Where all forms of each month are told, the database adds them up.
        """
        rows: defaultdict[Period, list[tuple[Period, Tally]]] = defaultdict(list)
        uneven = set()
        for day, count, points, squares, means in work.session.execute(
            select(
                SkmForm.day,
                func.count(),
                func.sum(SkmForm.points),
                func.sum(SkmForm.points * SkmForm.points),
                func.sum(case((SkmForm.points.is_(None), 1), else_=0)),
            )
            .where(
                SkmForm.office_id == office.id,
                SkmForm.filled.is_(True),
                SkmForm.day.between(first, last),
            )
            .group_by(SkmForm.day)
        ):
            quarter = Period.around(Span.QUARTER, day)
            tally = Tally((int(count), int(points or 0), int(squares or 0)))
            rows[quarter].append((Period.around(Span.MONTH, day), tally))
            if means or quarter.last >= settled:
                uneven.add(quarter)
        found = []
        for quarter, several in sorted(rows.items()):
            months = {
                month: added(tally for of, tally in several if of == month)
                for month in quarter.months
            }
            if quarter in uneven or any(0 < each.respondents < least for each in months.values()):
                found.append(self._quarter(work, office, quarter, least, settled))
                continue
            group: dict[Group, list[Batch]] = {
                (ALL, None): [
                    Batch(month.first, month.last, tally)
                    for month, tally in months.items()
                    if tally.respondents
                ]
            }
            whole: dict[Group, Tally] = {(ALL, None): added(tally for _month, tally in several)}
            found.append(Quarter(quarter, group, whole, ()))
        return found

    def count_visits(self, work: Work, office: Office, period: Period) -> int:
        """Return how many visits of a period were finished."""
        key = office.id, period
        if key in self.visits:
            return self.visits[key]
        found = figures.tally_of(work, office, period.first, period.last).all["finished"]
        if office.open_day is not None and period.last < office.open_day:
            self.visits[key] = found
        return found

    def count_invited(self, work: Work, office: Office, first: date, last: date) -> int:
        """Return how many finished visits of the days were invited."""
        all_draws = draws_of(work, office.id)
        if not all_draws or office.open_day is None:
            return 0
        began = all_draws[0].first_day
        first, last = max(first, began), min(last, office.open_day)
        found = 0
        while first <= last:
            month = Period.around(Span.MONTH, first)
            until = min(last, month.last)
            key = office.id, month.first
            whole = (first, until) == (max(month.first, began), month.last)
            if whole and key in self.invited:
                count = self.invited[key]
            else:
                count = invited_of(work, office, all_draws, first, until)
            if whole and month.last < office.open_day:
                self.invited[key] = count
            found += count
            first = month.after.first
        return found

    def _quarter(
        self, work: Work, office: Office, period: Period, least: int, settled: date
    ) -> Quarter:
        over = sum(month.last < settled for month in period.months)
        stamp = (*stamp_of(work, office.id, period.first, period.last), least, over)
        key = office.id, period.first
        if key not in self.quarters or self.quarters[key][0] != stamp:
            people = respondents(work, office, period.first, period.last)
            self.quarters[key] = stamp, aside(counted, people, period, least, over)
        return self.quarters[key][1]


def stamp_of(work: Work, office_id: int, first: date, last: date) -> tuple[object, ...]:
    """Return what changes whenever a form of the days comes or goes.

    Beside the newest form's number stands how many were deleted, since that number may come again.
    """
    counted = select(func.count(), func.max(SkmForm.id)).where(
        SkmForm.office_id == office_id, SkmForm.day.between(first, last)
    )
    return (
        *work.session.execute(counted).one(),
        *(taken_out_of(work, office_id, year) for year in range(first.year, last.year + 1)),
    )


def respondents(
    work: Work, office: Office, first: date, last: date, until: int | None = None
) -> list[Respondent]:
    """Return the forms of visits on the days, up to the row `until`, in the order they came."""
    wanted = [SkmForm.office_id == office.id, SkmForm.day.between(first, last)]
    if until is not None:
        wanted.append(SkmForm.id <= until)
    # one row for each form, with the sum of its scores of each element and the number of all
    scores = (
        select(
            SkmAnswer.form_id,
            func.count(),
            *(func.sum(case((SkmAnswer.element == key, SkmAnswer.score), else_=0)) for key in KEYS),
        )
        .join(SkmForm, SkmForm.id == SkmAnswer.form_id)
        .where(*wanted, SkmForm.filled.is_(True))
        .group_by(SkmAnswer.form_id)
    )
    given: dict[int, tuple[Number, ...]] = {}
    several = []
    for form_id, number, *row in work.session.execute(scores):
        given[form_id] = tuple(map(int, row))
        if number > len(KEYS):
            several.append(form_id)
    if several:
        given |= _means(work, wanted)
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


def _means(work: Work, wanted: Sequence[Any]) -> dict[int, tuple[Number, ...]]:
    """Return the mean score of each element of forms with several questions of one."""
    found: defaultdict[int, dict[str, Number]] = defaultdict(dict)
    for form_id, element, total, number in work.session.execute(
        select(SkmAnswer.form_id, SkmAnswer.element, func.sum(SkmAnswer.score), func.count())
        .join(SkmForm, SkmForm.id == SkmAnswer.form_id)
        .where(*wanted, SkmForm.filled.is_(True), SkmForm.points.is_(None))
        .group_by(SkmAnswer.form_id, SkmAnswer.element)
    ):
        found[form_id][element] = int(total) if number == 1 else Fraction(int(total), int(number))
    return {form_id: tuple(means[key] for key in KEYS) for form_id, means in found.items()}


def _batch(people: Sequence[Respondent], tallies: Mapping[int, Tally]) -> Batch:
    days = [each.day for each in people]
    return Batch(min(days), max(days), added(tallies[each.id] for each in people))


def _said(people: Sequence[Respondent]) -> Iterator[Said]:
    """Yield the words in a batch, with the days that the whole batch lies within."""
    first, last = min(each.day for each in people), max(each.day for each in people)
    for each in people:
        if each.words and each.scores:
            low = {key for key, score in zip(KEYS, each.scores, strict=True) if score <= LOW}
            yield Said(first, last, each.words, frozenset(low))
