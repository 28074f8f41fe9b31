"""The waiting room's board in a real browser: each call is shown and spoken, once, always."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from office.devices import add_device
from office.people import Role
from office.place import Counter, Office, Service, the_office
from storage.engine import sqlite_url
from storage.work import Store, Work
from tests.display.voice.hall import Hall, tone
from tests.houses import Server
from tests.people import send_form, violations

#: Writes down what goes to the loudspeaker, and what goes wrong.
EARS = """
window.heard = [];
window.wrong = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...values) {
  window.heard.push(this.buffer.duration);
  start.apply(this, values);
};
for (const kind of ["error", "unhandledrejection"]) {
  addEventListener(kind, (event) => window.wrong.push(String(event.message ?? event.reason)));
}
"""

EVIL = "<img src=x onerror=alert(1)>"

#: Longest (ms) that a lost or found network may go unnoticed.
PATIENCE = 15_000

SIZES = [(1920, 1080), (1366, 768), (3840, 2160), (1080, 1920)]


def arrange(server: Server, act: Callable[[Work, Office], Any]) -> Any:
    """Change the server's office behind its back, as if it had always been so."""
    with closing(Store(sqlite_url(server.data / "antrean.db"))) as store, store.work() as work:
        return act(work, the_office(work))


class WaitingRoom:
    """A screen of the office, and what its loudspeaker is given."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.server = server
        #: The calls whose spoken sentence was asked for: language/label/counter.
        self.asked: list[str] = []
        page.add_init_script(EARS)
        page.route("**/display/voice/**", self._speak)
        page.route("**/display/chime.wav", self._chime)

    def open(self, language: str = "id") -> "WaitingRoom":
        """Open the board and wait until it has something to show."""
        self.page.goto(f"{self.server.url}/display?lang={language}")
        expect(self.page.locator("[data-desk]")).to_have_count(10)
        return self

    def call(self, counter: int, service: str = "", locale: str = "id") -> str:
        """Let a visitor come and be called at once to a counter; return the label."""
        services = {1: "A", 2: "I", 3: "C", 4: "C", 5: "K", 6: "J", 7: "L", 8: "M", 9: "I"}
        body = {"service": service or services[counter], "locale": locale}
        _, taken = self.server.ask("POST", "/tickets", self.server.tokens["kiosk"], body)
        self.at(counter, "finish-and-next")
        return str(taken["label"])

    def at(self, counter: int, verb: str) -> None:
        """Do a counter's verb."""
        clerk = self.server.tokens["clerks"][str(counter)]
        status, answer = self.server.ask("POST", f"/counters/{counter}/{verb}", clerk)
        assert status == 200, answer

    def calls(self) -> list[str]:
        """Return the last calls as shown: label and counter, newest first."""
        rows = self.page.locator("[data-call]").all()
        return [
            f"{row.locator('.label').inner_text()} {row.locator('.sign').inner_text().split()[-1]}"
            for row in rows
        ]

    def heard(self) -> list[float]:
        """Return the lengths of the sounds that went out, in seconds: chimes 0.1, calls 0.3."""
        return [round(each, 1) for each in self.page.evaluate("window.heard")]

    def lose_the_network(self) -> None:
        """Cut the screen off and wait until it says so."""
        self.page.context.set_offline(True)
        expect(self.page.locator("[data-live-banner]")).to_be_visible(timeout=PATIENCE)

    def find_the_network(self) -> None:
        """Let the screen through again and wait until it is well."""
        self.page.context.set_offline(False)
        self.is_well()

    def is_well(self) -> None:
        """Wait until the screen is connected."""
        expect(self.page.locator("[data-live-banner]")).to_be_hidden(timeout=PATIENCE)

    def _speak(self, route: Route) -> None:
        self.asked.append(route.request.url.partition("/voice/")[2].removesuffix(".wav"))
        route.fulfill(body=tone(0.3), content_type="audio/wav")

    def _chime(self, route: Route) -> None:
        route.fulfill(body=tone(0.1), content_type="audio/wav")


@pytest.fixture
def make_room(server: Server) -> Callable[..., WaitingRoom]:
    """Make a browser's new profile a screen of the office; the board is yet to be opened."""

    def make(browser: Browser, width: int = 1920, height: int = 1080) -> WaitingRoom:
        code = arrange(
            server,
            lambda work, office: add_device(
                work, office.id, Role.SCREEN, "Ruang tunggu", datetime.now(UTC)
            )[1],
        )
        page = browser.new_context(viewport={"width": width, "height": height}).new_page()
        send_form(page, server, "/link", code=code)
        return WaitingRoom(page, server)

    return make


@pytest.fixture
def room(television: Browser, make_room: Callable[..., WaitingRoom]) -> Iterator[WaitingRoom]:
    """A board in Indonesian that speaks."""
    made = make_room(television).open()
    yield made
    assert made.page.evaluate("window.wrong") == []
    made.page.context.close()


