"""Proves on a recorded day that every call is seen and heard: `python -m tools.proof [FILE]`.

Visitors come and are called in the order of a real day, as fast as asked for. Two boards in
Chromium, each in a zone of its own or both in one room, are cut off at random, and the server is
killed and started again. What each page painted and gave to its loudspeaker is compared with what
was called: seen once on each board and heard once in each zone, or missed while cut off, and then
only if the page said that it was; heard in a room only where both said so. Clips are replaced by
short tones, so that a day takes minutes; which clip was played is known by its address.
"""

import argparse
import base64
import io
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import wave
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from playwright.sync_api import Page, Playwright, sync_playwright

from app.replay.days import SHIPPED, Day, read_day
from app.sample import COUNTERS
from benchmarks.servers import ROOT
from office.devices import add_device
from office.people import Role, actor_of_token
from office.place import the_office
from office.screens import Place, arrange_screen
from office.turn import take_turn
from office.zones import add_zone
from storage.engine import sqlite_url
from storage.work import Store
from tools.browser import chromium

FLAGS = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]

#: The counters of each zone: two zones with a board each, or one room with two boards.
APART = {"Kiri": range(1, 6), "Kanan": range(6, 11)}
TOGETHER = {"Ruang": range(1, 11)}
BOARDS = 2

#: How likely a board is to be cut off at a call, and how likely one that is cut off to be mended.
CUT, MENDED = 0.03, 0.4

#: Longest (s) that a server may take to start.
STARTING = 120

#: Longest (ms) that a board may take to say a call and to tell that it did, and that a call may be
#: on its way to a board.
UNTOLD = 1000

#: How long (ms) after a call the next visitor comes.
PAUSE = 300

#: Longest (s) that a clerk waits for a call to be heard before calling the next visitor.
HEARD = 15

#: Tells of each call that appears in the list of last calls, of each clip that is started, and of
#: each stretch in which the page said it was cut off, counted from the last word it had heard.
WITNESS = """
(() => {
  let before = new Set();
  let heard = Date.now();
  let parted = null;
  const receive = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
  Object.defineProperty(WebSocket.prototype, "onmessage", {
    ...receive,
    set(act) {
      receive.set.call(this, (event) => {
        heard = Date.now();
        act(event);
      });
    },
  });
  const look = () => {
    const rows = [...document.querySelectorAll("[data-call]")].map((row) =>
      `${row.dataset.call} ${row.querySelector(".sign").lastChild.textContent}`);
    for (const each of rows) if (!before.has(each)) window.witness("seen", each);
    before = new Set(rows);
    const cut = !document.querySelector("[data-live-banner]").hidden;
    if (cut === (parted !== null)) return;
    if (!cut) window.witness("away", [parted, Date.now()]);
    parted = cut ? heard : null;
  };
  addEventListener("DOMContentLoaded", () =>
    new MutationObserver(look).observe(document.body, {
      attributes: true,
      attributeFilter: ["hidden"],
      childList: true,
      subtree: true,
    }));
  const clips = new WeakMap();
  const tone = Uint8Array.from(atob(TONE), (each) => each.charCodeAt(0));
  const ask = window.fetch;
  window.fetch = async (url, ...rest) => {
    if (!/display\\/(voice|chime)/.test(url)) return ask(url, ...rest);
    return Object.defineProperty(new Response(tone), "url", { value: url });
  };
  const read = Response.prototype.arrayBuffer;
  Response.prototype.arrayBuffer = async function () {
    const bytes = await read.call(this);
    clips.set(bytes, this.url);
    return bytes;
  };
  const decode = BaseAudioContext.prototype.decodeAudioData;
  BaseAudioContext.prototype.decodeAudioData = async function (bytes, ...rest) {
    const url = clips.get(bytes);
    const sound = await decode.call(this, bytes, ...rest);
    clips.set(sound, url);
    return sound;
  };
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (...values) {
    const url = clips.get(this.buffer) ?? "";
    const found = /voice\\/id\\/([^/]+)\\/(\\d+)\\.wav/.exec(url);
    if (found) {
      window.witness("heard", [`${decodeURIComponent(found[1])} ${found[2]}`, Date.now()]);
    }
    return start.apply(this, values);
  };
})();
"""


