"""The figures: quantiles, the report of some days, and the day so far."""

from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office import aside, calling, desks, figures, reception, serving
from office.figures import quantile, spread_of
from office.place import Office, service_named
from office.tickets import ticket_labelled
from storage.work import Work
from tests.houses import Staffed

TODAY, TOMORROW = date(2026, 11, 25), date(2026, 11, 26)


def report(staffed: Staffed, first: date = TODAY, last: date = TODAY) -> dict[str, Any]:
    """Return the figures of some days."""
    found: dict[str, Any] = staffed.read(
        lambda work, office: figures.waiting_report(work, office, first, last)
    )
    return found


def by_service(staffed: Staffed) -> dict[str, dict[str, Any]]:
    """Return today's figures of each service."""
    return {each["code"]: each for each in report(staffed)["by_service"]}


def visit(
    staffed: Staffed, waited: float, served: float, service: str = "A", counter: int = 1
) -> str:
    """Let somebody wait and be served for so many minutes; return the label."""
    label = staffed.take(service)
    staffed.clock.advance(minutes=waited)
    staffed.next(counter)
    staffed.at(counter, serving.start)
    staffed.clock.advance(minutes=served)
    staffed.at(counter, serving.finish)
    return label


# Quantiles


def test_no_values_have_no_quantile() -> None:
    assert quantile([], 0.5) is None


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([7], 0.5, 7),
        ([7], 0.9, 7),
        ([3, 1, 2], 0.5, 2),
        ([4, 3, 2, 1], 0.5, 2),
        (range(1, 11), 0.9, 9),
        (range(1, 12), 0.9, 10),
        (range(1, 11), 0.0, 1),
        (range(1, 11), 1.0, 10),
    ],
)
def test_a_quantile_is_a_value_that_was_seen(values: Any, share: float, expected: int) -> None:
    assert quantile(list(values), share) == expected


@given(values=st.lists(st.integers(0, 50), min_size=1), share=st.sampled_from([0.1, 0.5, 0.9]))
def test_a_quantile_is_the_smallest_value_that_enough_do_not_exceed(
    values: list[int], share: float
) -> None:
    def enough(bound: float) -> bool:
        return sum(each <= bound for each in values) >= share * len(values)

    found = quantile(values, share)
    assert found is not None
    assert enough(found)
    assert not any(enough(each) for each in values if each < found)


@pytest.mark.parametrize("share", ["0.5", "0.9"])
def test_no_rounding_shifts_a_quantile_of_many_values(share: str) -> None:
    for count in range(1, 2000):
        exact = ceil(Fraction(share) * count)
        assert quantile(range(1, count + 1), float(share)) == exact


def test_a_spread_without_values_says_so() -> None:
    assert spread_of([]) == {"count": 0, "mean_s": None, "median_s": None, "p90_s": None}


def test_a_spread_tells_mean_median_and_ninth_decile() -> None:
    told = spread_of([60.4, 120.0, 599.6])
    assert told == {"count": 3, "mean_s": 260, "median_s": 120, "p90_s": 600}


# The report


def test_a_day_without_visitors_has_figures_of_nothing(staffed: Staffed) -> None:
    told = report(staffed)
    assert told["from"] == told["to"] == "2026-11-25"
    for name in ("days", "tickets", "finished", "no_shows", "cancelled", "expired", "open"):
        assert told[name] == 0
    for name in ("wait", "wait_first_call", "service"):
        assert told[name] == spread_of([])
    assert told["target"]["share"] is None
    for way in ("service", "hour", "weekday", "counter", "channel", "class"):
        assert told[f"by_{way}"] == []
    assert told["heat"] == told["longest"] == []


def test_waits_and_services_are_told_apart_by_service(staffed: Staffed) -> None:
    visit(staffed, 10, 5)
    visit(staffed, 20, 7)
    visit(staffed, 2, 30, "K", 5)
    told = report(staffed)
    assert told["wait"] == spread_of([600, 1200, 120])
    assert told["service"] == spread_of([300, 420, 1800])
    assert [each["code"] for each in told["by_service"]] == ["A", "K"]
    assert by_service(staffed)["A"]["wait"] == spread_of([600, 1200])
    assert by_service(staffed)["K"]["service"] == spread_of([1800])
    assert by_service(staffed)["K"]["names"]["en"] == "Family card"


