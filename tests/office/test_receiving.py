"""The reception desk: lost numbers found, slips made anew, services changed before the call."""

from datetime import time

import pytest

from office import calling, changing, holding, receiving, reprinting
from office.errors import TicketReprinted, TicketUnknown
from office.place import Office, counter_numbered, served_at, service_named
from office.tickets import ticket_labelled, ticket_with_token
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import kinds, last_change, refused, steps, ticket


def by_number(staffed: Staffed, who: str, label: str, verb: object, *values: object) -> object:
    """Do something to a ticket by its number, as somebody."""

    def act(work: Work, office: Office) -> object:
        now = staffed.clock.now()
        found = ticket_labelled(work, office.id, office.today(now), label)
        return verb(work, office, staffed.actors[who], now, found, *values)  # type: ignore[operator]

    return staffed.in_turn(act)


def found(staffed: Staffed, *asked: object) -> list[str]:
    """Return the labels of what the reception finds."""
    return [
        each.label
        for each in staffed.read(
            lambda work, office: receiving.found(work, office, *asked)  # type: ignore[arg-type]
        )
    ]


def test_a_lost_number_is_found_by_service_and_time(staffed: Staffed) -> None:
    staffed.take("A")
    staffed.clock.advance(minutes=20)
    staffed.take("A")
    staffed.take("K")
    staffed.clock.advance(minutes=20)
    staffed.take("A")
    assert found(staffed) == ["A003", "K001", "A002", "A001"]
    assert found(staffed, "A", time(9, 15), time(9, 20)) == ["A002"]
    assert found(staffed, None, time(9, 15)) == ["A003", "K001", "A002"]
    staffed.clock.advance(days=1)
    staffed.in_turn(lambda _work, _office: None)
    assert found(staffed) == []


def test_a_reprint_keeps_the_number_and_voids_the_old_secret(staffed: Staffed) -> None:
    label, old = staffed.take_with_token()
    new = by_number(staffed, "manager", label, reprinting.renew_secret)
    assert isinstance(new, str)
    held = staffed.read(lambda work, _office: ticket_with_token(work, new))
    assert held.label == label
    with pytest.raises(TicketReprinted):
        staffed.read(lambda work, _office: ticket_with_token(work, old))
    told = last_change(staffed)
    assert (told["kind"], told["label"]) == ("slip_reprinted", label)
    assert old not in repr(told)
    assert new not in repr(told)
    staffed.clock.advance(days=1)
    staffed.in_turn(lambda _work, _office: None)
    with pytest.raises(TicketUnknown):
        staffed.read(lambda work, _office: ticket_with_token(work, old))


def test_a_reprint_needs_its_right_and_a_visit_that_goes_on(staffed: Staffed) -> None:
    label = staffed.take()
    with refused(staffed, "not_allowed"):
        by_number(staffed, "1", label, reprinting.renew_secret)
    staffed.serve(1)
    with refused(staffed, "move_refused"):
        by_number(staffed, "manager", label, reprinting.renew_secret)


def test_who_chose_wrongly_keeps_the_time_of_arrival(staffed: Staffed) -> None:
    label = staffed.take("A")
    arrived = ticket(staffed, label).arrived_at
    staffed.clock.advance(minutes=10)
    other = staffed.take("K")
    by_number(staffed, "manager", label, changing.change_service, "K")
    now = ticket(staffed, label)
    assert (now.service.code, now.status, now.arrived_at) == ("K", "waiting", arrived)
    first, second = steps(staffed, label)
    assert (first.outcome, second.ended_at) == ("transferred", None)
    told = last_change(staffed)
    assert (told["kind"], told["from_service"], told["service"]) == ("ticket_transferred", "A", "K")
    served = next(n for n in range(1, 11) if serves(staffed, n, "K"))
    assert [staffed.at(served, calling.call_next)] == [label] != [other]


def serves(staffed: Staffed, counter: int, code: str) -> bool:
    """Say whether a counter calls first of all for a service."""

    def look(work: Work, office: Office) -> bool:
        served = served_at(work, counter_numbered(work, office.id, counter))
        return code in {each.code for each in served.values()}

    said: bool = staffed.read(look)
    return said


def test_a_service_that_cannot_be_had_is_not_changed_to(staffed: Staffed) -> None:
    label = staffed.take("A")

    def close(work: Work, office: Office) -> None:
        service_named(work, office.id, "K").quota = 0
        service_named(work, office.id, "J").stopped_for = "network"

    staffed.in_turn(close)
    with refused(staffed, "quota_spent"):
        by_number(staffed, "manager", label, changing.change_service, "K")
    with refused(staffed, "service_suspended"):
        by_number(staffed, "manager", label, changing.change_service, "J")
    staffed.next(1)
    with refused(staffed, "move_refused"):
        by_number(staffed, "manager", label, changing.change_service, "D")


def test_a_holder_changes_the_service_twice_at_most(staffed: Staffed) -> None:
    label = staffed.take("A")
    for code in ("K", "A"):
        by_number(staffed, "kiosk", label, holding.change_service, code)
    with refused(staffed, "times_spent"):
        by_number(staffed, "kiosk", label, holding.change_service, "K")
    by_number(staffed, "manager", label, changing.change_service, "K")
    assert kinds(staffed).count("ticket_transferred") == 3


def test_a_missed_call_is_mended_at_the_reception_as_often_as_needed(staffed: Staffed) -> None:
    label = staffed.take()
    staffed.change(recalls_before_no_show=0)
    for _ in range(2):
        staffed.next(1)
        staffed.at(1, calling.no_show)
        by_number(staffed, "manager", label, receiving.rejoin)
        assert staffed.status(label) == "waiting"
    with refused(staffed, "move_refused"):
        by_number(staffed, "manager", label, receiving.rejoin)
