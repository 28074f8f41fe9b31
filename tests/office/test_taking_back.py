"""A change of settings taken back: as it was, told as a change of its own, the last one first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from office import (
    catalogue,
    endings,
    groups,
    kiosk_rules,
    meanwhile,
    plan,
    premises,
    public,
    rules,
    running_text,
    timetable,
    voice,
    zones,
)
from office.errors import Forbidden
from office.hours import SpecialHours, stretches_of, week_of
from office.kiosk_rules import Rules
from office.place import Office, all_counters
from office.rules import Aim
from office.staffing.target import set_target
from office.taking_back import SETTINGS, take_back
from office.terms import Terms
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import last_change, refused, version

Change = Callable[..., Any]
TEMPLATE = "Nomor {number} ke {counter}."
DAYS = [date(2099, 5, day) for day in range(4, 7)]
#: The settings that are one thing for the whole office.
WHOLE = (
    *("endings", "groups", "voice", "zones", "second_factor", "running_text", "public_board"),
    "staffing_target",
)


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
    timetable.set_week(work, office, by, now, week, 45)


def special(work: Work, office: Office, by: Any, now: Any) -> None:
    """Have other hours on some days."""
    day = office.today(now)
    added = SpecialHours(day, day, {"id": "Ramadan"}, ("08.00-15.00",) * 5 + ("", ""))
    timetable.add_special(work, office, by, now, added)


def named(work: Work, office: Office, by: Any, now: Any) -> None:
    """Change the office's name and clock."""
    premises.set_office(work, office, by, now, {"id": "Lain", "en": "Other"}, "Asia/Jakarta", True)


def endings_of(work: Work, office: Office, by: Any, now: Any) -> None:
    """Change how visits end."""
    there = endings.endings_of(work, office)
    first = replace(there.outcomes[0], names={"id": "Beres", "en": "All done"})
    outcomes = [first, *there.outcomes[1:]]
    wanted = replace(there, outcomes=outcomes, mandatory=True, return_days=9)
    endings.set_endings(work, office, by, now, wanted)


def groups_of(work: Work, office: Office, by: Any, now: Any) -> None:
    """Put services into a group."""
    wanted = [groups.Group({"id": "Kartu", "en": "Cards"}, ("A", "K"))]
    groups.set_groups(work, office, by, now, wanted)


def voice_of(work: Work, office: Office, by: Any, now: Any) -> None:
    """Change how the office speaks."""
    told = voice.settings_of(work, office.id).told()
    stretches = [{"from": "12:00", "to": "13:00", "volume": 0, "speech": False}]
    wanted = {**told, "repeats": 2, "stretches": stretches, "templates": {"id": TEMPLATE}}
    voice.change_settings(work, office, by, now, wanted)


def zone_added(work: Work, office: Office, by: Any, now: Any) -> None:
    """Add a zone."""
    zones.add_zone(work, office, by, now, {"id": "Sayap"}, zones.Arrow.LEFT, [1, 2])


def day_closed(work: Work, office: Office, by: Any, now: Any) -> None:
    """Close the office on days."""
    first, last = date(2099, 5, 4), date(2099, 5, 6)
    timetable.close_on(work, office, by, now, first, last, {"id": "Rapat", "en": "Meeting"})


def counter_named(work: Work, office: Office, by: Any, now: Any) -> None:
    """Call a counter something else."""
    premises.name_counters(work, office, by, now, {2: {"id": "Meja", "en": "Desk"}})


def counter_retired(work: Work, office: Office, by: Any, now: Any) -> None:
    """Have a counter no longer that serves nothing."""
    premises.retire_counter(work, office, by, now, 9)


def planned(work: Work, office: Office, by: Any, now: Any) -> None:
    """Let a counter serve something else."""
    plan.set_plan(work, office, by, now, 1, [Terms("K", 2, 15)])


def texts(work: Work, office: Office, by: Any, now: Any) -> None:
    """Change the running text."""
    running_text.write_running_text(work, office, by, now, {"id": "Halo", "en": "Hello"})


def shown(work: Work, office: Office, by: Any, now: Any) -> None:
    """Show the board to everybody."""
    public.publish(work, office, by, now, public=not public.is_public(work, office.id))


def aimed(work: Work, office: Office, by: Any, now: Any) -> None:
    """Change the target of the counters needed."""
    set_target(work, office, by, now, 20, 90)


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
            *(SETTINGS[name].told(work, office, {}) for name in WHOLE),
            [(each.names, each.retired) for each in all_counters(work, office.id)],
            [*timetable.closed_on(work, office, DAYS).items()],
            sorted(
                (each.number, str(plan.told_of(work, office, each)))
                for each in all_counters(work, office.id)
            ),
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


@pytest.mark.parametrize(
    "change",
    [
        *(service, retired, turn, aims, kiosk, hours, special, named),
        *(endings_of, groups_of, voice_of, zone_added, day_closed, counter_named),
        *(counter_retired, planned, texts, shown, aimed),
    ],
)
def test_what_was_changed_is_as_it_was(staffed: Staffed, change: Change) -> None:
    before, read = everything(staffed), version(staffed)
    act(staffed, change)
    changed = version(staffed)
    assert everything(staffed) != before

    def back(work: Work, office: Office, by: Any, now: Any) -> None:
        take_back(work, office, by, now, changed, SETTINGS)
        met = meanwhile.undone(work, office, read, changed)
        assert {each.actor for each in met} == {by.key}, "who sees what was before undoes this"
        assert meanwhile.undone(work, office, changed, changed) == []

    act(staffed, back)
    assert everything(staffed) == before
    told = last_change(staffed)
    assert told["version"] > changed
    act(staffed, take_back, changed + 1, SETTINGS)
    assert everything(staffed) != before, "taking back is a change, and can be taken back"


def test_only_what_stands_can_be_taken_back(staffed: Staffed) -> None:
    act(staffed, kiosk)
    first = version(staffed)
    act(staffed, kiosk_rules.set_rules, Rules(most_files=2))
    with refused(staffed, "setting_changed_since"):
        act(staffed, take_back, first, SETTINGS)
    act(staffed, take_back, version(staffed), SETTINGS)
    act(staffed, take_back, first, SETTINGS)
    staffed.take()
    for unknown in (version(staffed), 9999, 0):
        with refused(staffed, "change_unknown"):
            act(staffed, take_back, unknown, SETTINGS)
    with refused(staffed, Forbidden.code):
        act(staffed, take_back, first, SETTINGS, by="1")
