"""What screens tell of their sound over the socket: believed only from those who speak."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.houses import Server
from tests.screens import Screen

SEAT, OTHER = "a1b2c3d4e5f6", "f6e5d4c3b2a1"


@pytest.fixture
def screens(server: Server) -> Iterator[list[Screen]]:
    """Two screens of one hall."""
    made = [
        Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect()
        for _ in range(2)
    ]
    yield made
    for each in made:
        each.disconnect()


def says(screen: Screen, seat: str, state: str = "ready") -> Any:
    """Report a sound; return who is said to speak."""
    before = len([each for each in screen.all("speaker") if "yours" in each])
    screen.ask("sound", {"seat": seat, "state": state})
    return screen.wait_for("speaker", lambda told: "yours" in told, before + 1)["seat"]


def test_a_screen_that_leaves_is_followed_by_another_at_once(
    server: Server, screens: list[Screen]
) -> None:
    first, second = screens
    assert says(first, SEAT) == SEAT
    second.wait_for("speaker", lambda told: told["seat"] == SEAT)
    assert says(second, OTHER) == SEAT
    first.disconnect()
    second.wait_for("speaker", lambda told: told["seat"] is None)
    assert says(second, OTHER) == OTHER


def test_what_the_speaker_says_reaches_the_others_and_nobody_else_can_say_it(
    server: Server, screens: list[Screen]
) -> None:
    first, second = screens
    says(first, SEAT)
    call = {"call": 1, "state": "waiting", "left": 1, "starts_in": 900, "ends_in": 5000}
    second.ask("announcing", {"seat": OTHER, "calls": [call]})
    first.ask("announcing", {"seat": SEAT, "calls": [call | {"evil": "<b>"}, call]})
    told = second.wait_for("announcing")
    assert told == {"zone": 0, "seat": SEAT, "calls": [call]}
    assert len(second.all("announcing")) == 1


def test_what_waits_at_a_silent_screen_reaches_the_one_that_speaks(
    server: Server, screens: list[Screen]
) -> None:
    first, second = screens
    says(first, SEAT)
    for nonsense in (None, {"seat": OTHER}, {"seat": "?", "calls": [1]}):
        second.ask("waiting", nonsense)
    second.ask("waiting", {"seat": OTHER, "calls": [7, "<b>", -1, 10**30, 8]})
    assert first.wait_for("waiting") == {"zone": 0, "calls": [7, 8]}
    assert len(first.all("waiting")) == 1


def test_a_screen_that_was_cut_off_is_told_which_calls_are_over(
    server: Server, screens: list[Screen]
) -> None:
    first, second = screens
    for _ in range(3):
        server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    says(first, SEAT)
    told = {"left": 1, "starts_in": 0, "ends_in": 0}
    calls = [{"call": 1, "state": "ended", **told}, {"call": 2, "state": "speaking", **told}]
    first.ask("announcing", {"seat": SEAT, "calls": calls})
    second.wait_for("announcing")
    waiting = [1, 2, 3, "1", -1, True, None, 10**30]
    second.ask("sound", {"seat": OTHER, "state": "ready", "waiting": waiting})
    assert second.wait_for("speaker", lambda told: "over" in told)["over"] == [1]
    assert says(second, OTHER) == SEAT


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        {},
        {"seat": SEAT},
        {"seat": SEAT, "state": "loud"},
        {"seat": "<script>", "state": "ready"},
        {"seat": 7, "state": "ready"},
        [],
    ],
)
def test_nonsense_is_not_answered_and_breaks_nothing(
    server: Server, screens: list[Screen], wrong: Any
) -> None:
    first, _ = screens
    first.ask("sound", wrong)
    first.ask("announcing", wrong)
    assert says(first, SEAT) == SEAT
