"""A period's survey: to the last digit, nothing of too few, and no group by subtraction."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from office.place import Office, service_named
from storage.work import Work
from surveys.skm import draws, forms, years
from surveys.skm.forms import SkmForm
from surveys.skm.index import Weight
from surveys.skm.periods import Period, Span, lately
from surveys.skm.questionnaires import STANDARD
from surveys.skm.results import Result, result
from surveys.skm.sampling import Sample, sample_of
from tests.houses import Staffed
from tests.office.observing import refused
from tests.surveys.skm.forms_of import TODAY, keep_quarter, scored, type_in, type_quarter

QUARTER = Period.around(Span.QUARTER, TODAY)


def of(staffed: Staffed, period: Period = QUARTER) -> Result:
    """Return a period's result."""
    found: Result = staffed.read(lambda work, office: result(work, office, period, "id"))
    return found


def keep(
    work: Work, office: Office, scores: Sequence[int], day: date = TODAY, **about: object
) -> None:
    """Keep a form that came on the phone."""
    about = {"channel": "phone", "drawn": False, **about}
    about.setdefault("service_id", service_named(work, office.id, "K").id)
    forms.keep(work, STANDARD, scored(scores), SkmForm(office_id=office.id, day=day, **about))


def alike(
    work: Work,
    office: Office,
    count: int,
    scores: Sequence[int],
    day: date = TODAY,
    **about: object,
) -> None:
    """Keep so many forms that answer the same."""
    for _ in range(count):
        keep(work, office, scores, day, **about)


def choose(staffed: Staffed, weight: Weight) -> None:
    """Choose the weight of the year."""
    staffed.in_turn(
        lambda work, office: years.choose_weight(
            work, office, staffed.actors["manager"], staffed.clock.now(), 2026, weight
        )
    )


def test_the_published_quarter_comes_out_to_its_last_digit_by_each_weight(
    staffed: Staffed,
) -> None:
    type_quarter(staffed)
    type_in(staffed, 100, [1] * 8)
    for weight, value in (
        (Weight.EXACT, "91.48"),
        (Weight.THREE_PLACES, "91.38"),
        (Weight.TWO_PLACES, "90.56"),
    ):
        choose(staffed, weight)
        found = of(staffed)
        assert (found.index.value, found.index.respondents) == (Decimal(value), 29)
        assert found.trend == [(QUARTER, Decimal(value))]
    assert found.lacking == 1
    assert found.weakest[0] == "waktu"
    assert of(staffed, Period.around(Span.YEAR, TODAY)).index.value == Decimal("90.56")


def test_no_data_is_no_index_and_too_few_are_not_told(staffed: Staffed) -> None:
    assert of(staffed).index.value is None
    staffed.in_turn(lambda work, office: alike(work, office, 4, [4] * 9))
    found = of(staffed)
    assert (found.enough, found.groups, found.words, found.trend) == (
        False,
        {},
        (),
        [(QUARTER, None)],
    )
    staffed.in_turn(lambda work, office: keep(work, office, [4] * 9, comment="Baik"))
    found = of(staffed)
    assert (found.enough, found.index.value, list(found.words)) == (
        True,
        Decimal("100.00"),
        ["Baik"],
    )


def test_drawn_and_volunteered_answers_are_told_apart_where_both_are_enough(
    staffed: Staffed,
) -> None:
    staffed.in_turn(lambda work, office: alike(work, office, 5, [4] * 9, drawn=True))
    staffed.in_turn(lambda work, office: alike(work, office, 4, [2] * 9))
    found = of(staffed)
    assert (found.drawn, found.volunteered) == (None, None)
    staffed.in_turn(lambda work, office: keep(work, office, [2] * 9))
    found = of(staffed)
    assert found.drawn is not None
    assert found.volunteered is not None
    assert (found.drawn.value, found.volunteered.value) == (Decimal(100), Decimal(50))


