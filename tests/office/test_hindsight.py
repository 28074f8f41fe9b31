"""Hindsight: what an office's past days teach about its forecasts, from its steps and journal."""

from datetime import timedelta

from office import desks, outages, serving
from office.forecasts import Past, learnt_from, paces_of, past_of
from office.hindsight import PastWait, Shift, seen_on
from office.learning import Learnt, Seen, Standing
from office.outages import Need
from office.place import Office
from office.policy import Waiting
from storage.work import Work
from tests.houses import MORNING, Staffed


def learnt(staffed: Staffed) -> Learnt:
    """Return what the days before today have shown."""

    def look(work: Work, office: Office) -> Past:
        now = staffed.clock.now()
        return past_of(work, office, paces_of(work, office, now), now)

    return learnt_from(staffed.read(look))


def test_hindsight_sees_what_the_simulation_would_have_expected() -> None:
    def wait(number: int, come: float, called: float, free: float) -> PastWait:
        since = MORNING + timedelta(minutes=come)
        return PastWait(
            Waiting(number, "", 1, "", 1.0, since, since),
            MORNING + timedelta(minutes=called),
            True,
            1,
            MORNING + timedelta(minutes=free),
        )

    shift = Shift(1, frozenset({1}), MORNING, MORNING + timedelta(hours=1))
    waits = [wait(1, 0, 0, 6), wait(2, 1, 6, 20), wait(3, 2, 20, 25)]
    found = seen_on(waits, [shift], {1: 300.0})
    # on coming, the second has the rest of one service before, the third a service more; ten
    # minutes after the first came, the third is next
    assert found == [
        Seen(1, Standing.FIRST, 240.0, 300.0, 0.0),
        Seen(1, Standing.NEW, 480.0, 1080.0, 60.0),
        Seen(1, Standing.WAITING, 75.0, 600.0, 0.0),
    ]
    assert seen_on([], [shift], {}) == []
    assert seen_on(waits, [], {1: 300.0}) == []


def test_who_was_left_in_line_over_a_weekend_stood_there_all_that_day(staffed: Staffed) -> None:
    staffed.at(1, desks.open_counter)
    for _ in range(4):
        staffed.take()
    staffed.clock.advance(minutes=5)
    staffed.serve(1)
    staffed.clock.advance(days=3)
    staffed.in_turn(lambda _work, _office: None)
    now = staffed.clock.now()
    past = staffed.read(
        lambda work, office: past_of(work, office, paces_of(work, office, now), now)
    )
    (waits,) = past.days
    assert len(waits) == 4
    assert max(each.until - each.waiting.line_since for each in waits) == timedelta(days=1)


def test_what_an_outage_lengthened_teaches_nothing(staffed: Staffed) -> None:
    actor, need = staffed.actors["manager"], Need.NATIONAL_DATABASE
    staffed.at(1, desks.open_counter)
    staffed.take()
    staffed.clock.advance(minutes=15)
    staffed.in_turn(
        lambda work, office: outages.begin(work, office, actor, staffed.clock.now(), need)
    )
    staffed.clock.advance(minutes=15)
    staffed.in_turn(
        lambda work, office: outages.end(work, office, actor, staffed.clock.now(), need)
    )
    staffed.serve(1)
    staffed.take()
    staffed.clock.advance(minutes=5)
    staffed.serve(1)
    staffed.close_day()
    staffed.clock.advance(days=1)
    # the second visitor only, on coming and by the look at that very moment
    assert learnt(staffed).observations == 2


def test_the_days_before_teach_and_today_does_not(staffed: Staffed) -> None:
    staffed.at(1, desks.open_counter)
    for _ in range(4):
        staffed.take()
    for _ in range(3):
        staffed.clock.advance(minutes=5)
        staffed.next(1)
        staffed.at(1, serving.start)
        staffed.clock.advance(minutes=6)
        staffed.at(1, serving.finish)
    assert learnt(staffed).observations == 0
    staffed.close_day()
    staffed.clock.advance(days=1)
    # all four came at once, and one was never called; the three were looked at on coming, and two
    # of them ten minutes later, and one after twenty
    assert learnt(staffed).observations == 6
    staffed.clock.advance(days=30)
    assert learnt(staffed).observations == 0
