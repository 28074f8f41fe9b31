"""Needs of the moment: told to the staff, to no journal and no report, and gone at close."""

import pytest
from sqlalchemy import select

from office import console, moment
from office.moment import MomentNeeds, Need
from office.place import Office, counter_numbered
from office.tickets import ticket_labelled
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import changes, refused, version


def say(staffed: Staffed, label: str, *needs: Need) -> None:
    """Say what the visitor with a ticket needs."""

    def act(work: Work, office: Office) -> None:
        ticket = ticket_labelled(work, office.id, office.today(staffed.clock.now()), label)
        moment.set_needs(work, office, ticket, needs)

    staffed.in_turn(act)


def seen(staffed: Staffed) -> tuple[list[str], dict[str, list[str]]]:
    """Return what counter 1 sees: of its visitor, and of those in line, by label."""

    def look(work: Work, office: Office) -> tuple[list[str], dict[str, list[str]]]:
        counter = counter_numbered(work, office.id, 1)
        shown = console.console(work, office, counter, staffed.clock.now())
        return shown["needs"], {each["label"]: each["needs"] for each in shown["line"]}

    found: tuple[list[str], dict[str, list[str]]] = staffed.read(look)
    return found


def kept(staffed: Staffed) -> list[list[str]]:
    """Return all needs that the database holds of the office."""
    found: list[list[str]] = staffed.read(
        lambda work, office: list(
            work.session.scalars(
                select(MomentNeeds.needs).where(MomentNeeds.office_id == office.id)
            )
        )
    )
    return found


def test_what_a_visitor_needs_is_seen_in_line_and_at_the_counter(staffed: Staffed) -> None:
    first, second = staffed.take(), staffed.take()
    say(staffed, first, Need.WRITE, Need.FETCH)
    assert seen(staffed) == ([], {first: ["fetch", "write"], second: []})
    staffed.next(1)
    assert seen(staffed) == (["fetch", "write"], {second: []})
    say(staffed, first, Need.READ)
    assert seen(staffed)[0] == ["read"]
    say(staffed, first)
    assert (seen(staffed)[0], kept(staffed)) == ([], [])


def test_no_journal_row_tells_of_a_need(staffed: Staffed) -> None:
    label = staffed.take()
    before = version(staffed)
    say(staffed, label, Need.FETCH, Need.STEP_FREE)
    assert version(staffed) == before
    staffed.serve(1)
    told = repr(changes(staffed))
    assert not any(each.value in told for each in Need)


def test_needs_are_gone_when_the_day_closes(staffed: Staffed) -> None:
    say(staffed, staffed.take(), Need.WRITE)
    assert kept(staffed) == [["write"]]
    staffed.close_day()
    assert kept(staffed) == []


def test_needs_are_gone_when_a_day_begins_that_nobody_closed(staffed: Staffed) -> None:
    say(staffed, staffed.take(), Need.WRITE)
    staffed.clock.advance(days=1)
    staffed.in_turn(lambda _work, _office: None)
    assert kept(staffed) == []


@pytest.mark.parametrize("need", list(Need))
def test_a_visit_that_has_ended_needs_nothing(staffed: Staffed, need: Need) -> None:
    label = staffed.take()
    staffed.serve(1)
    with refused(staffed, "move_refused"):
        say(staffed, label, need)
