"""The roster: what is planned, what clashes, and what it tells the estimates."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from office import desks, pausing
from office.errors import CounterUnknown
from office.forecasts import open_desks, paces_of
from office.line import line_of
from office.pausing import PauseReason
from office.people import Account
from office.place import Counter, Office, Service, service_named, services_by_counter
from office.roster import (
    ShiftClash,
    ShiftUnknown,
    ShiftWrong,
    Wish,
    add_shift,
    breaks_ahead,
    change_shift,
    half_hours,
    planned_on,
    remove_shift,
)
from office.waits import Desk, Wait, forecast, projected
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import last_change, version

#: The day of the tests' clock, a Wednesday, 09:00 by the office's clock.
DAY = date(2026, 11, 25)


def a_wish(staffed: Staffed, counter: int = 1, clerk: str | None = "1", **values: Any) -> Wish:
    """Return a plan for a counter and a clerk: Monday to Friday, 8 to 14, break at noon."""
    account = staffed.actors[clerk].account_id if clerk else None
    given = {
        "first_day": date(2026, 11, 23),
        "last_day": date(2026, 12, 18),
        "weekdays": (0, 1, 2, 3, 4),
        "begins": time(8),
        "ends": time(14),
        "break_begins": time(12),
        "break_ends": time(12, 30),
        **values,
    }
    return Wish(counter_id=counter_id(staffed, counter), account_id=account, **given)


def counter_id(staffed: Staffed, number: int) -> int:
    """Return a counter's id."""

    def look(work: Work, office: Office) -> int:
        found = work.session.query(Counter.id).filter_by(office_id=office.id, number=number)
        return int(found.scalar())

    found: int = staffed.read(look)
    return found


def first_service(staffed: Staffed) -> str:
    """Return the code of a service that counter 1 has to itself once it alone is open."""

    def look(work: Work, office: Office) -> str:
        served = services_by_counter(work, office.id)[counter_id(staffed, 1)]
        return work.session.get_one(Service, min(served)).code

    found: str = staffed.read(look)
    return found


def plan(staffed: Staffed, wish: Wish, shift: int | None = None) -> int:
    """Add a shift, or change one, as the manager; return its id."""

    def act(work: Work, office: Office) -> int:
        given = (work, office, staffed.actors["manager"], staffed.clock.now())
        if shift is None:
            return add_shift(*given, wish).id
        return change_shift(*given, shift, wish).id

    found: int = staffed.in_turn(act)
    return found


def told(staffed: Staffed, service: str = "A") -> Wait:
    """Return what a newcomer of a service has to expect."""

    def look(work: Work, office: Office) -> Wait:
        now = staffed.clock.now()
        paces = paces_of(work, office, now)
        found = forecast(line_of(work, office, now), open_desks(work, office, paces, now), paces)
        return found.by_service[service_named(work, office.id, service).id]

    found: Wait = staffed.read(look)
    return found


