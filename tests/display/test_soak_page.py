"""A board that runs for long: after many calls and pictures it holds no more than after some."""

from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, CDPSession, Page, Route, expect

from tests.display.test_board_page import WaitingRoom, make_room
from tests.display.test_media import UPLOAD
from tests.display.voice.hall import tone
from tests.houses import Server
from tests.office.test_shelf import picture

__all__ = ["make_room"]

#: Calls of a round; rounds before the first look, by which all that is kept is full, and after it.
CALLS = 10
BEFORE, AFTER = 2, 6
#: Bytes that a heap may differ by though nothing was kept.
SLACK = 1_000_000

#: A week of pictures and moments is lived through in half a minute.
FASTER = {
    "board.js": ("const MOMENT = 30_000;", "const MOMENT = 300;"),
    "between.js": ("medium.seconds * 1000", "medium.seconds * 15"),
}

#: Counts the pictures that came to the front.
TURNS = """
window.turns = 0;
addEventListener("DOMContentLoaded", () =>
  new MutationObserver((changes) => {
    for (const { target } of changes) window.turns += target.classList.contains("frame-on");
  }).observe(document.querySelector("[data-between]"), {
    attributeFilter: ["class"], subtree: true,
  }));
"""


@dataclass(frozen=True)
class Held:
    """What a page holds once what is dead has been collected."""

    bytes: int
    nodes: int
    listeners: int
    sounds: int


class Scales:
    """Weighs a page by the browser's own means."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._inspector: CDPSession = page.context.new_cdp_session(page)
        self._sounds: set[str] = set()
        self._inspector.on("WebAudio.audioNodeCreated", self._made)
        self._inspector.on("WebAudio.audioNodeWillBeDestroyed", self._gone)
        self._inspector.send("WebAudio.enable")

    def weigh(self) -> Held:
        """Collect what is dead, which takes the browser some turns, and return what is left."""
        looks = [self._look() for _ in range(6)]
        return Held(*(min(each) for each in zip(*map(astuple, looks), strict=True)))

    def _look(self) -> Held:
        self._page.wait_for_timeout(200)
        self._inspector.send("HeapProfiler.collectGarbage")
        counted = self._inspector.send("Memory.getDOMCounters")
        used = self._inspector.send("Runtime.getHeapUsage")["usedSize"]
        return Held(used, counted["nodes"], counted["jsEventListeners"], len(self._sounds))

    def _made(self, told: dict[str, Any]) -> None:
        self._sounds.add(told["node"]["nodeId"])

    def _gone(self, told: dict[str, Any]) -> None:
        self._sounds.discard(told["nodeId"])


def hang_pictures(server: Server) -> None:
    """Let a manager upload two pictures."""
    for width in (800, 640):
        sent = requests.post(
            f"{server.url}{UPLOAD}?name=gambar{width}.png",
            picture(size=(width, 450)),
            headers={"Authorization": f"Bearer {server.tokens['manager']}"},
            timeout=30,
        )
        assert sent.status_code == 200, sent.text


def with_change(usual: str, fast: str) -> Callable[[Route], None]:
    """Return what serves a script of the page with one of its times changed."""

    def serve(route: Route) -> None:
        script = route.fetch().text()
        assert usual in script
        route.fulfill(body=script.replace(usual, fast), content_type="text/javascript")

    return serve


def hurry(page: Page) -> None:
    """Let what takes its time in a waiting room be over soon."""
    for name, (usual, fast) in FASTER.items():
        page.route(f"**/{name}*", with_change(usual, fast))
    page.route(
        "**/display/voice/**",
        lambda route: route.fulfill(body=tone(0.03), content_type="audio/wav"),
    )
    page.route(
        "**/chime.wav", lambda route: route.fulfill(body=tone(0.03), content_type="audio/wav")
    )
    page.add_init_script(TURNS)


def live_through(room: WaitingRoom, rounds: int) -> None:
    """Call, and show pictures between the calls."""
    for _ in range(rounds):
        for turn in range(CALLS):
            label = room.call(1 + turn % 9)
        expect(room.page.locator("[data-call]").first).to_contain_text(label)
        turns = room.page.evaluate("window.turns")
        room.page.wait_for_function("(many) => window.turns > many + 2", arg=turns)


@pytest.mark.timeout(240)
def test_a_board_does_not_grow_with_calls_sounds_and_pictures(
    television: Browser, make_room: Callable[..., WaitingRoom]
) -> None:
    room = make_room(television)
    hang_pictures(room.server)
    hurry(room.page)
    scales = Scales(room.page)
    room.open()
    live_through(room, BEFORE)
    before, said = scales.weigh(), len(room.heard())
    live_through(room, AFTER)
    after = scales.weigh()
    assert len(room.heard()) - said > AFTER * CALLS / 2
    assert after.bytes - before.bytes < SLACK
    assert after.nodes <= before.nodes + 40
    assert after.listeners <= before.listeners + 5
    assert after.sounds <= before.sounds + 3
    room.page.context.close()
