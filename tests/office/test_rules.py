"""The rules of the turn and the aims of an office: changed by whoever manages, and written down."""

from dataclasses import replace
from typing import Any

from office import rules
from office.place import PolicyName
from office.rules import Aim
from tests.houses import Staffed
from tests.office.observing import last_change, refused, version


def turn_rules(staffed: Staffed, by: str = "manager", **changes: Any) -> rules.TurnRules:
    """Change some of the rules of the turn; return how they stand."""
    wanted = replace(staffed.read(rules.turn_rules_of), **changes)
    actor, now = staffed.actors[by], staffed.clock.now()
    staffed.in_turn(
        lambda work, office: rules.set_turn_rules(work, office, actor, now, wanted),
    )
    stands: rules.TurnRules = staffed.read(rules.turn_rules_of)
    return stands


def aims(staffed: Staffed, by: str = "manager", **changes: Any) -> rules.Aims:
    """Change some of the aims; return how they stand."""
    wanted = replace(staffed.read(rules.aims_of), **changes)
    actor, now = staffed.actors[by], staffed.clock.now()
    staffed.in_turn(lambda work, office: rules.set_aims(work, office, actor, now, wanted))
    stands: rules.Aims = staffed.read(rules.aims_of)
    return stands


def test_another_policy_holds_from_the_next_call_on(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(minutes=1)
    staffed.take(priority="priority")
    staffed.clock.advance(minutes=20)
    turn_rules(staffed, policy=PolicyName.FIRST_COME)
    staffed.next(1)
    told = last_change(staffed)
    assert (told["label"], told["reason"]["policy"]) == ("A001", "first_come")


def test_the_journal_tells_what_was_and_what_is(staffed: Staffed) -> None:
    assert turn_rules(staffed, reentry_places=7, carries_over=True).reentry_places == 7
    told = last_change(staffed)
    assert (told["kind"], told["part"]) == ("office_changed", "turn")
    assert told["former"] == {"reentry_places": 3, "carries_over": False}
    assert told["present"] == {"reentry_places": 7, "carries_over": True}
    stands = version(staffed)
    turn_rules(staffed, reentry_places=7)
    assert version(staffed) == stands


def test_a_class_gets_another_rate_and_one_the_office_lacks_is_refused(staffed: Staffed) -> None:
    assert turn_rules(staffed, rates={"priority": 3.0}).rates["priority"] == 3.0
    with refused(staffed, "priority_unknown"):
        turn_rules(staffed, rates={"royal": 3.0})


def test_numbers_no_office_means_are_refused(staffed: Staffed) -> None:
    for changes in (
        {"reentry_places": 51},
        {"recalls_before_no_show": -1},
        {"rates": {"priority": 0.5}},
    ):
        with refused(staffed, "input_invalid"):
            turn_rules(staffed, **changes)
    for more in ({"wait_min": 0}, {"wait_percent": 100}, {"services": {"A": Aim(241, None)}}):
        with refused(staffed, "input_invalid"):
            aims(staffed, **more)


def test_a_service_has_an_aim_of_its_own_until_it_is_taken_back(staffed: Staffed) -> None:
    assert aims(staffed, services={"A": Aim(15, 8)}).services["A"] == Aim(15, 8)
    assert last_change(staffed)["present"]["services"]["A"] == {"wait_min": 15, "serve_min": 8}
    assert aims(staffed, serve_min=20).services["A"] == Aim(15, 8)
    assert aims(staffed, services={"A": Aim(None, None)}).services["A"] == Aim(None, None)
    with refused(staffed, "service_unknown"):
        aims(staffed, services={"NONE": Aim(5, 5)})


def test_a_supervisor_does_not_change_the_rules(staffed: Staffed) -> None:
    with refused(staffed, "not_allowed"):
        turn_rules(staffed, by="1", reentry_places=1)
    with refused(staffed, "not_allowed"):
        aims(staffed, by="1", wait_min=10)
