"""Draws: by a seed that is bound beforehand and told afterwards, so that anybody can check."""

import hashlib
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from surveys.skm import draws
from surveys.skm.counting import Counts
from surveys.skm.draws import SkmDraw
from tests.houses import Staffed
from tests.office.observing import refused

TODAY = date(2026, 11, 25)


def draw(staffed: Staffed, percent: int, actor: str = "manager") -> None:
    """Invite so many of a hundred."""
    staffed.in_turn(
        lambda work, office: draws.draw_from(
            work, office, staffed.actors[actor], staffed.clock.now(), percent
        )
    )


def told(staffed: Staffed, today: date = TODAY) -> list[draws.Told]:
    """Return the draws as they are told."""
    found: list[draws.Told] = staffed.read(
        lambda work, office: draws.told(draws.draws_of(work, office.id), today)
    )
    return found


@given(st.integers(0, 100), st.text("0123456789abcdef", min_size=32, max_size=32))
def test_about_so_many_are_drawn_as_were_to_be(percent: int, seed: str) -> None:
    drawn = SkmDraw(first_day=TODAY, percent=percent, seed=seed)
    found = sum(drawn.has(TODAY, f"A{number:03d}") for number in range(400))
    if percent in (0, 100):
        assert found == percent * 4
    assert abs(found - percent * 4) < 80


def test_the_first_draw_begins_today_and_later_ones_tomorrow(staffed: Staffed) -> None:
    draw(staffed, 30)
    draw(staffed, 30)
    draw(staffed, 50)
    draw(staffed, 60)
    newest, first = told(staffed)
    assert (first.first, first.last, first.percent) == (TODAY, TODAY, 30)
    assert (newest.first, newest.last, newest.percent) == (TODAY + timedelta(days=1), None, 60)
    with refused(staffed, "input_invalid"):
        draw(staffed, 101)
    with refused(staffed, "not_allowed"):
        draw(staffed, 10, "1")


def test_a_seed_is_told_once_its_draw_is_over_and_is_the_one_it_was_bound_to(
    staffed: Staffed,
) -> None:
    draw(staffed, 30)
    draw(staffed, 50)
    assert [each.seed for each in told(staffed)] == [None, None]
    running, over = told(staffed, TODAY + timedelta(days=1))
    assert running.seed is None
    assert over.seed is not None
    assert hashlib.sha256(over.seed.encode()).hexdigest() == over.bound


def test_who_is_invited_is_counted_by_the_draw_of_each_day(staffed: Staffed) -> None:
    for percent in (100, 0, 100):
        draw(staffed, percent)
        for _ in range(2):
            staffed.take()
            staffed.serve(1)
        staffed.clock.advance(days=1)
    days = (TODAY, TODAY + timedelta(days=2))
    counted = staffed.read(lambda work, office: Counts().count_invited(work, office, *days))
    # The second draw begins the day after, and so does the third.
    assert counted == 4
    alone = staffed.read(
        lambda work, office: Counts().count_invited(work, office, days[1], days[1])
    )
    assert alone == 0
