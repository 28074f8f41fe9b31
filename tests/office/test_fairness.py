"""The fairness report: every overtaking has a reason, whatever is tried."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from office import aside, calling, early, fairness, plan, serving, taking_over
from office.desks import Desk
from office.errors import OfficeError
from office.people import Account, actor_of_account, at_counters
from office.place import Office
from office.terms import Terms
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import changes


def report(staffed: Staffed) -> fairness.Fairness:
    """Return the fairness of the day so far."""
    today = staffed.read(lambda _work, office: office.open_day)
    found: fairness.Fairness = staffed.read(
        lambda work, office: fairness.report(work, office, today, today)
    )
    return found


def test_a_call_in_turn_passes_nobody(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    found = report(staffed)
    assert (found.calls, found.in_turn, found.overtaken) == (1, 1, 0)


def test_priority_is_told_by_its_reason_and_its_class(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(minutes=4)
    staffed.take("A", "priority")
    staffed.clock.advance(minutes=6)
    staffed.next(1)
    found = report(staffed)
    assert (found.by_reason, found.by_class) == ({"priority": 1}, {"priority": 1})
    assert found.by_actor == {}


def test_what_somebody_decided_is_told_by_its_reason_and_who(staffed: Staffed) -> None:
    for _ in range(3):
        staffed.take()
    staffed.at(1, calling.call_ticket, "A003", "our_mistake")
    found = report(staffed)
    assert found.by_reason == {"our_mistake": 2}
    assert list(found.by_actor.values()) == [(1, 2)]


def test_after_a_take_over_it_is_the_new_clerk_who_decided_and_sending_home_passes_nobody(
    staffed: Staffed,
) -> None:
    for _ in range(4):
        staffed.take()
    staffed.next(1)
    account = staffed.actors["2"].account_id
    by_pin = staffed.read(
        lambda work, _office: at_counters(actor_of_account(work.session.get_one(Account, account)))
    )
    staffed.actors["1"] = replace(by_pin, counter_id=None)
    staffed.at(1, taking_over.take_over)
    staffed.at(1, serving.finish)
    staffed.at(1, calling.call_ticket, "A004", "our_mistake")
    wish = early.Wish(early.Reason.POWER, early.Fate.RETURN)
    staffed.in_turn(
        lambda work, office: early.close(
            work, office, staffed.actors["manager"], staffed.clock.now(), wish
        )
    )
    found = report(staffed)
    assert found.by_actor == {f"account:{account}": (1, 2)}
    assert (found.by_reason, found.by_class) == ({"our_mistake": 2}, {"ordinary": 2})


def test_who_comes_back_with_a_slip_is_counted_for_whom_they_pass(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    codes = []

    def send_away(desk: Desk) -> None:
        serving.finish(desk, "documents_incomplete", [0])
        codes.append(desk.granted[0].code)

    staffed.at(1, send_away)
    for _ in range(3):
        staffed.take()
    staffed.at(1, aside.admit, codes[0])
    found = report(staffed)
    assert (found.calls, found.by_reason, found.by_class) == (1, {"returned": 2}, {"ordinary": 2})
    for _ in range(4):
        staffed.serve(1)
    assert report(staffed).by_reason == {"returned": 2}


def test_calls_written_before_reasons_were_kept_are_told_too() -> None:
    assert fairness.reasons_of({"overtaken": 2, "priority": "priority"}) == {"priority": 2}
    assert fairness.reasons_of({"overtaken": 2, "because": "ordered"}) == {"ordered": 2}
    assert fairness.reasons_of({"overtaken": 1, "priority": "ordinary"}) == {"unexplained": 1}
    assert fairness.reasons_of({"overtaken": 0}) == {}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", "take", "take", "next", "next", "send", "back", "pick", "move"]),
        st.integers(1, 3),
        st.integers(0, 99),
    ),
    min_size=10,
    max_size=30,
)


@pytest.mark.parametrize("policy", ["accumulating", "first_come", "ratio"])
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_no_overtaking_can_be_without_a_reason(
    staffed: Staffed, policy: str, steps: list[tuple[str, int, int]]
) -> None:
    staffed.clock.advance(days=1)
    staffed.change(policy=policy)
    for verb, counter, pick in steps:
        staffed.clock.advance(minutes=1 + pick % 5)
        try:
            _do(staffed, verb, counter, pick)
        except OfficeError:
            continue
    assert report(staffed).unexplained == 0
    for row in changes(staffed):
        if row["kind"] == "ticket_called":
            assert row["reason"]["policy"]
            assert sum(row["overtakings"].values()) == row["overtaken"]


def _do(staffed: Staffed, verb: str, counter: int, pick: int) -> Any:
    if verb == "take":
        return staffed.take("ACK"[pick % 3], "priority" if pick % 4 == 0 else None)
    if verb == "next":
        return staffed.at(counter, serving.finish_and_next)
    if verb == "send":
        return staffed.at(counter, serving.transfer, "ACK"[pick % 3], None)
    if verb == "back":
        return staffed.at(counter, calling.put_back)
    if verb == "pick":
        return staffed.at(counter, calling.call_ticket, f"A{1 + pick % 9:03d}", "ordered")

    def move(work: Work, office: Office) -> None:
        terms = [Terms("A", pick % 3), Terms("C", pick % 2), Terms("K", 0, pick % 20)]
        plan.set_plan(work, office, staffed.actors["manager"], staffed.clock.now(), counter, terms)

    return staffed.in_turn(move)