def test_a_board_begins_empty_and_says_so(room: WaitingRoom) -> None:
    expect(room.page.get_by_text("Belum ada panggilan")).to_be_visible()
    expect(room.page.locator("[data-rehearsal]")).to_contain_text("Latihan")
    expect(room.page.locator("[data-desk='3']")).to_contain_text("tutup")
    expect(room.page.locator("[data-service='A']")).to_have_text(
        "APerekaman KTP-ellama tunggu belum diketahui0"
    )
    expect(room.page.locator("[data-sound]")).to_be_hidden()


def test_a_call_is_shown_and_spoken_without_reload(room: WaitingRoom) -> None:
    assert room.call(3, locale="en") == "C001"
    now = room.page.locator("[data-now]")
    expect(now.locator("[data-now-label]")).to_have_text("C001")
    expect(now.locator("[data-now-desk]")).to_have_text("3")
    expect(now).to_contain_text("Memanggil")
    expect(room.page.locator("[data-desk='3'] .label")).to_have_text("C001")
    expect(room.page.locator("[data-service='C'] .service-count")).to_have_text("0")
    room.page.wait_for_timeout(1500)
    assert room.asked == ["id/C001/3", "en/C001/3"]
    assert room.heard() == [0.1, 0.3, 0.3]


def test_waiting_visitors_are_counted_through_every_move(room: WaitingRoom) -> None:
    def waiting(service: str) -> Any:
        return room.page.locator(f"[data-service='{service}'] .service-count")

    for service in ("A", "A", "K"):
        room.server.ask("POST", "/tickets", room.server.tokens["kiosk"], {"service": service})
    expect(waiting("A")).to_have_text("2")
    room.at(1, "next")
    expect(waiting("A")).to_have_text("1")
    room.at(1, "start")
    clerk = room.server.tokens["clerks"]["1"]
    room.server.ask("POST", "/counters/1/transfer", clerk, {"service": "K"})
    expect(waiting("K")).to_have_text("2")
    expect(waiting("A")).to_have_text("1")
    expect(room.page.locator("[data-desk='1'] .desk-idle")).to_be_visible()


def test_a_recall_is_shown_and_spoken_as_one_and_a_missed_call_is_listed(
    room: WaitingRoom,
) -> None:
    label = room.call(1)
    room.page.wait_for_timeout(1200)
    room.at(1, "recall")
    expect(room.page.locator("[data-now]")).to_contain_text("Panggilan ulang")
    assert room.calls() == [f"{label} 1"]
    room.page.wait_for_timeout(1200)
    assert room.heard() == [0.1, 0.3, 0.1, 0.3]
    room.at(1, "no-show")
    expect(room.page.locator("[data-missed]")).to_have_text(label)
    expect(room.page.get_by_text("Terlewat: silakan hubungi petugas")).to_be_visible()


def test_a_call_ended_before_its_turn_is_not_spoken(room: WaitingRoom) -> None:
    first, second, third = room.call(1), room.call(3), room.call(5)
    room.at(3, "start")
    room.at(5, "put-back")
    room.page.wait_for_timeout(2000)
    assert room.heard() == [0.1, 0.3]
    assert room.calls() == [f"{second} 3", f"{first} 1"]
    expect(room.page.locator("[data-now]")).not_to_contain_text(third)


def test_of_six_fast_calls_all_are_seen_with_counters_and_the_newest_is_marked(
    room: WaitingRoom,
) -> None:
    made = [f"{room.call(counter)} {counter}" for counter in (1, 3, 5, 6, 7, 9)]
    newest = room.page.locator("[data-call]").first
    expect(newest.locator(".label")).to_have_text(made[-1].split()[0])
    assert room.calls() == made[::-1]
    expect(room.page.get_by_text("Terbaru", exact=True)).to_have_count(1)
    expect(newest).to_contain_text("Terbaru Latest")
    for row in room.page.locator("[data-call]").all():
        expect(row).to_be_in_viewport(ratio=1)
    expect(room.page.locator("[data-now-label]")).to_have_text(
        made[-1].split()[0], timeout=PATIENCE
    )
    room.page.wait_for_timeout(1000)
    assert room.heard() == [0.1, 0.3] * 6


def test_calls_missed_without_network_are_shown_but_not_shouted(room: WaitingRoom) -> None:
    room.call(1)
    room.page.wait_for_timeout(1200)
    room.lose_the_network()
    expect(room.page.locator("[data-live-banner]")).to_contain_text(
        "Sambungan terputus. Data pukul"
    )
    missed = [f"{room.call(counter)} {counter}" for counter in (3, 5, 7)]
    room.find_the_network()
    assert room.calls() == [*missed[::-1], "A001 1"]
    expect(room.page.locator("[data-desk='7'] .label")).to_have_text("L001")
    expect(room.page.locator("[data-service='L'] .service-count")).to_have_text("0")
    room.page.wait_for_timeout(1500)
    assert room.asked == ["id/A001/1"]
    assert room.heard() == [0.1, 0.3]