class Server:
    """The real server with the sample office, that can be killed and started again."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._environ = {name: value for name, value in os.environ.items() if "ANTREAN" not in name}
        made = self._run("init", "--sample", "--json")
        self.tokens: dict[str, Any] = json.loads(made.communicate()[0])["tokens"]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._restart: threading.Thread | None = None
        self._ended = False

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = self._run("serve", "--port", str(self.port))
        end = time.monotonic() + STARTING
        while time.monotonic() < end and self._process.poll() is None:
            with suppress(OSError), urlopen(f"{self.url}/healthz", timeout=5):
                return
            time.sleep(0.1)
        if not self._ended:
            raise RuntimeError("the server did not start")

    def restart(self) -> None:
        """Start it again while the office goes on."""
        self._restart = threading.Thread(target=self.start)
        self._restart.start()

    def close(self) -> None:
        """End it, also one that is just being started."""
        self._ended = True
        self.kill()
        if self._restart is not None:
            self._restart.join()
            self.kill()

    def kill(self) -> None:
        """Kill it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _run(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "app.command", *words, "--data", str(self._data)],
            cwd=ROOT,
            env=self._environ,
            stdout=subprocess.PIPE if words[0] == "init" else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


class Wire:
    """A TCP proxy on this machine that can be cut and mended."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.cut = False
        #: When it was cut, and mended, in milliseconds since 1970.
        self.breaks: list[tuple[float, float]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._run(self._accept)

    def set(self, *, cut: bool) -> None:
        """Cut the wire, ending what runs over it, or mend it."""
        now = time.time() * 1000
        if cut and not self.cut:
            self.breaks.append((now, float("inf")))
        elif self.cut and not cut:
            self.breaks[-1] = self.breaks[-1][0], now
        self.cut = cut
        if cut:
            for each in list(self._open):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take the wire away."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self._listener.close()
        self.set(cut=True)
        for each in self._threads:
            each.join()

    def _run(self, act: Callable[..., None], *values: socket.socket) -> None:
        self._threads.append(threading.Thread(target=act, args=values, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self._run(self._join, self._listener.accept()[0])

    def _join(self, near: socket.socket) -> None:
        """Carry what comes between a page and the server until either ends or the wire is cut."""
        with near, suppress(OSError):
            if self.cut:
                return
            with socket.create_connection(("127.0.0.1", self._target), 5) as far:
                far.settimeout(None)
                ends = [near, far]
                self._open += ends
                while not self.cut:
                    for one in select.select(ends, [], [])[0]:
                        received = one.recv(65536)
                        if not received:
                            return
                        (far if one is near else near).sendall(received)


@dataclass(frozen=True)
class Called:
    """A call, and the milliseconds since 1970 between which it was made."""

    label: str
    counter: int
    asked: float
    answered: float

    @property
    def name(self) -> str:
        """What it is known by on a board."""
        return f"{self.label} {self.counter}"


@dataclass
class Board:
    """One screen and what it told."""

    zone: str
    wire: Wire
    page: Page
    seen: list[str] = field(default_factory=list)
    #: What was said, and when in milliseconds since 1970.
    heard: list[tuple[str, float]] = field(default_factory=list)
    #: When it had said that it was cut off, in milliseconds since 1970.
    away: list[tuple[float, float]] = field(default_factory=list)

    def witness(self, what: str, told: Any) -> None:
        """Take what the page tells."""
        getattr(self, what).append(told)

    def was_away(self, call: Called) -> bool:
        """Say whether a call fell in a time of which the page said that it was cut off."""
        return any(
            since - UNTOLD <= call.answered and call.asked <= until for since, until in self.away
        )

    def was_cut_while_saying(self, call: str) -> bool:
        """Say whether it was cut off before it could tell that it had said a call."""
        return any(
            since - UNTOLD <= at <= until
            for said, at in self.heard
            if said == call
            for since, until in (*self.away, *self.wire.breaks)
        )

    def is_away(self) -> bool:
        """Say whether the page says that it is cut off."""
        hidden = self.page.evaluate("document.querySelector('[data-live-banner]').hidden")
        return not hidden


def tone() -> str:
    """Return a tenth of a second of silence as a sound, in base 64."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setparams((1, 2, 8000, 800, "NONE", ""))
        sound.writeframes(bytes(1600))
    return base64.b64encode(made.getvalue()).decode()


