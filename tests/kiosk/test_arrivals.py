"""Phones that connect all at once, and are looked up together."""

import threading
from collections.abc import Sequence

import pytest

from kiosk.arrivals import MOST, Arrivals
from office.errors import OfficeError, TicketUnknown


class Desk:
    """Looks secrets up and remembers which it was asked for together."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.broken = False

    def look(self, secrets: Sequence[str]) -> dict[str, str | OfficeError]:
        """Find every secret but those of strangers."""
        self.asked.append(list(secrets))
        if self.broken:
            raise ConnectionError
        return {
            each: TicketUnknown() if each.startswith("stranger") else each.upper()
            for each in secrets
        }


def test_those_who_come_together_are_looked_up_together_and_each_gets_their_own() -> None:
    desk = Desk()
    arrivals = Arrivals(desk.look)
    found: dict[str, str] = {}
    secrets = [f"phone{number}" for number in range(MOST + 20)]

    def arrive(secret: str) -> None:
        found[secret] = arrivals.find(secret)

    threads = [threading.Thread(target=arrive, args=(secret,)) for secret in secrets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {secret: secret.upper() for secret in secrets}
    assert sorted(each for together in desk.asked for each in together) == sorted(secrets)
    assert len(desk.asked) <= 4
    assert max(len(each) for each in desk.asked) <= MOST


def test_a_stranger_among_others_is_refused_alone() -> None:
    arrivals = Arrivals(Desk().look)
    found: list[str] = []
    known = threading.Thread(target=lambda: found.append(arrivals.find("phone")))
    known.start()
    with pytest.raises(TicketUnknown):
        arrivals.find("stranger")
    known.join()
    assert found == ["PHONE"]


def test_two_phones_of_one_ticket_both_get_it() -> None:
    arrivals = Arrivals(Desk().look)
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(arrivals.find("phone"))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["PHONE", "PHONE"]


def test_a_look_that_fails_holds_up_nobody_who_comes_later() -> None:
    desk = Desk()
    arrivals = Arrivals(desk.look)
    desk.broken = True
    with pytest.raises(ConnectionError):
        arrivals.find("phone")
    desk.broken = False
    assert arrivals.find("other") == "OTHER"
    assert desk.asked == [["phone"], ["other"]]
