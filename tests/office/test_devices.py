"""Devices: a code links one browser, once and for some hours; a revoked device is gone."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from office import codes, devices
from office.devices import LinkInvalid
from office.errors import DeviceUnknown, Invalid
from office.people import Role
from office.place import Office
from storage.work import Work
from tests.houses import Staffed


def add(staffed: Staffed, role: Role = Role.KIOSK, name: str = "Mesin 2") -> tuple[int, str]:
    """Add a device; return its number and its link code."""

    def act(work: Work, office: Office) -> tuple[int, str]:
        token, code = devices.add_device(work, office.id, role, name, staffed.clock.now())
        return token.id, code

    made: tuple[int, str] = staffed.in_turn(act)
    return made


def spend(staffed: Staffed, code: str) -> int:
    """Use a code; return the number of the device it links to."""
    number: int = staffed.in_turn(
        lambda work, _office: devices.spend_link(work, code, staffed.clock.now()).id
    )
    return number


def names(staffed: Staffed) -> list[str]:
    """Return the names of the devices."""
    found: list[str] = staffed.read(
        lambda work, office: [each.name for each in devices.devices_of(work, office.id)]
    )
    return found


def revoke(staffed: Staffed, number: int) -> None:
    """End a device."""
    staffed.in_turn(
        lambda work, office: devices.revoke(
            devices.device_numbered(work, office.id, number), staffed.clock.now()
        )
    )


def test_a_code_links_its_device_once(staffed: Staffed) -> None:
    number, code = add(staffed)
    assert spend(staffed, code) == number
    with pytest.raises(LinkInvalid) as refusal:
        spend(staffed, code)
    assert refusal.value.code == "link_invalid"


def test_a_code_may_be_typed_with_gaps_and_in_small_letters(staffed: Staffed) -> None:
    number, code = add(staffed)
    assert spend(staffed, f" {code[:4].lower()}-{code[4:]} ") == number


def test_a_code_holds_for_its_hours(staffed: Staffed) -> None:
    number, code = add(staffed)
    other, late = add(staffed)
    staffed.clock.moment += devices.VALID - timedelta(seconds=1)
    assert spend(staffed, code) == number
    staffed.clock.advance(seconds=1)
    with pytest.raises(LinkInvalid):
        spend(staffed, late)
    assert other != number


def test_a_new_code_replaces_the_former(staffed: Staffed) -> None:
    number, former = add(staffed)
    code = staffed.in_turn(
        lambda work, office: devices.make_link(
            devices.device_numbered(work, office.id, number), staffed.clock.now()
        )
    )
    with pytest.raises(LinkInvalid):
        spend(staffed, former)
    assert spend(staffed, code) == number


def test_codes_hold_no_letter_that_looks_like_another(staffed: Staffed) -> None:
    _number, code = add(staffed)
    assert len(code) == 8
    assert not set(codes.ALPHABET) & set("0O1I2Z5S8B")
    assert set(code) <= set(codes.ALPHABET)


def test_a_device_is_listed_until_it_is_revoked(staffed: Staffed) -> None:
    number, code = add(staffed)
    assert "Mesin 2" in names(staffed)
    revoke(staffed, number)
    assert "Mesin 2" not in names(staffed)
    with pytest.raises(LinkInvalid):
        spend(staffed, code)
    with pytest.raises(DeviceUnknown):
        revoke(staffed, number)


def test_peoples_tokens_are_no_devices(staffed: Staffed) -> None:
    assert names(staffed) == [
        "Program pencetak",
        "Tablet penilaian pintu keluar",
        "Mesin antrean pintu masuk",
        "Layar ruang tunggu",
    ]


@pytest.mark.parametrize(("role", "name"), [(Role.MANAGER, "Mesin 2"), (Role.KIOSK, "  ")])
def test_neither_a_person_nor_a_nameless_thing_is_a_device(
    staffed: Staffed, role: Role, name: str
) -> None:
    with pytest.raises(Invalid):
        add(staffed, role, name)


def test_another_offices_device_is_unknown(
    staffed: Staffed, make_staffed: Callable[[], Staffed]
) -> None:
    number, _code = add(staffed)
    with pytest.raises(DeviceUnknown):
        revoke(make_staffed(), number)
