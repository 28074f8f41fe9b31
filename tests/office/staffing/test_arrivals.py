"""Visitors expected: what the days before say, how sure it is, and when they say too little."""

import math
import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.staffing.arrivals import (
    DAYS_NEEDED,
    SAME_WEEKDAY_NEEDED,
    DayKind,
    Missing,
    PastDay,
    band,
    expected,
    missing,
    quantile,
)

MONDAY = date(2026, 11, 30)
SHARES = {16: 0.5, 17: 0.3, 18: 0.2}


def kind(day: date, after_closure: bool = False) -> DayKind:
    """Return the kind of a day."""
    return DayKind(day.weekday(), (day.day - 1) // 7 + 1, after_closure)


def past(weeks: int, total: float = 200, monday: float = 1.0, rush: float = 1.0) -> list[PastDay]:
    """Return the working days of so many weeks before MONDAY, each with its own chance."""
    chance = random.Random(3)
    days = []
    for back in range(7 * weeks, 0, -1):
        day = MONDAY - timedelta(days=back)
        if day.weekday() > 4:
            continue
        after = back % 35 == 6
        mean = total * (monday if day.weekday() == 0 else 1) * (rush if after else 1)
        count = round(chance.gauss(mean, math.sqrt(mean)))
        days.append(
            PastDay(day, kind(day, after), {s: round(count * share) for s, share in SHARES.items()})
        )
    return days


def test_a_fuller_weekday_is_foretold_as_fuller() -> None:
    days = past(16, monday=1.5)
    monday = expected(days, MONDAY, kind(MONDAY)).total.mean
    tuesday = expected(
        days, MONDAY + timedelta(days=1), kind(MONDAY + timedelta(days=1))
    ).total.mean
    assert monday == pytest.approx(300, rel=0.08)
    assert tuesday == pytest.approx(200, rel=0.08)


def test_after_a_closure_as_many_more_come_as_did_before() -> None:
    days = past(26, rush=1.6)
    day = MONDAY + timedelta(days=1)
    found = expected(days, day, kind(day, after_closure=True))
    assert found.rush_known
    assert 1.25 < found.total.mean / expected(days, day, kind(day)).total.mean < 1.6


def test_a_rush_never_seen_is_not_foretold_and_said() -> None:
    days = [each for each in past(16) if not each.kind.after_closure]
    found = expected(days, MONDAY, kind(MONDAY, after_closure=True))
    assert not found.rush_known
    assert found.total.mean == pytest.approx(200, rel=0.08)


def test_the_course_of_the_day_is_kept() -> None:
    found = expected(past(16), MONDAY, kind(MONDAY))
    assert {slot: each.mean / found.total.mean for slot, each in found.by_slot.items()} == {
        slot: pytest.approx(share, abs=0.02) for slot, share in SHARES.items()
    }


def test_the_band_holds_about_eight_days_in_ten_of_days_never_seen() -> None:
    chance = random.Random(5)

    def day_of(day: date) -> PastDay:
        mean = 200 * chance.gammavariate(25, 1 / 25)
        return PastDay(day, kind(day), {16: round(chance.gauss(mean, math.sqrt(mean)))})

    working = [
        each for back in range(600, 0, -1) if (each := MONDAY - timedelta(days=back)).weekday() < 5
    ]
    days = [day_of(each) for each in working]
    inside = 0
    tested = range(130, len(days))
    for place in tested:
        found = expected(days[place - 130 : place], days[place].day, days[place].kind).total
        inside += found.low <= days[place].total <= found.high
    assert 0.7 <= inside / len(tested) <= 0.9


@pytest.mark.parametrize(("weeks", "enough"), [(0, False), (1, False), (2, True)])
def test_too_little_past_is_said_with_what_is_missing(weeks: int, enough: bool) -> None:
    days = past(weeks)
    found = missing(days, kind(MONDAY))
    assert (found is None) == enough
    if found is not None:
        assert found == Missing(len(days), weeks, DAYS_NEEDED, SAME_WEEKDAY_NEEDED)
        with pytest.raises(ValueError, match="too few"):
            expected(days, MONDAY, kind(MONDAY))


def test_many_days_without_this_weekday_are_too_little() -> None:
    days = [each for each in past(10) if each.kind.weekday != 0]
    assert missing(days, kind(MONDAY)) == Missing(len(days), 0)


kinds = st.builds(DayKind, st.integers(0, 6), st.integers(1, 5), st.booleans())
some_days = st.lists(
    st.builds(
        PastDay,
        st.dates(date(2026, 6, 1), date(2026, 11, 29)),
        kinds,
        st.dictionaries(st.integers(0, 47), st.integers(0, 500), max_size=6),
    ),
    max_size=40,
)


@given(some_days, kinds)
def test_whatever_the_past_the_bands_are_in_order_and_add_up(
    days: list[PastDay], of: DayKind
) -> None:
    if missing(days, of) is not None:
        return
    found = expected(days, MONDAY, of)
    for each in (found.total, *found.by_slot.values()):
        assert math.isfinite(each.mean) and each.mean >= 0
        assert 0 <= each.low <= each.high
    if found.by_slot:
        together = sum(each.mean for each in found.by_slot.values())
        assert together == pytest.approx(found.total.mean, rel=1e-6)


@given(st.floats(0.01, 900), st.floats(0, 1), st.sampled_from([0.1, 0.5, 0.9]))
def test_a_quantile_of_chance_alone_is_that_of_poisson(
    mean: float, variability: float, share: float
) -> None:
    poisson = quantile(mean, 0.0, share)
    # a float has no room for how seldom nobody comes where hundreds are expected
    expected = Decimal(mean)
    term, number = (-expected).exp(), 0
    total = term
    while total < Decimal(share):
        number += 1
        term *= expected / number
        total += term
    assert abs(poisson - number) <= 1
    wider = band(mean, variability)
    assert wider.low <= quantile(mean, 0.0, 0.1) + 1
    assert wider.high >= quantile(mean, 0.0, 0.9) - 1 or variability == 0


def test_beyond_a_thousand_the_band_goes_on_as_before() -> None:
    below, above = band(999, 0.01), band(1001, 0.01)
    assert abs(below.low - above.low) < 15
    assert abs(below.high - above.high) < 15
