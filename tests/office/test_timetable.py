"""The hours and closed days as they are typed, kept, and taken back."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office import timetable
from office.errors import Forbidden, Invalid, StretchesWrong
from office.hours import SpecialHours, office_opening, special_hours, stretches_of, told_as
from office.place import Office
from office.timetable import DayOpen
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import last_change, refused, version


@pytest.mark.parametrize(
    "typed",
    [
        "08.00–12.00, 13.00–15.30",
        "8:00-12:00;13.00 - 15:30",
        " 13.00 s/d 15.30, 08.00 to 12.00 ",
        "8-12, 13-15.30",
        "8–12, 13–15.30",
        "08 sampai 12; 13 — 15:30",
    ],
)
def test_hours_are_read_as_people_type_them(typed: str) -> None:
    assert told_as(stretches_of(typed)) == "08.00–12.00, 13.00–15.30"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("8", "stretch_unread"),
        ("8-12-13", "stretch_unread"),
        ("25.00-26.00", "stretch_unread"),
        ("08.60-12", "stretch_unread"),
        ("x", "stretch_unread"),
        ("12.00-08.00", "stretch_backwards"),
        ("08.00-08.00", "stretch_backwards"),
        ("08.00-12.00, 11.00-13.00", "stretches_overlap"),
    ],
)
def test_what_are_no_hours_is_refused_with_the_day_and_the_cause(typed: str, code: str) -> None:
    with pytest.raises(StretchesWrong) as refused:
        stretches_of(typed, "Jumat", "day-4")
    assert refused.value.code == code
    assert refused.value.facts["names"] == "Jumat"
    assert [*refused.value.facts["fields"]] == ["day-4"]


@given(st.lists(st.times(), min_size=2, max_size=8, unique=True))
def test_hours_read_back_are_the_same(clocks: list[time]) -> None:
    minutes = sorted({each.replace(second=0, microsecond=0) for each in clocks})
    pairs = tuple(zip(minutes[::2], minutes[1::2], strict=False))
    assert stretches_of(told_as(pairs)) == pairs


def set_week(staffed: Staffed, by: str = "manager") -> None:
    """Let the office open on weekdays from eight to twelve."""
    week = {day: stretches_of("08.00-12.00" if day < 5 else "") for day in range(7)}
    staffed.in_turn(
        lambda work, office: timetable.set_week(
            work, office, staffed.actors[by], staffed.clock.now(), week, 60
        )
    )


def test_a_week_is_kept_once_and_holds(staffed: Staffed) -> None:
    set_week(staffed)
    told = last_change(staffed)
    assert (told["kind"], told["part"]) == ("office_changed", "hours")
    assert told["present"]["week"] == ["08.00–12.00"] * 5 + ["", ""]
    stands = version(staffed)
    set_week(staffed)
    assert version(staffed) == stands
    with refused(staffed, Forbidden.code):
        set_week(staffed, "1")


def close(staffed: Staffed, first: date, last: date, name: str = "Rapat") -> int:
    """Close the office on some days."""

    def act(work: Work, office: Office) -> int:
        actor, now = staffed.actors["manager"], staffed.clock.now()
        return timetable.close_on(work, office, actor, now, first, last, {"id": name, "en": " "})

    added: int = staffed.in_turn(act)
    return added


def today(staffed: Staffed) -> date:
    """Return the office's day."""
    day: date = staffed.read(lambda _, office: office.today(staffed.clock.now()))
    return day


def test_closed_days_are_added_once_and_taken_back(staffed: Staffed) -> None:
    staffed.change(rehearsal=False)
    first = today(staffed)
    assert close(staffed, first, first + timedelta(days=2)) == 3
    assert close(staffed, first, first + timedelta(days=3)) == 1
    now = staffed.clock.now()
    assert not staffed.read(lambda work, office: office_opening(work, office, now).is_open)
    manager = staffed.actors["manager"]
    for _ in range(2):
        try:
            staffed.in_turn(
                lambda work, office: timetable.open_on(work, office, manager, now, first)
            )
        except DayOpen:
            break
    else:
        raise AssertionError("a day was opened twice")
    left = staffed.read(lambda work, office: timetable.closed_days(work, office.id, first))
    assert [each.day for each in left] == [first + timedelta(days=ahead) for ahead in (1, 2, 3)]