def test_every_end_is_counted_apart(staffed: Staffed) -> None:
    visit(staffed, 1, 1)
    for _ in range(3):
        staffed.take()
    staffed.next(1)
    staffed.at(1, calling.no_show)

    def give_back(work: Work, office: Office) -> None:
        found = ticket_labelled(work, office.id, TODAY, "A003")
        reception.cancel(work, office, staffed.actors["kiosk"], staffed.clock.now(), found)

    staffed.in_turn(give_back)
    staffed.close_day()
    told = report(staffed)
    counts = [told[each] for each in ("tickets", "finished", "no_shows", "cancelled", "expired")]
    assert counts == [4, 1, 1, 1, 1]


def test_a_call_that_nobody_answered_is_no_wait(staffed: Staffed) -> None:
    visit(staffed, 10, 5)
    staffed.take()
    staffed.clock.advance(hours=2)
    staffed.next(1)
    staffed.at(1, calling.no_show)
    assert report(staffed)["wait"] == spread_of([600])


def test_a_start_that_was_inferred_counts_as_a_wait_but_as_no_service(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(minutes=4)
    staffed.next(1)
    staffed.clock.advance(minutes=9)
    staffed.at(1, serving.finish)
    told = report(staffed)
    assert (told["wait"]["median_s"], told["service"]["count"]) == (240, 0)


def test_each_stretch_of_a_transferred_visit_is_its_services_wait(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(minutes=4)
    staffed.next(1)
    staffed.at(1, serving.start)
    staffed.clock.advance(minutes=3)
    staffed.at(1, serving.transfer, "K", None)
    staffed.clock.advance(minutes=8)
    staffed.next(5)
    told = by_service(staffed)
    assert told["A"]["wait"] == spread_of([240])
    assert told["K"]["wait"] == spread_of([480])
    assert report(staffed)["tickets"] == 1


def test_a_counter_that_is_open_is_told_until_now_and_a_forgotten_one_until_it_last_was_used(
    staffed: Staffed,
) -> None:
    staffed.at(1, desks.open_counter)
    staffed.clock.advance(hours=2)
    staffed.take()

    def idle() -> tuple[int, int]:
        now = staffed.clock.now()
        told = staffed.read(
            lambda work, office: figures.waiting_report(work, office, TODAY, TODAY, now=now)
        )
        of_counter = next(each for each in told["by_counter"] if each["number"] == 1)
        return told["time"]["idle_s"], of_counter["time"]["idle_s"]

    assert idle() == (7200, 7200)
    staffed.at(1, desks.close_counter)
    staffed.clock.advance(hours=3)
    assert idle() == (7200, 7200)
    staffed.at(1, desks.open_counter)
    staffed.clock.advance(hours=20)
    assert idle() == (7200, 7200), "tomorrow the day is over, and nobody knows when they left"


def test_both_ends_of_the_asked_days_are_counted(staffed: Staffed) -> None:
    visit(staffed, 10, 5)
    staffed.clock.advance(days=1)
    visit(staffed, 20, 5)
    staffed.clock.advance(days=1)
    visit(staffed, 30, 5)
    assert report(staffed)["wait"] == spread_of([600])
    assert report(staffed, TODAY, TOMORROW)["wait"] == spread_of([600, 1200])
    assert report(staffed, TOMORROW, date(2026, 11, 27))["tickets"] == 2


# The day so far


def test_the_day_so_far_tells_who_waits_and_who_waits_longest(staffed: Staffed) -> None:
    for code in ("K", "A", "A", "A", "A"):
        staffed.take(code)
        staffed.clock.advance(minutes=1)
    staffed.next(5)
    staffed.next(1)
    staffed.at(1, serving.start)
    staffed.at(1, aside.hold, "A002")
    told = staffed.read(lambda work, office: figures.today(work, office, staffed.clock.now()))
    service_id = staffed.read(lambda work, office: service_named(work, office.id, "A").id)
    report_of_day = told.pop("report")
    assert told == {
        "day": "2026-11-25",
        "waiting": 2,
        "called": 1,
        "serving": 1,
        "held": 1,
        "longest": {"label": "A003", "waited_s": 120},
        "waiting_by_service": {service_id: 2},
        "longest_by_service": {service_id: 120},
    }
    full = report(staffed)
    for name in ("tickets", "finished", "no_shows", "wait", "service", "left_out"):
        assert report_of_day[name] == full[name]


def test_an_idle_day_has_no_longest_wait(staffed: Staffed) -> None:
    told = staffed.read(lambda work, office: figures.today(work, office, staffed.clock.now()))
    assert told["longest"] is None
