"""The outlook: what is told from the newest forecast, and learning that keeps nobody waiting."""

from datetime import timedelta

from office import desks, reception
from office.forecasts import learnt_from, paces_of, past_of
from office.learning import Standing
from office.place import Office
from office.waits import Wait
from storage.work import Work
from tests.houses import Staffed
from web.outlook import Outlook, Outlooks


def a_day_of_slow_service(staffed: Staffed) -> None:
    """Let ten come at once and be called a quarter of an hour apart; begin the next day."""
    staffed.at(1, desks.open_counter)
    for _ in range(10):
        staffed.take()
    for _ in range(10):
        staffed.serve(1)
        staffed.clock.advance(minutes=15)
    staffed.close_day()
    staffed.clock.advance(hours=21, minutes=30)
    staffed.at(1, desks.open_counter)
    for _ in range(6):
        staffed.take()


def newcomers_wait(staffed: Staffed, outlooks: Outlooks) -> Wait:
    """Return what who comes now for the first service is told."""

    def look(work: Work, office: Office) -> Wait:
        service_id = min(paces_of(work, office, staffed.clock.now()))
        return outlooks.of(work, office, staffed.clock.now()).of_newcomer(service_id)

    wait: Wait = staffed.read(look)
    return wait


def test_what_the_past_taught_is_told_once_it_has_been_learnt(staffed: Staffed) -> None:
    a_day_of_slow_service(staffed)
    outlooks = Outlooks()
    before = newcomers_wait(staffed, outlooks)
    office = staffed.read(lambda _work, office: office)
    outlooks.learn(staffed.store, office, staffed.clock.now())
    staffed.clock.advance(seconds=6)
    after = newcomers_wait(staffed, outlooks)
    assert before.median_s is not None
    assert after.median_s is not None
    assert after.median_s > 1.5 * before.median_s


def test_learning_lets_others_go_first_all_along(staffed: Staffed) -> None:
    a_day_of_slow_service(staffed)
    past = staffed.read(
        lambda work, office: past_of(
            work, office, paces_of(work, office, staffed.clock.now()), staffed.clock.now()
        )
    )
    pauses: list[None] = []
    learnt = learnt_from(past, lambda: pauses.append(None))
    worked_out = len(pauses)
    assert worked_out > 100
    for service_id in past.paces:
        learnt.quantiles(service_id, Standing.NEW, 600.0)
    assert len(pauses) == worked_out


def test_a_clock_that_stood_in_another_year_teaches_nothing_and_takes_no_time(
    staffed: Staffed,
) -> None:
    a_day_of_slow_service(staffed)
    right = staffed.clock.moment
    staffed.clock.advance(days=-26 * 365)
    staffed.at(2, desks.open_counter)
    staffed.take()
    staffed.serve(2)
    staffed.clock.moment = right
    staffed.serve(2)
    staffed.close_day()
    staffed.clock.advance(days=1)
    past = staffed.read(
        lambda work, office: past_of(
            work, office, paces_of(work, office, staffed.clock.now()), staffed.clock.now()
        )
    )
    for waits in past.days:
        began = min(each.waiting.line_since for each in waits)
        assert max(each.until for each in waits) - began < timedelta(days=2)
    assert all(each.closed_at - each.opened_at <= timedelta(days=1) for each in past.shifts)


def test_one_forecast_serves_all_who_take_a_number_until_it_is_old(staffed: Staffed) -> None:
    outlooks = Outlooks()

    def recent() -> Outlook:
        now = staffed.clock.now()
        outlook: Outlook = staffed.in_turn(lambda work, office: outlooks.recent(work, office, now))
        return outlook

    assert not outlooks.is_asked(staffed.office_id, staffed.clock.now())
    first = recent()
    staffed.take()
    assert recent() is first
    staffed.clock.advance(seconds=13)
    assert recent() is not first
    assert outlooks.is_asked(staffed.office_id, staffed.clock.now())
    staffed.clock.advance(minutes=6)
    assert not outlooks.is_asked(staffed.office_id, staffed.clock.now())


def test_a_forecast_made_after_a_change_that_may_be_taken_back_is_kept_by_nobody(
    staffed: Staffed,
) -> None:
    outlooks = Outlooks()

    def changed(work: Work, office: Office) -> Outlook:
        reception.take(work, office, staffed.actors["kiosk"], staffed.clock.now(), "A")
        return outlooks.of(work, office, staffed.clock.now())

    made = staffed.in_turn(changed)
    assert staffed.read(lambda work, office: outlooks.of(work, office, made.at)) is not made
