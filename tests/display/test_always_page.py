"""A board that hangs for months: cut off, restarted, asleep, its clock wrong, its page broken."""

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Error, Route, WebSocketRoute, expect

from app.sample import make_sample
from office.devices import add_device
from office.people import Role
from office.place import Office, service_named, the_office
from storage.engine import sqlite_url
from storage.work import Store, Work
from tests.display.test_board_page import PATIENCE, WaitingRoom, arrange, make_room
from tests.display.voice.hall import tone
from tests.houses import Server
from tools.proof import Wire

__all__ = ["make_room"]

#: Lets the server's clock be moved on, by the seconds in a file.
MOVED = """
import time
from datetime import timedelta
from pathlib import Path
from office.clock import SystemClock
now, gone = SystemClock.now, time.clock_gettime
ahead = lambda: float(Path({file!r}).read_text())
SystemClock.now = lambda self: now(self) + timedelta(seconds=ahead())
time.clock_gettime = lambda which: gone(which) + ahead() * (which == time.CLOCK_BOOTTIME)
"""

#: Makes the machine's own clock wrong by window.wrong_by milliseconds.
WRONG_CLOCK = """
window.wrong_by = 0;
const now = Date.now;
Date.now = () => now() + window.wrong_by;
"""

DAY = 86_400


@pytest.fixture
def wires(server: Server) -> Iterator[Callable[[], Wire]]:
    """Lay wires to the server that can be cut."""
    made: list[Wire] = []

    def lay() -> Wire:
        made.append(Wire(server.port))
        return made[-1]

    yield lay
    for each in made:
        each.close()


@pytest.fixture
def room(television: Browser, make_room: Callable[..., WaitingRoom]) -> Iterator[WaitingRoom]:
    """A board that is yet to be opened."""
    made = make_room(television)
    yield made
    made.page.context.close()


def wait_until_said(room: WaitingRoom, *asked: str) -> None:
    """Wait until just these calls have been said, and then whether another one follows."""
    for _ in range(200):
        if len(room.heard()) >= 2 * len(asked):
            break
        room.page.wait_for_timeout(100)
    room.page.wait_for_timeout(1500)
    assert room.asked == list(asked)
    assert room.heard() == [0.1, 0.3] * len(asked)


def patient(route: Route) -> None:
    """Let every break be a short one, however slow the machine."""
    script = route.fetch().text()
    assert "const BLINK = 1500;" in script
    route.fulfill(
        body=script.replace("BLINK = 1500", "BLINK = 60000"), content_type="text/javascript"
    )


def test_three_restarts_and_a_clock_gone_wrong_leave_the_board_right(room: WaitingRoom) -> None:
    room.page.add_init_script(WRONG_CLOCK)
    room.open()
    first = room.call(1)
    wait_until_said(room, f"id/{first}/1")
    for wrong in (DAY * 1000, -3 * DAY * 1000, 3_600_000):
        room.server.kill()
        expect(room.page.locator("html.stale")).to_have_count(1, timeout=PATIENCE)
        room.page.evaluate("(by) => { window.wrong_by = by; }", wrong)
        room.server.start()
        room.is_well()
    second = room.call(3)
    wait_until_said(room, f"id/{first}/1", f"id/{second}/3")
    assert room.calls() == [f"{second} 3", f"{first} 1"]
    with closing(Store(sqlite_url(room.server.data / "antrean.db"))) as store, store.read() as work:
        office = the_office(work, "dukcapil")
        now = datetime.now(ZoneInfo(office.timezone))
    shown = {f"{each:%H.%M}" for each in (now, now - timedelta(minutes=1))}
    assert room.page.locator("[data-clock]").inner_text() in shown


def test_a_break_too_short_to_be_shown_keeps_no_call_back(
    room: WaitingRoom, wires: Callable[[], Wire]
) -> None:
    room.page.route("**/board.js*", patient)
    wire = wires()
    room.page.goto(f"http://127.0.0.1:{wire.port}/display")
    expect(room.page.locator("[data-desk]")).to_have_count(10)
    first = room.call(1)
    wait_until_said(room, f"id/{first}/1")
    wire.set(cut=True)
    second = room.call(3)
    wire.set(cut=False)
    expect(room.page.locator("[data-now-label]")).to_have_text(second)
    wait_until_said(room, f"id/{first}/1", f"id/{second}/3")