@pytest.mark.parametrize(
    ("begins", "ends", "name"), [(-1, 0, "Rapat"), (3, 2, "Rapat"), (0, 60, "Rapat"), (0, 0, "  ")]
)
def test_impossible_closed_days_are_refused_whole(
    staffed: Staffed, begins: int, ends: int, name: str
) -> None:
    first = today(staffed)
    with pytest.raises(Invalid):
        close(staffed, first + timedelta(days=begins), first + timedelta(days=ends), name)
    assert not staffed.read(lambda work, office: timetable.closed_days(work, office.id, first))


def test_a_years_holidays_are_taken_over_once(staffed: Staffed) -> None:

    def act(work: Work, office: Office) -> int:
        actor, now = staffed.actors["manager"], staffed.clock.now()
        return timetable.close_on_holidays(work, office, actor, now, 2027)

    added = staffed.in_turn(act)
    closed = staffed.read(
        lambda work, office: timetable.closed_days(work, office.id, today(staffed))
    )
    assert added == len(closed) > 8
    independence = next(each for each in closed if each.day == date(2027, 8, 17))
    assert independence.names == {
        "id": "Hari Kemerdekaan Republik Indonesia",
        "en": "Independence Day",
    }
    assert staffed.in_turn(act) == 0


WEEK = ("08.00-15.00",) * 5 + ("", "")


def add(
    staffed: Staffed, first: date, last: date, by: str = "manager", name: str = "Puasa"
) -> None:
    """Have special hours on some days."""
    special = SpecialHours(first, last, {"id": name, "en": ""}, WEEK)
    staffed.in_turn(
        lambda work, office: timetable.add_special(
            work, office, staffed.actors[by], staffed.clock.now(), special
        )
    )


def end(staffed: Staffed, first: date) -> None:
    """Have the usual hours again."""
    staffed.in_turn(
        lambda work, office: timetable.end_special(
            work, office, staffed.actors["manager"], staffed.clock.now(), first
        )
    )


def kept(staffed: Staffed) -> list[tuple[date, date]]:
    """Return the days with special hours."""
    days: list[tuple[date, date]] = staffed.read(
        lambda _, office: [(each.first, each.last) for each in special_hours(office)]
    )
    return days


def test_days_have_one_kind_of_special_hours(staffed: Staffed) -> None:
    first = today(staffed) + timedelta(days=3)
    add(staffed, first, first + timedelta(days=29))
    add(staffed, first - timedelta(days=2), first - timedelta(days=1))
    for day in (first, first + timedelta(days=29)):
        with refused(staffed, "days_taken"):
            add(staffed, day, day)
    assert kept(staffed) == [
        (first - timedelta(days=2), first - timedelta(days=1)),
        (first, first + timedelta(days=29)),
    ]
    told = last_change(staffed)
    assert (told["part"], len(told["present"]["special"])) == ("special_hours", 2)
    with refused(staffed, Forbidden.code):
        add(staffed, first + timedelta(days=90), first + timedelta(days=90), "1")


@pytest.mark.parametrize(
    ("begins", "ends", "name"), [(-1, 0, "Puasa"), (3, 2, "Puasa"), (0, 366, "Puasa"), (0, 0, " ")]
)
def test_impossible_special_hours_are_refused(
    staffed: Staffed, begins: int, ends: int, name: str
) -> None:
    first = today(staffed)
    with pytest.raises(Invalid):
        add(staffed, first + timedelta(days=begins), first + timedelta(days=ends), name=name)
    assert kept(staffed) == []


def test_special_hours_end_from_today_on_and_stay_known_before(staffed: Staffed) -> None:
    first = today(staffed)
    add(staffed, first, first + timedelta(days=9))
    staffed.clock.advance(days=2)
    end(staffed, first)
    assert kept(staffed) == [(first, first + timedelta(days=1))]
    with refused(staffed, "special_unknown"):
        end(staffed, first)
    add(staffed, first + timedelta(days=5), first + timedelta(days=5))
    end(staffed, first + timedelta(days=5))
    assert kept(staffed) == [(first, first + timedelta(days=1))]
