"""A Friday at the kiosk by the clock: hours, the prayer's break, a quota, the cut-off, Monday."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.houses import Client, Staffed
from tests.office.observing import set_service

#: The days of November 2026; Saturday and Sunday are closed.
FRIDAY, SATURDAY, MONDAY = 27, 28, 30
STEP = timedelta(minutes=10)
WALL = ZoneInfo("Asia/Makassar")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment on the office's wall, in UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=WALL).astimezone(UTC)


class Kiosk:
    """A kiosk that looks what it may offer and tries to take it, whatever it was told."""

    def __init__(self, client: Client, staffed: Staffed) -> None:
        self._client, self._staffed = client, staffed
        self._token = staffed.sample.tokens["kiosk"]

    def told(self, service: str) -> dict[str, Any]:
        """Return what is told of a service."""
        status, told = self._client.ask("GET", "/services", self._token)
        assert status == 200
        found: dict[str, Any] = next(each for each in told["services"] if each["code"] == service)
        return found

    def opens_at(self) -> datetime | None:
        """Return when numbers are given out again, as the closed screen says."""
        told = self._client.ask("GET", "/services", self._token)[1]["office"]["opens_at"]
        return datetime.fromisoformat(told).astimezone(UTC) if told else None

    def take(self, service: str) -> str:
        """Take a number; return its label, or why there is none. What was told has to be true."""
        told = self.told(service)
        status, answer = self._client.ask("POST", "/tickets", self._token, {"service": service})
        assert (status == 201) is told["open"], (told, answer)
        if status == 201:
            return str(answer["label"])
        assert (status, answer["code"]) == (409, told["reason"])
        return str(answer["code"])

    def until(self, end: datetime) -> Iterator[datetime]:
        """Let the time pass in steps up to before `end`."""
        while self._staffed.clock.moment < end:
            yield self._staffed.clock.moment
            self._staffed.clock.moment += STEP


@pytest.fixture
def kiosk(client: Client, staffed: Staffed) -> Kiosk:
    """The kiosk of an office that has opened for good."""
    staffed.change(rehearsal=False)
    return Kiosk(client, staffed)


def test_a_friday_from_before_the_opening_to_monday_morning(kiosk: Kiosk, staffed: Staffed) -> None:
    set_service(staffed, "K", quota=3)
    staffed.clock.moment = at(FRIDAY, 7, 30)
    for _ in kiosk.until(at(FRIDAY, 8)):
        assert kiosk.take("A") == "office_closed"
        assert kiosk.opens_at() == at(FRIDAY, 8)

    families = [kiosk.take("K") for _ in kiosk.until(at(FRIDAY, 11, 30))]
    assert families == ["K001", "K002", "K003", *["quota_spent"] * (len(families) - 3)]
    assert len(families) == 21

    for _ in kiosk.until(at(FRIDAY, 13)):  # the Friday prayer
        assert kiosk.take("A") == kiosk.take("K") == "office_closed"
        assert kiosk.opens_at() == at(FRIDAY, 13)

    # one counter, a quarter of an hour for each: whoever comes late cannot be served today
    set_service(staffed, "A", typical_seconds=900)
    taken = [kiosk.take("A")]
    staffed.serve(1)
    while (label := kiosk.take("A")) != "day_full":
        taken.append(label)
    assert taken == [f"A{number:03}" for number in range(1, len(taken) + 1)]
    assert 4 <= len(taken) <= 16, "more than fit into what is left of the day"
    staffed.clock.moment = at(FRIDAY, 13, 20)
    for _ in range(4):
        staffed.serve(1)
    assert kiosk.take("A") == f"A{len(taken) + 1:03}", "four left sooner than was thought"

    staffed.clock.moment = at(FRIDAY, 15, 30)
    for _ in kiosk.until(at(FRIDAY, 16, 30)):
        assert kiosk.take("A") == "office_closed"
        assert kiosk.opens_at() == at(MONDAY, 8)
    staffed.clock.moment = at(SATURDAY, 10)
    assert kiosk.take("A") == "office_closed"

    staffed.clock.moment = at(MONDAY, 8)
    assert [kiosk.take(each) for each in "AKKKK"] == ["A001", "K001", "K002", "K003", "quota_spent"]