def test_a_board_cut_between_a_call_and_its_clip_says_it_whole_once_it_is_back(
    room: WaitingRoom, wires: Callable[[], Wire]
) -> None:
    wire = wires()

    def cut(route: Route) -> None:
        wire.set(cut=True)
        route.abort()

    room.page.goto(f"http://127.0.0.1:{wire.port}/display")
    expect(room.page.locator("[data-desk]")).to_have_count(10)
    first = room.call(1)
    wait_until_said(room, f"id/{first}/1")
    room.page.route("**/display/voice/**", cut, times=1)
    second = room.call(3)
    expect(room.page.locator("[data-live-banner]")).to_be_visible()
    wire.set(cut=False)
    for _ in range(200):
        if room.heard()[2:].count(0.3) == 1:
            break
        room.page.wait_for_timeout(100)
    room.page.wait_for_timeout(1500)
    # Back soon, it goes on after its chime; back late, it begins anew.
    assert room.heard()[2:] in ([0.1, 0.3], [0.1, 0.1, 0.3])
    assert room.asked == [f"id/{first}/1", f"id/{second}/3"]
    expect(room.page.locator("[data-chime-only]")).to_be_hidden()


def test_a_call_that_a_snapshot_brings_before_its_own_message_is_said_too(
    room: WaitingRoom,
) -> None:
    def without_calls(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda told: None if "ticket_called" in told[:80] else socket.send(told))

    room.page.route_web_socket("**/socket.io/**", without_calls)
    room.open()
    first = room.call(1)
    room.page.evaluate("window.dispatchEvent(new Event('online'))")
    wait_until_said(room, f"id/{first}/1")
    assert room.calls() == [f"{first} 1"]


def test_who_takes_over_does_not_say_again_what_was_said_while_it_was_cut_off(
    television: Browser, make_room: Callable[..., WaitingRoom], wires: Callable[[], Wire]
) -> None:
    def speak(route: Route) -> None:
        long = route.request.url.partition(".wav")[0].endswith("/1")
        route.fulfill(body=tone(6 if long else 0.5), content_type="audio/wav")

    wire = wires()
    speaker, other = make_room(television), make_room(television)
    for each, url in ((speaker, speaker.server.url), (other, f"http://127.0.0.1:{wire.port}")):
        each.page.route("**/display/voice/**", speak)
        each.page.goto(f"{url}/display")
        expect(each.page.locator("[data-desk]")).to_have_count(10)
        each.page.wait_for_timeout(1000)
    speaker.call(1)
    speaker.call(3)
    # Both wait in the silent board's queue when it is cut off, and are said without it.
    expect(other.page.locator("[data-call]")).to_have_count(2)
    wire.set(cut=True)
    expect(other.page.locator("[data-live-banner]")).to_be_visible()
    for _ in range(200):
        if speaker.heard() == [0.1, 6, 0.1, 0.5]:
            break
        speaker.page.wait_for_timeout(100)
    speaker.page.wait_for_timeout(1500)
    # Nobody else is left to speak when it is back: it becomes the speaker with its first word.
    speaker.page.context.close()
    wire.set(cut=False)
    other.is_well()
    last = other.call(5)
    expect(other.page.locator("[data-now-label]")).to_have_text(last)
    for _ in range(200):
        if other.heard():
            break
        other.page.wait_for_timeout(100)
    other.page.wait_for_timeout(2000)
    assert other.heard() == [0.1, 0.5]
    other.page.context.close()


def test_who_takes_over_says_what_was_called_while_it_was_cut_off_and_another_had_heard_of(
    television: Browser, make_room: Callable[..., WaitingRoom], wires: Callable[[], Wire]
) -> None:
    def speak(route: Route) -> None:
        long = route.request.url.partition(".wav")[0].endswith("/1")
        route.fulfill(body=tone(6 if long else 0.5), content_type="audio/wav")

    lines = [wires(), wires()]
    former, other = rooms = [make_room(television) for _ in lines]
    other.page.route("**/board.js*", patient)
    for each, wire in zip(rooms, lines, strict=True):
        each.page.route("**/display/voice/**", speak)
        each.page.goto(f"http://127.0.0.1:{wire.port}/display")
        expect(each.page.locator("[data-desk]")).to_have_count(10)
        each.page.wait_for_timeout(1000)
    lines[0].set(cut=True)
    expect(former.page.locator("[data-live-banner]")).to_be_visible()
    other.call(1)
    label = other.call(3)
    expect(other.page.locator("[data-call]")).to_have_count(2)
    # The one that knows of the second call is cut off too shortly to say so, and loses the voice.
    lines[1].set(cut=True)
    lines[0].set(cut=False)
    former.is_well()
    assert former.calls() == [f"{label} 3", "A001 1"]
    lines[1].set(cut=False)
    for _ in range(200):
        if 0.5 in [*former.heard(), *other.heard()]:
            break
        former.page.wait_for_timeout(100)
    former.page.wait_for_timeout(1500)
    assert [*former.heard(), *other.heard()].count(0.5) == 1
    for each in rooms:
        each.page.context.close()


