"""When tickets are given out: the week's stretches, closed days, and the office's own time."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from office.hours import (
    Opening,
    SpecialHours,
    Timetable,
    hours_of,
    next_opening,
    noon_ahead,
    office_opening,
    opening,
    serving_left,
)
from office.place import ClosedDay, EarlyClosing, Hours, Office
from office.ready import WEEK
from storage.work import Work
from tests.houses import Staffed

MAKASSAR = "Asia/Makassar"
USUAL = Timetable(
    {
        day: tuple((opens, closes) for weekday, opens, closes in WEEK if weekday == day)
        for day in range(7)
    }
)
WEDNESDAY, FRIDAY, SATURDAY, MONDAY = 25, 27, 28, 30


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Return a moment of November 2026 on the wall of Makassar, in UTC."""
    local = datetime(2026, 11, day, hour, minute, second, tzinfo=ZoneInfo(MAKASSAR))
    return local.astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (at(WEDNESDAY, 7, 59, 59), False),
        (at(WEDNESDAY, 8), True),
        (at(WEDNESDAY, 11, 59, 59), True),
        (at(WEDNESDAY, 12), False),
        (at(WEDNESDAY, 12, 59, 59), False),
        (at(WEDNESDAY, 13), True),
        (at(WEDNESDAY, 15, 59, 59), True),
        (at(WEDNESDAY, 16), False),
        (at(FRIDAY, 11, 29, 59), True),
        (at(FRIDAY, 11, 30), False),
        (at(FRIDAY, 12, 30), False),
        (at(FRIDAY, 13), True),
        (at(FRIDAY, 15, 30), False),
        (at(SATURDAY, 9), False),
    ],
)
def test_tickets_are_given_out_from_the_opening_until_before_the_closing(
    moment: datetime, is_open: bool
) -> None:
    assert opening(USUAL, moment, MAKASSAR).is_open is is_open


def test_before_the_opening_the_next_stretch_of_the_day_is_told() -> None:
    told = opening(USUAL, at(FRIDAY, 12), MAKASSAR)
    assert told == Opening(False, time(13), time(15, 30))


def test_after_the_last_closing_no_stretch_is_told() -> None:
    assert opening(USUAL, at(FRIDAY, 18), MAKASSAR) == Opening(False)


def test_nothing_is_given_out_on_a_closed_day() -> None:
    holiday = replace(USUAL, closed=frozenset({date(2026, 11, WEDNESDAY)}))
    assert opening(holiday, at(WEDNESDAY, 9), MAKASSAR) == Opening(False)


def test_special_hours_hold_in_place_of_the_weeks() -> None:
    week = ("09.00-14.00",) * 4 + ("09.00-11.00", "10.00-12.00", "")
    first, last = date(2026, 11, FRIDAY), date(2026, 12, 4)
    special = replace(USUAL, special=(SpecialHours(first, last, {"id": "Ramadan"}, week),))

    def is_open(moment: datetime) -> bool:
        return opening(special, moment, MAKASSAR).is_open

    assert is_open(at(WEDNESDAY, 8)), "the day before they begin is as usual"
    assert [is_open(at(FRIDAY, hour)) for hour in (8, 9, 11)] == [False, True, False]
    assert is_open(at(SATURDAY, 11)), "a day off becomes a day of service"
    assert not is_open(at(MONDAY, 14))
    assert is_open(at(MONDAY, 14) + timedelta(days=7)), "they are over"
    assert serving_left(special, at(SATURDAY, 11), MAKASSAR, 0) == 3600
    closed = replace(special, closed=frozenset({date(2026, 11, SATURDAY)}))
    assert not opening(closed, at(SATURDAY, 11), MAKASSAR).is_open, "a closed day is closed"


def test_the_weekday_is_that_of_the_offices_own_wall() -> None:
    night = Timetable({0: ((time(0), time(1)),)})
    sunday_in_utc = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert opening(night, sunday_in_utc, MAKASSAR).is_open
    assert not opening(night, sunday_in_utc, "Asia/Jakarta").is_open
    assert not opening(night, sunday_in_utc, "UTC").is_open


