"""The office's forecast: its own pace, its open counters, and whom they serve now."""

import pytest

from office import desks, serving
from office.forecasts import LEARNED_FROM, forecast_now, open_desks, paces_of
from office.place import Office, service_named
from office.waits import Desk, Forecast, Wait, shrunk_mean
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import set_service, ticket

TYPICAL = 540


def pace(staffed: Staffed, code: str = "A") -> float:
    """Return the pace of a service now."""
    found: float = staffed.read(
        lambda work, office: paces_of(work, office, staffed.clock.now())[
            service_named(work, office.id, code).id
        ]
    )
    return found


def open_at(staffed: Staffed) -> list[Desk]:
    """Return the open counters now."""
    found: list[Desk] = staffed.read(
        lambda work, office: open_desks(
            work, office, paces_of(work, office, staffed.clock.now()), staffed.clock.now()
        )
    )
    return found


def forecast(staffed: Staffed) -> Forecast:
    """Return the forecast now."""

    def look(work: Work, office: Office) -> Forecast:
        now = staffed.clock.now()
        return forecast_now(work, office, paces_of(work, office, now), now)[1]

    found: Forecast = staffed.read(look)
    return found


def serve_for(staffed: Staffed, seconds: float, outcome: str | None = None) -> None:
    """Let one visit of A be served for so long."""
    staffed.take()
    staffed.next(1)
    staffed.at(1, serving.start)
    staffed.clock.advance(seconds=seconds)
    staffed.at(1, serving.finish, outcome)


def test_before_any_visit_a_service_goes_at_its_typical_pace(staffed: Staffed) -> None:
    assert pace(staffed) == TYPICAL


def test_the_pace_is_learnt_from_the_offices_own_visits(staffed: Staffed) -> None:
    for seconds in (100, 200, 300):
        serve_for(staffed, seconds)
    assert pace(staffed) == pytest.approx(shrunk_mean(600, 3, TYPICAL))
    assert pace(staffed, "K") == 720


@pytest.mark.parametrize("seconds", [5, 4 * 3600])
def test_a_time_nobody_can_have_meant_teaches_nothing(staffed: Staffed, seconds: float) -> None:
    serve_for(staffed, seconds)
    assert pace(staffed) == TYPICAL


def test_a_start_that_was_inferred_teaches_nothing(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.clock.advance(minutes=3)
    staffed.at(1, serving.finish)
    assert pace(staffed) == TYPICAL


def test_a_visit_with_another_outcome_teaches_nothing(staffed: Staffed) -> None:
    serve_for(staffed, 100, "documents_incomplete")
    assert pace(staffed) == TYPICAL


def test_what_is_long_ago_teaches_nothing(staffed: Staffed) -> None:
    serve_for(staffed, 100)
    staffed.clock.advance(seconds=LEARNED_FROM.total_seconds() - 1)
    assert pace(staffed) < TYPICAL
    staffed.clock.advance(seconds=1)
    assert pace(staffed) == TYPICAL


def test_only_open_counters_are_counted_on(staffed: Staffed) -> None:
    assert open_at(staffed) == []
    staffed.at(2, desks.open_counter)
    (desk,) = open_at(staffed)
    assert (desk.counter_id, desk.free_in) == (staffed.actors["2"].counter_id, 0.0)
    assert len(desk.service_ids) == 3


def test_a_busy_counter_is_free_when_its_visit_is_expected_to_end(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.clock.advance(seconds=60)
    assert open_at(staffed)[0].free_in == TYPICAL - 60
    staffed.at(1, serving.start)
    staffed.clock.advance(seconds=100)
    assert open_at(staffed)[0].free_in == TYPICAL - 100
    staffed.clock.advance(hours=1)
    assert open_at(staffed)[0].free_in == TYPICAL / 4


def test_a_visitor_waiting_for_a_counter_does_not_make_it_busy(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.at(1, serving.transfer, None, 2)
    staffed.at(2, desks.open_counter)
    assert [desk.free_in for desk in open_at(staffed)] == [0.0, 0.0]


def test_after_a_clerk_leaves_the_wait_is_longer_and_after_the_last_one_unknown(
    staffed: Staffed,
) -> None:
    for counter in (1, 2):
        staffed.at(counter, desks.open_counter)
    for _ in range(6):
        staffed.take()
    last = ticket(staffed, "A006").id
    both = forecast(staffed).by_ticket[last]
    staffed.at(2, desks.close_counter)
    one = forecast(staffed).by_ticket[last]
    assert (one.median_s or 0) > 1.5 * (both.median_s or 0) > 0
    staffed.at(1, desks.close_counter)
    assert forecast(staffed).by_ticket[last].told() == {
        "median_s": None,
        "p90_s": None,
        "reason": "no_counter_open",
    }


def test_waits_grow_with_the_line_and_are_unknown_without_a_counter(staffed: Staffed) -> None:
    staffed.at(1, desks.open_counter)
    for _ in range(3):
        staffed.take()
        staffed.clock.advance(seconds=1)
    staffed.take("K")
    told = forecast(staffed)
    waits = [told.by_ticket[ticket(staffed, label).id] for label in ("A001", "A002", "A003")]
    assert waits[0] == Wait(0, 0)
    assert 0 < (waits[1].median_s or 0) < (waits[2].median_s or 0)
    assert told.by_ticket[ticket(staffed, "K001").id].reason == "no_counter_open"
    newcomer = told.by_service[ticket(staffed, "A001").service_id]
    assert (newcomer.median_s or 0) > (waits[2].median_s or 0)


def test_a_service_retired_while_people_wait_stops_no_forecast(staffed: Staffed) -> None:
    for _ in range(2):
        staffed.take()
    staffed.next(1)
    set_service(staffed, "A", retired=True)
    staffed.clock.advance(minutes=1)
    told = forecast(staffed)
    assert ticket(staffed, "A002").id in told.by_ticket
    assert ticket(staffed, "A002").service_id not in told.by_service
