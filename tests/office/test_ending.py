"""How a visit ends: outcomes, rights to return, and what follows in the same visit."""

from datetime import timedelta
from typing import Any

import pytest

from office import calling, carrying, notes, outages, reception, serving, undoing
from office.desks import Desk
from office.place import Office, service_named
from office.returning import Granted
from office.tickets import ticket_labelled, ticket_with_token
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import (
    at_as,
    call_all,
    changes,
    last_change,
    refused,
    set_service,
    steps,
    ticket,
)


def finished(staffed: Staffed, *values: Any) -> Granted | None:
    """Finish at counter 1; return the right to come back, if one was granted."""

    def verb(desk: Desk) -> Any:
        serving.finish(desk, *values)
        return desk.granted[0] if desk.granted else None

    right: Granted | None = staffed.at(1, verb)
    return right


def come_back(staffed: Staffed, code: str, service: str = "A") -> str:
    """Take a ticket with the code of a right to return; return its label."""

    def act(work: Work, office: Office) -> str:
        kiosk, now = staffed.actors["kiosk"], staffed.clock.now()
        return reception.take(work, office, kiosk, now, service, return_code=code)[0].label

    label: str = staffed.in_turn(act)
    return label


def follow(staffed: Staffed, code: str, later: str) -> None:
    """Let the service `later` follow the service `code`."""
    ids = staffed.read(lambda work, office: service_named(work, office.id, later).id)
    set_service(staffed, code, next_id=ids, next_condition={"id": "Status PRR", "en": "PRR"})


def sent_away(staffed: Staffed) -> Granted:
    """Serve A001, whose papers are not whole."""
    staffed.take()
    staffed.next(1)
    right = finished(staffed, "documents_incomplete", [0, 2])
    assert right is not None
    return right


# Outcomes


