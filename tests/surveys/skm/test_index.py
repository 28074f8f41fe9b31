"""The index to its last digit: published quarters, bounds, rounding, and what is left out."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.skm.elements import KEYS
from surveys.skm.index import (
    Answer,
    CannotCount,
    CountImpossible,
    Counts,
    CountsDisagree,
    CountsLacking,
    Form,
    Grade,
    Index,
    LeftOut,
    Note,
    Reason,
    Weight,
    grade_of,
    half_up,
    of_counts,
    of_forms,
)

WEIGHTS = list(Weight)

#: A published quarter: how many of 29 gave 4, 3 and 2, in the order of the form.
QUARTER = [
    (18, 11, 0, 0),
    (14, 15, 0, 0),
    (15, 12, 2, 0),
    (29, 0, 0, 0),
    (15, 14, 0, 0),
    (18, 11, 0, 0),
    (19, 10, 0, 0),
    (18, 11, 0, 0),
    (28, 1, 0, 0),
]


def counted(questions: Sequence[Counts]) -> dict[str, list[Counts]]:
    """Return counts by element, one question each."""
    return {key: [question] for key, question in zip(KEYS, questions, strict=True)}


def answered(*scores: int) -> dict[str, list[Answer]]:
    """Return the answers of a form in its order."""
    return {key: [score] for key, score in zip(KEYS, scores, strict=True)}


def alike(score: int, number: int) -> list[Form]:
    """Return forms that answer `score` throughout."""
    return [Form(row, answered(*[score] * 9)) for row in range(1, number + 1)]


def spread(questions: Sequence[Counts]) -> list[Form]:
    """Return forms that add up to `questions`."""
    columns = [
        [score for score, count in zip((4, 3, 2, 1), question, strict=True) for _ in range(count)]
        for question in questions
    ]
    return [Form(row, answered(*scores)) for row, scores in enumerate(zip(*columns, strict=True))]


def published(index: Index) -> tuple[str, str]:
    """Return the index and the grade as they are printed."""
    assert index.grade is not None
    return str(index.value), index.grade.name


# Golden


@pytest.mark.parametrize(
    ("weight", "told"),
    [
        (Weight.EXACT, ("91.48", "A")),
        (Weight.THREE_PLACES, ("91.38", "A")),
        (Weight.TWO_PLACES, ("90.56", "A")),
    ],
)
def test_the_published_quarter_comes_out_to_its_last_digit(
    weight: Weight, told: tuple[str, str]
) -> None:
    assert published(of_counts(counted(QUARTER), weight)) == told
    assert published(of_forms(spread(QUARTER), weight)) == told


def test_every_element_of_the_published_quarter_comes_out() -> None:
    index = of_counts(counted(QUARTER))
    assert index.respondents == 29
    assert [index.elements[key].total for key in KEYS] == [
        *(105, 101, 100, 116, 102, 105, 106, 105, 115)
    ]
    assert [str(half_up(index.elements[key].nrr, 4)) for key in KEYS] == [
        *("3.6207", "3.4828", "3.4483", "4.0000", "3.5172"),
        *("3.6207", "3.6552", "3.6207", "3.9655"),
    ]
    assert str(half_up(index.elements["waktu"].weighted, 4)) == "0.3831"


def test_rounding_nrr_first_would_shift_the_published_quarter() -> None:
    rounded = sum(half_up(each.nrr, 2) for each in of_counts(counted(QUARTER)).elements.values())
    assert half_up(Fraction(rounded) * 25 / 9, 2) == Decimal("91.50")


@pytest.mark.parametrize(
    ("score", "told"), [(4, ("100.00", "A")), (3, ("75.00", "C")), (1, ("25.00", "D"))]
)
def test_ten_who_agree(score: int, told: tuple[str, str]) -> None:
    assert published(of_forms(alike(score, 10))) == told


@pytest.mark.parametrize(
    ("weight", "fours", "ones"),
    [
        (Weight.EXACT, "100.00", "25.00"),
        (Weight.THREE_PLACES, "99.90", "24.98"),
        (Weight.TWO_PLACES, "99.00", "24.75"),
    ],
)
def test_each_weight_reaches_just_so_far(weight: Weight, fours: str, ones: str) -> None:
    assert published(of_forms(alike(4, 7), weight)) == (fours, "A")
    assert published(of_forms(alike(1, 7), weight)) == (ones, "D")


@pytest.mark.parametrize(
    ("weight", "told"),
    [
        (Weight.EXACT, ("88.92", "A")),
        (Weight.THREE_PLACES, ("88.83", "A")),
        (Weight.TWO_PLACES, ("88.03", "B")),
    ],
)
def test_a_weight_can_change_the_grade_and_says_so(weight: Weight, told: tuple[str, str]) -> None:
    questions = [(56, 44, 0, 0)] * 5 + [(55, 45, 0, 0)] * 3 + [(56, 44, 0, 0)]
    index = of_counts(counted(questions), weight)
    assert published(index) == told
    assert index.notes == (Note.WEIGHT_DECIDES,)


# Nobody, and everybody alike


def test_without_respondents_there_is_no_index() -> None:
    for index in (of_forms([]), of_counts(counted([(0, 0, 0, 0)] * 9))):
        assert (index.respondents, index.value, index.grade, index.elements) == (0, None, None, {})
        assert (index.interval, index.notes) == (None, ())


@pytest.mark.parametrize("weight", WEIGHTS)
def test_all_threes_are_said_to_be_a_c(weight: Weight) -> None:
    by_form, by_count = (
        of_forms(alike(3, 4), weight),
        of_counts(counted([(0, 4, 0, 0)] * 9), weight),
    )
    assert by_form.grade is by_count.grade is Grade.C
    assert by_form.notes == by_count.notes == (Note.ALL_THREES,)


def test_threes_on_average_are_no_such_note() -> None:
    assert Note.ALL_THREES not in of_forms(alike(4, 1) + alike(2, 1)).notes


# Bands and rounding


@pytest.mark.parametrize(
    ("index", "grade"),
    [
        ("100.00", Grade.A),
        ("88.31", Grade.A),
        ("88.30", Grade.B),
        ("76.61", Grade.B),
        ("76.60", Grade.C),
        ("65.00", Grade.C),
        ("64.99", Grade.D),
        ("25.00", Grade.D),
        ("24.75", Grade.D),
    ],
)
def test_each_bound_has_its_grade(index: str, grade: Grade) -> None:
    assert grade_of(Decimal(index)) is grade


@given(st.integers(min_value=2475, max_value=10000))
def test_every_index_is_in_exactly_one_band(hundredths: int) -> None:
    index = Decimal(hundredths).scaleb(-2)
    tops = {Grade.A: "100.00", Grade.B: "88.30", Grade.C: "76.60", Grade.D: "64.99"}
    held = [grade for grade in Grade if grade.least <= index <= Decimal(tops[grade])]
    assert held == [grade_of(index)]


@given(st.fractions(min_value=0, max_value=100), st.integers(min_value=0, max_value=4))
def test_rounding_is_to_the_nearest_and_halves_go_up(number: Fraction, places: int) -> None:
    off = Fraction(half_up(number, places)) - number
    assert -Fraction(1, 2 * 10**places) < off <= Fraction(1, 2 * 10**places)


@pytest.mark.parametrize(
    ("number", "told"), [("2.675", "2.68"), ("88.305", "88.31"), ("0.005", "0.01"), ("1", "1.00")]
)
def test_halves_that_floats_lose_go_up(number: str, told: str) -> None:
    assert str(half_up(Fraction(number), 2)) == told


SCORES = st.integers(min_value=1, max_value=4)
SURVEYS = st.lists(st.tuples(*[SCORES] * 9), min_size=1, max_size=30)


@given(SURVEYS, st.sampled_from(WEIGHTS), st.randoms(use_true_random=False))
def test_order_of_forms_and_elements_changes_nothing(
    survey: list[tuple[int, ...]], weight: Weight, chance: Random
) -> None:
    forms = [Form(row, answered(*scores)) for row, scores in enumerate(survey)]
    mixed = []
    for form in forms:
        keys = list(form.answers)
        chance.shuffle(keys)
        mixed.append(Form(form.row, {key: form.answers[key] for key in keys}))
    chance.shuffle(mixed)
    assert of_forms(mixed, weight) == of_forms(forms, weight)


@given(SURVEYS, st.sampled_from(WEIGHTS))
def test_forms_and_their_counts_have_the_same_index_within_its_bounds(
    survey: list[tuple[int, ...]], weight: Weight
) -> None:
    by_form = of_forms([Form(0, answered(*scores)) for scores in survey], weight)
    columns = list(zip(*survey, strict=True))
    questions = [
        (column.count(4), column.count(3), column.count(2), column.count(1)) for column in columns
    ]
    by_count = of_counts(counted(questions), weight)
    assert by_form.exact == by_count.exact
    assert by_form.elements == by_count.elements
    assert by_form.exact is not None
    assert 25 <= by_form.exact / (9 * weight.value_of_one) <= 100
    if by_form.interval and by_count.interval:
        assert by_count.interval.low <= by_form.interval.low + 1e-9
        assert by_form.interval.low <= by_form.exact <= by_form.interval.high
        assert by_form.interval.high <= by_count.interval.high + 1e-9


# What is no filled form


def faulty(key: str, *answers: Answer) -> Form:
    """Return a form of fours but for one element."""
    return Form(5, answered(*[4] * 9) | {key: list(answers)})


@pytest.mark.parametrize(
    ("form", "left_out"),
    [
        (faulty("biaya"), LeftOut(5, Reason.LACKING, ("biaya",))),
        (faulty("biaya", None), LeftOut(5, Reason.LACKING, ("biaya",))),
        (faulty("biaya", 4, None), LeftOut(5, Reason.LACKING, ("biaya",))),
        (Form(5, {}), LeftOut(5, Reason.LACKING, KEYS)),
        (faulty("waktu", 0), LeftOut(5, Reason.NOT_A_SCORE, ("waktu",), ("0",))),
        (faulty("waktu", 5), LeftOut(5, Reason.NOT_A_SCORE, ("waktu",), ("5",))),
        (faulty("waktu", -1), LeftOut(5, Reason.NOT_A_SCORE, ("waktu",), ("-1",))),
        (faulty("waktu", "3,5"), LeftOut(5, Reason.NOT_A_SCORE, ("waktu",), ("3,5",))),
        (faulty("waktu", "bagus"), LeftOut(5, Reason.NOT_A_SCORE, ("waktu",), ("bagus",))),
        (Form(5, answered(*[4] * 9), is_sum=True), LeftOut(5, Reason.NOT_A_FORM)),
    ],
)
def test_a_form_not_filled_is_left_out_whole_and_listed(form: Form, left_out: LeftOut) -> None:
    index = of_forms([*alike(3, 2), form])
    assert index.left_out == (left_out,)
    assert index.respondents == 2
    assert index.value == Decimal("75.00")
    assert {score.nrr for score in index.elements.values()} == {3}


def test_several_questions_of_an_element_are_averaged_per_respondent() -> None:
    forms = [faulty("prosedur", 4, 3, 3), faulty("prosedur", 2, 2, 1)]
    score = of_forms(forms).elements["prosedur"]
    assert (score.total, score.nrr) == (Fraction(5), Fraction(5, 2))
    counts = counted([(2, 0, 0, 0)] * 9) | {
        "prosedur": [(1, 0, 1, 0), (0, 1, 1, 0), (0, 1, 0, 1)],
    }
    assert of_counts(counts).elements["prosedur"] == score


# Counts that do not fit


def test_counts_that_lack_an_element_are_refused() -> None:
    counts = counted(QUARTER)
    del counts["sarana"]
    with pytest.raises(CountsLacking) as refusal:
        of_counts(counts)
    assert refusal.value.keys == ("sarana",)


def test_counts_of_unequally_many_are_refused() -> None:
    with pytest.raises(CountsDisagree) as refusal:
        of_counts(counted([*QUARTER[:8], (28, 2, 0, 0)]))
    assert refusal.value.respondents["pengaduan"] == [30]


def test_counts_below_nought_are_refused() -> None:
    with pytest.raises(CountImpossible):
        of_counts(counted([*QUARTER[:8], (30, -1, 0, 0)]))


def test_refusals_have_codes_of_their_own() -> None:
    codes = {each.code for each in (CannotCount, CountsLacking, CountsDisagree, CountImpossible)}
    assert len(codes) == 4
