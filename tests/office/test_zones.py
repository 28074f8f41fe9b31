"""Zones: a screen in one shows its counters, the calls to them and the services they serve."""

from typing import Any

import pytest

from office import calling, zones
from office.board import board
from office.errors import CounterUnknown, Invalid
from office.people import Role, issue_token
from office.place import Office
from office.screens import (
    Layout,
    Place,
    Report,
    Sound,
    arrange_screen,
    keep_report,
    place_of,
    remove_zone,
    screens_of,
)
from office.zones import Arrow, ZoneUnknown
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import last_change

NAMES = {"id": "Lantai 2", "en": "Upstairs"}


def add(
    staffed: Staffed, *counters: int, names: dict[str, str] = NAMES, arrow: Arrow | None = None
) -> int:
    """Add a zone and return its number."""
    number: int = staffed.in_turn(
        lambda work, office: (
            zones.add_zone(
                work, office, staffed.actors["manager"], staffed.clock.now(), names, arrow, counters
            ).id
        )
    )
    return number


def shown_in(staffed: Staffed, zone: int | None) -> dict[str, Any]:
    """Return what a screen in the zone shows."""
    shown: dict[str, Any] = staffed.read(
        lambda work, office: board(work, office, staffed.clock.now(), Place(zone))
    )
    return shown


def screen_id(staffed: Staffed) -> int:
    """Return the number of the sample office's screen."""
    number = staffed.actors["screen"].token_id
    assert number is not None
    return number


def arrange(staffed: Staffed, place: Place, name: str = "Layar") -> None:
    """Hang the sample office's screen somewhere."""
    staffed.in_turn(
        lambda work, office: arrange_screen(
            work,
            office,
            staffed.actors["manager"],
            staffed.clock.now(),
            screen_id(staffed),
            name,
            place,
        )
    )


def placed(staffed: Staffed) -> Place:
    """Return where the sample office's screen hangs."""
    found: Place = staffed.read(lambda work, _office: place_of(work, screen_id(staffed)))
    return found


def test_the_whole_office_is_a_zone_that_always_exists(staffed: Staffed) -> None:
    found = staffed.read(lambda work, office: zones.counters_in(work, office.id, None))
    assert [each.number for each in found] == list(range(1, 11))
    assert placed(staffed) == Place(None, Layout.STANDARD, None)


def test_a_zone_shows_its_counters_their_calls_and_their_services(staffed: Staffed) -> None:
    zone = add(staffed, 5, 6, arrow=Arrow.UP)
    for service in ("A", "K", "K"):
        staffed.take(service)
    staffed.next(1)
    staffed.next(5)
    shown = shown_in(staffed, zone)
    assert [each["number"] for each in shown["counters"]] == [5, 6]
    assert [each["label"] for each in shown["recent"]] == ["K001"]
    assert [each["label"] for each in shown["serving"]] == ["K001"]
    assert shown["waiting"] == {"K": 1, "J": 0}
    assert [each["code"] for each in shown["services"]] == ["K", "J"]
    assert shown["zone"] == {"id": zone, "names": NAMES, "arrow": "up"}


def test_old_calls_of_a_zone_are_found_among_many_of_others(staffed: Staffed) -> None:
    zone = add(staffed, 5)
    staffed.take("K")
    staffed.next(5)
    for _ in range(30):
        staffed.take("A")
        staffed.serve(1)
    assert [each["label"] for each in shown_in(staffed, zone)["recent"]] == ["K001"]


def test_who_missed_a_call_is_listed_in_the_zone_of_the_call_alone(staffed: Staffed) -> None:
    here, there = add(staffed, 5), add(staffed, 1)
    staffed.take("K")
    staffed.next(5)
    staffed.at(5, calling.no_show)
    assert shown_in(staffed, here)["missed"] == ["K001"]
    assert shown_in(staffed, there)["missed"] == []
    assert shown_in(staffed, None)["missed"] == ["K001"]


def test_elsewhere_a_counter_is_named_with_the_first_zone_it_is_in(staffed: Staffed) -> None:
    zone = add(staffed, 5, arrow=Arrow.LEFT)
    add(staffed, 5, 6, names={"id": "Lain"})
    ways = {each["number"]: each["zone"] for each in shown_in(staffed, None)["counters"]}
    assert ways[5] == {"id": zone, "names": NAMES, "arrow": "left"}
    assert ways[6]["names"] == {"id": "Lain"}
    assert ways[1] is None


