"""The satisfaction index (IKM) of PermenPANRB 14/2017, computed exactly and rounded once."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import ClassVar

from surveys.skm.elements import KEYS
from surveys.skm.interval import Interval, Number, of_moments, of_parts, of_sums

SCORES = (4, 3, 2, 1)

#: An answer as read: a whole number, nothing, or what was found that is neither.
Answer = int | str | None
#: How many answered 4, 3, 2 and 1 to one question.
Counts = tuple[int, int, int, int]


class Weight(Enum):
    """What each element counts for. Three are in use, so it is the office's setting.

    By the regulation each of nine elements weighs a ninth; official-looking sheets print 0.111, and
    some reports 0.11, with which nobody can reach 100. One weight holds for a reporting year.
    """

    EXACT = "exact"
    THREE_PLACES = "0.111"
    TWO_PLACES = "0.11"

    @property
    def value_of_one(self) -> Fraction:
        """What one element weighs."""
        return Fraction(1, 9) if self is Weight.EXACT else Fraction(self.value)


class Grade(Enum):
    """The quality of service: from which index on, and what the regulation calls it."""

    A = ("88.31", "Sangat baik")
    B = ("76.61", "Baik")
    C = ("65.00", "Kurang baik")
    D = ("0.00", "Tidak baik")

    def __init__(self, least: str, called: str) -> None:
        self.least = Decimal(least)
        self.called = called


class Reason(Enum):
    """Why a form is not among the filled ones."""

    LACKING = "lacking"
    NOT_A_SCORE = "not_a_score"
    NOT_A_FORM = "not_a_form"


class Note(Enum):
    """What must be said beside an index, so that nobody is misled by it."""

    ALL_THREES = "all_threes"
    WEIGHT_DECIDES = "weight_decides"


class CannotCount(ValueError):
    """Counts per element from which no index follows."""

    code: ClassVar[str] = "counts_refused"


class CountsLacking(CannotCount):
    """An element has no counts, and counts do not tell which forms lack it."""

    code = "counts_lacking"

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(f"no counts for {', '.join(keys)}")
        self.keys = tuple(keys)


class CountsDisagree(CannotCount):
    """The elements were not answered by equally many, so some forms lack an element."""

    code = "counts_disagree"

    def __init__(self, respondents: Mapping[str, Sequence[int]]) -> None:
        told = ", ".join(
            f"{key} {'/'.join(map(str, numbers))}" for key, numbers in respondents.items()
        )
        super().__init__(f"the elements were not answered by equally many: {told}")
        self.respondents = respondents


class CountImpossible(CannotCount):
    """A count is below nought."""

    code = "count_impossible"

    def __init__(self, key: str) -> None:
        super().__init__(f"{key} has a count below nought")
        self.key = key


@dataclass(frozen=True)
class Form:
    """One questionnaire as it came: by element, the answers to each of its questions."""

    row: int
    answers: Mapping[str, Sequence[Answer]]
    #: A line of a sheet that is no questionnaire, such as its sums.
    is_sum: bool = False
    #: What a sheet tells of the respondent, and the day.
    about: Mapping[str, str | date] = field(default_factory=dict)


@dataclass(frozen=True)
class LeftOut:
    """A form that is not counted, and why."""

    row: int
    reason: Reason
    keys: tuple[str, ...] = ()
    found: tuple[str, ...] = ()


@dataclass(frozen=True)
class Score:
    """What one element came to."""

    total: Fraction
    nrr: Fraction
    weighted: Fraction


@dataclass(frozen=True)
class Index:
    """An index with all it rests on; without respondents there is none, rather than nought."""

    weight: Weight
    respondents: int
    elements: Mapping[str, Score]
    #: Unrounded.
    exact: Fraction | None
    left_out: tuple[LeftOut, ...] = ()
    interval: Interval | None = None
    notes: tuple[Note, ...] = ()

    @property
    def value(self) -> Decimal | None:
        """The index as it is published, with two decimals."""
        return None if self.exact is None else half_up(self.exact, 2)

    @property
    def grade(self) -> Grade | None:
        """The grade of the published value."""
        return None if self.value is None else grade_of(self.value)


def half_up(number: Fraction, places: int) -> Decimal:
    """Round to `places` decimals, halves away from nought."""
    scaled = abs(number) * 10**places
    whole = math.floor(scaled + Fraction(1, 2))
    return Decimal(whole if number >= 0 else -whole).scaleb(-places)


def grade_of(index: Decimal) -> Grade:
    """Return the grade of an index already rounded to two decimals; each bound has one grade.

    The bands are those of PermenPANRB 14/2017. With the rounded weights an index can fall a little
    under 25; that is a D as well.
    """
    return next(grade for grade in Grade if index >= grade.least)


def of_forms(
    forms: Iterable[Form], weight: Weight = Weight.EXACT, population: int | None = None
) -> Index:
    """Return the index of `forms`.

    NRR of an element is the sum of its scores by the number of filled questionnaires, and the
    index the sum of the weighted NRR times 25 (PermenPANRB 14/2017). Several questions of one
    element are averaged per respondent first. A form that leaves any question open, or has
    something else than 1, 2, 3 or 4, is not a filled one: it is left out whole, and listed.
    `population`, the finished visits of the period, narrows the interval.
    """
    filled: list[list[Number]] = []
    left_out = []
    for form in forms:
        fault = _fault(form)
        if fault is None:
            filled.append([_mean(form.answers[key]) for key in KEYS])
        else:
            left_out.append(fault)
    return of_scores(filled, weight, population, tuple(left_out))


def of_scores(
    filled: Sequence[Sequence[Number]],
    weight: Weight,
    population: int | None = None,
    left_out: tuple[LeftOut, ...] = (),
) -> Index:
    """Return the index of filled forms, each given by its nine scores in the form's order."""
    return _index(
        weight,
        len(filled),
        {key: Fraction(sum(form[at] for form in filled)) for at, key in enumerate(KEYS)},
        left_out,
        of_sums([sum(form) for form in filled], worth(weight), population),
        all_threes=all(score == 3 for form in filled for score in form),
    )