def test_a_page_that_fails_to_paint_or_to_connect_is_loaded_anew(room: WaitingRoom) -> None:
    broken = False
    room.page.route_web_socket(
        "**/socket.io/**", lambda route: route.close() if broken else route.connect_to_server()
    )
    room.page.clock.install()
    room.open()

    def wait_for_a_new_page() -> None:
        for _ in range(60):
            # Whoever asks in the very moment of loading is not answered.
            with suppress(Error):
                if room.page.evaluate("!window.former"):
                    return
                room.page.clock.run_for(10_000)
        raise AssertionError("the page was not loaded anew")

    room.page.evaluate("window.former = true; document.querySelector('[data-office]').remove()")
    wait_for_a_new_page()
    expect(room.page.locator("[data-office]")).not_to_be_empty()
    broken = True
    room.page.evaluate("window.former = true; window.live?.close()")
    wait_for_a_new_page()
    broken = False
    room.page.clock.run_for(10_000)
    label = room.call(1)
    expect(room.page.locator("[data-now-label]")).to_have_text(label)


def test_a_page_put_to_sleep_wakes_to_the_right_board(room: WaitingRoom) -> None:
    room.open()
    first = room.call(1)
    wait_until_said(room, f"id/{first}/1")
    inspector = room.page.context.new_cdp_session(room.page)
    inspector.send("Page.enable")
    inspector.send("Page.setWebLifecycleState", {"state": "frozen"})
    second, third = room.call(3), room.call(5)
    inspector.send("Page.setWebLifecycleState", {"state": "active"})
    expect(room.page.locator("[data-now-label]")).to_have_text(third, timeout=PATIENCE)
    wait_until_said(room, f"id/{first}/1", f"id/{second}/3", f"id/{third}/5")
    assert room.calls() == [f"{third} 5", f"{second} 3", f"{first} 1"]


@pytest.mark.parametrize("timezone", ["Asia/Jakarta", "Asia/Makassar"])
def test_midnights_pass_while_the_board_is_on(
    room: WaitingRoom, tmp_path: Path, timezone: str
) -> None:
    def rename(work: Work, office: Office) -> None:
        office.names = {"id": "Dukcapil Lombok Barat"}
        service_named(work, office.id, "C").names = {"id": "Cetak kartu"}

    def zone(_work: Any, office: Office) -> None:
        office.timezone = timezone

    ahead = tmp_path / "ahead"
    (tmp_path / "sitecustomize.py").write_text(MOVED.format(file=str(ahead)))
    now = datetime.now(ZoneInfo(timezone))
    tomorrow = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
    # Five minutes before midnight, then five after it.
    before = (tomorrow - now).total_seconds() - 300
    ahead.write_text(str(before))
    room.server.stop()
    room.server.environ["PYTHONPATH"] = str(tmp_path)
    arrange(room.server, zone)
    room.server.start()
    room.open()
    first = room.call(1)
    wait_until_said(room, f"id/{first}/1")
    assert room.page.locator("[data-clock]").inner_text().startswith("23.5")
    ahead.write_text(str(before + 600))
    expect(room.page.locator("[data-call]")).to_have_count(0)
    expect(room.page.locator("[data-desk='1'] .label")).to_have_count(0)
    assert room.page.locator("[data-clock]").inner_text().startswith("00.0")
    # Idle over two more midnights, and the office and a service have other names by then.
    ahead.write_text(str(before + 600 + 2 * DAY))
    arrange(room.server, rename)
    second = room.call(3)
    assert (first, second) == ("A001", "C001")
    expect(room.page.locator("[data-now-label]")).to_have_text(second)
    wait_until_said(room, f"id/{first}/1", f"id/{second}/3")
    assert room.calls() == [f"{second} 3"]
    expect(room.page.locator("[data-service='C'] .service-name")).to_have_text("Cetak kartu")


def test_two_offices_in_one_installation_hear_nothing_of_each_other(
    television: Browser, make_room: Callable[..., WaitingRoom]
) -> None:
    here, there = make_room(television), make_room(television)
    now = datetime.now(UTC)
    with (
        closing(Store(sqlite_url(here.server.data / "antrean.db"))) as store,
        store.work() as work,
    ):
        tokens = make_sample(work, now, "kecamatan").tokens
        office = the_office(work, "kecamatan")
        _, code = add_device(work, office.id, Role.SCREEN, "Kecamatan", now)
    there.page.context.clear_cookies()
    there.page.goto(f"{there.server.url}/link/{code}")
    there.page.locator("main button[type=submit]").click()
    here.open()
    expect(there.page.locator("[data-desk]")).to_have_count(10)
    ask = there.server.ask
    for _ in range(2):
        ask("POST", "/offices/kecamatan/tickets", tokens["kiosk"], {"service": "A"})
        ask("POST", "/offices/kecamatan/counters/1/finish-and-next", tokens["clerks"]["1"])
    wait_until_said(there, "id/A001/1", "id/A002/1")
    assert (here.calls(), here.heard(), here.asked) == ([], [], [])
    assert here.call(3) == "C001"
    wait_until_said(here, "id/C001/3")
    assert there.calls() == ["A002 1", "A001 1"]
    assert len(there.heard()) == 4
    for each in (here, there):
        each.page.context.close()