def test_an_outcome_the_office_does_not_have_is_refused(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    with refused(staffed, "outcome_unknown"):
        finished(staffed, "lunch")


def test_an_outcome_is_asked_for_only_where_the_office_wants_one(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.change(outcome_mandatory=True)
    with refused(staffed, "outcome_missing"):
        finished(staffed)
    assert finished(staffed, "done") is None
    assert last_change(staffed)["outcome"] == "done"


def test_only_what_was_to_be_brought_can_be_missing(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    for place in (-1, 3):
        with refused(staffed, "missing_unknown"):
            finished(staffed, "documents_incomplete", [place])


# Coming back


def test_who_was_sent_away_comes_back_once_behind_the_stated_number(staffed: Staffed) -> None:
    right = sent_away(staffed)
    assert last_change(staffed)["missing"] == [0, 2]
    for _ in range(3):
        staffed.take()
        staffed.clock.advance(minutes=1)
    label = come_back(staffed, right.code.lower())
    told = last_change(staffed)
    assert (told["kind"], told["returns"], told["passed"]) == ("ticket_taken", True, 2)
    with refused(staffed, "return_used"):
        come_back(staffed, right.code)
    assert call_all(staffed, 1) == ["A002", label, "A003", "A004"]


def test_a_right_to_return_holds_for_the_days_of_the_office(staffed: Staffed) -> None:
    right = sent_away(staffed)
    staffed.clock.advance(days=15)
    with refused(staffed, "return_over"):
        come_back(staffed, right.code)


def test_a_right_to_return_is_for_its_service(staffed: Staffed) -> None:
    right = sent_away(staffed)
    with refused(staffed, "return_invalid"):
        come_back(staffed, right.code, "K")


def test_a_returning_visitor_is_not_turned_away_for_the_quota(staffed: Staffed) -> None:
    right = sent_away(staffed)
    set_service(staffed, "A", quota=1)
    with refused(staffed, "quota_spent"):
        staffed.take()
    assert come_back(staffed, right.code) == "A002"


def test_with_the_finish_undone_the_right_to_return_is_gone(staffed: Staffed) -> None:
    right = sent_away(staffed)
    staffed.at(1, undoing.undo)
    assert staffed.status("A001") == "called"
    with refused(staffed, "return_invalid"):
        come_back(staffed, right.code)


def test_a_finish_whose_right_was_used_is_not_undone(staffed: Staffed) -> None:
    right = sent_away(staffed)
    come_back(staffed, right.code)
    with refused(staffed, "changed_since"):
        staffed.at(1, undoing.undo)


# What follows


def test_the_next_service_follows_when_its_condition_is_confirmed(staffed: Staffed) -> None:
    follow(staffed, "A", "G")
    staffed.take()
    staffed.next(1)
    with refused(staffed, "next_undecided"):
        finished(staffed)
    assert finished(staffed, None, [], True) is None
    told = last_change(staffed)
    assert (told["kind"], told["from_service"], told["service"]) == ("ticket_transferred", "A", "G")
    assert [each.outcome for each in steps(staffed, "A001")] == ["done", None]
    assert staffed.next(3) == "A001"


def test_else_the_visit_ends_with_a_right_that_names_no_date(staffed: Staffed) -> None:
    follow(staffed, "A", "G")
    staffed.take()
    staffed.next(1)
    right = finished(staffed, None, [], False)
    assert right is not None
    assert (right.service.code, right.until) == ("G", None)
    assert last_change(staffed)["outcome"] == "awaiting_next"
    staffed.clock.advance(days=50)
    assert come_back(staffed, right.code, "G") == "G001"


def test_a_further_service_follows_by_itself_with_the_arrival_kept(staffed: Staffed) -> None:
    staffed.take()
    arrived = ticket(staffed, "A001").arrived_at
    staffed.clock.advance(minutes=9)
    staffed.next(1)
    staffed.at(1, serving.add_service, "K")
    staffed.at(1, serving.add_service, "F")
    finished(staffed)
    assert staffed.next(5) == "A001"
    staffed.at(5, serving.finish)
    assert staffed.next(10) == "A001"
    staffed.at(10, serving.finish)
    assert staffed.status("A001") == "done"
    assert ticket(staffed, "A001").arrived_at == arrived


def test_adding_a_service_can_be_undone(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.at(1, serving.add_service, "K")
    staffed.at(1, undoing.undo)
    finished(staffed)
    assert staffed.status("A001") == "done"


# To a clerk


def test_a_visitor_is_sent_to_where_a_clerk_sits(staffed: Staffed) -> None:
    staffed.take()
    staffed.take()
    staffed.next(1)
    with refused(staffed, "clerk_away"):
        staffed.at(1, serving.transfer_to_clerk, "petugas2")
    with refused(staffed, "account_unknown"):
        staffed.at(1, serving.transfer_to_clerk, "nobody")
    staffed.next(2)
    staffed.at(1, serving.transfer_to_clerk, "petugas2")
    assert last_change(staffed)["to_counter"] == 2


# Without a ticket, and priority


def test_a_walk_in_gets_a_number_and_counts_as_overtaking_everyone(staffed: Staffed) -> None:
    for _ in range(3):
        staffed.take()
        staffed.clock.advance(minutes=1)
    with refused(staffed, "not_allowed"):
        staffed.at(1, calling.serve_walk_in, "A", "needs_help_now")
    assert at_as(staffed, "manager", 1, calling.serve_walk_in, "A", "needs_help_now") == "A004"
    told = last_change(staffed)
    assert (told["kind"], told["out_of_order"], told["because"], told["overtaken"]) == (
        *("ticket_called", True, "needs_help_now", 3),
    )


def test_priority_is_changed_by_right_while_waiting(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(minutes=1)
    staffed.take()
    staffed.clock.advance(minutes=9)
    with refused(staffed, "not_allowed"):
        staffed.at(1, serving.set_priority, "A002", "priority")
    at_as(staffed, "manager", 1, serving.set_priority, "A002", "priority")
    told = last_change(staffed)
    assert (told["kind"], told["former_priority"], told["priority"]) == (
        *("priority_changed", "ordinary", "priority"),
    )
    at_as(staffed, "manager", 1, undoing.undo)
    assert ticket(staffed, "A002").priority.code == "ordinary"
    at_as(staffed, "manager", 1, serving.set_priority, "A002", "priority")
    assert staffed.next(1) == "A002"


# Notes


def notes_on(staffed: Staffed, label: str) -> list[str]:
    """Return the words of the notes on a ticket."""
    found = ticket(staffed, label)
    return [each["text"] for each in staffed.read(lambda work, _: notes.notes_of(work, found))]


def test_a_note_travels_with_the_ticket_and_stays_out_of_the_journal(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.at(1, notes.add_note, "A001", "sidik jari sulit")
    staffed.at(1, serving.transfer, "K", None)
    assert notes_on(staffed, "A001") == ["sidik jari sulit"]
    assert "sidik" not in repr(changes(staffed))


@pytest.mark.parametrize(
    "text", ["3201234567890001", "NIK 3201 2345 6789 0001", "3201.2345.6789.0001"]
)
def test_a_note_that_looks_like_an_identity_number_has_to_be_meant(
    staffed: Staffed, text: str
) -> None:
    staffed.take()
    with refused(staffed, "note_has_number"):
        staffed.at(1, notes.add_note, "A001", text)
    staffed.in_turn(lambda _work, _office: None)


def test_notes_are_gone_the_next_day(staffed: Staffed) -> None:
    staffed.take()
    staffed.at(1, notes.add_note, "A001", "kembali setelah salat")
    staffed.clock.advance(days=1)
    staffed.take()

    def left(work: Work, office: Office) -> int:
        return work.session.query(notes.Note).filter_by(office_id=office.id).count()

    assert staffed.read(left) == 0


# One right, whatever for


def stand_still(staffed: Staffed) -> None:
    """Let the blank cards run out, without which service A cannot be given."""
    set_service(staffed, "A", needs=["blank_cards"])
    manager = staffed.actors["manager"]
    staffed.in_turn(
        lambda work, office: outages.begin(
            work, office, manager, staffed.clock.now(), outages.Need.BLANK_CARDS
        )
    )


def left(staffed: Staffed, label: str) -> Granted:
    """Let the holder of a ticket go home while the service stands still."""
    right: Granted = staffed.in_turn(
        lambda work, office: carrying.leave(
            work,
            office,
            staffed.actors["kiosk"],
            staffed.clock.now(),
            ticket_labelled(work, office.id, office.today(staffed.clock.now()), label),
        )
    )
    return right


def test_nobody_is_sent_home_while_the_service_goes_on(staffed: Staffed) -> None:
    staffed.take()
    with refused(staffed, "no_outage"):
        left(staffed, "A001")


def test_who_left_in_an_outage_comes_back_another_day_with_the_time_waited(
    staffed: Staffed,
) -> None:
    staffed.take()
    staffed.clock.advance(minutes=40)
    stand_still(staffed)
    right = left(staffed, "A001")
    assert (staffed.status("A001"), right.reason) == ("cancelled", "outage")
    assert last_change(staffed)["kind"] == "return_given"
    with refused(staffed, "return_early"):
        come_back(staffed, right.code)
    staffed.clock.moment += timedelta(days=1)
    staffed.in_turn(
        lambda work, office: outages.end(
            work,
            office,
            staffed.actors["manager"],
            staffed.clock.now(),
            outages.Need.BLANK_CARDS,
        )
    )
    staffed.take()
    staffed.clock.advance(minutes=5)
    label = come_back(staffed, right.code)
    assert call_all(staffed, 1) == [label, "A001"]
    with refused(staffed, "return_used"):
        come_back(staffed, right.code)


def test_who_was_left_waiting_comes_first_by_themselves_with_the_secret_they_had(
    staffed: Staffed,
) -> None:
    staffed.change(carries_over=True)
    _, token = staffed.take_with_token()
    staffed.clock.advance(days=1)
    assert staffed.take() == "A002"
    told = changes(staffed)
    assert [each["label"] for each in told if each.get("carried")] == ["A001"]
    held = staffed.read(lambda work, _office: ticket_with_token(work, token))
    assert (held.label, held.day.isoformat()) == ("A001", "2026-11-26")


def test_a_right_knows_its_service(staffed: Staffed) -> None:
    right = sent_away(staffed)

    def act(work: Work, office: Office) -> str:
        kiosk, now = staffed.actors["kiosk"], staffed.clock.now()
        return reception.take(work, office, kiosk, now, None, return_code=right.code)[0].label

    assert staffed.in_turn(act) == "A002"
