"""Taps without a ticket: kept apart, and those of somebody who plays left out and counted."""

from office.people import Role
from surveys import ratings, taps
from tests.houses import Staffed
from tests.office.observing import last_change


def tap(staffed: Staffed, score: int, device: str = "exit") -> bool:
    """Tap at a tablet; say whether it was taken for play."""
    actor = staffed.actors[device]
    token = actor.token_id
    assert token is not None
    rapid: bool = staffed.in_turn(
        lambda work, office: taps.tap(work, office, actor, staffed.clock.now(), token, score).rapid
    )
    return rapid


def test_rapid_taps_are_left_out_and_counted(staffed: Staffed) -> None:
    assert staffed.actors["exit"].role is Role.EXIT
    assert not tap(staffed, 4)
    for _ in range(10):
        staffed.clock.advance(seconds=14)
        assert tap(staffed, 1)
    staffed.clock.advance(seconds=15)
    assert not tap(staffed, 2)
    day = staffed.clock.now().date()
    found = staffed.read(lambda work, office: taps.summary(work, office, day, day))
    assert found == {"count": 2, "scores": {1: 0, 2: 1, 3: 0, 4: 1}, "left_out": 10}


def test_two_tablets_are_not_taken_for_one(staffed: Staffed) -> None:
    assert not tap(staffed, 4)
    assert not tap(staffed, 4, "screen")


def test_a_tap_is_in_no_figure_of_the_visits(staffed: Staffed) -> None:
    tap(staffed, 1)
    day = staffed.clock.now().date()
    assert staffed.read(lambda work, office: ratings.summary(work, office, day))["count"] == 0
    assert set(last_change(staffed)) == {"version", "kind", "at", "day"}
