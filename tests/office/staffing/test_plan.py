"""The plan of a coming day, from an office's own past; what cannot be planned is said."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.errors import DayOutOfReach, Invalid
from office.place import ClosedDay, Office, service_named
from office.roster import Wish, add_shift
from office.staffing.history import Visits, groups_of, times_of
from office.staffing.plan import Plan, Provider, Status, plan
from office.staffing.question import REACH, Question, asked, clock
from office.staffing.target import Target, set_target, target_of
from storage.work import Work
from tests.houses import MORNING, Staffed
from tools.month import make_past

pytestmark = pytest.mark.takes(0.6)

TODAY = date(2026, 11, 25)
MONDAY = date(2026, 11, 30)


def planned(staffed: Staffed, day: date | None = MONDAY, question: Question | None = None) -> Plan:
    """Return the plan of a day."""
    found: Plan = staffed.read(
        lambda work, office: plan(work, office, day, MORNING, "id", question)
    )
    return found


def aim_at(staffed: Staffed, minutes: int, percent: int) -> None:
    """Set the office's aim."""
    manager = staffed.actors["manager"]
    staffed.in_turn(
        lambda work, office: set_target(work, office, manager, MORNING, minutes, percent)
    )


def lived(staffed: Staffed, days: int = 11, visitors: int = 120) -> Staffed:
    """Give the office a past of so many working days."""
    staffed.in_turn(
        lambda work, office: make_past(work, office, TODAY, days=days, visitors=visitors)
    )
    return staffed


def test_a_new_office_is_told_what_is_missing(staffed: Staffed) -> None:
    found = planned(staffed)
    assert found.status is Status.TOO_LITTLE
    assert found.missing is not None
    assert (found.missing.days, found.missing.same_weekday) == (0, 0)


def test_a_day_is_planned_group_by_group(staffed: Staffed) -> None:
    found = planned(lived(staffed))
    assert found.status is Status.PLANNED
    first, second = found.groups
    assert first.counters == 8 and second.counters == 2
    assert {each.letter for each in second.services} == {"L", "M", "R"}
    assert first.visitors.low <= first.visitors.mean <= first.visitors.high
    assert 100 < first.visitors.mean + second.visitors.mean < 220
    for group in found.groups:
        assert [clock(each.slot) for each in group.slots][:2] == ["08:00", "08:30"]
        assert all(each.needed >= 1 for each in group.slots if each.came.mean > 0.5)
        assert all(each.needed_if_busy >= each.needed for each in group.slots)
        assert group.lately_days == 2
        assert group.with_needed.within.middle >= 0.8


def test_more_counters_are_tried_on_the_same_days(staffed: Staffed) -> None:
    question = Question(2, 16, 24, group=1)
    found = planned(lived(staffed, visitors=160), question=question)
    answer = found.answer
    assert answer is not None and answer.provided_by is Provider.HABIT
    assert answer.question == question
    assert answer.before == found.groups[1].with_provided
    assert answer.after.within.middle > answer.before.within.middle


def test_what_is_planned_in_the_roster_takes_the_place_of_habit(staffed: Staffed) -> None:
    lived(staffed)

    def roster(work: Work, office: Office) -> None:
        _, second = groups_of(work, office)
        wish = Wish(
            counter_id=min(second.counter_ids),
            account_id=None,
            first_day=MONDAY,
            last_day=MONDAY,
            weekdays=(0,),
            begins=time(8),
            ends=time(14),
            break_begins=time(12),
            break_ends=time(13),
        )
        add_shift(work, office, staffed.actors["manager"], MORNING, wish)

    staffed.in_turn(roster)
    first, second = planned(staffed).groups
    assert first.provided_by is second.provided_by is Provider.ROSTER
    assert {each.provided for each in first.slots} == {0}
    there = {clock(each.slot): each.provided for each in second.slots}
    assert (there["08:00"], there["11:30"], there["12:00"], there["13:00"]) == (1, 1, 0, 1)
    assert second.with_provided is not None and first.with_provided is not None
    assert first.with_provided.within.middle < first.with_needed.within.middle
    other = planned(staffed, MONDAY + timedelta(days=1)).groups[1]
    assert other.provided_by is Provider.HABIT, "nobody is planned on that day"


def test_a_group_there_is_not_is_refused(staffed: Staffed) -> None:
    with pytest.raises(Invalid) as refused:
        planned(lived(staffed), question=Question(1, 18, 20, group=2))
    assert refused.value.facts["fields"].keys() == {"group"}


