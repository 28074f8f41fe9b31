"""Outages: services that stand still, places that are kept, and the order that comes back."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office import outages, policy
from office.errors import LineEmpty
from office.outages import Need
from office.people import Actor
from office.place import Office, PolicyName
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import changes, refused
from tests.office.test_policy import after, ids, someone


def begin(staffed: Staffed, need: Need = Need.NATIONAL_DATABASE, name: str = "manager") -> None:
    """Report an outage."""
    actor: Actor = staffed.actors[name]
    staffed.in_turn(
        lambda work, office: outages.begin(work, office, actor, staffed.clock.now(), need)
    )


def end(staffed: Staffed, need: Need = Need.NATIONAL_DATABASE) -> None:
    """Report that it is over."""
    actor: Actor = staffed.actors["manager"]
    staffed.in_turn(
        lambda work, office: outages.end(work, office, actor, staffed.clock.now(), need)
    )


def called(staffed: Staffed, counter: int, count: int) -> list[str]:
    """Serve `count` visitors, a minute each, and return their labels."""
    labels = []
    for _ in range(count):
        labels.append(staffed.serve(counter))
        staffed.clock.advance(minutes=1)
    return labels


def test_nobody_is_called_whose_service_stands_still_and_others_go_on(staffed: Staffed) -> None:
    staffed.take("A")
    staffed.take("F")
    begin(staffed)
    with pytest.raises(LineEmpty):
        staffed.next(1)
    assert staffed.next(10) == "F001"


def test_no_ticket_is_given_and_the_text_says_what_is_missing(staffed: Staffed) -> None:
    begin(staffed, Need.BLANK_CARDS)
    with refused(staffed, "service_suspended") as refusal:
        staffed.take("C")
    assert "Blangko" in refusal.value.facts["texts"]["id"]
    assert staffed.take("A") == "A001"


def test_the_order_at_the_end_is_that_at_the_beginning(staffed: Staffed) -> None:
    staffed.take("A")
    staffed.clock.advance(minutes=20)
    staffed.take("A", "priority")
    staffed.clock.advance(minutes=5)
    begin(staffed)
    staffed.clock.advance(minutes=90)
    end(staffed)
    # without the stop the priority ticket, at rate 2, would have passed long ago
    assert called(staffed, 1, 2) == ["A001", "A002"]


def test_two_outages_at_once_end_with_the_last(staffed: Staffed) -> None:
    staffed.take("C")
    begin(staffed)
    staffed.clock.advance(minutes=5)
    begin(staffed, Need.INK)
    staffed.clock.advance(minutes=5)
    end(staffed)
    with pytest.raises(LineEmpty):
        staffed.next(3)
    staffed.take("A")
    end(staffed, Need.INK)
    assert "C" in changes(staffed)[-1]["services"]


def test_the_journal_tells_which_services_and_how_long(staffed: Staffed) -> None:
    begin(staffed, Need.INK)
    staffed.clock.advance(minutes=42)
    end(staffed, Need.INK)
    began, ended = changes(staffed)[-2:]
    assert (began["kind"], began["need"], began["services"]) == ("outage_began", "ink", ["C", "I"])
    assert (ended["kind"], ended["minutes"], ended["services"]) == ("outage_ended", 42, ["C", "I"])


def test_an_outage_is_reported_once_and_ended_once(staffed: Staffed) -> None:
    begin(staffed)
    with refused(staffed, "outage_standing"):
        begin(staffed)
    end(staffed)
    with refused(staffed, "outage_unknown"):
        end(staffed)


def test_an_outage_that_no_service_feels_is_refused(staffed: Staffed) -> None:
    def nothing(work: Work, office: Office) -> None:
        for code in ("C", "I"):
            actor = staffed.actors["manager"]
            outages.set_needs(work, office, actor, staffed.clock.now(), code, [])

    staffed.in_turn(nothing)
    with refused(staffed, "nothing_needs_it"):
        begin(staffed, Need.INK)


def test_a_clerk_may_not_report_one(staffed: Staffed) -> None:
    with refused(staffed, "not_allowed"):
        begin(staffed, name="1")


def test_one_can_be_found_by_the_time_it_touched(staffed: Staffed) -> None:
    began = staffed.clock.now()
    begin(staffed)
    staffed.clock.advance(minutes=30)
    end(staffed)

    def found(first: float, last: float) -> Any:
        def look(work: Work, office: Office) -> list[str]:
            span = (began + timedelta(minutes=each) for each in (first, last))
            return [each.need for each in outages.between(work, office.id, *span)]

        return staffed.read(look)

    assert found(-10, 0) == []
    assert found(-10, 1) == found(29, 60) == ["national_database"]
    assert found(30, 60) == []


# The rule of the thaw

lines = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from([1.0, 1.5, 2.0, 4.0])), min_size=2, max_size=10
).map(lambda drawn: [someone(i, at, rate) for i, (at, rate) in enumerate(drawn, 1)])


@given(line=lines, still=st.integers(1, 300))
def test_whatever_the_classes_the_order_survives_a_stop(
    line: list[policy.Waiting], still: int
) -> None:
    since, now = after(61), after(61 + still)
    before = policy.in_order(line, since, PolicyName.ACCUMULATING)
    thawed = [
        policy.Waiting(
            each.ticket_id,
            each.label,
            each.service_id,
            each.class_code,
            each.rate,
            each.arrived_at,
            policy.thawed(each.rate, each.line_since, since, now),
        )
        for each in line
    ]
    order = policy.in_order(thawed, now, PolicyName.ACCUMULATING)
    scores = {each.ticket_id: policy.score(each, since) for each in before}
    told = [scores[each] for each in ids(order)]
    assert told == sorted(told, reverse=True)


@given(rate=st.sampled_from([1.0, 2.0, 4.0]), at=st.integers(0, 60), still=st.integers(0, 300))
def test_a_stop_costs_nobody_a_minute_and_the_ordinary_nothing_at_all(
    rate: float, at: int, still: int
) -> None:
    own, since, now = after(at), after(61), after(61 + still)
    since_then = policy.thawed(rate, own, since, now)
    assert since_then >= own
    if rate == 1.0:
        assert abs((since_then - own).total_seconds()) < 0.001
