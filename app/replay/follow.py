"""A screen's socket: follows the journal in order, asks for what it missed, stamps what it hears.

Socket.IO is spoken here directly over a websocket: the python-socketio client hands every message
to a thread of its own, so the order and the moments it shows are not those of the wire.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import websocket

from app.replay.rest import ServerGone

Change = dict[str, Any]

#: Seconds a gap may last before the missing rows are asked for; processes may publish unordered.
GAP = 0.3
#: Seconds to wait for the first snapshot.
PATIENCE = 15.0
#: Seconds between attempts to come back.
AGAIN = 0.25
#: Seconds to wait, besides, after a refusal of one that had been let in before; and where the
#: server says that it cannot let in anybody now.
REFUSED, UNAVAILABLE = 5.0, 0.5
#: Seconds without a word after which the connection counts as dead, as it does for the pages.
SILENCE = 12.0


class SocketRefused(Exception):
    """The server refused the connection, with a stable code."""


@dataclass(frozen=True)
class Heard:
    """A change as it was shown: when it was received, and whether it had to be asked for."""

    change: Change
    at: float
    asked_for: bool = False


@dataclass
class Hearing:
    """Everything one screen heard."""

    shown: list[Heard] = field(default_factory=list)
    #: Versions that were delivered a second time.
    doubled: list[int] = field(default_factory=list)
    #: Versions that arrived before an earlier one.
    ahead: list[int] = field(default_factory=list)
    gaps: int = 0
    reconnects: int = 0
    #: Rows a snapshot stood for, which were never heard one by one.
    skipped: int = 0


class Follower:
    """One screen connected to one namespace, in a thread of its own."""

    def __init__(
        self,
        url: str,
        namespace: str,
        auth: dict[str, Any],
        on_snapshot: Callable[[dict[str, Any]], None] = lambda snapshot: None,
        on_change: Callable[[Change], None] = lambda change: None,
    ) -> None:
        parts = urlsplit(url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        path = parts.path.rstrip("/") + "/socket.io/?EIO=4&transport=websocket"
        self._address = f"{scheme}://{parts.netloc}{path}"
        self._namespace = namespace
        self._auth = auth
        self._on_snapshot = on_snapshot
        self._on_change = on_change
        self.hearing = Hearing()
        #: The version shown; -1 before the first snapshot.
        self.version = -1
        self.trouble: Exception | None = None
        self._told = self.version
        self._early: dict[int, tuple[Change, float]] = {}
        self._live: set[int] = set()
        self._gap_since: float | None = None
        #: Whether this connection has not told yet where things stand.
        self._fresh = True
        self._ready = threading.Event()
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name=namespace)

    def connect(self) -> None:
        """Connect and wait for the snapshot. Raises SocketRefused or ServerGone."""
        self._thread.start()
        if not self._ready.wait(PATIENCE):
            raise ServerGone(f"no snapshot on {self._namespace}")
        if self.trouble is not None:
            raise self.trouble

    def reach(self, version: int, seconds: float) -> bool:
        """Wait at most `seconds` until everything up to `version` is shown; say whether it is."""
        until = time.monotonic() + seconds
        self._told = max(self._told, version)
        while self.version < version and time.monotonic() < until:
            time.sleep(0.01)
        return self.version >= version

    def leave(self) -> None:
        """Begin to leave; what comes from now on is not heard."""
        self._leaving.set()

    def close(self) -> None:
        """Leave, and wait until that is done."""
        self._leaving.set()
        self._thread.join(3)

    def _run(self) -> None:
        while not self._leaving.is_set():
            try:
                self._connected()
            except SocketRefused as error:
                busy = str(error) == "unavailable"
                if not self._ready.is_set():
                    self.trouble = ServerGone(str(error)) if busy else error
                    self._ready.set()
                    return
                # a server that is not whole may refuse whom it knew; the pages ask again, too
                self._leaving.wait(UNAVAILABLE if busy else REFUSED)
            except (OSError, websocket.WebSocketException) as error:
                if not self._ready.is_set():
                    self.trouble = ServerGone(str(error))
                    self._ready.set()
                    return
            if not self._leaving.wait(AGAIN):
                self.hearing.reconnects += 1

    def _connected(self) -> None:
        socket = websocket.create_connection(
            self._address,
            timeout=PATIENCE,
            skip_utf8_validation=True,
            enable_multithread=True,
        )
        try:
            socket.recv()
            self._fresh = True
            self._early.clear()
            auth = self._auth | ({"after": self.version} if self.version >= 0 else {})
            socket.send(f"40{self._namespace},{json.dumps(auth)}")
            self._listen(socket)
        finally:
            socket.close(timeout=1)
            socket.shutdown()  # type: ignore[no-untyped-call]

    def _listen(self, socket: websocket.WebSocket) -> None:
        heard_at = time.monotonic()
        # as with the pages: what comes before one is let in is heard then, or never
        let_in, before = False, list[tuple[str, dict[str, Any], float]]()
        while not self._leaving.is_set():
            socket.settimeout(GAP)
            try:
                frame = socket.recv()
            except websocket.WebSocketTimeoutException:
                now = time.monotonic()
                if now - heard_at > SILENCE:
                    return
                if let_in:
                    self._mind_gap(socket, now)
                continue
            at = time.monotonic()
            if let_in:
                heard_at = at
            elif at - heard_at > SILENCE:
                return
            if not frame:
                return
            text = frame if isinstance(frame, str) else frame.decode()
            if text == "2":
                socket.send("3")
            elif text.startswith("44"):
                raise SocketRefused(_payload(text).get("message", "refused"))
            elif text.startswith(("41", "1")):
                return
            elif text.startswith("40"):
                let_in, heard_at = True, at
                for name, body, early in before:
                    self._take(name, body, early)
            elif text.startswith("42"):
                name, body = _event(text)
                if let_in:
                    self._take(name, body, at)
                else:
                    before.append((name, body, at))
            if let_in:
                self._mind_gap(socket, at)

    def _take(self, name: str, body: dict[str, Any], at: float) -> None:
        if name == "change":
            self._changed(body, at)
        elif name == "caught_up":
            self._fresh = False
            for change in body.get("changes", []):
                if change["version"] > self.version:
                    self._show(change, at, asked_for=True)
            self._drain()
        elif name == "snapshot":
            version = int(body["version"])
            if not self._fresh and version < self.version:
                # it was asked for before what is shown came, which pages put on top of it again
                return
            if self._ready.is_set() and version > self.version:
                self.hearing.skipped += version - self.version
            if self._fresh and version < self.version:
                # whoever answers knows less than was told before: it has lost something
                self._told = version
                self._live = {each for each in self._live if each <= version}
                self.version = version
            self.version = max(self.version, version)
            self._fresh = False
            self._on_snapshot(body)
            self._drain()
            self._ready.set()
        elif name == "heartbeat":
            self._told = max(self._told, int(body["version"]))

    def _changed(self, change: Change, at: float) -> None:
        version = int(change["version"])
        if version in self._live:
            self.hearing.doubled.append(version)
            return
        self._live.add(version)
        if version <= self.version:
            return
        if version > self.version + 1:
            self._early[version] = (change, at)
            self.hearing.ahead.append(version)
            return
        self._show(change, at)
        self._drain()

    def _drain(self) -> None:
        for version in sorted(self._early):
            if version <= self.version:
                del self._early[version]
            elif version == self.version + 1:
                self._show(*self._early.pop(version))

    def _show(self, change: Change, at: float, *, asked_for: bool = False) -> None:
        self.version = int(change["version"])
        self.hearing.shown.append(Heard(change, at, asked_for))
        self._on_change(change)

    def _mind_gap(self, socket: websocket.WebSocket, now: float) -> None:
        """Ask for what is missing once a gap has lasted."""
        newest = max(self._early, default=self._told)
        if newest <= self.version or self.version < 0:
            self._gap_since = None
        elif self._gap_since is None:
            self._gap_since = now
        elif now - self._gap_since >= GAP:
            self.hearing.gaps += 1
            self._gap_since = now
            ask = json.dumps(["catch_up", {"after": self.version}])
            socket.send(f"42{self._namespace},{ask}")


def _event(text: str) -> tuple[str, dict[str, Any]]:
    event = json.loads(text[text.index("[") :])
    body = event[1] if len(event) > 1 and isinstance(event[1], dict) else {}
    return str(event[0]), body


def _payload(text: str) -> dict[str, Any]:
    start = text.find("{")
    found: dict[str, Any] = json.loads(text[start:]) if start >= 0 else {}
    return found
