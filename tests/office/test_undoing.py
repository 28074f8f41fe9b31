"""Undoing: the last action at a counter is taken back, as if it had not been, and told so."""

from collections.abc import Callable
from typing import Any

import pytest

from office import aside, calling, desks, pausing, reception, serving, undoing
from office.place import Office
from office.tickets import ticket_labelled
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import (
    at_as,
    board_of,
    changes,
    kinds,
    last_change,
    refused,
    steps,
    ticket,
    version,
    waiting,
)


def stands(staffed: Staffed, label: str) -> tuple[Any, ...]:
    """Return all that a verb may change of a ticket and its steps."""
    found = ticket(staffed, label)
    of = (found.status, found.service_id, found.class_id, found.counter_id, found.line_since)
    return of, [
        (
            each.position,
            each.service_id,
            each.queued_at,
            each.called_at,
            each.started_at,
            each.ended_at,
            each.start_inferred,
            each.recalls,
            each.counter_id,
            each.account_id,
            each.only_counter_id,
            each.outcome,
        )
        for each in steps(staffed, label)
    ]


#: Each verb: what was done before, the verb, and the ticket it is about.
VERBS: dict[str, tuple[list[tuple[Any, ...]], tuple[Any, ...]]] = {
    "next": ([], (calling.call_next,)),
    "call": ([], (calling.call_ticket, "A001", None)),
    "recall": ([(calling.call_next,)], (calling.recall,)),
    "start": ([(calling.call_next,)], (serving.start,)),
    "finish": ([(calling.call_next,), (serving.start,)], (serving.finish,)),
    "finish without start": ([(calling.call_next,)], (serving.finish,)),
    "no-show": ([(calling.call_next,)], (calling.no_show,)),
    "put back": ([(calling.call_next,)], (calling.put_back,)),
    "hold": ([(calling.call_next,), (serving.start,)], (aside.hold,)),
    "hold a waiting one": ([], (aside.hold, "A001")),
    "resume": ([(aside.hold, "A001")], (aside.resume, "A001")),
    "rejoin": ([(calling.call_next,), (calling.no_show,)], (aside.rejoin, "A001")),
    "send to a service": ([(calling.call_next,)], (serving.transfer, "K", None)),
    "send to a counter": ([(calling.call_next,)], (serving.transfer, None, 2)),
}


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_can_be_undone(staffed: Staffed, name: str) -> None:
    before, verb = VERBS[name]
    staffed.take()
    staffed.take()
    staffed.at(1, desks.open_counter)
    for each in before:
        staffed.clock.advance(seconds=5)
        staffed.at(1, *each)
    was, waited, version_was = stands(staffed, "A001"), waiting(staffed), version(staffed)
    staffed.clock.advance(seconds=5)
    staffed.at(1, *verb)
    assert stands(staffed, "A001") != was
    rows = changes(staffed, version_was)
    done = ticket(staffed, "A001").status
    staffed.clock.advance(seconds=50)
    assert staffed.at(1, undoing.undo) == "A001"
    assert stands(staffed, "A001") == was
    assert waiting(staffed) == waited
    told = last_change(staffed)
    assert (told["kind"], told["label"], told["from"], told["to"]) == (
        *("ticket_undone", "A001", done),
        was[0][0],
    )
    assert (told["undone"], told["undone_version"]) == (rows[-1]["kind"], rows[-1]["version"])
    assert changes(staffed, version_was)[:-1] == rows


def test_finish_and_next_is_undone_for_both_visitors(staffed: Staffed) -> None:
    staffed.take()
    staffed.take()
    staffed.next(1)
    staffed.at(1, serving.start)
    was = stands(staffed, "A001"), stands(staffed, "A002")
    staffed.at(1, serving.finish_and_next)
    assert staffed.at(1, undoing.undo) == "A001"
    assert (stands(staffed, "A001"), stands(staffed, "A002")) == was
    assert kinds(staffed)[-2:] == ["ticket_undone", "ticket_undone"]
    assert staffed.at(1, serving.finish_and_next) == "A002"


def test_what_was_undone_is_not_undone_again(staffed: Staffed) -> None:
    staffed.take()
    with refused(staffed, "nothing_to_undo"):
        staffed.at(1, undoing.undo)
    staffed.next(1)
    staffed.at(1, undoing.undo)
    with refused(staffed, "nothing_to_undo"):
        staffed.at(1, undoing.undo)


def test_only_the_last_action_is_undone(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.at(1, serving.start)
    staffed.at(1, undoing.undo)
    assert staffed.status("A001") == "called"
    with refused(staffed, "nothing_to_undo"):
        staffed.at(1, undoing.undo)


def test_after_a_minute_it_is_too_late(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.clock.advance(seconds=60.5)
    with refused(staffed, "undo_too_late"):
        staffed.at(1, undoing.undo)


def cancel(staffed: Staffed) -> None:
    """Give A001 back as its holder."""

    def act(work: Work, office: Office) -> None:
        now = staffed.clock.now()
        found = ticket_labelled(work, office.id, office.today(now), "A001")
        reception.cancel(work, office, staffed.actors["kiosk"], now, found)

    staffed.in_turn(act)


#: What happens to the ticket meanwhile, elsewhere.
MEANWHILE: dict[str, Callable[[Staffed], Any]] = {
    "called by a colleague": lambda staffed: staffed.next(2),
    "set aside by a colleague": lambda staffed: staffed.at(2, aside.hold, "A001"),
    "given back": cancel,
    "day closed": lambda staffed: staffed.close_day(),
}


@pytest.mark.parametrize("name", MEANWHILE)
def test_it_is_refused_when_something_else_has_happened_to_the_ticket(
    staffed: Staffed, name: str
) -> None:
    staffed.take()
    staffed.next(1)
    staffed.at(1, calling.put_back)
    MEANWHILE[name](staffed)
    with refused(staffed, "changed_since"):
        staffed.at(1, undoing.undo)


def test_a_colleague_does_not_undo_at_a_counter_of_another(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    with refused(staffed, "not_allowed"):
        at_as(staffed, "2", 1, undoing.undo)
    assert at_as(staffed, "manager", 1, undoing.undo) == "A001"


def test_after_signing_off_there_is_nothing_to_undo(staffed: Staffed) -> None:
    staffed.take()
    staffed.serve(1)
    staffed.at(1, desks.close_counter)
    with refused(staffed, "nothing_to_undo"):
        staffed.at(1, undoing.undo)


def test_nobody_comes_back_to_a_counter_that_is_on_a_break(staffed: Staffed) -> None:
    staffed.take()
    staffed.serve(1)
    staffed.at(1, lambda desk: pausing.pause(desk, pausing.PauseReason.SHORT, None))
    with refused(staffed, "counter_paused"):
        staffed.at(1, undoing.undo)
    staffed.at(1, pausing.come_back)
    assert staffed.at(1, undoing.undo) == "A001"


def test_a_call_undone_is_not_among_the_last_calls_of_the_board(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    assert [each["label"] for each in board_of(staffed)["recent"]] == ["A001"]
    staffed.at(1, undoing.undo)
    assert board_of(staffed)["recent"] == []
    assert board_of(staffed)["serving"] == []
    staffed.next(1)
    staffed.at(1, serving.start)
    staffed.at(1, undoing.undo)
    assert [each["label"] for each in board_of(staffed)["recent"]] == ["A001"]
