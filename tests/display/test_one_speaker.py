"""Several boards of a hall and one voice, by the office's settings: real browsers, real sockets.

What was said is compared with what was called by the lengths of the sounds that went out: each
counter's call lasts a second and so many tenths, a chime 0.1 s.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.display.test_board_page import WaitingRoom, make_room
from tests.display.voice.hall import Hall, tone
from tests.houses import Server
from tests.people import sign_in

__all__ = ["make_room"]

#: Longest (ms) until another screen speaks.
SOON = 20_000

#: What is told of a service for which people wait while no numbers are given out.
STILL_SERVED = re.compile("tanpa nomor baru|no new numbers")

#: Keeps the loudness that the page sets.
GAIN = """
const make = AudioContext.prototype.createGain;
AudioContext.prototype.createGain = function () { return window.gain = make.call(this); };
"""


def speak(route: Route) -> None:
    """Answer with a call whose length tells the counter."""
    counter = int(route.request.url.partition(".wav")[0].rpartition("/")[2])
    route.fulfill(body=tone(1 + counter / 10), content_type="audio/wav")


@pytest.fixture
def make_board(
    television: Browser, make_room: Callable[..., WaitingRoom]
) -> Iterator[Callable[[], WaitingRoom]]:
    """Open boards of one hall."""
    made: list[WaitingRoom] = []

    def make() -> WaitingRoom:
        room = make_room(television)
        room.page.add_init_script(GAIN)
        room.page.route("**/display/voice/**", speak)
        with room.page.expect_event("websocket"):
            room.open()
        made.append(room)
        return room

    yield make
    for room in made:
        room.page.context.close()


@pytest.fixture
def board(make_board: Callable[[], WaitingRoom]) -> WaitingRoom:
    """One board."""
    room = make_board()
    room.page.wait_for_timeout(500)
    return room


def wait_for_sounds(room: WaitingRoom, *lengths: float) -> None:
    """Wait until just these sounds went out, in this order."""
    for _ in range(SOON // 100):
        if len(room.heard()) >= len(lengths):
            break
        room.page.wait_for_timeout(100)
    assert room.heard() == list(lengths)


def change(server: Server, **values: Any) -> None:
    """Change some of the voice's settings as the manager."""
    token = server.tokens["manager"]
    _, kept = server.ask("GET", "/voice", token)
    kept.pop("stamp")
    status, told = server.ask("POST", "/voice", token, kept | values)
    assert status == 200, told


def test_two_boards_say_each_call_once_and_another_takes_over_when_one_dies(
    make_board: Callable[[], WaitingRoom],
) -> None:
    first, second = make_board(), make_board()
    first.page.wait_for_timeout(500)
    first.call(1)
    wait_for_sounds(first, 0.1, 1.1)
    first.page.wait_for_timeout(1500)
    for counter in (3, 5, 7):
        first.call(counter)
    wait_for_sounds(first, 0.1, 1.1, 0.1, 1.3)
    assert second.heard() == []
    # In the middle of the call to counter 3: it is said anew, for nobody heard it whole.
    first.page.context.close()
    wait_for_sounds(second, 0.1, 1.3, 0.1, 1.5, 0.1, 1.7)
    second.page.wait_for_timeout(2500)
    assert len(second.heard()) == 6
    assert second.page.evaluate("window.wrong") == []


def test_a_board_that_reloads_leaves_nothing_said_twice(
    make_board: Callable[[], WaitingRoom],
) -> None:
    first, second = make_board(), make_board()
    first.page.wait_for_timeout(500)
    first.call(1)
    wait_for_sounds(first, 0.1, 1.1)
    first.page.wait_for_timeout(2000)
    first.open()
    second.call(3)
    wait_for_sounds(second, 0.1, 1.3)
    first.page.wait_for_timeout(2000)
    assert first.heard() == []


def test_the_same_board_speaks_on_after_the_server_was_killed(board: WaitingRoom) -> None:
    board.call(1)
    wait_for_sounds(board, 0.1, 1.1)
    board.page.wait_for_timeout(1500)
    board.server.kill()
    expect(board.page.locator("html.stale")).to_have_count(1, timeout=SOON)
    board.server.start()
    board.is_well()
    board.call(3)
    wait_for_sounds(board, 0.1, 1.1, 0.1, 1.3)


def test_repeats_wait_for_first_calls_and_a_started_visit_needs_none(board: WaitingRoom) -> None:
    change(board.server, repeats=2)
    board.page.wait_for_timeout(500)
    board.call(1)
    board.page.wait_for_timeout(300)
    board.call(3)
    board.call(5)
    board.page.wait_for_timeout(300)
    # Counter 1, then the two never called; then their repetitions, but for the one who came.
    wait_for_sounds(board, 0.1, 1.1, 0.1, 1.3, 0.1, 1.5)
    board.at(3, "start")
    wait_for_sounds(board, 0.1, 1.1, 0.1, 1.3, 0.1, 1.5, 0.1, 1.1, 0.1, 1.5)
    board.page.wait_for_timeout(2500)
    assert len(board.heard()) == 10