def ask(url: str, path: str, token: str, body: Any) -> Any:
    """Send a change until it is answered, under one key; a refusal is an empty answer."""
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": uuid.uuid4().hex,
    }
    for _ in range(300):
        try:
            sent = Request(f"{url}/api/v1{path}", json.dumps(body).encode(), headers, method="POST")
            with urlopen(sent, timeout=10) as answer:
                return json.load(answer)
        except HTTPError as refusal:
            if refusal.code != 503:
                return {}
        except (URLError, OSError):
            pass
        time.sleep(0.2)
    raise SystemExit(f"no answer from {url}")


def hang(data: Path, tokens: dict[str, Any], zones: dict[str, range]) -> list[tuple[str, str]]:
    """Make the zones and their screens; return the zone of each screen and its browser's code."""
    now = datetime.now(UTC)
    hung = []
    with closing(Store(sqlite_url(data / "antrean.db"))) as store, store.work() as work:
        office = take_turn(work, the_office(work).id, now)
        manager = actor_of_token(work, tokens["manager"])
        if manager is None:
            raise SystemExit("the sample office has no manager")
        for name, counters in zones.items():
            zone = add_zone(work, office, manager, now, {"id": name}, None, counters)
            for _ in range(BOARDS // len(zones)):
                token, code = add_device(work, office.id, Role.SCREEN, name, now)
                arrange_screen(work, office, manager, now, token.id, name, Place(zone.id))
                hung.append((name, code))
    return hung


def open_board(play: Playwright, zone: str, wire: Wire, code: str) -> Board:
    """Open a board of a zone behind its wire, in a browser of its own."""
    browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
    page = browser.new_context(bypass_csp=True, viewport={"width": 1920, "height": 1080}).new_page()
    board = Board(zone, wire, page)
    page.expose_function("witness", board.witness)
    page.add_init_script(WITNESS.replace("TONE", json.dumps(tone())))
    page.set_default_timeout(120_000)
    page.goto(f"http://127.0.0.1:{wire.port}/link/{code}")
    page.locator("main button[type=submit]").click()
    page.wait_for_selector("[data-desk]")
    return board


def prove(
    day: Day,
    visitors: int,
    restarts: int,
    seed: int,
    zones: dict[str, range] = APART,
    cut: float = CUT,
    pause: int = PAUSE,
) -> dict[str, Any]:
    """Live through the first `visitors` of a day and return what was made of their calls.

    `cut` says how likely a board is cut off at a call, `pause` how long (ms) it is until the next.
    """
    chance = random.Random(seed)
    groups = sorted({each.group for each in day.visitors})
    arrivals = sorted(day.visitors, key=lambda each: each.arrived)[:visitors]
    kills = set(chance.sample(range(3, max(len(arrivals), 4 + restarts)), restarts))
    called: list[Called] = []
    cuts = 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="antrean-proof-")))
        play = stack.enter_context(sync_playwright())
        server = stack.enter_context(closing(Server(folder)))
        hung = hang(folder, server.tokens, zones)
        server.start()
        boards = []
        for zone, code in hung:
            wire = stack.enter_context(closing(Wire(server.port)))
            boards.append(open_board(play, zone, wire, code))
            stack.callback(boards[-1].page.context.browser.close)  # type: ignore[union-attr]
        for turn, visitor in enumerate(arrivals):
            if turn in kills:
                server.kill()
                boards[0].page.wait_for_timeout(2000)
                server.restart()
            for board in boards:
                if chance.random() < (MENDED if board.wire.cut else cut):
                    board.wire.set(cut=not board.wire.cut)
                    cuts += board.wire.cut
            number = 1 + (groups.index(visitor.group) * 3 + turn) % len(COUNTERS)
            wait_for_the_last(
                called, number, [each for each in boards if number in zones[each.zone]]
            )
            service = {"service": COUNTERS[number - 1][0]}
            ask(server.url, "/tickets", server.tokens["kiosk"], service)
            asked = time.time() * 1000
            clerk = server.tokens["clerks"][str(number)]
            answer = ask(server.url, f"/counters/{number}/finish-and-next", clerk, {})
            if answer.get("ticket"):
                label = answer["ticket"]["label"]
                called.append(Called(label, number, asked, time.time() * 1000))
            boards[0].page.wait_for_timeout(pause)
        for board in boards:
            board.wire.set(cut=False)
        for board in boards:
            board.page.wait_for_function(
                "document.querySelector('[data-live-banner]').hidden", timeout=120_000
            )
        boards[0].page.wait_for_timeout(5000)
        told = [
            verdict(zone, counters, [each for each in boards if each.zone == zone], called)
            for zone, counters in zones.items()
        ]
    return {
        "day": f"{day.source} {day.date}",
        "calls": len(called),
        "restarts": restarts,
        "cuts": cuts,
        "zones": told,
        "ok": all(each["ok"] for each in told),
    }


