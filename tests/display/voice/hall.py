"""A page of its own for the announcer, served on this machine, writing down all that is heard."""

import io
import json
import threading
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

SCRIPT = Path(__file__).parents[3] / "display" / "static" / "display" / "voice.js"

PAGE = """<!doctype html><meta charset="utf-8"><title>Hall</title><button>Touch</button>
<script type="module">
import { Announcer } from "/voice.js";

window.told = [];   // what the announcer told the page
window.heard = [];  // what went to the loudspeaker, by the loudspeaker's own clock
window.offset = 0;  // milliseconds by which the page's clock is moved on

const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...values) {
  const sound = { from: this.context.currentTime, to: null, length: this.buffer.duration };
  window.heard.push(sound);
  this.addEventListener("ended", () => { sound.to = this.context.currentTime; });
  start.apply(this, values);
};

const tell = (what, label, spoken) =>
  window.told.push({ what, label, spoken, at: performance.now(), heard: window.heard.length });

window.announcer = new Announcer({
  clipUrl: (label, counter, locale) => `/voice/${locale}/${label}/${counter}.wav`,
  chimeUrl: "/chime.wav",
  clock: () => Date.now() + window.offset,
  onStart: ({ label }) => tell("start", label),
  onEnd: ({ label }, spoken) => tell("end", label, spoken),
  onBlocked: () => tell("blocked"),
  onReady: () => tell("ready"),
});
</script>"""

#: Returns the sound at an address, or nothing for a server that has no voice.
Sounds = Callable[[str], bytes | None]


def tone(seconds: float) -> bytes:
    """Return a quiet WAV file of a given length."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(22_050)
        sound.writeframes(b"\x00\x04\x00\xfc" * round(seconds * 22_050 / 2))
    return file.getvalue()


class Hall:
    """A waiting room's page with an announcer."""

    def __init__(self, page: Page, asked: list[str]) -> None:
        self.page = page
        #: The addresses of sounds the page asked for.
        self.asked = asked
        self._session = page.context.new_cdp_session(page)

    def ask(self, expression: str) -> Any:
        """Evaluate in the page, without what counts as a touch: page.evaluate() does count."""
        answer = self._session.send(
            "Runtime.evaluate",
            {"expression": expression, "returnByValue": True, "awaitPromise": True},
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def announce(self, label: str, counter: int = 3, **more: Any) -> bool:
        """Announce a call; say whether it was accepted."""
        call = json.dumps({"label": label, "counter": counter, **more})
        return bool(self.ask(f"window.announcer.announce({call})"))

    def drop(self, label: str) -> None:
        """Take a call back."""
        self.ask(f"window.announcer.drop({json.dumps(label)})")

    def told(self, what: str | None = None) -> list[dict[str, Any]]:
        """Return what the announcer told the page, in order."""
        told: list[dict[str, Any]] = self.ask("window.told")
        return [each for each in told if what in (None, each["what"])]

    def labels(self, what: str) -> list[str]:
        """Return the tickets the page was told of."""
        return [each["label"] for each in self.told(what)]

    def heard(self) -> list[dict[str, float]]:
        """Return the sounds that went out: from, to and length in seconds."""
        heard: list[dict[str, float]] = self.ask("window.heard")
        return heard

    def wait_for(self, what: str, count: int = 1, seconds: float = 15) -> None:
        """Wait until the page was told `what` a number of times."""
        deadline = time.monotonic() + seconds
        while len(self.told(what)) < count:
            assert time.monotonic() < deadline, self.told()
            self.page.wait_for_timeout(20)


@contextmanager
def serving(sounds: Sounds, patience: int | None = None) -> Iterator[tuple[str, list[str]]]:
    """Serve the page on a free port; yield its address and the list of sounds asked for.

    The announcer waits `patience` milliseconds for a clip, or as long as in an office.
    """
    script = SCRIPT.read_text()
    if patience is not None:
        assert "const PATIENCE = 4_000;" in script
        script = script.replace("PATIENCE = 4_000", f"PATIENCE = {patience}")
    asked: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer with the page, the script or a sound."""
            kind = "audio/wav"
            body: bytes | None = None
            if self.path == "/":
                kind, body = "text/html", PAGE.encode()
            elif self.path == "/voice.js":
                kind, body = "text/javascript", script.encode()
            elif self.path == "/favicon.ico":
                pass
            else:
                asked.append(self.path)
                body = sounds(self.path)
            self.send_response(200 if body is not None else 503)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_values: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def hall(browser: Browser, sounds: Sounds, patience: int | None = None) -> Iterator[Hall]:
    """Open the page in a new profile of a browser, which may sound unasked or not."""
    with serving(sounds, patience) as (address, asked):
        page = browser.new_page()
        try:
            page.goto(address)
            yield Hall(page, asked)
        finally:
            page.close()
