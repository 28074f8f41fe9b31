"""Visitors set aside, sent on or come back: held, resumed, rejoined, transferred."""

from dataclasses import replace
from typing import Any

import pytest

from office import aside, calling, desks, serving
from office.people import Right
from tests.houses import MORNING, Staffed
from tests.office.observing import (
    at_as,
    call_all,
    changes,
    last_change,
    refused,
    set_service,
    steps,
    ticket,
    waiting,
)


def line_of(staffed: Staffed, count: int) -> None:
    """Let tickets of A come three minutes apart."""
    for _ in range(count):
        staffed.take()
        staffed.clock.advance(minutes=3)


# Held


def test_a_visitor_held_leaves_the_counter_free(staffed: Staffed) -> None:
    line_of(staffed, 2)
    staffed.next(1)
    staffed.at(1, serving.start)
    held_at = staffed.clock.advance(minutes=1)
    assert staffed.at(1, aside.hold) == "A001"
    told = last_change(staffed)
    assert (told["kind"], told["counter"], told["from"], told["to"]) == (
        "ticket_held",
        1,
        "serving",
        "held",
    )
    (step,) = steps(staffed, "A001")
    assert (step.outcome, step.ended_at) == ("held", held_at)
    assert staffed.next(1) == "A002"


def test_a_waiting_ticket_is_held_by_its_number(staffed: Staffed) -> None:
    line_of(staffed, 2)
    assert staffed.at(1, aside.hold, "A001") == "A001"
    assert last_change(staffed)["from"] == "waiting"
    assert waiting(staffed) == {"A": 1}


def test_a_held_ticket_resumes_with_the_place_it_had(staffed: Staffed) -> None:
    line_of(staffed, 3)
    staffed.next(1)
    staffed.at(1, aside.hold)
    staffed.clock.advance(minutes=20)
    staffed.at(1, aside.resume, "A001")
    told = last_change(staffed)
    assert (told["kind"], told["from"], told["to"]) == ("ticket_resumed", "held", "waiting")
    assert told["line_since"] == MORNING.isoformat()
    assert call_all(staffed, 1) == ["A001", "A002", "A003"]


def test_a_resumed_visit_is_a_new_step(staffed: Staffed) -> None:
    line_of(staffed, 1)
    staffed.next(1)
    staffed.at(1, aside.hold)
    resumed_at = staffed.clock.advance(minutes=20)
    staffed.at(1, aside.resume, "A001")
    first, second = steps(staffed, "A001")
    assert (first.outcome, second.outcome) == ("held", None)
    assert (second.position, second.queued_at) == (2, resumed_at)


def test_a_colleague_of_the_service_may_resume_a_held_ticket(staffed: Staffed) -> None:
    line_of(staffed, 1)
    staffed.next(1)
    staffed.at(1, aside.hold)
    staffed.at(2, aside.resume, "A001")
    assert staffed.next(2) == "A001"


def test_a_clerk_of_other_services_does_not_resume_a_held_ticket(staffed: Staffed) -> None:
    line_of(staffed, 1)
    staffed.next(1)
    staffed.at(1, aside.hold)
    with refused(staffed, "not_served_here"):
        staffed.at(9, aside.resume, "A001")
    assert staffed.status("A001") == "held"


def test_a_ticket_at_a_colleagues_counter_is_not_held_from_here(staffed: Staffed) -> None:
    line_of(staffed, 1)
    staffed.next(1)
    with refused(staffed, "not_allowed"):
        staffed.at(2, aside.hold, "A001")


@pytest.mark.parametrize(
    ("verb", "values"),
    [
        (aside.hold, ()),
        (aside.resume, ()),
        (aside.rejoin, ()),
        (serving.set_priority, ("priority",)),
    ],
    ids=["hold", "resume", "rejoin", "priority"],
)
def test_nothing_is_done_to_a_ticket_at_a_counter_where_somebody_else_sits(
    staffed: Staffed, verb: Any, values: tuple[str, ...]
) -> None:
    staffed.take()
    staffed.next(2) if verb is aside.hold else staffed.at(2, desks.open_counter)
    staffed.actors["1"] = replace(
        staffed.actors["1"],
        counter_id=None,
        rights=staffed.actors["1"].rights | {Right.CHANGE_PRIORITY},
    )
    with refused(staffed, "counter_taken"):
        at_as(staffed, "1", 2, verb, "A001", *values)


def test_a_finished_ticket_is_not_held(staffed: Staffed) -> None:
    line_of(staffed, 1)
    staffed.serve(1)
    with refused(staffed, "move_refused"):
        staffed.at(1, aside.hold, "A001")


def test_a_waiting_ticket_neither_resumes_nor_rejoins(staffed: Staffed) -> None:
    line_of(staffed, 1)
    for verb in (aside.resume, aside.rejoin):
        with refused(staffed, "move_refused") as refusal:
            staffed.at(1, verb, "A001")
        assert refusal.value.facts["status"] == "waiting"


def test_an_unknown_ticket_is_neither_held_nor_brought_back(staffed: Staffed) -> None:
    for verb in (aside.hold, aside.resume, aside.rejoin):
        with refused(staffed, "ticket_unknown"):
            staffed.at(1, verb, "A009")


# Rejoined


