"""What kind of day a date is, by the Indonesian calendar and the office's own."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.staffing.arrivals import DayKind
from office.staffing.calendar import holiday_on, kind_of


def working(day: date) -> bool:
    """Return whether a day is from Monday to Friday."""
    return day.weekday() < 5


def holiday(day: date) -> bool:
    """Return whether a day is a national holiday."""
    return holiday_on(day) is not None


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 8, 17), "Hari Kemerdekaan Republik Indonesia"),
        (date(2026, 3, 20), "Cuti Bersama Hari Raya Idul Fitri"),
        (date(2026, 12, 24), "Cuti Bersama Hari Raya Natal"),
        (date(2026, 8, 18), None),
    ],
)
def test_holidays_and_joint_leave_are_known_by_name(day: date, name: str | None) -> None:
    assert holiday_on(day) == name


def test_holidays_are_named_in_english_too() -> None:
    assert holiday_on(date(2026, 8, 17), "en") == "Independence Day"


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 11, 30), DayKind(0, 5, False)),
        (date(2026, 8, 18), DayKind(1, 3, True)),
        (date(2026, 12, 28), DayKind(0, 4, True)),
        (date(2026, 3, 25), DayKind(2, 4, True)),
        (date(2026, 12, 1), DayKind(1, 1, False)),
    ],
)
def test_a_weekend_is_no_closure_but_a_holiday_before_it_is(day: date, kind: DayKind) -> None:
    assert kind_of(day, working, holiday) == kind


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)))
def test_every_date_has_a_kind(day: date) -> None:
    kind = kind_of(day, working, holiday)
    assert 1 <= kind.week <= 5
    assert kind.weekday == day.weekday()


def test_an_office_that_never_opens_has_days_all_the_same() -> None:
    day = date(2026, 11, 30)
    assert not kind_of(day, lambda _: False, lambda _: True).after_closure
    assert not kind_of(day + timedelta(days=1), lambda _: True, lambda _: False).after_closure