def test_a_call_belongs_to_the_whole_office_and_to_every_zone_with_its_counter(
    staffed: Staffed,
) -> None:
    first, second = add(staffed, 5), add(staffed, 5, 6)

    def of(number: int) -> list[int | None]:
        def look(work: Work, office: Office) -> list[int | None]:
            found = zones.counters_in(work, office.id, None)[number - 1]
            return zones.zones_with(work, office.id, found.id)

        listed: list[int | None] = staffed.read(look)
        return listed

    assert of(5) == [None, first, second]
    assert of(1) == [None]


def test_a_zone_needs_a_name_and_counters_of_the_office(staffed: Staffed) -> None:
    for counters, names in (
        ((), NAMES),
        ((77,), NAMES),
        ((1,), {"id": "  "}),
        ((1,), {"id": "x" * 61}),
    ):
        with pytest.raises(Invalid):
            add(staffed, *counters, names=names)
    assert staffed.read(lambda work, office: zones.zones_of(work, office.id)) == []


def test_a_changed_zone_shows_other_counters_and_the_screens_are_told(staffed: Staffed) -> None:
    zone = add(staffed, 5)
    staffed.in_turn(
        lambda work, office: zones.change_zone(
            work,
            office,
            staffed.actors["manager"],
            staffed.clock.now(),
            zone,
            {"id": "Depan", "en": ""},
            None,
            [1, 2],
        )
    )
    assert [each["number"] for each in shown_in(staffed, zone)["counters"]] == [1, 2]
    assert shown_in(staffed, zone)["zone"]["names"] == {"id": "Depan"}
    change = last_change(staffed)
    assert (change["kind"], change["part"]) == ("office_changed", "zones")
    assert change["former"]["zones"][-1]["counters"] == [5]
    assert change["present"]["zones"][-1] == {
        **{"names": {"id": "Depan"}, "arrow": None, "counters": [1, 2]}
    }


def test_screens_of_a_removed_zone_show_the_whole_office(staffed: Staffed) -> None:
    zone = add(staffed, 5)
    arrange(staffed, Place(zone, Layout.BIG))
    assert placed(staffed) == Place(zone, Layout.BIG)
    staffed.in_turn(
        lambda work, office: remove_zone(
            work, office, staffed.actors["manager"], staffed.clock.now(), zone
        )
    )
    assert placed(staffed) == Place(None, Layout.BIG)
    with pytest.raises(ZoneUnknown):
        arrange(staffed, Place(zone))


def test_a_sign_belongs_to_a_counter(staffed: Staffed) -> None:
    with pytest.raises(Invalid):
        arrange(staffed, Place(layout=Layout.SIGN))
    with pytest.raises(CounterUnknown):
        arrange(staffed, Place(layout=Layout.SIGN, counter=77))
    arrange(staffed, Place(layout=Layout.SIGN, counter=3))
    assert placed(staffed) == Place(None, Layout.SIGN, 3)
    arrange(staffed, Place(layout=Layout.LINE, counter=3))
    assert placed(staffed) == Place(None, Layout.LINE, None)


def test_a_zone_of_another_office_is_unknown(make_staffed: Any) -> None:
    ours, theirs = make_staffed(), make_staffed()
    zone = add(theirs, 1)
    with pytest.raises(ZoneUnknown):
        arrange(ours, Place(zone))


def test_what_a_screen_tells_of_itself_is_kept_and_the_sound_since_when(staffed: Staffed) -> None:
    def tell(version: int, sound: Sound) -> None:
        with staffed.store.work() as work:
            keep_report(
                work,
                screen_id(staffed),
                staffed.office_id,
                Report(version, "abc", sound),
                staffed.clock.now(),
            )

    tell(3, Sound.REFUSED)
    refused = staffed.clock.now()
    staffed.clock.advance(minutes=5)
    tell(9, Sound.REFUSED)
    listed = staffed.read(lambda work, office: screens_of(work, office.id))
    assert [
        (each.token.name, each.version, each.build, each.sound, each.sound_since, each.seen_at)
        for each in listed
    ] == [("Layar ruang tunggu", 9, "abc", Sound.REFUSED, refused, staffed.clock.now())]


def test_screens_are_listed_before_and_without_any_report_but_not_once_revoked(
    staffed: Staffed,
) -> None:
    def act(work: Work, office: Office) -> None:
        token, _ = issue_token(work, office.id, Role.SCREEN, "Kedua", staffed.clock.now())
        token.revoked_at = staffed.clock.now()

    staffed.in_turn(act)
    (listed,) = staffed.read(lambda work, office: screens_of(work, office.id))
    assert (listed.seen_at, listed.sound, listed.place) == (None, Sound.UNKNOWN, Place())
