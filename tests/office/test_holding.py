"""More time and rejoining, asked for by whoever holds the ticket."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from office import calling, holding
from office.line import line_of
from office.people import Actor, Role
from office.place import Office
from office.tickets import Ticket, ticket_labelled
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import last_change, refused

Verb = Callable[[Work, Office, Actor, datetime, Ticket], None]


def ask(staffed: Staffed, verb: Verb, label: str) -> None:
    """Ask for something as the ticket's holder."""

    def act(work: Work, office: Office) -> None:
        now = staffed.clock.now()
        ticket = ticket_labelled(work, office.id, office.today(now), label)
        verb(work, office, staffed.actors["kiosk"], now, ticket)

    staffed.in_turn(act)


def line(staffed: Staffed) -> list[str]:
    """Return the labels in calling order."""

    def look(work: Work, office: Office) -> list[str]:
        return [each.label for each in line_of(work, office, staffed.clock.now())]

    found: list[str] = staffed.read(look)
    return found


def take_many(staffed: Staffed, count: int) -> list[str]:
    """Take tickets, a minute apart."""
    labels = []
    for _ in range(count):
        labels.append(staffed.take())
        staffed.clock.advance(minutes=1)
    return labels


def test_whoever_needs_time_lets_as_many_go_first_as_the_office_states(staffed: Staffed) -> None:
    staffed.change(reentry_places=3)
    take_many(staffed, 6)
    ask(staffed, holding.step_back, "A002")
    assert line(staffed) == ["A001", "A003", "A004", "A005", "A002", "A006"]
    change: dict[str, Any] = last_change(staffed)
    assert (change["kind"], change["from"], change["to"]) == (
        "ticket_stepped_back",
        "waiting",
        "waiting",
    )
    ask(staffed, holding.step_back, "A002")
    assert line(staffed)[-1] == "A002"
    with refused(staffed, "times_spent"):
        ask(staffed, holding.step_back, "A002")


def test_only_who_waits_can_ask_for_more_time(staffed: Staffed) -> None:
    staffed.take()
    staffed.next()
    with refused(staffed, "move_refused"):
        ask(staffed, holding.step_back, "A001")


@pytest.mark.parametrize(("minutes", "code"), [(29, None), (31, "times_spent")])
def test_who_missed_the_call_rejoins_by_themselves_within_the_rule(
    staffed: Staffed, minutes: int, code: str | None
) -> None:
    staffed.change(reentry_places=2)
    take_many(staffed, 4)
    staffed.next()
    staffed.at(1, calling.no_show)
    staffed.clock.advance(minutes=minutes)
    if code is not None:
        with refused(staffed, code):
            ask(staffed, holding.rejoin, "A001")
        return
    ask(staffed, holding.rejoin, "A001")
    assert line(staffed) == ["A002", "A003", "A001", "A004"]
    assert staffed.next() == "A002"
    staffed.at(1, calling.no_show)
    for _ in range(2):
        label = staffed.next()
        staffed.at(1, calling.no_show)
    assert label == "A001"
    with refused(staffed, "times_spent"):
        ask(staffed, holding.rejoin, "A001")


def test_a_call_missed_before_midnight_is_not_rejoined_on_the_next_day(staffed: Staffed) -> None:
    staffed.clock.advance(hours=14, minutes=50)
    staffed.take()
    staffed.next()
    staffed.at(1, calling.no_show)
    day = staffed.clock.now().date()
    missed = staffed.read(lambda work, office: ticket_labelled(work, office.id, day, "A001"))
    staffed.clock.advance(minutes=20)
    staffed.take()
    actor = Actor("ticket:1", staffed.office_id, Role.KIOSK, frozenset())

    def rejoin(work: Work, office: Office) -> None:
        ticket = work.session.get_one(Ticket, missed.id)
        holding.rejoin(work, office, actor, staffed.clock.now(), ticket)

    with refused(staffed, "times_spent"):
        staffed.in_turn(rejoin)
