"""The office's name and clock, and its counters: added with the next number, named, called so."""

from collections.abc import Callable
from typing import Any

import pytest

from office import premises
from office.board import board
from office.errors import CounterUnknown, Forbidden, Invalid, NamesWrong
from office.place import counters_of
from tests.houses import Staffed
from tests.office.observing import last_change, refused, version

NAMES = {"id": " Dukcapil  Kota ", "en": "Registry"}


def act(staffed: Staffed, verb: Callable[..., Any], *given: Any, by: str = "manager") -> Any:
    """Do one thing to the premises."""
    return staffed.in_turn(
        lambda work, office: verb(work, office, staffed.actors[by], staffed.clock.now(), *given)
    )


def test_the_office_is_called_what_is_said_once(staffed: Staffed) -> None:
    act(staffed, premises.set_office, NAMES, "Asia/Jayapura", True)
    assert staffed.read(lambda _, office: (office.name("id"), office.timezone)) == (
        "Dukcapil Kota",
        "Asia/Jayapura",
    )
    told, stands = last_change(staffed), version(staffed)
    assert (told["kind"], told["part"]) == ("office_changed", "office")
    act(staffed, premises.set_office, NAMES, "Asia/Jayapura", True)
    assert version(staffed) == stands


@pytest.mark.parametrize(
    ("names", "zone"),
    [({"id": "Dukcapil"}, "Asia/Makassar"), (NAMES, "Asia/Atlantis"), ({}, "Asia/Makassar")],
)
def test_half_a_name_and_unknown_clocks_are_refused(
    staffed: Staffed, names: dict[str, str], zone: str
) -> None:
    with pytest.raises(Invalid):
        act(staffed, premises.set_office, names, zone, False)


def test_a_clock_set_west_enters_no_day_twice(staffed: Staffed) -> None:
    day = staffed.read(lambda _, office: office.today(staffed.clock.now()))
    act(staffed, premises.set_office, NAMES, "America/Adak", False)
    assert staffed.read(lambda _, office: office.today(staffed.clock.now())) == day


def test_counters_get_the_next_number_and_are_called_by_their_names(staffed: Staffed) -> None:
    most = max(each.number for each in staffed.read(lambda w, o: counters_of(w, o.id)))
    act(staffed, premises.add_counter, {"id": "Loket Pojok", "en": "Corner"})
    added = staffed.read(lambda w, o: counters_of(w, o.id))[-1]
    assert (added.number, added.name("en")) == (most + 1, "Corner")
    act(staffed, premises.name_counters, {most + 1: {"id": " ", "en": ""}})
    assert staffed.read(lambda w, o: counters_of(w, o.id))[-1].name("id") == str(most + 1)
    with pytest.raises(NamesWrong):
        act(staffed, premises.name_counters, {1: NAMES, 2: {"id": "Loket"}})
    assert staffed.read(lambda w, o: counters_of(w, o.id))[0].name("en") != "Registry"
    with refused(staffed, CounterUnknown.code):
        act(staffed, premises.name_counters, {999: NAMES})
    with refused(staffed, Forbidden.code):
        act(staffed, premises.add_counter, NAMES, by="1")
    now = staffed.clock.now()
    staffed.read(lambda work, office: board(work, office, now))