@pytest.mark.parametrize("policy", ["accumulating", "first_come", "ratio"])
def test_whoever_missed_the_call_reenters_the_stated_places_down(
    staffed: Staffed, policy: str
) -> None:
    staffed.change(policy=policy, reentry_places=3)
    line_of(staffed, 6)
    staffed.next(1)
    staffed.at(1, calling.no_show)
    staffed.at(1, aside.rejoin, "A001")
    assert call_all(staffed, 1) == ["A002", "A003", "A004", "A001", "A005", "A006"]


def test_rejoining_is_written_with_the_place_it_counts_from(staffed: Staffed) -> None:
    line_of(staffed, 3)
    staffed.next(1)
    staffed.at(1, calling.no_show)
    staffed.at(2, aside.rejoin, "A001")
    told = last_change(staffed)
    assert (told["kind"], told["counter"], told["from"], told["to"]) == (
        "ticket_rejoined",
        2,
        "no_show",
        "waiting",
    )
    assert told["arrived_at"] == MORNING.isoformat()
    assert told["line_since"] > ticket(staffed, "A003").line_since.isoformat()


def test_only_its_own_line_is_counted_when_a_ticket_rejoins(staffed: Staffed) -> None:
    staffed.change(reentry_places=1)
    staffed.take("A")
    staffed.clock.advance(minutes=1)
    for code in ("K", "K", "K", "A", "A"):
        staffed.take(code)
        staffed.clock.advance(minutes=1)
    staffed.next(1)
    staffed.at(1, calling.no_show)
    staffed.at(1, aside.rejoin, "A001")
    assert call_all(staffed, 1) == ["A002", "A001", "A003"]


# Transferred


def test_a_transferred_visitor_keeps_number_and_arrival(staffed: Staffed) -> None:
    staffed.take("A")
    staffed.clock.advance(minutes=5)
    staffed.take("K")
    staffed.next(1)
    staffed.at(1, serving.start)
    staffed.clock.advance(minutes=5)
    staffed.at(1, serving.transfer, "K", None)
    sent = ticket(staffed, "A001")
    assert (sent.service.code, sent.status, sent.counter_id) == ("K", "waiting", None)
    assert sent.arrived_at == sent.line_since == MORNING
    assert waiting(staffed) == {"K": 2}
    assert call_all(staffed, 5) == ["A001", "K001"]


def test_a_transfer_is_written_with_where_from_and_where_to(staffed: Staffed) -> None:
    staffed.take("A")
    staffed.next(1)
    staffed.at(1, serving.start)
    sent_at = staffed.clock.advance(minutes=5)
    staffed.at(1, serving.transfer, "K", 6)
    told = last_change(staffed)
    assert {
        each: told[each]
        for each in ("kind", "counter", "from", "to", "service", "from_service", "to_counter")
    } == {
        "kind": "ticket_transferred",
        "counter": 1,
        "from": "serving",
        "to": "waiting",
        "service": "K",
        "from_service": "A",
        "to_counter": 6,
    }
    first, second = steps(staffed, "A001")
    assert (first.outcome, first.ended_at) == ("transferred", sent_at)
    assert (second.position, second.queued_at) == (2, sent_at)
    assert first.service_id != second.service_id == ticket(staffed, "A001").service_id


def test_a_ticket_sent_to_a_counter_is_called_there_alone(staffed: Staffed) -> None:
    staffed.take("A")
    staffed.next(1)
    staffed.at(1, serving.transfer, None, 3)
    for counter in (1, 2):
        with refused(staffed, "line_empty"):
            staffed.next(counter)
    assert staffed.next(3) == "A001"
    assert last_change(staffed)["only_counter"] is True


def test_a_transfer_from_a_call_infers_the_start(staffed: Staffed) -> None:
    staffed.take("A")
    staffed.next(1)
    staffed.at(1, serving.transfer, "K", None)
    started, sent = changes(staffed)[-2:]
    assert (started["kind"], started["service"], started["inferred"]) == (
        "ticket_started",
        "A",
        True,
    )
    assert (sent["kind"], sent["from"]) == ("ticket_transferred", "serving")


def test_a_transfer_to_nowhere_is_refused(staffed: Staffed) -> None:
    staffed.take("A")
    staffed.next(1)
    for service, counter, code in [
        ("Z", None, "service_unknown"),
        (None, 99, "counter_unknown"),
        ("K", 99, "counter_unknown"),
    ]:
        with refused(staffed, code):
            staffed.at(1, serving.transfer, service, counter)


def test_a_service_that_was_retired_takes_no_transfer(staffed: Staffed) -> None:
    set_service(staffed, "K", retired=True)
    staffed.take("A")
    staffed.next(1)
    with refused(staffed, "service_unknown"):
        staffed.at(1, serving.transfer, "K", None)


# Sent to one counter, whatever comes between


@pytest.mark.parametrize("between", ["put back", "held", "missed"])
def test_a_visitor_sent_to_a_counter_waits_for_that_one_whatever_comes_between(
    staffed: Staffed, between: str
) -> None:
    line_of(staffed, 1)
    staffed.next(1)
    staffed.at(1, serving.transfer, None, 2)
    staffed.next(2)
    if between == "put back":
        staffed.at(2, calling.put_back)
    elif between == "held":
        staffed.at(2, aside.hold)
        staffed.at(2, aside.resume, "A001")
    else:
        staffed.at(2, calling.no_show)
        staffed.at(2, aside.rejoin, "A001")
    assert last_change(staffed)["to_counter"] == 2
    with refused(staffed, "line_empty"):
        staffed.next(1)
    assert staffed.next(2) == "A001"