def test_a_shift_holds_on_its_days_and_is_told_without_names(staffed: Staffed) -> None:
    number = plan(staffed, a_wish(staffed))
    assert last_change(staffed) == {
        **last_change(staffed),
        **{"kind": "roster_changed", "what": "added", "shift": number, "counter": 1},
    }

    def days(work: Work, office: Office) -> list[date]:
        span = (DAY + timedelta(days=ahead) for ahead in range(-4, 28))
        return [day for day in span if planned_on(work, office.id, day)]

    found = staffed.read(days)
    assert (found[0], found[-1]) == (date(2026, 11, 23), date(2026, 12, 18))
    assert {each.weekday() for each in found} == {0, 1, 2, 3, 4}
    shifts = staffed.read(lambda work, office: planned_on(work, office.id, DAY))
    planned = half_hours(shifts, range(14, 30), 30)
    assert [slot / 2 for slot, count in planned.items() if count] == [
        *(8.0, 8.5, 9.0, 9.5, 10.0, 10.5, 11.0, 11.5),
        *(12.5, 13.0, 13.5),
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends": time(8)}, "ends"),
        ({"last_day": date(2026, 11, 22)}, "last_day"),
        ({"last_day": date(2028, 1, 1)}, "last_day"),
        ({"weekdays": ()}, "weekdays"),
        ({"weekdays": (7,)}, "weekdays"),
        ({"weekdays": (6,), "last_day": date(2026, 11, 27)}, "weekdays"),
        ({"break_ends": None}, "break_ends"),
        ({"break_begins": time(13), "break_ends": time(12, 30)}, "break_ends"),
        ({"break_ends": time(14, 30)}, "break_ends"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(
    staffed: Staffed, values: dict[str, Any], field: str
) -> None:
    before = version(staffed)
    with pytest.raises(ShiftWrong) as refusal:
        plan(staffed, a_wish(staffed, **values))
    assert next(iter(refusal.value.facts["fields"])) == field
    assert version(staffed) == before


def test_neither_counter_nor_clerk_is_planned_twice_at_a_time(staffed: Staffed) -> None:
    first = plan(staffed, a_wish(staffed))
    with pytest.raises(ShiftClash) as refusal:
        plan(staffed, a_wish(staffed, clerk=None, begins=time(13), ends=time(15), **NO_BREAK))
    assert refusal.value.facts == {
        **{"on": "counter", "day": "2026-11-23", "begins": "08:00", "ends": "14:00"}
    }
    with pytest.raises(ShiftClash) as refusal:
        plan(staffed, a_wish(staffed, counter=2, first_day=date(2026, 12, 18)))
    assert (refusal.value.facts["on"], refusal.value.facts["day"]) == ("clerk", "2026-12-18")
    plan(staffed, a_wish(staffed, begins=time(14), ends=time(16), **NO_BREAK))
    plan(staffed, a_wish(staffed, counter=2, weekdays=(5,)))
    assert plan(staffed, a_wish(staffed, ends=time(13)), first) == first, "it is not in its own way"
    before = version(staffed)
    plan(staffed, a_wish(staffed, ends=time(13)), first)
    assert version(staffed) == before, "nothing was changed"


NO_BREAK: dict[str, Any] = {"break_begins": None, "break_ends": None}


def test_only_what_the_office_has_is_planned(staffed: Staffed) -> None:
    wish = a_wish(staffed)
    with pytest.raises(CounterUnknown):
        plan(staffed, Wish(**{**vars(wish), "counter_id": 10**9}))
    with pytest.raises(ShiftWrong):
        plan(staffed, Wish(**{**vars(wish), "account_id": 10**9}))
    with pytest.raises(ShiftUnknown):
        plan(staffed, wish, 10**9)

    def remove(work: Work, office: Office) -> None:
        remove_shift(work, office, staffed.actors["manager"], staffed.clock.now(), number)

    number = plan(staffed, wish)
    staffed.in_turn(remove)
    assert last_change(staffed)["what"] == "removed"
    with pytest.raises(ShiftUnknown):
        staffed.in_turn(remove)

    def leave(work: Work, office: Office) -> None:
        work.session.get_one(Account, wish.account_id).active = False

    staffed.in_turn(leave)
    with pytest.raises(ShiftWrong):
        plan(staffed, wish)


def test_a_planned_break_is_ahead_then_on_then_over(staffed: Staffed) -> None:
    plan(staffed, a_wish(staffed))

    def ahead(work: Work, office: Office) -> dict[int, tuple[float, float]]:
        shifts = planned_on(work, office.id, DAY)
        return breaks_ahead(shifts, staffed.clock.now(), office.timezone)

    counter = counter_id(staffed, 1)
    assert staffed.read(ahead) == {counter: (3 * 3600.0, 3.5 * 3600)}
    staffed.clock.advance(hours=3, minutes=10)
    assert staffed.read(ahead) == {counter: (0.0, 1200.0)}
    staffed.clock.advance(minutes=20)
    assert staffed.read(ahead) == {}


def test_estimates_leave_planned_breaks_out(staffed: Staffed) -> None:
    code = first_service(staffed)
    staffed.at(1, desks.open_counter)
    assert told(staffed, code) == Wait(0, 0)
    plan(staffed, a_wish(staffed, break_begins=time(9), break_ends=time(9, 40)))
    at_once = told(staffed, code)
    assert at_once.median_s is not None and 1500 < at_once.median_s <= 2400
    staffed.at(1, pausing.pause, PauseReason.LUNCH, None)
    assert told(staffed, code) == at_once, "the clerk is out, and the roster says until when"
    staffed.clock.advance(minutes=41)
    assert told(staffed, code).reason == "no_counter_open", "nobody knows when the clerk comes back"


def test_a_break_announced_at_the_counter_is_waited_for(staffed: Staffed) -> None:
    code = first_service(staffed)
    staffed.at(1, desks.open_counter)
    staffed.at(1, pausing.pause, PauseReason.SHORT, 20)
    found = told(staffed, code)
    assert found.reason is None and found.median_s is not None and found.median_s > 600


def test_a_desk_that_rests_calls_nobody_until_it_is_back() -> None:
    paces = {1: 300.0}
    resting = Desk(1, frozenset({1}), 0.0, (200.0, 1000.0))
    assert projected([], [resting], paces).by_service[1].mean_s == 0
    assert resting.calls_at(199.0) == 199
    assert resting.calls_at(200.0) == 1000
    assert resting.calls_at(1000.0) == 1000
    busy = Desk(1, frozenset({1}), 250.0, (200.0, 1000.0))
    assert projected([], [busy], paces).by_service[1].mean_s == 1000
