"""The code at the entrance: good for a moment, for one device, where the office wants it."""

from datetime import timedelta

import pytest

from office import entrance
from office.kiosk_rules import Rules, set_rules
from office.people import Token
from tests.houses import Staffed


def shown(staffed: Staffed) -> tuple[int, str]:
    """Return the device at the entrance and the code that stands there."""
    device = staffed.actors["kiosk"].token_id
    assert device is not None
    code: str = staffed.read(
        lambda work, _office: entrance.code_at(
            work, work.session.get_one(Token, device), staffed.clock.now()
        )
    )
    return device, code


def admit(staffed: Staffed, device: int, code: str) -> str:
    """Scan a code now and return the admission."""
    said: str = staffed.read(
        lambda work, _office: entrance.admit(work, device, code, staffed.clock.now())
    )
    return said


def asks(staffed: Staffed, device: int, admission: str) -> str:
    """Return as whom the holder of an admission asks now."""
    actor = staffed.read(
        lambda work, _office: entrance.admitted(work, device, admission, staffed.clock.now())
    )
    return str(actor.name)


def let_phones_in(staffed: Staffed, minutes: int) -> None:
    """Let an admission be good for so many minutes."""
    rules = Rules(phone_minutes=minutes)
    staffed.in_turn(
        lambda work, office: set_rules(
            work, office, staffed.actors["manager"], staffed.clock.now(), rules
        )
    )


def test_without_the_offices_wish_there_is_no_code(staffed: Staffed) -> None:
    with pytest.raises(entrance.EntranceClosed):
        shown(staffed)


def test_a_code_is_good_for_a_moment_and_its_admission_for_minutes(staffed: Staffed) -> None:
    let_phones_in(staffed, 10)
    device, code = shown(staffed)
    staffed.clock.advance(seconds=30)
    assert shown(staffed)[1] != code
    admission = admit(staffed, device, code)
    assert asks(staffed, device, admission) == "Mesin antrean pintu masuk"
    assert admission != admit(staffed, device, code), "each scan is another visitor"
    staffed.clock.advance(seconds=31)
    with pytest.raises(entrance.EntranceOver):
        admit(staffed, device, code)
    staffed.clock.advance(minutes=9)
    assert asks(staffed, device, admission)
    staffed.clock.moment += timedelta(minutes=1)
    with pytest.raises(entrance.EntranceOver):
        asks(staffed, device, admission)


def test_nothing_made_up_or_of_another_device_lets_anybody_in(staffed: Staffed) -> None:
    let_phones_in(staffed, 10)
    device, code = shown(staffed)
    admission = admit(staffed, device, code)
    later = f"9{admission}"
    for wrong in ("", "x", "1-2-3", "1-2-é", later, admission[:-1], code):
        with pytest.raises(entrance.EntranceOver):
            asks(staffed, device, wrong)
    with pytest.raises(entrance.EntranceOver):
        admit(staffed, device, "é")
    for other in (0, device + 1, 10**9, 10**20):
        with pytest.raises(entrance.EntranceOver):
            asks(staffed, other, admission)
        with pytest.raises(entrance.EntranceOver):
            admit(staffed, other, code)


def test_codes_and_admissions_end_with_their_device_and_the_offices_wish(staffed: Staffed) -> None:
    let_phones_in(staffed, 10)
    device, code = shown(staffed)
    admission = admit(staffed, device, code)
    let_phones_in(staffed, 0)
    with pytest.raises(entrance.EntranceClosed):
        asks(staffed, device, admission)
    let_phones_in(staffed, 10)
    now = staffed.clock.now()
    staffed.in_turn(
        lambda work, _office: setattr(work.session.get_one(Token, device), "revoked_at", now)
    )
    with pytest.raises(entrance.EntranceOver):
        asks(staffed, device, admission)
