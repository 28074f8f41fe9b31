"""A period's survey: to the last digit, nothing of too few, and no group by subtraction."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from office.place import Office, service_named
from office.tickets import Ticket
from storage.work import Work
from surveys.skm import desks, draws, forms, publications, years
from surveys.skm.counting import Counts, batches
from surveys.skm.forms import SkmForm
from surveys.skm.index import Weight
from surveys.skm.periods import Period, Span, lately
from surveys.skm.questionnaires import STANDARD
from surveys.skm.results import Result, Share, Told, result
from surveys.skm.sampling import Sample, sample_of
from tests.houses import Staffed
from tests.office.observing import refused
from tests.surveys.skm.forms_of import TODAY, keep_quarter, scored, type_in, type_quarter

#: A day of a quarter that gets no more forms.
DAY = date(2026, 9, 1)
QUARTER, RUNNING = Period.around(Span.QUARTER, DAY), Period.around(Span.QUARTER, TODAY)


def of(staffed: Staffed, period: Period = QUARTER, counts: Counts | None = None) -> Result:
    """Return a period's result."""
    return days(staffed, period.first, period.last, counts)


def days(
    staffed: Staffed, first: date, last: date, counts: Counts | None = None, locale: str = "id"
) -> Result:
    """Return the result of some days."""
    found: Result = staffed.read(
        lambda work, office: result(work, office, first, last, staffed.clock.now(), locale, counts)
    )
    return found


def numbers(several: Sequence[Told]) -> list[tuple[str, int, Decimal]]:
    """Return what is told of groups."""
    return [(each.name, each.respondents, each.value) for each in several]


def keep(
    work: Work, office: Office, scores: Sequence[int], day: date = DAY, **about: object
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
    day: date = DAY,
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
    type_quarter(staffed, DAY)
    type_in(staffed, 100, [1] * 8, DAY)
    for weight, value in (
        (Weight.EXACT, "91.48"),
        (Weight.THREE_PLACES, "91.38"),
        (Weight.TWO_PLACES, "90.56"),
    ):
        choose(staffed, weight)
        found = of(staffed)
        assert (found.index.value, found.index.respondents) == (Decimal(value), 29)
        assert [(each.period, each.value) for each in found.trend] == [(QUARTER, Decimal(value))]
    assert (found.lacking, found.waiting) == (1, 0)
    assert found.weakest[0] == "waktu"
    assert of(staffed, Period.around(Span.YEAR, TODAY)).index.value == Decimal("90.56")


def test_no_data_is_no_index_and_too_few_are_not_told(staffed: Staffed) -> None:
    assert of(staffed).index.value is None
    staffed.in_turn(lambda work, office: alike(work, office, 4, [4] * 9))
    found = of(staffed)
    assert (found.enough, found.waiting, found.groups, found.words) == (False, 4, {}, [])
    assert [each.value for each in found.trend] == [None]
    staffed.in_turn(lambda work, office: keep(work, office, [4] * 9, comment="Baik"))
    found = of(staffed)
    assert (found.enough, found.index.value, found.words) == (True, Decimal("100.00"), ["Baik"])


def test_what_is_told_of_a_running_month_stays_whatever_comes(staffed: Staffed) -> None:
    counts = Counts()

    def told() -> tuple[int, int]:
        found = of(staffed, RUNNING, counts)
        return found.index.respondents, found.waiting

    def come(count: int) -> None:
        staffed.in_turn(lambda work, office: alike(work, office, count, [4] * 9, TODAY))

    come(9)
    assert told() == (0, 9)
    come(1)
    assert told() == (5, 5)
    come(8)
    assert told() == (10, 8)
    staffed.clock.advance(days=5)
    assert told() == (10, 8)
    # The last visit of November can be answered for until the third of December.
    staffed.clock.advance(days=4)
    assert told() == (18, 0)


def test_a_form_deleted_and_typed_in_anew_is_counted_anew(staffed: Staffed) -> None:
    counts = Counts()
    type_quarter(staffed, DAY)
    number = type_in(staffed, 100, [1, 2, 3, 4, 1, 1, 1, 1, 1], DAY)
    before = of(staffed, QUARTER, counts).index.elements
    staffed.in_turn(
        lambda work, office: publications.take_out(
            work, office, staffed.actors["manager"], staffed.clock.now(), number
        )
    )
    type_in(staffed, 100, [4, 3, 2, 1, 1, 1, 1, 1, 1], DAY)
    after = of(staffed, QUARTER, counts).index.elements
    assert after["persyaratan"].total == before["persyaratan"].total + 3


def test_drawn_and_volunteered_answers_are_told_apart_where_both_are_enough(
    staffed: Staffed,
) -> None:
    staffed.in_turn(lambda work, office: alike(work, office, 5, [4] * 9, drawn=True))
    staffed.in_turn(lambda work, office: alike(work, office, 4, [2] * 9))
    assert of(staffed).groups["drawn"] == []
    staffed.in_turn(lambda work, office: keep(work, office, [2] * 9))
    assert numbers(of(staffed).groups["drawn"]) == [
        ("volunteered", 5, Decimal("50.00")),
        ("drawn", 5, Decimal("100.00")),
    ]


def test_groups_are_told_with_their_interval_and_not_where_they_are_few(staffed: Staffed) -> None:
    def act(work: Work, office: Office) -> None:
        for number in range(12):
            keep(work, office, [4 if number < 10 else 1] * 9, sex="female")
        for _ in range(8):
            keep(work, office, [3] * 9, sex="male")

    staffed.in_turn(act)
    found = of(staffed).groups
    assert numbers(found["sex"]) == [
        ("Laki-laki", 8, Decimal("75.00")),
        ("Perempuan", 12, Decimal("87.50")),
    ]
    men, women = (each.interval for each in found["sex"])
    assert men is None and women is not None and women.low < 87.5 < women.high
    (service,) = found["service"]
    assert service.rate == Share(20, 0)
    assert found["age"] == []


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
            (date(2026, 7, 30), "male", 3),
            (date(2026, 7, 30), "female", 7),
            (date(2026, 8, 3), "male", 12),
            (date(2026, 8, 3), None, 5),
        ):
            alike(work, office, count, [4] * 9, day, sex=sex)

    staffed.in_turn(act)
    july, august = (Period(2026, Span.MONTH, month) for month in (7, 8))
    told = [of(staffed, each).groups.get("sex", []) for each in (QUARTER, july, august)]
    assert [[(each.name, each.respondents) for each in rows] for rows in told] == [
        [("Laki-laki", 15), ("Perempuan", 7)],
        [],
        [("Laki-laki", 10)],
    ]


