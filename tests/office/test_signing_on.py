"""Signing on at counters: who may sit where, and moving from one to another."""

from dataclasses import replace

import pytest

from office import calling, desks, serving
from office.errors import CounterElsewhere
from tests.houses import Staffed
from tests.office.observing import at_as, changes, kinds, last_change, refused, version


def let_roam(staffed: Staffed, counter: int) -> None:
    """Let the clerk of a counter serve at any, as one who signs in with a password does."""
    actor = staffed.actors[str(counter)]
    staffed.actors[f"roaming {counter}"] = replace(actor, counter_id=None)


def open_counters(staffed: Staffed) -> dict[int, int | None]:
    """Return the open counters and whose they are, from the journal's point of view."""
    found: dict[int, int | None] = {}
    for change in changes(staffed):
        if change["kind"] == "counter_opened":
            found[change["counter"]] = None
        elif change["kind"] == "counter_closed":
            found.pop(change["counter"])
    return found


def test_opening_a_counter_is_written_once(staffed: Staffed) -> None:
    staffed.at(1, desks.open_counter)
    before = version(staffed)
    staffed.at(1, desks.open_counter)
    assert version(staffed) == before == 1
    told = last_change(staffed)
    assert (told["kind"], told["counter"]) == ("counter_opened", 1)


def test_closing_a_counter_is_written_once(staffed: Staffed) -> None:
    staffed.at(1, desks.close_counter)
    staffed.at(1, desks.open_counter)
    staffed.at(1, desks.close_counter)
    staffed.at(1, desks.close_counter)
    assert kinds(staffed) == ["counter_opened", "counter_closed"]


def test_a_counter_where_somebody_sits_is_taken(staffed: Staffed) -> None:
    let_roam(staffed, 1)
    staffed.at(2, desks.open_counter)
    with refused(staffed, "counter_taken") as refusal:
        at_as(staffed, "roaming 1", 2, desks.open_counter)
    assert refusal.value.facts == {"counter": 2}


def test_nobody_acts_at_a_colleagues_counter(staffed: Staffed) -> None:
    let_roam(staffed, 1)
    staffed.take()
    staffed.take()
    staffed.next(2)
    for verb in (calling.call_next, desks.close_counter, serving.finish):
        with refused(staffed, "counter_taken"):
            at_as(staffed, "roaming 1", 2, verb)


def test_whoever_may_serve_anywhere_acts_at_a_colleagues_counter(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(2)
    assert at_as(staffed, "manager", 2, serving.finish) == "A001"
    at_as(staffed, "manager", 2, desks.close_counter)
    assert open_counters(staffed) == {}


def test_moving_to_another_counter_closes_the_former(staffed: Staffed) -> None:
    let_roam(staffed, 1)
    at_as(staffed, "roaming 1", 1, desks.open_counter)
    at_as(staffed, "roaming 1", 2, desks.open_counter)
    assert [(change["kind"], change["counter"]) for change in changes(staffed)] == [
        ("counter_opened", 1),
        ("counter_closed", 1),
        ("counter_opened", 2),
    ]


def test_calling_at_another_counter_moves_there(staffed: Staffed) -> None:
    let_roam(staffed, 1)
    staffed.take()
    at_as(staffed, "roaming 1", 1, desks.open_counter)
    assert at_as(staffed, "roaming 1", 2, calling.call_next) == "A001"
    assert open_counters(staffed) == {2: None}


def test_nobody_moves_away_from_a_visitor(staffed: Staffed) -> None:
    let_roam(staffed, 1)
    staffed.take()
    staffed.next(1)
    with refused(staffed, "counter_busy") as refusal:
        at_as(staffed, "roaming 1", 2, desks.open_counter)
    assert refusal.value.facts == {"counter": 1, "label": "A001", "status": "called"}


def test_a_counter_with_a_visitor_is_not_closed(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    with refused(staffed, "counter_busy"):
        staffed.at(1, desks.close_counter)


def test_a_token_bound_to_a_counter_serves_at_no_other(staffed: Staffed) -> None:
    with refused(staffed, "not_allowed") as refusal:
        at_as(staffed, "1", 2, desks.open_counter)
    assert refusal.value.facts == {"counter": 2}


def test_a_device_serves_at_no_counter(staffed: Staffed) -> None:
    for device in ("kiosk", "screen", "agent"):
        with refused(staffed, "not_allowed"):
            at_as(staffed, device, 1, desks.open_counter)


def test_a_counter_that_is_not_there_is_unknown(staffed: Staffed) -> None:
    with refused(staffed, "counter_unknown"):
        at_as(staffed, "manager", 99, desks.open_counter)


def test_whoever_is_still_elsewhere_says_that_they_move(staffed: Staffed) -> None:
    let_roam(staffed, 1)
    at_as(staffed, "roaming 1", 1, desks.refuse_elsewhere)
    at_as(staffed, "roaming 1", 1, desks.open_counter)
    at_as(staffed, "roaming 1", 1, desks.refuse_elsewhere)
    with pytest.raises(CounterElsewhere) as refusal:
        at_as(staffed, "roaming 1", 2, desks.refuse_elsewhere)
    assert refusal.value.facts == {"counter": 1, "label": None}
    label = staffed.take("A")
    at_as(staffed, "roaming 1", 1, calling.call_next)
    with pytest.raises(CounterElsewhere) as refusal:
        at_as(staffed, "roaming 1", 2, desks.refuse_elsewhere)
    assert refusal.value.facts == {"counter": 1, "label": label}
