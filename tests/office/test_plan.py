"""Which counter serves what: preference, helping out, and moving a counter while it works."""

from dataclasses import replace
from datetime import timedelta

import pytest

from office import calling, plan, serving
from office.errors import LineEmpty
from office.people import Actor
from office.place import Office, PolicyName
from office.policy import callable_by, overtakings
from office.terms import Terms
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import at_as, last_change, refused
from tests.office.test_policy import after, ids, someone

A, K = 1, 2
PATIENCE = timedelta(minutes=30)


def set_plan(staffed: Staffed, counter: int, *terms: Terms, name: str = "manager") -> None:
    """Let a counter serve these services."""
    actor: Actor = staffed.actors[name]

    def act(work: Work, office: Office) -> None:
        plan.set_plan(work, office, actor, staffed.clock.now(), counter, terms)

    staffed.in_turn(act)


# The rule


def test_a_preferred_service_is_called_before_one_that_has_waited_longer() -> None:
    line = [someone(1, 0, service_id=A), someone(2, 5, service_id=K)]
    terms = {A: Terms("A", 1), K: Terms("K", 0)}
    assert ids(callable_by(line, 9, terms, after(20), PATIENCE)) == [2, 1]
    assert overtakings(line[1], line, terms, PolicyName.ACCUMULATING) == {"preference": 1}


def test_a_preference_yields_to_whoever_has_waited_for_the_offices_target() -> None:
    line = [someone(1, 0, service_id=A), someone(2, 5, service_id=K)]
    terms = {A: Terms("A", 9), K: Terms("K", 0)}
    assert ids(callable_by(line, 9, terms, after(30), PATIENCE)) == [1, 2]


def test_help_begins_when_somebody_has_waited_long_enough_and_not_before() -> None:
    line = [someone(1, 0, service_id=A)]
    terms = {A: Terms("A", helps_after_min=15), K: Terms("K")}
    assert callable_by(line, 9, terms, after(14.9), PATIENCE) == []
    assert ids(callable_by(line, 9, terms, after(15), PATIENCE)) == [1]


def test_nobody_whose_service_stands_still_is_called() -> None:
    line = [someone(1, 0, service_id=A), someone(2, 5, service_id=K)]
    line[0] = replace(line[0], stopped_since=after(3))
    assert ids(callable_by(line, 9, {A: Terms("A"), K: Terms("K")}, after(9), PATIENCE)) == [2]


# At the counters


def test_a_counter_that_helps_out_says_so_with_the_call(staffed: Staffed) -> None:
    set_plan(staffed, 5, Terms("K"), Terms("A", helps_after_min=15))
    staffed.take("A")
    staffed.clock.advance(minutes=14)
    with pytest.raises(LineEmpty):
        staffed.next(5)
    staffed.clock.advance(minutes=3)
    assert staffed.next(5) == "A001"
    reason = last_change(staffed)["reason"]
    assert (reason["helping_out"], reason["waited_min"]) == (True, 17)


def test_its_own_service_is_no_help(staffed: Staffed) -> None:
    set_plan(staffed, 5, Terms("K"), Terms("A", helps_after_min=15))
    staffed.take("K")
    staffed.next(5)
    assert last_change(staffed)["reason"]["helping_out"] is False


def test_a_counter_moved_to_another_service_calls_of_that_from_then_on(staffed: Staffed) -> None:
    for service in "AK":
        staffed.take(service)
    set_plan(staffed, 1, Terms("K"))
    told = last_change(staffed)
    assert (told["kind"], told["counter"]) == ("counter_changed", 1)
    assert told["present"]["services"] == [{"code": "K", "preference": 0, "helps_after_min": None}]
    assert staffed.next(1) == "K001"


def test_whoever_is_being_served_is_served_to_the_end(staffed: Staffed) -> None:
    staffed.take("A")
    staffed.next(1)
    set_plan(staffed, 1, Terms("K"))
    assert staffed.at(1, serving.finish) == "A001"


def test_whoever_was_sent_to_this_counter_is_still_called_there(staffed: Staffed) -> None:
    staffed.take("A")
    staffed.next(1)
    staffed.at(1, serving.transfer, None, 2)
    set_plan(staffed, 2, Terms("K"))
    assert staffed.next(2) == "A001"


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ([Terms("A"), Terms("A", 1)], "input_invalid"),
        ([Terms("A", 10)], "input_invalid"),
        ([Terms("A", 0, 999)], "input_invalid"),
        ([Terms("nothing")], "service_unknown"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(
    staffed: Staffed, terms: list[Terms], code: str
) -> None:
    with refused(staffed, code):
        set_plan(staffed, 1, *terms)


def test_a_clerk_may_not_move_counters(staffed: Staffed) -> None:
    with refused(staffed, "not_allowed"):
        set_plan(staffed, 1, Terms("K"), name="1")


def test_a_call_within_help_can_be_chosen_by_label_too(staffed: Staffed) -> None:
    set_plan(staffed, 5, Terms("K"), Terms("A", helps_after_min=15))
    staffed.take("A")
    staffed.clock.advance(minutes=16)
    assert at_as(staffed, "5", 5, calling.call_ticket, "A001", None) == "A001"