def test_words_are_behind_a_weak_element_where_enough_found_it_so(staffed: Staffed) -> None:
    slow = [4, 4, 2, 4, 4, 4, 4, 4, 4]
    staffed.in_turn(lambda work, office: alike(work, office, 6, [4] * 9, comment="Baik"))
    staffed.in_turn(lambda work, office: alike(work, office, 4, slow, comment="Lama"))
    assert of(staffed).behind == []
    staffed.in_turn(lambda work, office: keep(work, office, slow))
    (found,) = of(staffed).behind
    assert (found.key, found.low, found.words) == ("waktu", 5, ["Lama"] * 4)


def test_a_counter_is_told_by_whole_months_and_no_form_knows_it(staffed: Staffed) -> None:
    counted, month = [], Period.around(Span.MONTH, TODAY)
    for number in range(6):
        label, _secret = staffed.take_with_token("A")
        assert staffed.serve(1) == label

        def answer(work: Work, office: Office, number: int = number) -> None:
            newest = select(Ticket).where(Ticket.office_id == office.id)
            ticket = work.session.scalars(newest.order_by(Ticket.id.desc())).first()
            assert ticket is not None
            scores = scored([4 if number else 1] * 9)
            forms.answer(
                *(work, office, staffed.clock.now(), ticket, forms.Channel.PHONE, STANDARD),
                *(scores, {}, ""),
                drawn=False,
            )

        staffed.in_turn(answer)
        staffed.clock.advance(minutes=1)
        counted.append(
            staffed.read(
                lambda work, office: desks.answered_at(work, office.id, month.first, month.last)
            )
        )
    assert counted[:4] == [{}] * 4
    assert list(counted[4].values()) == [(5, 9 + 4 * 36, 81 + 4 * 36**2)]
    assert counted[5] == counted[4]
    half = staffed.read(lambda work, office: desks.answered_at(work, office.id, month.first, TODAY))
    assert half == {}
    assert "counter" not in str(SkmForm.__table__.columns.keys())


@given(
    st.lists(st.lists(st.integers(1, 40), max_size=30), min_size=1, max_size=3),
    st.integers(2, 6),
    st.integers(0, 3),
)
def test_batches_are_whole_and_stay_as_more_comes(
    months: list[list[int]], least: int, over: int
) -> None:
    told = batches(months, least, over)
    assert all(len(each) >= least for each in told)
    assert [one for each in told for one in each] == [one for each in months for one in each][
        : sum(map(len, told))
    ]
    more = [*months[: over + 1], *([[]] * (3 - len(months)))][:3]
    if over < len(more):
        more[over] = [*more[over], 99, 98, 97]
    for later in (over, over + 1, 3):
        afterwards = batches(more, least, later)
        assert afterwards[: len(told)] == told


def test_the_trend_leaves_out_what_is_too_few(staffed: Staffed) -> None:
    def act(work: Work, office: Office) -> None:
        keep_quarter(work, office, date(2026, 2, 2))
        keep_quarter(work, office, date(2026, 8, 2), first=101)
        for _ in range(4):
            keep(work, office, [1] * 9, date(2026, 5, 5))

    staffed.in_turn(act)
    told = [(each.period.key, each.value) for each in of(staffed, RUNNING).trend]
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
    staffed.in_turn(lambda work, office: keep(work, office, [4] * 9, TODAY, drawn=True))
    found = of(staffed, RUNNING)
    assert (found.population, found.invited.asked, found.invited.answered) == (3, 3, 1)
    sample: Sample = staffed.read(lambda work, office: sample_of(work, office, RUNNING, "id"))
    assert (sample.visits, sample.wanted, sample.answered, sample.lacking) == (3, 3, 1, 2)
    assert [(each.name[:1], each.visits, each.missing) for each in sample.services] == [
        ("A", 3, True)
    ]
    assert [(each.name, each.visits) for each in sample.hours] == [("09.00", 3)]
    assert sample.percent_for() is None


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
