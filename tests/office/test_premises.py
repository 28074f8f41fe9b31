"""The office's name and clock, and its counters: added with the next number, named, called so."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest

from office import desks, premises
from office.board import board
from office.errors import CounterUnknown, Forbidden, Invalid, NamesWrong
from office.floor import floor
from office.place import (
    Office,
    counter_numbered,
    counters_of,
    services_by_counter,
    services_of,
)
from office.roster import RosterShift
from storage.work import Work
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
    act(staffed, premises.add_counters, 2, True)
    named = {"id": "Loket Pojok", "en": "Corner"}
    act(staffed, premises.name_counters, {most + 1: named})
    *_, added, another = staffed.read(lambda w, o: counters_of(w, o.id))
    assert [added.number, added.name("en"), another.number] == [most + 1, "Corner", most + 2]
    served = staffed.read(lambda w, o: services_by_counter(w, o.id))
    assert served[added.id] == {each.id for each in staffed.read(lambda w, o: services_of(w, o.id))}
    act(staffed, premises.name_counters, {most + 1: {"id": " ", "en": ""}})
    act(staffed, premises.retire_counter, most + 2)
    assert staffed.read(lambda w, o: counters_of(w, o.id))[-1].name("id") == str(most + 1)
    with pytest.raises(NamesWrong):
        act(staffed, premises.name_counters, {1: NAMES, 2: {"id": "Loket"}})
    assert staffed.read(lambda w, o: counters_of(w, o.id))[0].name("en") != "Registry"
    with refused(staffed, CounterUnknown.code):
        act(staffed, premises.name_counters, {999: NAMES})
    with refused(staffed, Forbidden.code):
        act(staffed, premises.add_counters, 1, False, by="1")
    now = staffed.clock.now()
    staffed.read(lambda work, office: board(work, office, now))


def test_a_counter_with_history_is_retired_and_comes_back(staffed: Staffed) -> None:
    def numbers() -> list[int]:
        return [each.number for each in staffed.read(lambda w, o: counters_of(w, o.id))]

    def on_the_floor(work: Work, office: Office) -> set[int]:
        told = floor(work, office, staffed.clock.now(), [], [])
        return {each["number"] for each in told["counters"]}

    staffed.take()
    served = staffed.serve(1)
    with refused(staffed, premises.CounterInUse.code):
        act(staffed, premises.retire_counter, 1)
    staffed.at(1, desks.close_counter)
    act(staffed, premises.retire_counter, 1)
    assert last_change(staffed)["present"] == {"retired": True, "services": []}
    assert numbers()[0] == 2
    assert 1 not in staffed.read(on_the_floor)
    with pytest.raises(CounterUnknown):
        staffed.next(1)
    assert staffed.status(served) == "done"
    act(staffed, premises.add_counters, 1, False)
    assert numbers()[-1] == 11, "a number that was a counter's is not another's"
    act(staffed, premises.bring_back, 1)
    assert numbers()[0] == 1
    stands = version(staffed)
    act(staffed, premises.bring_back, 1)
    assert version(staffed) == stands


def test_the_shifts_to_come_end_with_their_counter(staffed: Staffed) -> None:
    today = staffed.read(lambda _, office: office.today(staffed.clock.now()))

    def plan(work: Work, office: Office) -> None:
        counter = counter_numbered(work, office.id, 3)
        for first in (today - timedelta(days=7), today + timedelta(days=7)):
            work.session.add(
                RosterShift(
                    office_id=office.id,
                    counter_id=counter.id,
                    first_day=first,
                    last_day=first + timedelta(days=30),
                    weekdays=[0],
                    begins=time(8),
                    ends=time(12),
                )
            )

    staffed.in_turn(plan)
    act(staffed, premises.retire_counter, 3)
    left = staffed.read(
        lambda work, office: work.session.query(RosterShift).filter_by(office_id=office.id).all()
    )
    assert [each.last_day for each in left] == [today - timedelta(days=1)]
