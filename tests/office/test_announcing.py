"""Who speaks in a zone, when calls were heard, and what a clerk may not do before that."""

from datetime import timedelta
from typing import Any

import pytest

from office import calling, serving
from office.announcing import HALL, LEASE, Said, announced, call_heard, report, silences
from office.errors import TooSoon
from office.place import Office
from office.tickets import Ticket
from storage.work import Work
from tests.houses import Staffed
from tests.office.test_voice import change

OTHER = 1


class Zone:
    """The screens of a zone, as the office hears of them."""

    def __init__(self, staffed: Staffed, zone: int = HALL) -> None:
        self.staffed = staffed
        self.zone = zone

    def says(self, seat: str, state: str = "ready") -> tuple[str | None, bool]:
        """Let a screen report its sound; return who speaks, and whether that is news."""
        office = self.staffed
        return report(office.store, office.office_id, self.zone, seat, state, office.clock.now())

    def tells(self, seat: str, state: str, starts: float, ends: float) -> bool:
        """Let a screen tell of the newest call, in seconds from now; say whether it was heard."""
        office, now = self.staffed, self.staffed.clock.now()
        version = office.read(lambda _work, office: office.version)
        said = Said(version, state, now + timedelta(seconds=starts), now + timedelta(seconds=ends))
        return announced(office.store, office.office_id, self.zone, seat, [said], now)


@pytest.fixture
def zone(staffed: Staffed) -> Zone:
    """The whole hall."""
    return Zone(staffed)


def silent(staffed: Staffed) -> list[dict[str, Any]]:
    """Return the zones without sound."""
    found: list[dict[str, Any]] = staffed.read(
        lambda work, office: silences(work, office, staffed.clock.now())
    )
    return found


def test_of_several_screens_the_first_speaks_and_goes_on_speaking(zone: Zone) -> None:
    assert zone.says("first") == ("first", True)
    assert zone.says("second") == ("first", False)
    for _ in range(10):
        zone.staffed.clock.advance(seconds=3)
        assert zone.says("second") == ("first", False)
        assert zone.says("first") == ("first", False)


def test_each_zone_has_a_speaker_of_its_own(staffed: Staffed, zone: Zone) -> None:
    zone.says("first")
    assert Zone(staffed, OTHER).says("second") == ("second", True)


@pytest.mark.parametrize("state", ["refused", "no_device", "gone"])
def test_another_speaks_once_the_speaker_falls_silent(zone: Zone, state: str) -> None:
    zone.says("first")
    assert zone.says("first", state) == (None, True)
    assert zone.says("second") == ("second", True)
    assert zone.says("first") == ("second", False)


def test_another_speaks_once_nothing_is_heard_of_the_speaker(zone: Zone) -> None:
    zone.says("first")
    zone.staffed.clock.advance(seconds=LEASE.total_seconds())
    assert zone.says("second") == ("first", False)
    zone.staffed.clock.advance(seconds=1)
    assert zone.says("second") == ("second", True)
    assert zone.says("first") == ("second", False)


def test_a_page_that_comes_back_in_time_speaks_on(zone: Zone) -> None:
    zone.says("first")
    zone.staffed.clock.advance(seconds=5)
    assert zone.says("first") == ("first", False)


def test_without_a_voice_the_chime_is_spoken_for_and_the_staff_told(
    staffed: Staffed, zone: Zone
) -> None:
    zone.says("first")
    assert silent(staffed) == []
    assert zone.says("first", "no_voice") == ("first", True)
    [told] = silent(staffed)
    assert (told["zone"], told["reason"]) == (HALL, "no_voice")


def test_a_zone_without_sound_is_told_with_the_reason_and_since_when(
    staffed: Staffed, zone: Zone
) -> None:
    assert silent(staffed) == []
    began = staffed.clock.now().isoformat()
    zone.says("first", "refused")
    staffed.clock.advance(minutes=3)
    zone.says("first", "refused")
    assert silent(staffed) == [{"zone": HALL, "names": None, "reason": "refused", "since": began}]
    zone.says("first")
    assert silent(staffed) == []
    staffed.clock.advance(minutes=3)
    [told] = silent(staffed)
    assert told["reason"] == "gone"
    change(staffed, enabled=False)
    assert silent(staffed) == []


def test_only_the_speaker_is_believed(staffed: Staffed, zone: Zone) -> None:
    staffed.take()
    staffed.next()
    zone.says("first")
    assert not zone.tells("second", "ended", 0, 0)
    assert zone.tells("first", "ended", 0, 0)


def heard(staffed: Staffed, label: str) -> dict[str, Any]:
    """Return when the ticket's call was heard."""

    def look(work: Work, office: Office) -> dict[str, Any]:
        found = work.session.query(Ticket).filter_by(office_id=office.id, label=label).one()
        return call_heard(work, office, found)

    told: dict[str, Any] = staffed.read(look)
    return told


def test_recall_and_no_show_wait_until_some_seconds_after_the_announcement(
    staffed: Staffed, zone: Zone
) -> None:
    change(staffed, recall_after=10)
    zone.says("first")
    staffed.take()
    label = staffed.next()
    zone.tells("first", "waiting", 8, 14)
    assert heard(staffed, label)["state"] == "waiting"
    for verb in (calling.recall, calling.no_show):
        with pytest.raises(TooSoon) as refused:
            staffed.at(1, verb)
        assert (refused.value.code, refused.value.facts["wait_s"]) == ("too_soon", 24)
    staffed.clock.advance(seconds=15)
    zone.says("first")
    zone.tells("first", "ended", 0, 0)
    staffed.clock.advance(seconds=9.5)
    with pytest.raises(TooSoon) as refused:
        staffed.at(1, calling.no_show)
    assert refused.value.facts["wait_s"] == 1
    staffed.clock.advance(seconds=0.5)
    assert staffed.at(1, calling.recall) == label
    with pytest.raises(TooSoon):
        staffed.at(1, calling.no_show)


def test_where_no_screen_speaks_the_seconds_count_from_the_call(staffed: Staffed) -> None:
    change(staffed, recall_after=10)
    staffed.take()
    label = staffed.next()
    assert heard(staffed, label)["state"] == "unsaid"
    staffed.clock.advance(seconds=9)
    with pytest.raises(TooSoon):
        staffed.at(1, calling.recall)
    staffed.clock.advance(seconds=1)
    assert staffed.at(1, calling.recall) == label


def test_an_office_that_wants_no_wait_has_none(staffed: Staffed, zone: Zone) -> None:
    zone.says("first")
    staffed.take()
    label = staffed.next()
    zone.tells("first", "waiting", 30, 40)
    assert staffed.at(1, calling.recall) == label
    assert staffed.at(1, calling.no_show) == label


def test_starting_and_putting_back_need_no_wait(staffed: Staffed) -> None:
    change(staffed, recall_after=60)
    staffed.take()
    label = staffed.next()
    assert staffed.at(1, calling.put_back) == label
    staffed.next()
    assert staffed.at(1, serving.start) == label