def test_groups_are_told_in_whole_batches_and_not_by_what_is_left(staffed: Staffed) -> None:
    def act(work: Work, office: Office) -> None:
        for number in range(12):
            keep(work, office, [4 if number < 10 else 1] * 9, sex="female")
        for _ in range(8):
            keep(work, office, [3] * 9, sex="male")

    staffed.in_turn(act)
    assert [(each.name, each.respondents, each.value) for each in of(staffed).groups["sex"]] == [
        ("Laki-laki", 5, Decimal("75.00")),
        ("Perempuan", 10, Decimal("100.00")),
    ]
    # Two of a kind beside twelve of the other: nobody is told of, else the two would be.
    assert of(staffed).groups["age"] == []
    month = Period.around(Span.MONTH, TODAY)
    assert of(staffed, month).groups["sex"][1].respondents == 10


def test_a_small_rest_hides_the_smallest_group_along(staffed: Staffed) -> None:
    def act(work: Work, office: Office) -> None:
        for sex, count in (("female", 10), ("male", 5), (None, 2)):
            for _ in range(count):
                keep(work, office, [4] * 9, sex=sex)

    staffed.in_turn(act)
    assert [each.name for each in of(staffed).groups["sex"]] == ["Perempuan"]


def test_a_batch_that_lies_in_two_months_is_told_in_the_quarter_only(staffed: Staffed) -> None:
    def act(work: Work, office: Office) -> None:
        for day, sex, count in (
            (date(2026, 10, 30), "male", 3),
            (date(2026, 10, 30), None, 2),
            (date(2026, 11, 2), "male", 15),
        ):
            alike(work, office, count, [4] * 9, day, sex=sex)

    staffed.in_turn(act)
    october, november = (Period(2026, Span.MONTH, month) for month in (10, 11))
    told = [of(staffed, each).groups.get("sex", []) for each in (QUARTER, october, november)]
    assert [[each.respondents for each in rows] for rows in told] == [[15], [], [10]]


def test_the_trend_leaves_out_what_is_too_few(staffed: Staffed) -> None:
    def act(work: Work, office: Office) -> None:
        keep_quarter(work, office, date(2026, 2, 2))
        keep_quarter(work, office, date(2026, 8, 2), first=101)
        for _ in range(4):
            keep(work, office, [1] * 9, date(2026, 5, 5))

    staffed.in_turn(act)
    told = [(period.key, value) for period, value in of(staffed).trend]
    assert told == [
        ("2026-Q1", Decimal("91.48")),
        ("2026-Q2", None),
        ("2026-Q3", Decimal("91.48")),
        ("2026-Q4", None),
    ]


def test_the_invited_are_those_drawn_of_the_finished(staffed: Staffed) -> None:
    staffed.in_turn(
        lambda work, office: draws.draw_from(
            work, office, staffed.actors["manager"], staffed.clock.now(), 100
        )
    )
    for _ in range(3):
        staffed.take()
        staffed.serve(1)
    staffed.take()
    staffed.in_turn(lambda work, office: keep(work, office, [4] * 9, drawn=True))
    found = of(staffed)
    assert (found.population, found.invited.asked, found.invited.answered) == (3, 3, 1)
    sample: Sample = staffed.read(lambda work, office: sample_of(work, office, QUARTER, "id"))
    assert (sample.visits, sample.wanted, sample.answered, sample.lacking) == (3, 3, 1, 2)
    assert [(each.name[:1], each.visits, each.missing) for each in sample.services] == [
        ("A", 3, True)
    ]
    assert [(each.name, each.visits) for each in sample.hours] == [("09.00", 3)]
    assert sample.percent_for() == 100


def test_a_years_weight_changes_until_something_is_settled(staffed: Staffed) -> None:
    choose(staffed, Weight.TWO_PLACES)
    staffed.in_turn(lambda work, office: years.settle(work, office.id, 2026))
    with refused(staffed, "weight_settled"):
        choose(staffed, Weight.EXACT)
    assert of(staffed).weight is Weight.TWO_PLACES


def test_periods_meet_without_a_gap() -> None:
    for span in Span:
        period = Period.around(span, date(2024, 2, 29))
        assert period.first <= date(2024, 2, 29) <= period.last
        assert period.before.last == period.first - timedelta(days=1)
        assert Period.written(period.key) == period
    assert [Period.written(key) for key in ("2026-13", "2026-Q5", "26", "", "2026-S3", "1999")] == [
        None
    ] * 6
    assert {span: len(several) for span, several in lately(TODAY).items()} == {
        Span.YEAR: 2,
        Span.SEMESTER: 4,
        Span.QUARTER: 8,
        Span.MONTH: 24,
    }