def test_an_early_close_is_said_once_after_the_calls_and_not_when_taken_back(
    make_board: Callable[[], WaitingRoom],
) -> None:
    board, other = make_board(), make_board()
    board.page.wait_for_timeout(500)
    for each in (board, other):
        # a call to counter 5 takes long enough for whatever comes meanwhile to have to wait
        for path, length in (("**/display/voice/early/**", 2), ("**/display/voice/id/*/5.wav*", 5)):
            each.page.route(path, partial(_sound, length))
    ask, manager = board.server.ask, board.server.tokens["manager"]
    closing = {"reason": "power", "fate": "served"}
    for service in ("C", "F"):
        ask("POST", "/tickets", board.server.tokens["kiosk"], {"service": service})
    board.call(5)
    assert ask("POST", "/closing", manager, closing)[0] == 200
    board.at(3, "next")
    wait_for_sounds(board, 0.1, 5.0, 0.1, 1.3, 0.1, 2.0)
    expect(board.page.locator("body")).to_contain_text("tutup lebih awal")
    expect(board.page.locator("[data-service='F']")).to_contain_text(STILL_SERVED)
    expect(board.page.locator("[data-service='C']")).not_to_contain_text(STILL_SERVED)
    assert ask("POST", "/closing/back", manager, {})[0] == 200
    board.call(5)
    for path, body in (("/closing", closing), ("/closing/back", {})):
        assert ask("POST", path, manager, body)[0] == 200
    board.call(7)
    wait_for_sounds(board, 0.1, 5.0, 0.1, 1.3, 0.1, 2.0, 0.1, 5.0, 0.1, 1.7)
    board.page.wait_for_timeout(2000)
    assert board.heard().count(2.0) == 1, board.heard()
    assert other.heard() == []


def _sound(length: float, route: Route) -> None:
    route.fulfill(body=tone(length), content_type="audio/wav")


def test_settings_reach_a_board_without_reload(board: WaitingRoom) -> None:
    asked: list[str] = []
    board.page.on("request", lambda request: asked.append(request.url))
    board.call(1)
    wait_for_sounds(board, 0.1, 1.1)
    change(board.server, english="always", volume=40, speed=80)
    board.page.wait_for_timeout(800)
    board.call(3)
    wait_for_sounds(board, 0.1, 1.1, 0.1, 1.3, 1.3)
    assert any("/voice/en/" in url and ".wav?s=" in url for url in asked)
    assert board.page.evaluate("window.gain.gain.value") == pytest.approx(0.4)


def test_in_quiet_hours_the_board_shows_and_only_chimes_softly(board: WaitingRoom) -> None:
    quiet = {"from": "00:00", "to": "23:59", "volume": 20, "speech": False}
    change(board.server, stretches=[quiet])
    board.page.wait_for_timeout(800)
    label = board.call(1)
    expect(board.page.locator("[data-now-label]")).to_have_text(label)
    wait_for_sounds(board, 0.1)
    assert board.page.evaluate("window.gain.gain.value") == pytest.approx(0.2)
    board.page.wait_for_timeout(1500)
    assert board.heard() == [0.1]
    change(board.server, stretches=[quiet | {"volume": 0}])
    board.page.wait_for_timeout(800)
    expect(board.page.locator("[data-chime-only]")).to_be_hidden()
    board.call(3)
    board.page.wait_for_timeout(1500)
    assert board.heard() == [0.1]


def test_a_voice_switched_off_says_nothing(board: WaitingRoom) -> None:
    change(board.server, enabled=False)
    board.page.wait_for_timeout(800)
    label = board.call(1)
    expect(board.page.locator("[data-now-label]")).to_have_text(label)
    board.page.wait_for_timeout(1500)
    assert board.heard() == []


def test_the_clerk_sees_when_the_call_is_announced_and_waits_to_call_again(
    board: WaitingRoom, page: Page, passwords: dict[str, str]
) -> None:
    change(board.server, recall_after=3)
    board.page.wait_for_timeout(500)
    for counter in (3, 5, 7):
        board.call(counter)
    sign_in(page, board.server, "petugas1", passwords["petugas1"])
    board.call(1)
    page.goto(f"{board.server.url}/counter/1?lang=id")
    told = page.locator("[data-heard]")
    expect(told).to_contain_text("Diumumkan dalam")
    again = page.locator("[data-verb=recall]")
    expect(again).to_be_disabled()
    expect(page.locator("[data-verb=noShow]")).to_be_disabled()
    clerk = board.server.tokens["clerks"]["1"]
    status, refused = board.server.ask("POST", "/counters/1/recall", clerk)
    assert (status, refused["code"]) == (409, "too_soon") and refused["wait_s"] > 0
    expect(told).to_contain_text("Sedang diumumkan", timeout=SOON)
    expect(told).to_contain_text("Panggil lagi", timeout=SOON)
    expect(again).to_be_enabled(timeout=SOON)
    expect(told).to_be_empty()
    assert board.server.ask("POST", "/counters/1/recall", clerk)[0] == 200


def test_a_hall_without_sound_is_told_to_the_manager_until_it_sounds(
    silent: Browser,
    make_room: Callable[..., WaitingRoom],
    page: Page,
    passwords: dict[str, str],
) -> None:
    room = make_room(silent)
    hall = Hall(room.page, room.asked)
    room.page.goto(f"{room.server.url}/display")
    for _ in range(80):
        if hall.ask("!document.querySelector('[data-sound]').hidden"):
            break
        room.page.wait_for_timeout(100)
    sign_in(page, room.server, "manajer", passwords["manajer"])
    page.goto(f"{room.server.url}/manager?lang=id")
    expect(page.locator("[data-alerts]")).to_contain_text("Ruang tunggu tanpa suara sejak")
    room.page.mouse.click(400, 400)
    expect(page.locator("[data-alerts]")).not_to_contain_text("tanpa suara", timeout=SOON)
    room.page.context.close()