@pytest.mark.parametrize(
    ("timezone", "is_open"),
    [("Asia/Jakarta", False), ("Asia/Makassar", True), ("Asia/Jayapura", True)],
)
def test_the_same_moment_is_another_hour_in_another_zone(timezone: str, is_open: bool) -> None:
    eight_in_makassar = at(WEDNESDAY, 8)
    assert opening(USUAL, eight_in_makassar, timezone).is_open is is_open


def test_the_offices_own_hours_and_closed_days_decide(staffed: Staffed) -> None:
    staffed.change(rehearsal=False)
    staffed.clock.moment = at(FRIDAY, 9)
    assert staffed.read(lambda work, office: office_opening(work, office, at(FRIDAY, 9)).is_open)
    staffed.in_turn(
        lambda work, office: work.session.add(
            ClosedDay(office_id=office.id, day=date(2026, 11, FRIDAY), names={"id": "Libur"})
        )
    )
    assert not staffed.read(
        lambda work, office: office_opening(work, office, at(FRIDAY, 9)).is_open
    )
    assert staffed.read(lambda work, office: office_opening(work, office, at(MONDAY, 9)).is_open)


def test_the_next_opening_regards_breaks_closed_days_and_an_early_close(staffed: Staffed) -> None:
    def opens(now: datetime) -> datetime | None:
        told: datetime | None = staffed.read(lambda work, office: next_opening(work, office, now))
        return told

    assert opens(at(WEDNESDAY, 7)) == at(WEDNESDAY, 8)
    assert opens(at(FRIDAY, 11, 30)) == at(FRIDAY, 13)
    assert opens(at(FRIDAY, 15, 30)) == opens(at(SATURDAY, 9)) == at(MONDAY, 8)

    def close(work: Work, office: Office) -> None:
        early = {"reason": "power", "fate": "served", "since": at(FRIDAY, 10)}
        work.session.add(EarlyClosing(office_id=office.id, day=date(2026, 11, FRIDAY), **early))
        work.session.add(ClosedDay(office_id=office.id, day=date(2026, 11, MONDAY), names={}))

    staffed.in_turn(close)
    staffed.clock.moment = at(FRIDAY, 10, 5)
    assert opens(at(FRIDAY, 10, 5)) == opens(at(SATURDAY, 9)) == at(MONDAY, 8) + timedelta(days=1)
    staffed.in_turn(
        lambda work, office: work.session.query(Hours).filter_by(office_id=office.id).delete()
    )
    assert opens(at(FRIDAY, 10, 5)) is None


def test_in_rehearsal_tickets_are_given_out_at_any_hour(staffed: Staffed) -> None:
    assert staffed.read(lambda work, office: office_opening(work, office, at(SATURDAY, 23)).is_open)


@pytest.mark.parametrize(
    ("moment", "after", "minutes"),
    [
        (at(WEDNESDAY, 7), 0, 7 * 60),
        (at(WEDNESDAY, 10), 0, 5 * 60),
        (at(WEDNESDAY, 12, 30), 0, 3 * 60),
        (at(WEDNESDAY, 15, 50), 0, 10),
        (at(WEDNESDAY, 15, 50), 30, 40),
        (at(WEDNESDAY, 16, 10), 30, 20),
        (at(WEDNESDAY, 17), 30, 0),
        (at(FRIDAY, 11), 0, 30 + 150),
        (at(SATURDAY, 9), 30, 0),
    ],
)
def test_counters_serve_through_the_hours_but_not_the_breaks(
    moment: datetime, after: int, minutes: int
) -> None:
    assert serving_left(USUAL, moment, MAKASSAR, after) == minutes * 60


def test_the_time_between_two_stretches_is_known_ahead_and_until_it_is_over(
    staffed: Staffed,
) -> None:
    def plan(work: Work, office: Office) -> None:
        for each in hours_of(work, office.id):
            work.session.delete(each)
        work.session.flush()
        for opens, closes in ((8, 12), (13, 15)):
            work.session.add(
                Hours(office_id=office.id, weekday=2, opens=time(opens), closes=time(closes))
            )

    staffed.in_turn(plan)

    def noon() -> Any:
        return staffed.read(lambda work, office: noon_ahead(work, office, staffed.clock.now()))

    assert noon() == (3 * 3600.0, 4 * 3600.0)
    staffed.clock.advance(hours=3, minutes=30)
    assert noon() == (-1800.0, 1800.0)
    staffed.clock.advance(minutes=30)
    assert noon() is None