@pytest.mark.parametrize(
    ("day", "occasion"),
    [
        (date(2026, 11, 28), None),
        (date(2026, 12, 25), "Hari Raya Natal"),
        (date(2026, 12, 24), "Cuti Bersama Hari Raya Natal"),
        (date(2026, 12, 2), "Pilkada"),
    ],
)
def test_a_closed_day_is_named_and_needs_nothing(
    staffed: Staffed, day: date, occasion: str | None
) -> None:
    def close(work: Work, office: Office) -> None:
        names = {"id": "Pilkada", "en": "Elections"}
        work.session.add(ClosedDay(office_id=office.id, day=date(2026, 12, 2), names=names))

    staffed.in_turn(close)
    found = planned(staffed, day)
    assert (found.status, found.occasion, found.groups) == (Status.CLOSED, occasion, ())


@pytest.mark.parametrize(
    "day",
    [TODAY - timedelta(days=1), TODAY + REACH + timedelta(days=1), date(2000, 1, 3), date.max],
)
def test_days_over_or_too_far_are_refused(staffed: Staffed, day: date) -> None:
    with pytest.raises(DayOutOfReach):
        planned(staffed, day)


def test_without_a_day_the_next_open_one_is_planned(staffed: Staffed) -> None:
    assert planned(staffed, None).day == TODAY + timedelta(days=1)


def test_groups_are_those_whose_counters_share_services(staffed: Staffed) -> None:
    groups = staffed.read(lambda work, office: groups_of(work, office))
    assert [len(each.counter_ids) for each in groups] == [8, 2]
    assert not groups[0].service_ids & groups[1].service_ids
    assert not groups[0].counter_ids & groups[1].counter_ids


def test_before_anything_is_timed_the_stated_times_hold(staffed: Staffed) -> None:
    kept = staffed.read(lambda work, office: service_named(work, office.id, "A"))
    found = times_of([], [kept], TODAY)
    assert found.measured == 0
    assert sum(found.seconds) / len(found.seconds) == pytest.approx(kept.typical_seconds, rel=1e-9)


def visit(came: float, called: float, ended: float) -> Visits:
    """Return a visit at counter 1 of yesterday, in minutes after nine."""
    came_at, called_at, ended_at = (
        MORNING - timedelta(days=1) + timedelta(minutes=each) for each in (came, called, ended)
    )
    return Visits(TODAY - timedelta(days=1), True, came_at, called_at, ended_at, 1)


def test_time_between_visits_counts_only_while_somebody_waits() -> None:
    def busy(second_came: float) -> float:
        visits = []
        for turn in range(40):
            start = turn * 30
            visits.append(visit(start, start, start + 10))
            visits.append(visit(start + second_came, start + 12, start + 22))
        times = times_of(visits, [], TODAY)
        assert times.measured == 80
        return sum(times.seconds) / len(times.seconds)

    # two minutes between, but only if the second was there when the first went
    assert busy(second_came=5) == pytest.approx(720)
    assert busy(second_came=11) == pytest.approx(600)


def test_the_aim_is_eighty_percent_in_twenty_minutes_until_it_is_set(staffed: Staffed) -> None:
    def aim() -> Target:
        found: Target = staffed.read(lambda _work, office: target_of(office))
        return found

    assert aim() == Target(30, 80)
    aim_at(staffed, 15, 90)
    assert aim() == Target(15, 90)
    aim_at(staffed, 30, 70)
    assert aim() == Target(30, 70)


@pytest.mark.parametrize(
    ("minutes", "percent"), [(0, 80), (241, 80), (20, 49), (20, 100), (-1, -1)]
)
def test_an_aim_nobody_can_have_is_refused(staffed: Staffed, minutes: int, percent: int) -> None:
    with pytest.raises(Invalid):
        aim_at(staffed, minutes, percent)


@pytest.mark.parametrize(
    ("more", "first", "until", "wrong"),
    [
        (0, "09:00", "11:00", {"more"}),
        (4, "09:00", "11:00", {"more"}),
        (1, "11:00", "09:00", {"until"}),
        (1, "09:00", "09:00", {"until"}),
        (1, "09:15", "11:00", {"from"}),
        (1, None, None, {"from", "until"}),
        (1, "25:00", "noon", {"from", "until"}),
        (1, "٠٩:00", "11:00", {"from"}),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    more: int, first: str | None, until: str | None, wrong: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        asked(more, first, until)
    assert refused.value.facts["fields"].keys() == wrong


@given(st.integers(0, 47), st.integers(1, 48))
def test_a_question_holds_the_half_hours_it_names(first: int, length: int) -> None:
    until = min(first + length, 48)
    assert asked(1, clock(first), clock(until), 1) == Question(1, first, until, 1)