def test_after_five_reconnects_a_call_is_spoken_once(room: WaitingRoom) -> None:
    for _ in range(5):
        room.lose_the_network()
        room.find_the_network()
    label = room.call(1)
    expect(room.page.locator("[data-now-label]")).to_have_text(label)
    room.page.wait_for_timeout(1500)
    assert room.asked == [f"id/{label}/1"]
    assert room.heard() == [0.1, 0.3]


def test_after_a_power_cut_the_board_is_as_it_was_and_goes_on(room: WaitingRoom) -> None:
    room.call(1)
    room.call(3)
    room.at(3, "recall")
    room.at(3, "no-show")
    room.call(5)
    room.at(1, "start")
    room.server.ask("POST", "/tickets", room.server.tokens["kiosk"], {"service": "H"})
    expect(room.page.locator("[data-service='H'] .service-count")).to_have_text("1")
    parts = [room.page.locator(f"[data-{part}]") for part in ("recent", "desks", "missed")]
    before = [part.inner_text() for part in parts]
    room.server.kill()
    expect(room.page.locator("html.stale")).to_have_count(1, timeout=PATIENCE)
    room.server.start()
    room.is_well()
    assert [part.inner_text() for part in parts] == before
    room.open()
    assert [part.inner_text() for part in parts] == before
    room.page.wait_for_timeout(500)
    assert room.heard() == []
    assert room.call(1) == "A002"
    expect(room.page.locator("[data-now-label]")).to_have_text("A002")


def test_a_fresh_profile_says_that_sound_is_off_until_touched(
    silent: Browser, make_room: Callable[..., WaitingRoom]
) -> None:
    room = make_room(silent)
    # Looking by the debugger's protocol does not count as a touch; the usual ways do.
    hall = Hall(room.page, room.asked)
    hidden = "document.querySelector('[data-sound]').hidden"
    shown = "document.querySelector('[data-now-label]').textContent"
    room.page.goto(f"{room.server.url}/display")
    for _ in range(50):
        if not hall.ask(hidden):
            break
        room.page.wait_for_timeout(100)
    label = room.call(1)
    room.page.wait_for_timeout(2500)
    assert hall.ask(hidden) is False
    assert "Suara mati" in hall.ask("document.querySelector('[data-sound]').innerText")
    assert hall.ask(shown) == label
    assert (hall.ask("window.heard"), hall.ask("window.wrong")) == ([], [])
    room.page.mouse.click(400, 400)
    expect(room.page.locator("[data-sound]")).to_be_hidden()
    room.page.context.close()


def test_without_a_voice_the_chime_is_heard_and_the_board_says_so(room: WaitingRoom) -> None:
    room.page.route("**/display/voice/**", lambda route: route.fulfill(status=503, json={}))
    room.call(1)
    expect(room.page.get_by_text("Hanya nada, tanpa suara")).to_be_visible()
    assert room.heard() == [0.1]


def test_names_are_text_whatever_they_look_like(
    television: Browser, server: Server, make_room: Callable[..., WaitingRoom]
) -> None:
    def rename(work: Work, office: Office) -> None:
        office.names = office.running_text = {"id": EVIL, "en": EVIL}
        work.session.query(Service).filter_by(code="A").one().names = office.names
        work.session.query(Counter).filter_by(number=1).one().names = office.names

    arrange(server, rename)
    room = make_room(television)
    room.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    room.open()
    room.call(1)
    expect(room.page.locator("[data-now-of]")).to_have_text(EVIL)
    for part in ("[data-office]", "[data-text]", "[data-service='A'] .service-name"):
        expect(room.page.locator(part)).to_have_text(EVIL)
    expect(room.page.locator("img[onerror], img[src='x']")).to_have_count(0)
    room.page.context.close()


@pytest.mark.parametrize("language", ["id", "en"])
def test_nothing_is_cut_off_on_any_screen_and_axe_finds_nothing(
    television: Browser,
    server: Server,
    make_room: Callable[..., WaitingRoom],
    language: str,
) -> None:
    room = make_room(television).open(language)
    for counter in range(1, 10):
        room.call(counter)
    room.at(9, "recall")
    room.at(9, "no-show")
    expect(room.page.locator("html")).to_have_attribute("lang", language)
    expect(room.page.locator("[data-missed] li")).to_have_count(1)
    for width, height in SIZES:
        room.page.set_viewport_size({"width": width, "height": height})
        size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        assert room.page.evaluate(size) == [width, height]
        parts = room.page.locator("[data-desk], [data-call], [data-service]")
        for shown in parts.filter(visible=True).all():
            expect(shown).to_be_in_viewport(ratio=1)
        assert (
            room.page.evaluate(
                """() => [...document.querySelectorAll(".label, .sign, .service-count")]
              .filter((each) => each.scrollWidth > each.clientWidth + 1)
              .map((each) => each.textContent)"""
            )
            == []
        )
    room.page.set_viewport_size({"width": 1920, "height": 1080})
    assert violations(room.page) == []
    room.page.context.set_offline(True)
    expect(room.page.locator("[data-live-banner]")).to_be_visible(timeout=PATIENCE)
    assert violations(room.page) == []
    room.page.context.close()
