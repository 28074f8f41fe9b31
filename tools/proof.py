"""Proves on a recorded day that every call is seen and heard: `python -m tools.proof [FILE]`.

Visitors come and are called in the order of a real day, as fast as asked for. Two boards in
Chromium, each in a zone of its own, are cut off at random, and the server is killed and started
again. What each page painted and gave to its loudspeaker is compared with what was called: seen
once and heard once, or listed as missed while cut off. Clips are replaced by short tones, so that
a day takes minutes; which clip was played is known by its address.
"""

import argparse
import io
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import wave
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from playwright.sync_api import Page, Playwright, sync_playwright

from app.replay.days import SHIPPED, read_day
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
ZONES = {"Kiri": range(1, 6), "Kanan": range(6, 11)}

#: Longest (s) that a server may take to start.
STARTING = 120

#: Tells of each call that appears in the list of last calls, and of each clip that is started.
WITNESS = """
(() => {
  let before = new Set();
  const look = () => {
    const rows = [...document.querySelectorAll("[data-call]")].map((row) =>
      `${row.dataset.call} ${row.querySelector(".sign").lastChild.textContent}`);
    for (const each of rows) if (!before.has(each)) window.witness("seen", each);
    before = new Set(rows);
  };
  addEventListener("DOMContentLoaded", () =>
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true }));
  const clips = new WeakMap();
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
    if (found) window.witness("heard", `${decodeURIComponent(found[1])} ${found[2]}`);
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

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = self._run("serve", "--port", str(self.port))
        end = time.monotonic() + STARTING
        while time.monotonic() < end and self._process.poll() is None:
            with suppress(OSError), urlopen(f"{self.url}/healthz", timeout=5):
                return
            time.sleep(0.1)
        raise RuntimeError("the server did not start")

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
        self.cut = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def set(self, *, cut: bool) -> None:
        """Cut the wire, ending what runs over it, or mend it."""
        self.cut = cut
        if cut:
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            self._open.clear()

    def close(self) -> None:
        """Take the wire away."""
        self.set(cut=True)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self.cut:
                    near.close()
                    continue
                try:
                    far = socket.create_connection(("127.0.0.1", self._target), 5)
                except OSError:
                    near.close()
                    continue
                far.settimeout(None)
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    @staticmethod
    def _carry(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while received := one.recv(65536):
                other.sendall(received)
        for each in (one, other):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@dataclass
class Board:
    """One screen, what it told, and which calls were made while it was cut off."""

    zone: str
    wire: Wire
    page: Page
    seen: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    away: set[str] = field(default_factory=set)

    def witness(self, what: str, call: str) -> None:
        """Take what the page tells."""
        (self.seen if what == "seen" else self.heard).append(call)

    def is_away(self) -> bool:
        """Say whether the page itself says that it is cut off, or is about to."""
        hidden = self.page.evaluate("document.querySelector('[data-live-banner]').hidden")
        return self.wire.cut or not hidden


def tone() -> bytes:
    """Return a tenth of a second of silence as a sound."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setparams((1, 2, 8000, 800, "NONE", ""))
        sound.writeframes(bytes(1600))
    return made.getvalue()


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


def hang(data: Path, tokens: dict[str, Any]) -> dict[str, str]:
    """Make the zones, each with a screen; return the codes that link a browser, by zone."""
    now = datetime.now(UTC)
    codes = {}
    with closing(Store(sqlite_url(data / "antrean.db"))) as store, store.work() as work:
        office = take_turn(work, the_office(work).id, now)
        manager = actor_of_token(work, tokens["manager"])
        if manager is None:
            raise SystemExit("the sample office has no manager")
        for name, counters in ZONES.items():
            zone = add_zone(work, office, manager, now, {"id": name}, None, counters)
            token, codes[name] = add_device(work, office.id, Role.SCREEN, name, now)
            arrange_screen(work, office, manager, now, token.id, name, Place(zone.id))
    return codes


def open_board(play: Playwright, zone: str, wire: Wire, code: str) -> Board:
    """Open a board of a zone behind its wire, in a browser of its own."""
    browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
    page = browser.new_context(bypass_csp=True, viewport={"width": 1920, "height": 1080}).new_page()
    board = Board(zone, wire, page)
    page.expose_function("witness", board.witness)
    page.add_init_script(WITNESS)
    for pattern in ("**/display/voice/**", "**/display/chime.wav*"):
        page.route(pattern, lambda route: route.fulfill(body=tone(), content_type="audio/wav"))
    page.set_default_timeout(120_000)
    page.goto(f"http://127.0.0.1:{wire.port}/link/{code}")
    page.locator("main button[type=submit]").click()
    page.wait_for_selector("[data-desk]")
    return board


