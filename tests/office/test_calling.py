"""Calling and serving at a counter: every verb with its row in the journal, and every refusal."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from office import aside, calling, serving
from office.people import Right
from office.policy import Waiting
from tests.houses import MORNING, Staffed
from tests.office.observing import (
    at_as,
    call_all,
    changes,
    kinds,
    last_change,
    refused,
    steps,
    ticket,
    version,
)


def line_of_three(staffed: Staffed) -> None:
    """Let A001, A002 and A003 come a minute apart."""
    for _ in range(3):
        staffed.take()
        staffed.clock.advance(minutes=1)


def without(staffed: Staffed, counter: int, right: Right) -> None:
    """Take a right from the clerk of a counter."""
    actor = staffed.actors[str(counter)]
    staffed.actors[str(counter)] = replace(actor, rights=actor.rights - {right})


def move_of(change: dict[str, Any]) -> tuple[Any, ...]:
    """Return what moved where, in short."""
    return tuple(change[each] for each in ("kind", "label", "counter", "from", "to"))


# Next


def test_next_calls_whoever_has_waited_longest(staffed: Staffed) -> None:
    line_of_three(staffed)
    assert staffed.next(1) == "A001"
    called = ticket(staffed, "A001")
    (step,) = steps(staffed, "A001")
    assert called.status == "called"
    assert called.counter_id == step.counter_id == staffed.actors["1"].counter_id
    assert step.account_id == staffed.actors["1"].account_id
    assert step.called_at == staffed.clock.now()


def test_next_calls_only_what_the_counter_serves(staffed: Staffed) -> None:
    staffed.take("K")
    staffed.clock.advance(minutes=5)
    staffed.take("D")
    assert staffed.next(1) == "U001"


def test_a_call_is_written_with_all_a_screen_needs(staffed: Staffed) -> None:
    staffed.take("D", "priority", "en")
    called_at = staffed.clock.advance(minutes=31)
    staffed.next(2)
    assert last_change(staffed) == {
        "version": 3,
        "kind": "ticket_called",
        "at": called_at.isoformat(),
        "day": "2026-11-25",
        "label": "U001",
        "service": "D",
        "counter": 2,
        "priority": "priority",
        "from": "waiting",
        "to": "called",
        "arrived_at": MORNING.isoformat(),
        "line_since": MORNING.isoformat(),
        "services": ["A", "I", "D"],
        "only_counter": False,
        "out_of_order": False,
        "because": None,
        "overtaken": 0,
        "overtakings": {},
        "reason": {
            "policy": "accumulating",
            "waited_min": 31,
            "priority": "priority",
            "score": 62.0,
            "helping_out": False,
        },
        "locale": "en",
    }


def test_the_first_call_of_a_counter_opens_it(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    assert kinds(staffed) == ["ticket_taken", "counter_opened", "ticket_called"]


def test_priority_that_goes_first_is_counted_as_overtaking(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(minutes=4)
    staffed.take("A", "priority")
    staffed.clock.advance(minutes=6)
    assert staffed.next(1) == "A002"
    told = last_change(staffed)
    assert (told["overtaken"], told["out_of_order"]) == (1, False)


def test_with_nobody_waiting_next_is_refused(staffed: Staffed) -> None:
    staffed.take("K")
    with refused(staffed, "line_empty") as refusal:
        staffed.next(1)
    assert refusal.value.facts == {"counter": 1}


@pytest.mark.parametrize(("started", "status"), [(False, "called"), (True, "serving")])
def test_with_a_visitor_at_the_counter_next_is_refused(
    staffed: Staffed, started: bool, status: str
) -> None:
    line_of_three(staffed)
    staffed.next(1)
    if started:
        staffed.at(1, serving.start)
    with refused(staffed, "counter_busy") as refusal:
        staffed.next(1)
    assert refusal.value.facts == {"counter": 1, "label": "A001", "status": status}


# A call of one ticket


def test_a_call_out_of_order_is_written_with_its_reason_and_whom_it_passes(
    staffed: Staffed,
) -> None:
    line_of_three(staffed)
    with refused(staffed, "reason_missing"):
        staffed.at(1, calling.call_ticket, "A003", None)
    assert staffed.at(1, calling.call_ticket, "a3", "in_pain") == "A003"
    told = last_change(staffed)
    assert move_of(told) == ("ticket_called", "A003", 1, "waiting", "called")
    assert (told["out_of_order"], told["because"], told["overtaken"]) == (True, "in_pain", 2)


def test_a_call_out_of_order_needs_the_right(staffed: Staffed) -> None:
    line_of_three(staffed)
    without(staffed, 1, Right.CALL_OUT_OF_ORDER)
    with refused(staffed, "not_allowed") as refusal:
        staffed.at(1, calling.call_ticket, "A003", "in_pain")
    assert refusal.value.facts == {"right": "call.out_of_order"}


def test_a_call_of_whoever_is_next_anyway_needs_neither_right_nor_reason(staffed: Staffed) -> None:
    line_of_three(staffed)
    without(staffed, 1, Right.CALL_OUT_OF_ORDER)
    assert staffed.at(1, calling.call_ticket, "A001", "in_pain") == "A001"
    told = last_change(staffed)
    assert (told["out_of_order"], told["because"]) == (False, None)


def test_a_clerk_calls_no_ticket_of_a_service_not_served_there(staffed: Staffed) -> None:
    staffed.take("K")
    with refused(staffed, "not_served_here") as refusal:
        staffed.at(1, calling.call_ticket, "K001", "in_pain")
    assert refusal.value.facts == {"label": "K001", "counter": 1}


def test_whoever_may_serve_anywhere_calls_from_any_line_and_passes_that_line(
    staffed: Staffed,
) -> None:
    staffed.take("K")
    staffed.clock.advance(minutes=1)
    staffed.take("K")
    staffed.take("C")
    assert at_as(staffed, "manager", 1, calling.call_ticket, "K002", "in_pain") == "K002"
    told = last_change(staffed)
    assert (told["out_of_order"], told["overtaken"]) == (True, 1)


@pytest.mark.parametrize("counter", [5, 6])
def test_a_call_of_a_ticket_that_does_not_wait_is_refused(staffed: Staffed, counter: int) -> None:
    staffed.take("K")
    staffed.next(5)
    if counter == 5:
        staffed.at(5, serving.finish)
    with refused(staffed, "move_refused"):
        staffed.at(counter, calling.call_ticket, "K001", "in_pain")


def test_a_call_of_an_unknown_ticket_is_refused(staffed: Staffed) -> None:
    line_of_three(staffed)
    with refused(staffed, "ticket_unknown"):
        staffed.at(1, calling.call_ticket, "A004", "in_pain")


def test_a_call_of_one_ticket_is_refused_while_the_counter_is_busy(staffed: Staffed) -> None:
    line_of_three(staffed)
    staffed.next(1)
    with refused(staffed, "counter_busy"):
        staffed.at(1, calling.call_ticket, "A002", None)


# Recall, start, finish


def test_recall_keeps_the_ticket_at_its_counter(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.at(1, calling.recall)
    staffed.at(1, calling.recall)
    told = last_change(staffed)
    assert move_of(told) == ("ticket_recalled", "A001", 1, "called", "called")
    assert told["recalls"] == steps(staffed, "A001")[0].recalls == 2


def test_a_visitor_being_served_is_not_recalled(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.at(1, serving.start)
    with refused(staffed, "move_refused") as refusal:
        staffed.at(1, calling.recall)
    assert refusal.value.facts["status"] == "serving"


def test_start_begins_the_service_of_the_called_ticket(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    started_at = staffed.clock.advance(seconds=40)
    staffed.at(1, serving.start)
    (step,) = steps(staffed, "A001")
    assert (step.started_at, step.start_inferred) == (started_at, False)
    assert move_of(last_change(staffed)) == ("ticket_started", "A001", 1, "called", "serving")


def test_a_service_begins_once(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.at(1, serving.start)
    with refused(staffed, "move_refused"):
        staffed.at(1, serving.start)


def test_finish_ends_the_visit_with_its_outcome(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.at(1, serving.start)
    ended_at = staffed.clock.advance(minutes=9)
    staffed.at(1, serving.finish, "documents_incomplete")
    (step,) = steps(staffed, "A001")
    assert (step.outcome, step.ended_at, step.start_inferred) == (
        "documents_incomplete",
        ended_at,
        False,
    )
    told = last_change(staffed)
    assert move_of(told) == ("ticket_finished", "A001", 1, "serving", "done")
    assert told["outcome"] == "documents_incomplete"


def test_without_a_word_the_outcome_is_done(staffed: Staffed) -> None:
    staffed.take()
    staffed.serve(1)
    assert last_change(staffed)["outcome"] == "done"


def test_finish_takes_a_start_nobody_pressed_to_be_the_call(staffed: Staffed) -> None:
    staffed.take()
    called_at = staffed.clock.advance(minutes=2)
    staffed.next(1)
    staffed.clock.advance(minutes=5)
    staffed.at(1, serving.finish)
    (step,) = steps(staffed, "A001")
    assert (step.started_at, step.start_inferred) == (called_at, True)
    started, finished = changes(staffed)[-2:]
    assert move_of(started) == ("ticket_started", "A001", 1, "called", "serving")
    assert started["inferred"] is True
    assert move_of(finished) == ("ticket_finished", "A001", 1, "serving", "done")


def test_finish_and_next_is_one_key(staffed: Staffed) -> None:
    line_of_three(staffed)
    staffed.next(1)
    staffed.at(1, serving.start)
    before = version(staffed)
    assert staffed.at(1, serving.finish_and_next) == "A002"
    assert [move_of(each) for each in changes(staffed, before)] == [
        ("ticket_finished", "A001", 1, "serving", "done"),
        ("ticket_called", "A002", 1, "waiting", "called"),
    ]


def test_finish_and_next_with_nobody_waiting_still_finishes(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    assert staffed.at(1, serving.finish_and_next) is None
    assert staffed.status("A001") == "done"


def test_finish_and_next_at_a_free_counter_just_calls(staffed: Staffed) -> None:
    staffed.take()
    assert staffed.at(1, serving.finish_and_next) == "A001"


def test_with_nobody_at_the_counter_no_verb_is_possible(staffed: Staffed) -> None:
    staffed.take()
    verbs: list[tuple[Any, ...]] = [
        (calling.recall,),
        (serving.start,),
        (serving.finish,),
        (calling.no_show,),
        (calling.put_back,),
        (aside.hold,),
        (serving.transfer, "K", None),
    ]
    for verb in verbs:
        with refused(staffed, "counter_idle") as refusal:
            staffed.at(1, *verb)
        assert refusal.value.facts == {"counter": 1}


# No-show and back to the line


def test_no_show_sets_the_visitor_aside_and_frees_the_counter(staffed: Staffed) -> None:
    line_of_three(staffed)
    staffed.next(1)
    gone_at = staffed.clock.advance(minutes=2)
    staffed.at(1, calling.no_show)
    (step,) = steps(staffed, "A001")
    assert (step.outcome, step.ended_at) == ("no_show", gone_at)
    assert ticket(staffed, "A001").counter_id is None
    assert move_of(last_change(staffed)) == ("ticket_no_show", "A001", 1, "called", "no_show")
    assert staffed.next(1) == "A002"


def test_a_visitor_being_served_is_no_no_show(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.at(1, serving.start)
    with refused(staffed, "move_refused"):
        staffed.at(1, calling.no_show)


def test_a_no_show_needs_the_offices_number_of_recalls_first(staffed: Staffed) -> None:
    staffed.change(recalls_before_no_show=2)
    staffed.take()
    staffed.next(1)
    staffed.at(1, calling.recall)
    with refused(staffed, "recall_first") as refusal:
        staffed.at(1, calling.no_show)
    assert refusal.value.facts == {"recalls": 1, "needed": 2}
    staffed.at(1, calling.recall)
    assert staffed.at(1, calling.no_show) == "A001"


def test_a_ticket_put_back_keeps_its_place(staffed: Staffed) -> None:
    line_of_three(staffed)
    staffed.next(1)
    staffed.at(1, calling.put_back)
    assert move_of(last_change(staffed)) == ("ticket_put_back", "A001", 1, "called", "waiting")
    (step,) = steps(staffed, "A001")
    assert (step.called_at, step.counter_id, step.account_id) == (None, None, None)
    assert staffed.next(2) == "A001"


def test_a_visitor_being_served_is_not_put_back(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.at(1, serving.start)
    with refused(staffed, "move_refused"):
        staffed.at(1, calling.put_back)


# Policies


@pytest.mark.parametrize(
    ("policy", "order"),
    [
        ("accumulating", ["A003", "A001", "A004", "A002", "A005"]),
        ("first_come", ["A001", "A002", "A003", "A004", "A005"]),
        ("ratio", ["A003", "A004", "A001", "A005", "A002"]),
    ],
)
def test_the_office_chooses_the_order_of_calls(
    staffed: Staffed, policy: str, order: list[str]
) -> None:
    staffed.change(policy=policy)
    for priority in (None, None, "priority", "priority", "priority"):
        staffed.take("A", priority)
        staffed.clock.advance(minutes=2)
    staffed.clock.advance(minutes=1)
    assert call_all(staffed, 1) == order


def test_the_ratio_counts_the_calls_of_all_counters(staffed: Staffed) -> None:
    staffed.change(policy="ratio")
    for priority in (None, None, "priority", "priority", "priority"):
        staffed.take("A", priority)
        staffed.clock.advance(minutes=1)
    assert [staffed.next(counter) for counter in (1, 2)] == ["A003", "A004"]
    staffed.clock.advance(seconds=1)
    assert staffed.at(1, serving.finish_and_next) == "A001"


def test_a_call_tells_the_policys_reason(staffed: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    def why(chosen: Waiting, now: datetime, policy: object, _terms: object) -> dict[str, object]:
        return {"chosen": chosen.label, "now": now.isoformat(), "policy": str(policy)}

    monkeypatch.setattr("office.policy.reason", why)
    staffed.take()
    staffed.next(1)
    assert last_change(staffed)["reason"] == {
        "chosen": "A001",
        "now": MORNING.isoformat(),
        "policy": "accumulating",
    }
