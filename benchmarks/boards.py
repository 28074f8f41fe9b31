"""From a clerk's request to a board: `python -m benchmarks.boards [--calls N] [--runs N]`.

One board is a real Chromium that notes when the message came, when the call was painted (the first
animation frame after the change) and when its first sound was handed to the loudspeaker; the others
are sockets in a process of their own. The calls fall in a quiet hour, in which only the chime
sounds, so that each finds the voice of its zone free. Beside it stands a bare Socket.IO broadcast
on the same kind of server to as many sockets in the same run.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.__main__ import machine, p
from benchmarks.clients import Caller, Screens, beside
from benchmarks.servers import bare, free_port, office
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

#: Notes when the message of a call comes, when the call is painted and when a sound begins, in
#: milliseconds since 1970.
WITNESS = """
window.moments = { told: [], painted: [], heard: [] };
const note = (what) => window.moments[what].push(performance.timeOrigin + performance.now());
const receive = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
Object.defineProperty(WebSocket.prototype, "onmessage", {
  ...receive,
  set(act) {
    receive.set.call(this, (event) => {
      if (/^42[^\\[]*\\["change",.*"ticket_called"/.test(event.data)) note("told");
      act(event);
    });
  },
});
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...values) {
  note("heard");
  start.apply(this, values);
};
addEventListener("DOMContentLoaded", () => {
  const label = document.querySelector("[data-now-label]");
  new MutationObserver(() => requestAnimationFrame(() => note("painted")))
    .observe(label, { childList: true, characterData: true, subtree: true });
});
"""

QUIET = {"from": "00:00", "to": "23:59", "volume": 50, "speech": False}
#: Seconds between two calls: the chime is over by then.
APART = 1.6
#: What is measured of each call, from the clerk's request on.
STAGES = ("answered", "told", "painted", "heard")
#: What is measured on the board itself, from the message on.
THERE = {"told to painted": "painted", "told to heard": "heard"}
#: Milliseconds by what is measured.
Times = dict[str, list[float]]


@contextmanager
def crowd(url: str, count: int, auth: dict[str, Any]) -> Iterator[Connection]:
    """Keep `count` sockets in a process of their own; it answers a version with when all had it."""
    with beside(gather, url, count, auth) as asked:
        asked.recv()
        yield asked


def gather(asked: Connection, url: str, count: int, auth: dict[str, Any]) -> None:
    """Be the crowd until told nothing."""
    screens = Screens(url, "/display", count, auth)
    asked.send(count)
    while (version := asked.recv()) is not None:
        asked.send(screens.last_heard(version))
    screens.close()


def link(folder: Path) -> str:
    """Return a code that makes a browser a screen of the office."""
    with closing(Store(sqlite_url(folder / "antrean.db"))) as store, store.work() as work:
        office_id = the_office(work).id
        return add_device(work, office_id, Role.SCREEN, "Layar", datetime.now(UTC))[1]


def open_board(page: Page, url: str, code: str) -> None:
    """Link the page as a screen and wait until it speaks."""
    page.add_init_script(WITNESS)
    page.goto(f"{url}/link/{code}")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/display")
    page.locator("[data-desk]").first.wait_for()
    page.wait_for_timeout(5000)


def bare_times(count: int, calls: int) -> list[float]:
    """Return the milliseconds of bare broadcasts to the last of `count` screens."""
    times = []
    with bare(free_port()) as url, crowd(url, count, {}) as many:
        caller = Caller(url)
        for _ in range(calls):
            began = time.perf_counter()
            many.send(caller.post("/broadcast")["version"])
            times.append((many.recv() - began) * 1000)
    return times


def board_times(count: int, calls: int) -> Times:
    """Return the milliseconds from the request to each stage at one of `count` boards.

    The first call after the board was opened is told apart, as "first".
    """
    times: Times = {each: [] for each in (*STAGES, *THERE, "first", "first, told to heard")}
    with (
        tempfile.TemporaryDirectory(prefix="antrean-bench-") as folder,
        office(Path(folder) / "data", free_port(), "") as (url, tokens),
        sync_playwright() as playwright,
    ):
        quiet(Caller(url, tokens["manager"]))
        kiosk, clerk = Caller(url, tokens["kiosk"]), Caller(url, tokens["clerks"]["1"])
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        open_board(page, url, link(Path(folder) / "data"))
        with crowd(url, count - 1, {"token": tokens["screen"]}):
            for turn in range(calls + 1):
                kiosk.post("/api/v1/tickets", {"service": "A"})
                page.wait_for_timeout(300)
                page.evaluate("for (const each of Object.values(moments)) each.length = 0")
                began = time.time() * 1000
                clerk.post("/api/v1/counters/1/finish-and-next")
                answered = time.time() * 1000
                page.wait_for_function("() => Object.values(moments).every((each) => each.length)")
                seen = page.evaluate("moments")
                if turn:
                    for stage in STAGES[1:]:
                        times[stage].append(seen[stage][0] - began)
                    for name, stage in THERE.items():
                        times[name].append(seen[stage][0] - seen["told"][0])
                    times["answered"].append(answered - began)
                else:
                    times["first"].append(seen["heard"][0] - began)
                    times["first, told to heard"].append(seen["heard"][0] - seen["told"][0])
                page.wait_for_timeout(APART * 1000)
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
    """Measure several times and print medians over the runs, and the slowest hundredth of all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.boards")
    parser.add_argument("--calls", type=int, default=15)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--boards", default="1,30,300")
    asked = parser.parse_args()
    print(machine(), f"{asked.runs} runs of {asked.calls} calls, milliseconds")
    for count in (int(each) for each in asked.boards.split(",")):
        runs = []
        for _ in range(asked.runs):
            plain = bare_times(count, asked.calls)
            runs.append({"bare broadcast": plain} | board_times(count, asked.calls))
        for name in runs[0]:
            medians = [statistics.median(run[name]) for run in runs]
            ratios = [
                statistics.median(run[name]) / statistics.median(run["bare broadcast"])
                for run in runs
            ]
            slowest = p([each for run in runs for each in run[name]], 0.99)
            print(
                f"{count:4} boards   {name:20} p50 {statistics.median(medians):8.1f}"
                f"   p99 {slowest:8.1f}   {statistics.median(ratios):6.1f} x bare"
            )


if __name__ == "__main__":
    main()
