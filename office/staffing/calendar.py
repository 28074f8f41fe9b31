"""What kind of day a date is: its weekday, its week of the month, a holiday, the day after one."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from holidays import HolidayBase, country_holidays

from office.staffing.arrivals import DayKind

#: Days looked back over for the last one on which the office would ordinarily have been open.
LOOK_BACK = 14


@cache
def _holidays(year: int, language: str) -> HolidayBase:
    # "government" holds the joint leave (cuti bersama) decreed for the civil service
    return country_holidays(
        "ID", language=language, categories=("public", "government"), years=year
    )


def holiday_on(day: date, language: str = "id") -> str | None:
    """Return the name of the national holiday or joint leave on `day`, if it is one."""
    known = "en_US" if language.startswith("en") else "id"
    name: str | None = _holidays(day.year, known).get(day)
    return name


def kind_of(
    day: date, ordinarily_open: Callable[[date], bool], closed: Callable[[date], bool]
) -> DayKind:
    """Return the kind of `day`, told which weekdays the office is open and what it was closed on.

    A weekend is no closure: after it comes an ordinary Monday.
    """
    after = False
    for back in range(1, LOOK_BACK + 1):
        before = day - timedelta(days=back)
        if ordinarily_open(before):
            after = closed(before)
            break
    return DayKind(day.weekday(), (day.day - 1) // 7 + 1, after)
