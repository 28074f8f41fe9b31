"""From a visitor's tap to the number: `python -m benchmarks.kiosk [--tickets N] [--runs N]`.

A real Chromium is the kiosk, 1080 by 1920. It notes the tap on "Take a number" and the animation
frame in which the number stands, while the printer prints at once, while it swallows connections
without a word, and without one; beside it stands an empty request from the same page in the same
run. Then what the kiosk and the phone page weigh with all they load, headers too, and when their
first contents are painted on a processor slowed down six times.
"""

import argparse
import socket
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.__main__ import machine, p
from benchmarks.boards import FLAGS
from benchmarks.clients import Caller
from benchmarks.servers import free_port, office
from office.devices import add_device
from office.people import Role
from office.place import the_office
from storage.engine import sqlite_url
from storage.work import Store
from tools.browser import chromium

#: A new screen takes no touch for 400 ms; a visitor takes longer, too.
LOOKING = 600
SLOWER = 6

#: Taps, and resolves with the milliseconds until the animation frame in which the number stands.
TAP = """() => new Promise((done) => {
  const label = document.querySelector("[data-label]");
  const began = performance.now();
  const seen = new MutationObserver(() => {
    if (!/[0-9]/.test(label.textContent)) return;
    seen.disconnect();
    requestAnimationFrame(() => done(performance.now() - began));
  });
  seen.observe(label, { childList: true, characterData: true, subtree: true });
  label.textContent = "";
  document.querySelector("[data-take]").click();
})"""

#: The milliseconds of a request that does nothing but answer.
EMPTY = """async () => {
  const began = performance.now();
  await (await fetch("/healthz", { cache: "no-store" })).text();
  return performance.now() - began;
}"""

PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


@contextmanager
def swallowing() -> Iterator[str]:
    """Yield a printer that takes whatever comes, at once."""
    listener = socket.create_server(("127.0.0.1", 0))

    def take() -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller:
                while caller.recv(65_536):
                    pass

    threading.Thread(target=take, daemon=True).start()
    yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()


@contextmanager
def silent() -> Iterator[str]:
    """Yield a printer whose connections are neither taken nor refused."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        for each in waiting:
            each.close()


def open_kiosk(browser: Browser, url: str, data: Path) -> Page:
    """Return a page that is a kiosk of the office, at its start."""
    with closing(Store(sqlite_url(data / "antrean.db"))) as store, store.work() as work:
        code = add_device(work, the_office(work).id, Role.KIOSK, "Pintu", datetime.now(UTC))[1]
    page = browser.new_page(viewport={"width": 1080, "height": 1920})
    page.goto(f"{url}/link/{code}")
    page.locator("main button[type=submit]").click()
    page.goto(f"{url}/kiosk")
    page.locator("[data-services] button").first.wait_for()
    return page


def tap_times(page: Page, tickets: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds of `tickets` taps, and of as many empty requests between them."""
    taps, empty = [], []
    for turn in range(tickets + 1):
        page.locator("[data-services] button").nth(turn % 3).click()
        page.locator("[data-take]").wait_for()
        page.wait_for_timeout(LOOKING)
        took = page.evaluate(TAP)
        page.wait_for_timeout(LOOKING)
        page.locator("[data-done]").click()
        page.wait_for_timeout(LOOKING)
        if turn:  # the first warms the server up
            taps.append(took)
            empty.append(page.evaluate(EMPTY))
    return taps, empty


def loaded(browser: Browser, url: str, cookies: list[Any], slower: int = 1) -> tuple[int, float]:
    """Return the bytes that a first visit loads, and the milliseconds to its first contents."""
    context = browser.new_context()
    context.add_cookies(cookies)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda each: sizes.append(int(each["encodedDataLength"])))
    page.goto(url, wait_until="networkidle")
    page.wait_for_function(PAINTED)
    painted = page.evaluate(PAINTED)
    context.close()
    return sum(sizes), painted


def measure_taps(browser: Browser, tickets: int, printer: str) -> tuple[list[float], list[float]]:
    """Return the times of taps and of empty requests at an office with this printer."""
    with tempfile.TemporaryDirectory(prefix="antrean-bench-") as folder:
        data = Path(folder) / "data"
        with office(data, free_port(), printer=printer) as (url, _):
            page = open_kiosk(browser, url, data)
            times = tap_times(page, tickets)
            page.close()
    return times


def measure_pages(browser: Browser, runs: int) -> None:
    """Print the weight and the first paint of the kiosk and of the phone page."""
    with tempfile.TemporaryDirectory(prefix="antrean-bench-") as folder:
        data = Path(folder) / "data"
        with office(data, free_port()) as (url, tokens):
            ticket = Caller(url, tokens["kiosk"]).post("/api/v1/tickets", {"service": "A"})
            kiosk = open_kiosk(browser, url, data)
            cookies = kiosk.context.cookies()
            kiosk.close()
            for name, address in (("kiosk", f"{url}/kiosk"), ("phone page", ticket["url"])):
                weight = loaded(browser, address, cookies)[0]
                painted = {
                    slower: [loaded(browser, address, cookies, slower)[1] for _ in range(runs)]
                    for slower in (1, SLOWER)
                }
                usual, slow = (statistics.median(each) for each in painted.values())
                print(
                    f"{name:12} {weight / 1000:6.1f} KB   first contents {usual:6.0f} ms"
                    f"   {SLOWER} times slower {slow:6.0f} ms ({slow / usual:.1f} x)"
                )


def main() -> None:
    """Measure, and print medians over runs and the slowest hundredth of all taps."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kiosk")
    parser.add_argument("--tickets", type=int, default=40)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    print(machine(), f"{asked.runs} runs of {asked.tickets} tickets, milliseconds")
    with sync_playwright() as playwright, swallowing() as good, silent() as dead:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        printers = {"prints": good, "answers nobody": dead, "none": ""}
        found: dict[str, list[tuple[list[float], list[float]]]] = {each: [] for each in printers}
        for _ in range(asked.runs):
            for name, address in printers.items():
                found[name].append(measure_taps(browser, asked.tickets, address))
        for name, runs in found.items():
            medians = [statistics.median(taps) for taps, _ in runs]
            ratios = [statistics.median(taps) / statistics.median(empty) for taps, empty in runs]
            slowest = p([each for taps, _ in runs for each in taps], 0.99)
            print(
                f"printer {name:15} p50 {statistics.median(medians):6.1f}   p99 {slowest:6.1f}"
                f"   {statistics.median(ratios):5.1f} x an empty request"
            )
        measure_pages(browser, asked.runs)
        browser.close()


if __name__ == "__main__":
    main()