def of_counts(
    counts: Mapping[str, Sequence[Counts]],
    weight: Weight = Weight.EXACT,
    population: int | None = None,
) -> Index:
    """Return the index of how many answered 4, 3, 2 and 1 to each question of each element.

    Raises CountsLacking, CountImpossible, or CountsDisagree where the elements do not have equally
    many answers: forms that lack an element would have to be left out whole, and counts do not
    tell which those are.
    """
    lacking = [key for key in KEYS if not counts.get(key)]
    if lacking:
        raise CountsLacking(lacking)
    for key in KEYS:
        if any(count < 0 for question in counts[key] for count in question):
            raise CountImpossible(key)
    numbers = {key: [sum(question) for question in counts[key]] for key in KEYS}
    if len({number for each in numbers.values() for number in each}) > 1:
        raise CountsDisagree(numbers)
    respondents = numbers[KEYS[0]][0]
    totals = {
        key: Fraction(sum(_total(question) for question in counts[key]), len(counts[key]))
        for key in KEYS
    }
    variances = [
        _variance(question) / len(counts[key]) ** 2
        for key in KEYS
        for question in counts[key]
        if respondents > 1
    ]
    return _index(
        weight,
        respondents,
        totals,
        (),
        of_parts(variances, sum(totals.values()), respondents, worth(weight), population),
        all_threes=all(
            question[SCORES.index(3)] == respondents for key in KEYS for question in counts[key]
        ),
    )


def of_totals(
    respondents: int,
    totals: Mapping[str, Number],
    squares: Number,
    weight: Weight,
    population: int | None = None,
    *,
    all_threes: bool,
) -> Index:
    """Return the index of filled forms of which only sums are known.

    By element the sum of its scores, and of each form's sum of scores the square.
    """
    return _index(
        weight,
        respondents,
        {key: Fraction(total) for key, total in totals.items()},
        (),
        of_moments(respondents, sum(totals.values()), squares, worth(weight), population),
        all_threes=all_threes,
    )


def value_of(mean: Fraction, weight: Weight) -> Decimal:
    """Return the index, as published, of respondents whose elements' scores sum to `mean`."""
    return half_up(worth(weight) * mean, 2)


def worth(weight: Weight) -> Fraction:
    """Return what a point more at one element adds to the index."""
    return 25 * weight.value_of_one


def _index(
    weight: Weight,
    respondents: int,
    totals: Mapping[str, Fraction],
    left_out: tuple[LeftOut, ...],
    interval: Interval | None,
    *,
    all_threes: bool,
) -> Index:
    if not respondents:
        return Index(weight, 0, {}, None, left_out)
    each = weight.value_of_one
    means = {key: totals[key] / respondents for key in KEYS}
    whole = sum(means.values(), Fraction(0))
    notes = []
    if all_threes:
        notes.append(Note.ALL_THREES)
    if len({grade_of(half_up(worth(other) * whole, 2)) for other in Weight}) > 1:
        notes.append(Note.WEIGHT_DECIDES)
    return Index(
        weight,
        respondents,
        {key: Score(totals[key], means[key], means[key] * each) for key in KEYS},
        worth(weight) * whole,
        left_out,
        interval,
        tuple(notes),
    )


def _fault(form: Form) -> LeftOut | None:
    if form.is_sum:
        return LeftOut(form.row, Reason.NOT_A_FORM)
    wrong = {
        key: str(answer)
        for key in KEYS
        for answer in form.answers.get(key, ())
        if answer is not None and answer not in SCORES
    }
    if wrong:
        return LeftOut(form.row, Reason.NOT_A_SCORE, tuple(wrong), tuple(wrong.values()))
    lacking = [
        key
        for key in KEYS
        if not form.answers.get(key) or any(answer is None for answer in form.answers[key])
    ]
    return LeftOut(form.row, Reason.LACKING, tuple(lacking)) if lacking else None


def _mean(answers: Sequence[Answer]) -> Number:
    scores = [int(answer) for answer in answers if answer is not None]
    return scores[0] if len(scores) == 1 else Fraction(sum(scores), len(scores))


def _total(question: Counts) -> int:
    return sum(score * count for score, count in zip(SCORES, question, strict=True))


def _variance(question: Counts) -> Fraction:
    number = sum(question)
    mean = Fraction(_total(question), number)
    squares = (count * (score - mean) ** 2 for score, count in zip(SCORES, question, strict=True))
    return sum(squares, Fraction(0)) / (number - 1)
