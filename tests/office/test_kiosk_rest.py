"""A kiosk at which numbers are taken too fast rests, by itself or until the staff say otherwise."""

from datetime import timedelta

import pytest

from office import kiosk_rest, reception
from office.alerts import Alert
from office.kiosk_rules import Rules, set_rules
from office.place import Office
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import kinds, last_change, refused


@pytest.fixture
def watched(staffed: Staffed) -> Staffed:
    """An office in which a kiosk rests for five minutes after four numbers in a minute."""

    def act(work: Work, office: Office) -> None:
        wanted = Rules(in_a_minute=4, rest_minutes=5)
        set_rules(work, office, staffed.actors["manager"], staffed.clock.now(), wanted)

    staffed.in_turn(act)
    return staffed


def alerts(staffed: Staffed) -> list[Alert]:
    """Return the alerts of kiosks that rest."""
    found: list[Alert] = staffed.read(
        lambda work, office: kiosk_rest.alerts(work, office, staffed.clock.now())
    )
    return found


def hurry(staffed: Staffed, count: int = 4) -> None:
    """Take numbers within seconds."""
    for _ in range(count):
        staffed.take()
        staffed.clock.moment += timedelta(seconds=2)


def test_too_many_numbers_in_a_minute_let_the_kiosk_rest_and_tell_the_floor(
    watched: Staffed,
) -> None:
    hurry(watched)
    assert last_change(watched)["kind"] == "kiosk_rests"
    with refused(watched, "kiosk_resting"):
        watched.take()
    (alert,) = alerts(watched)
    assert (alert.sort, alert.device_id) == ("hurry", watched.actors["kiosk"].token_id)
    watched.clock.moment += timedelta(minutes=5)
    assert alerts(watched) == []
    assert watched.take() == "A005"


def test_numbers_spread_over_minutes_let_it_go_on(watched: Staffed) -> None:
    for _ in range(12):
        watched.take()
        watched.clock.moment += timedelta(seconds=21)
    assert "kiosk_rests" not in kinds(watched)


def test_the_supervisor_lets_it_go_on_and_the_count_begins_anew(watched: Staffed) -> None:
    hurry(watched)
    device = watched.actors["kiosk"].token_id or 0

    def act(work: Work, office: Office, who: str = "manager", number: int = device) -> None:
        kiosk_rest.go_on(work, office, watched.actors[who], watched.clock.now(), number)

    with refused(watched, "not_allowed"):
        watched.in_turn(lambda work, office: act(work, office, "kiosk"))
    with refused(watched, "device_unknown"):
        watched.in_turn(lambda work, office: act(work, office, number=999_999))
    watched.in_turn(act)
    assert last_change(watched)["kind"] == "kiosk_goes_on"
    assert alerts(watched) == []
    hurry(watched, 3)
    assert last_change(watched)["kind"] == "ticket_taken"


def test_people_and_other_kiosks_go_on(watched: Staffed) -> None:
    hurry(watched)

    def act(work: Work, office: Office) -> str:
        manager, now = watched.actors["manager"], watched.clock.now()
        return reception.take(work, office, manager, now, "A")[0].label

    assert watched.in_turn(act) == "A005"


def test_no_kiosk_rests_unless_the_office_wants_it(staffed: Staffed) -> None:
    hurry(staffed, 30)
    assert "kiosk_rests" not in kinds(staffed)