def prove(
    file: Path, visitors: int, restarts: int, seed: int, pause: float = 0.3
) -> dict[str, Any]:
    """Live through the first `visitors` of a day and return what was made of their calls."""
    chance = random.Random(seed)
    day = read_day(file)
    groups = sorted({each.group for each in day.visitors})
    arrivals = sorted(day.visitors, key=lambda each: each.arrived)[:visitors]
    kills = set(chance.sample(range(3, max(len(arrivals), 4 + restarts)), restarts))
    called: list[tuple[str, int]] = []
    with tempfile.TemporaryDirectory(prefix="antrean-proof-") as folder, sync_playwright() as play:
        server = Server(Path(folder))
        codes = hang(Path(folder), server.tokens)
        server.start()
        boards = [open_board(play, zone, Wire(server.port), code) for zone, code in codes.items()]
        for turn, visitor in enumerate(arrivals):
            if turn in kills:
                server.kill()
                for board in boards:
                    board.page.wait_for_timeout(1000)
                threading.Thread(target=server.start).start()
            for board in boards:
                if chance.random() < (0.25 if board.wire.cut else 0.06):
                    board.wire.set(cut=not board.wire.cut)
            number = 1 + (groups.index(visitor.group) * 3 + turn) % len(COUNTERS)
            away = [board for board in boards if board.is_away()]
            service = {"service": COUNTERS[number - 1][0]}
            ask(server.url, "/tickets", server.tokens["kiosk"], service)
            clerk = server.tokens["clerks"][str(number)]
            answer = ask(server.url, f"/counters/{number}/finish-and-next", clerk, {})
            if not answer.get("ticket"):
                continue
            label = answer["ticket"]["label"]
            called.append((label, number))
            for board in boards:
                if board in away or board.is_away():
                    board.away.add(f"{label} {number}")
            boards[0].page.wait_for_timeout(pause * 1000)
        for board in boards:
            board.wire.set(cut=False)
        for board in boards:
            board.page.wait_for_function(
                "document.querySelector('[data-live-banner]').hidden", timeout=120_000
            )
        boards[0].page.wait_for_timeout(5000)
        told = [verdict(board, called) for board in boards]
        for board in boards:
            board.page.context.browser.close()  # type: ignore[union-attr]
            board.wire.close()
        server.kill()
    return {
        "day": f"{day.source} {day.date}",
        "calls": len(called),
        "restarts": restarts,
        "boards": told,
        "ok": all(each["ok"] for each in told),
    }


def verdict(board: Board, called: list[tuple[str, int]]) -> dict[str, Any]:
    """Compare what a board showed and said with what was called in its zone and elsewhere."""
    mine = [f"{label} {number}" for label, number in called if number in ZONES[board.zone]]
    told: dict[str, Any] = {"zone": board.zone, "calls": len(mine)}
    for what, calls in (("seen", board.seen), ("heard", board.heard)):
        counts = {call: calls.count(call) for call in {*calls, *mine}}
        told[what] = {
            "once": sum(counts[each] == 1 for each in mine),
            "missed_while_cut_off": [c for c in mine if not counts[c] and c in board.away],
            "lost": [c for c in mine if not counts[c] and c not in board.away],
            "more_than_once": [call for call, count in counts.items() if count > 1],
            "of_another_zone": [call for call in counts if call not in mine],
        }
    faults = ("lost", "more_than_once", "of_another_zone")
    told["ok"] = not any(told[what][each] for what in ("seen", "heard") for each in faults)
    return told


def main() -> None:
    """Prove it on a day and print the report."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("file", nargs="?", type=Path, default=SHIPPED)
    asked.add_argument("--visitors", type=int, default=300)
    asked.add_argument("--restarts", type=int, default=3)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    report = prove(given.file, given.visitors, given.restarts, given.seed)
    print(json.dumps(report, indent=2))
    raise SystemExit(0 if report["ok"] else 1)


if __name__ == "__main__":
    main()
