"""What was promised against what happened: each ticket counted once, with a reason or a wait."""

from datetime import date, timedelta
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from office import accuracy, aside, calling, outages, promises, reception, serving
from office.accuracy import FEW, Kept, Report, judged
from office.outages import Need
from office.place import Office
from office.tickets import Step, Ticket, ticket_labelled
from office.waits import Wait
from storage.work import Work
from tests.houses import MORNING, Staffed
from tools.month import make_past

TODAY = date(2026, 11, 25)
waits = st.floats(0, 4e4)


def taken(staffed: Staffed, usual: int | None, nine_in_ten: int = 0, service: str = "A") -> str:
    """Take a ticket with a promise, or without one."""
    label = staffed.take(service)

    def act(work: Work, office: Office) -> None:
        ticket = ticket_labelled(work, office.id, TODAY, label)
        promises.keep(work, ticket.step, Wait(usual, nine_in_ten))

    staffed.in_turn(act)
    return label


def report(staffed: Staffed, first: date = TODAY, last: date = TODAY) -> Report:
    """Return the accuracy of a period."""
    found: Report = staffed.read(lambda work, office: accuracy.report(work, office, first, last))
    return found


def test_a_wait_is_compared_with_what_was_told(staffed: Staffed) -> None:
    taken(staffed, 300, 900)
    staffed.clock.advance(minutes=9)
    staffed.serve(1)
    found = report(staffed).all
    assert (found.count, found.bias_s, found.typical_error_s) == (1, 240, 240)
    assert (found.promised_median_s, found.waited_median_s, found.within_p90) == (300, 540, 1.0)


def test_each_reason_for_leaving_out_is_told_apart_and_counted(staffed: Staffed) -> None:
    for _ in range(3):
        taken(staffed, 300, 900)
    staffed.take("C")
    staffed.serve(3)
    staffed.serve(1)
    staffed.next(1)
    staffed.at(1, calling.no_show)
    staffed.at(1, aside.hold, "A003")
    gone = taken(staffed, 300, 900, "K")
    taken(staffed, 300, 900, "L")
    staffed.in_turn(
        lambda work, office: reception.cancel(
            work,
            office,
            staffed.actors["manager"],
            staffed.clock.now(),
            ticket_labelled(work, office.id, TODAY, gone),
        )
    )
    found = report(staffed)
    assert found.all.count == 1
    assert found.left_out == {
        "still_open": 1,
        "no_show": 1,
        "expired": 0,
        "cancelled": 1,
        "set_aside": 1,
        "outage": 0,
        "no_promise": 1,
    }
    staffed.close_day()
    assert report(staffed).left_out["expired"] == 1


def test_a_wait_that_an_outage_lengthened_is_no_broken_promise(staffed: Staffed) -> None:
    actor = staffed.actors["manager"]
    taken(staffed, 300, 900)
    staffed.clock.advance(minutes=1)
    staffed.in_turn(
        lambda work, office: outages.begin(
            work, office, actor, staffed.clock.now(), Need.NATIONAL_DATABASE
        )
    )
    staffed.clock.advance(hours=1)
    staffed.in_turn(
        lambda work, office: outages.end(
            work, office, actor, staffed.clock.now(), Need.NATIONAL_DATABASE
        )
    )
    taken(staffed, 300, 900)
    staffed.serve(1)
    staffed.clock.advance(minutes=5)
    staffed.serve(1)
    found = report(staffed)
    assert (found.all.count, found.left_out["outage"]) == (1, 1)
    assert found.all.waited_median_s == 300


def test_after_a_transfer_the_first_wait_is_the_promised_one(staffed: Staffed) -> None:
    taken(staffed, 60, 120)
    staffed.clock.advance(minutes=2)
    staffed.next(1)
    staffed.at(1, serving.transfer, "K", None)
    staffed.clock.advance(minutes=30)
    staffed.serve(5)
    found = report(staffed)
    assert (found.all.count, found.all.waited_median_s) == (1, 120)
    assert [each.code for each in found.by_service] == ["A"]


def test_one_put_back_has_waited_until_the_call_that_was_answered(staffed: Staffed) -> None:
    taken(staffed, 60, 120)
    staffed.next(1)
    staffed.at(1, calling.put_back)
    staffed.clock.advance(minutes=5)
    staffed.serve(1)
    assert report(staffed).all.waited_median_s == 300


def test_hours_are_the_offices_own(staffed: Staffed) -> None:
    taken(staffed, 60, 120)
    staffed.clock.advance(minutes=70)
    taken(staffed, 60, 120)
    staffed.serve(1)
    staffed.serve(1)
    assert {hour: each.count for hour, each in report(staffed).by_hour.items()} == {9: 1, 10: 1}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date.min, date.min),
        (date.max, date.max),
        (date(2020, 1, 1), date(2020, 2, 1)),
        (date(2027, 1, 1), date(2027, 1, 2)),
        (TODAY, TODAY),
    ],
)
def test_days_without_tickets_are_no_error(staffed: Staffed, first: date, last: date) -> None:
    found = report(staffed, first, last)
    assert found.all == accuracy.Accuracy(0)
    assert not found.all.enough
    assert sum(found.left_out.values()) == 0


def test_a_clock_set_back_makes_no_wait_negative(staffed: Staffed) -> None:
    taken(staffed, 60, 120)
    staffed.clock.advance(hours=-1)
    staffed.serve(1)
    assert report(staffed).all.waited_median_s == 0


def test_every_first_step_of_a_month_is_counted_once(staffed: Staffed) -> None:
    staffed.in_turn(lambda work, office: make_past(work, office, TODAY, days=3, visitors=60))
    found = report(staffed, TODAY - timedelta(days=10), TODAY)

    def counted_rows(table: type[Step] | type[Ticket]) -> int:
        query = select(func.count(table.id)).where(table.office_id == staffed.office_id)
        count: int = staffed.read(lambda work, _: work.session.scalar(query))
        return count

    steps, tickets = counted_rows(Step), counted_rows(Ticket)
    counted = found.all.count + sum(found.left_out.values())
    assert counted == steps == tickets > 100
    assert sum(each.accuracy.count for each in found.by_service) == found.all.count
    assert sum(each.count for each in found.by_hour.values()) == found.all.count


@given(st.lists(st.builds(Kept, st.just("A"), st.integers(0, 23), waits, waits, waits)))
def test_figures_are_never_nan_and_their_parts_agree(kept: list[Kept]) -> None:
    found = judged(kept)
    assert found.count == len(kept)
    assert found.enough == (len(kept) >= FEW)
    if not kept:
        assert found.within_p90 is None
        return
    assert found.within_p90 is not None and 0 <= found.within_p90 <= 1
    assert found.typical_error_s is not None and found.typical_error_s >= 0
    assert found.error_p10_s is not None and found.error_p90_s is not None
    assert found.error_p10_s <= found.error_p90_s
    assert abs(found.bias_s or 0) <= max(abs(each.waited_s - each.median_s) for each in kept) + 1
    assert all(isfinite(each) for each in (found.mean_error_s or 0, found.bias_s or 0))


@given(st.lists(waits, min_size=1), st.floats(1, 3600))
def test_promises_that_are_all_too_short_are_biased_by_as_much(
    told: list[float], late: float
) -> None:
    found = judged([Kept("A", 9, each, each, each + late) for each in told])
    assert found.bias_s == pytest.approx(late, abs=1)
    assert found.within_p90 == 0


def test_morning_is_the_day_of_these_tests() -> None:
    assert MORNING.date() == TODAY