def wait_for_the_last(called: list[Called], counter: int, boards: list[Board]) -> None:
    """Wait as a clerk does: who comes before being called aloud would need no call any more."""
    last = next((each for each in reversed(called) if each.counter == counter), None)
    end = time.monotonic() + HEARD
    while last and time.monotonic() < end:
        if any(last.name == said for each in boards for said, _ in each.heard):
            break
        # Where every board says that it is cut off nothing will be heard; short of that it will.
        if all(each.is_away() or each.was_away(last) for each in boards):
            break
        boards[0].page.wait_for_timeout(100)


def verdict(
    zone: str, counters: range, boards: list[Board], called: list[Called]
) -> dict[str, Any]:
    """Compare what the boards of a zone showed and said with what was called, also elsewhere."""
    mine = {each.name: each for each in called if each.counter in counters}

    def away(call: Called) -> bool:
        return all(board.was_away(call) for board in boards)

    seen = [judged(board.seen, mine, board.was_away) for board in boards]
    heard = judged([said for board in boards for said, _ in board.heard], mine, away)
    # What a board was cut off from telling the others is said anew, so that nobody misses it.
    anew = [
        call
        for call in heard["more_than_once"]
        if any(board.was_cut_while_saying(call) for board in boards)
    ]
    heard["more_than_once"] = [each for each in heard["more_than_once"] if each not in anew]
    # A board that was cut off shows such a call and does not shout it; where the other was cut off
    # too shortly to say so, and reached the server after the call was old, nobody said it.
    left = [call for call in heard["lost"] if any(board.was_away(mine[call]) for board in boards)]
    heard["lost"] = [each for each in heard["lost"] if each not in left]
    faults = ("lost", "more_than_once", "of_another_zone")
    return {
        "zone": zone,
        "calls": len(mine),
        "seen": seen,
        "heard": heard | {"said_anew_after_a_cut": anew, "left_unsaid_by_a_new_speaker": left},
        "said_by_each": [len(board.heard) for board in boards],
        "ok": not any(each[fault] for each in (*seen, heard) for fault in faults),
    }


def judged(
    calls: list[str], mine: dict[str, Called], was_away: Callable[[Called], bool]
) -> dict[str, Any]:
    """Compare what was seen or heard with what should have been."""
    counts = {call: calls.count(call) for call in {*calls, *mine}}
    unmet = [each for each in mine.values() if not counts[each.name]]
    return {
        "once": sum(counts[each] == 1 for each in mine),
        "missed_while_cut_off": [each.name for each in unmet if was_away(each)],
        "lost": [each.name for each in unmet if not was_away(each)],
        "more_than_once": [call for call, count in counts.items() if count > 1],
        "of_another_zone": [call for call in counts if call not in mine],
    }


def end(*_signal: object) -> None:
    """End the proof so that its server and its browsers end, too."""
    raise SystemExit(1)


def main() -> None:
    """Prove it on a day and print the report."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("file", nargs="?", type=Path, default=SHIPPED)
    asked.add_argument("--date", help="the day, YYYY-MM-DD; the busiest without it")
    asked.add_argument("--office", help="the office, where the file holds several")
    asked.add_argument("--visitors", type=int, default=300)
    asked.add_argument("--restarts", type=int, default=3)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--room", action="store_true", help="both boards in one zone")
    given = asked.parse_args()
    signal.signal(signal.SIGTERM, end)
    zones = TOGETHER if given.room else APART
    day = read_day(given.file, given.date, given.office)
    report = prove(day, given.visitors, given.restarts, given.seed, zones)
    print(json.dumps(report, indent=2))
    raise SystemExit(0 if report["ok"] else 1)


if __name__ == "__main__":
    main()
