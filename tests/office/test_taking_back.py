"""A change of settings taken back: as it was, told as a change of its own, the last one first."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from office import catalogue, kiosk_rules, premises, rules, timetable
from office.errors import Forbidden
from office.hours import SpecialHours, stretches_of, week_of
from office.kiosk_rules import Rules
from office.place import Office
from office.rules import Aim
from office.taking_back import take_back
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import last_change, refused, version

Change = Callable[..., Any]


def service(work: Work, office: Office, by: Any, now: Any) -> None:
    """Change a service."""
    offer = catalogue.offer_of(catalogue.service_coded(work, office, "A"))
    catalogue.change_service(
        work, office, by, now, "A", replace(offer, quota=7, names={"id": "Rekam", "en": "Enrol"})
    )


def retired(work: Work, office: Office, by: Any, now: Any) -> None:
    """Retire a service."""
    catalogue.retire(work, office, by, now, "G")


def turn(work: Work, office: Office, by: Any, now: Any) -> None:
    """Change whose turn it is."""
    wanted = replace(rules.turn_rules_of(work, office), reentry_places=9, carries_over=True)
    rules.set_turn_rules(work, office, by, now, wanted)


def aims(work: Work, office: Office, by: Any, now: Any) -> None:
    """Change what is aimed at."""
    there = rules.aims_of(work, office)
    services = {**there.services, "K": Aim(5, 6)}
    rules.set_aims(work, office, by, now, replace(there, wait_min=11, services=services))


def kiosk(work: Work, office: Office, by: Any, now: Any) -> None:
    """Change the kiosks' rules."""
    kiosk_rules.set_rules(work, office, by, now, Rules(most_files=1))


def hours(work: Work, office: Office, by: Any, now: Any) -> None:
    """Change the hours."""
    week = week_of(work, office.id) | {5: stretches_of("08.00-10.00")}
    timetable.set_week(work, office, by, now, week, 45, True)


def special(work: Work, office: Office, by: Any, now: Any) -> None:
    """Have other hours on some days."""
    day = office.today(now)
    added = SpecialHours(day, day, {"id": "Ramadan"}, ("08.00-15.00",) * 5 + ("", ""))
    timetable.add_special(work, office, by, now, added)


def named(work: Work, office: Office, by: Any, now: Any) -> None:
    """Change the office's name and clock."""
    premises.set_office(work, office, by, now, {"id": "Lain", "en": "Other"}, "Asia/Jakarta", True)


def everything(staffed: Staffed) -> list[Any]:
    """Return how all of it stands."""

    def look(work: Work, office: Office) -> list[Any]:
        return [
            [(each.retired, catalogue.offer_of(each)) for each in by_code(work, office)],
            rules.turn_rules_of(work, office),
            rules.aims_of(work, office),
            kiosk_rules.rules_of(work, office.id),
            timetable.told_of(work, office),
            timetable.special_of(office),
            premises.told_of(office),
        ]

    def by_code(work: Work, office: Office) -> list[Any]:
        return sorted(catalogue.all_services(work, office.id), key=lambda each: each.code)

    found: list[Any] = staffed.read(look)
    return found


def act(staffed: Staffed, verb: Change, *given: Any, by: str = "manager") -> None:
    """Do something to the settings."""
    staffed.in_turn(
        lambda work, office: verb(work, office, staffed.actors[by], staffed.clock.now(), *given)
    )


@pytest.mark.parametrize("change", [service, retired, turn, aims, kiosk, hours, special, named])
def test_what_was_changed_is_as_it_was(staffed: Staffed, change: Change) -> None:
    before = everything(staffed)
    act(staffed, change)
    changed = version(staffed)
    assert everything(staffed) != before
    act(staffed, take_back, changed)
    assert everything(staffed) == before
    told = last_change(staffed)
    assert told["version"] == changed + 1
    act(staffed, take_back, changed + 1)
    assert everything(staffed) != before, "taking back is a change, and can be taken back"


def test_only_what_stands_can_be_taken_back(staffed: Staffed) -> None:
    act(staffed, kiosk)
    first = version(staffed)
    act(staffed, kiosk_rules.set_rules, Rules(most_files=2))
    with refused(staffed, "setting_changed_since"):
        act(staffed, take_back, first)
    act(staffed, take_back, version(staffed))
    act(staffed, take_back, first)
    staffed.take()
    for unknown in (version(staffed), 9999, 0):
        with refused(staffed, "change_unknown"):
            act(staffed, take_back, unknown)
    with refused(staffed, Forbidden.code):
        act(staffed, take_back, first, by="1")
