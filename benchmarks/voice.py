"""From a clerk's request to the first sound: `python -m benchmarks.voice [--calls N]`.

One board is a real Chromium whose audio graph is watched; the others are sockets. The calls fall
in a quiet hour, in which only the chime sounds, so that each finds the voice of its zone free.
Beside it stands a bare Socket.IO broadcast to as many sockets in the same run.
"""

import argparse
import statistics
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.__main__ import free_port, machine, p
from benchmarks.clients import Caller, Screens
from benchmarks.servers import bare, office
from office.devices import add_device
from office.people import Role
from office.place import the_office
from storage.engine import sqlite_url
from storage.work import Store
from tools.browser import chromium

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"),
    "--autoplay-policy=no-user-gesture-required",
]

#: Notes when each sound is handed to the loudspeaker, in milliseconds since 1970.
EARS = """
window.heard = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...values) {
  window.heard.push(performance.timeOrigin + performance.now());
  start.apply(this, values);
};
"""

QUIET = {"from": "00:00", "to": "23:59", "volume": 50, "speech": False}
#: Seconds between two calls: the chime is over by then.
APART = 1.6


def link(folder: Path) -> str:
    """Return a code that makes a browser a screen of the office."""
    with closing(Store(sqlite_url(folder / "antrean.db"))) as store, store.work() as work:
        office_id = the_office(work).id
        return add_device(work, office_id, Role.SCREEN, "Layar", datetime.now(UTC))[1]


def open_board(page: Page, url: str, code: str) -> None:
    """Link the page as a screen and wait until it speaks."""
    page.add_init_script(EARS)
    page.goto(f"{url}/link/{code}")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/display")
    page.locator("[data-desk]").first.wait_for()
    page.wait_for_timeout(3000)


def bare_times(count: int, calls: int) -> list[float]:
    """Return the milliseconds of bare broadcasts to the last of `count` screens."""
    times = []
    with bare(free_port()) as url:
        caller, many = Caller(url), Screens(url, "/display", count, {})
        for _ in range(calls):
            began = time.perf_counter()
            version = caller.post("/broadcast")["version"]
            times.append((many.last_heard(version) - began) * 1000)
        many.close()
    return times


def sound_times(count: int, calls: int) -> list[float]:
    """Return the milliseconds from the request to the first sound, with `count` boards."""
    times = []
    with (
        tempfile.TemporaryDirectory(prefix="antrean-bench-") as folder,
        office(Path(folder) / "data", free_port(), "") as (url, tokens),
        sync_playwright() as playwright,
    ):
        quiet(Caller(url, tokens["manager"]))
        kiosk, clerk = Caller(url, tokens["kiosk"]), Caller(url, tokens["clerks"]["1"])
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page()
        open_board(page, url, link(Path(folder) / "data"))
        others = Screens(url, "/display", count - 1, {"token": tokens["screen"]})
        for turn in range(calls + 1):
            kiosk.post("/api/v1/tickets", {"service": "A"})
            page.wait_for_timeout(300)
            began = time.time() * 1000
            clerk.post("/api/v1/counters/1/finish-and-next")
            page.wait_for_function("(many) => window.heard.length > many", arg=turn)
            if turn:
                times.append(page.evaluate("window.heard.at(-1)") - began)
            page.wait_for_timeout(APART * 1000)
        others.close()
        browser.close()
    return times


def quiet(manager: Caller) -> None:
    """Let only the chime sound."""
    usual: dict[str, Any] = {
        **{"enabled": True, "repeats": 1, "speed": 100, "pitch": 50, "tone": "low", "volume": 100},
        **{"english": "chosen", "style": "digits", "counter_name": "name", "templates": {}},
        **{"recall_after": 0, "stretches": [QUIET]},
    }
    manager.post("/api/v1/voice", usual)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.voice")
    parser.add_argument("--calls", type=int, default=30)
    parser.add_argument("--boards", default="1,30")
    asked = parser.parse_args()
    print(machine(), f"{asked.calls} calls each, milliseconds")
    for count in (int(each) for each in asked.boards.split(",")):
        plain, sound = bare_times(count, asked.calls), sound_times(count, asked.calls)
        for name, times in ((f"bare broadcast, {count}", plain), (f"first sound, {count}", sound)):
            print(f"{name:24} p50 {statistics.median(times):8.1f}   p99 {p(times, 0.99):8.1f}")


if __name__ == "__main__":
    main()
