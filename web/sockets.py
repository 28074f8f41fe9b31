"""The connections below the screens' sockets: how many from one place, and what may come in.

What no screen would send never reaches Socket.IO, which would write a traceback and keep the
connection: it ends the connection, is counted, and is told in one line a minute, without an
address. A connection that is at no namespace soon ends, too, so that nobody holds memory who has
not shown a token.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any

import structlog
from flask_socketio import SocketIO

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger(__name__)

#: Bytes of the longest message that a client may send.
LONGEST = 64 * 1024
#: Connections from one place: all phones of a hall may share an address.
FROM_ONE_PLACE = 1000
#: Seconds that a connection may be at no namespace.
UNSEATED = 20.0
#: Messages that may wait for a client that reads none.
UNREAD = 2000
#: Messages of one connection: at once, and a second in the long run.
AT_ONCE, A_SECOND = 1000, 20
#: Brackets in a message, which bound how deep it can be.
BRACKETS = 500
#: Messages in one answer of a client that polls (Engine.IO).
POLLED = 16
#: Seconds between two lines of the log about refusals of one kind.
QUIET = 60.0

#: What opens a websocket, besides the address.
HANDSHAKE = (
    *("UPGRADE", "CONNECTION", "HOST", "SEC_WEBSOCKET_VERSION", "SEC_WEBSOCKET_KEY"),
    "SEC_WEBSOCKET_PROTOCOL",
)

#: An Engine.IO message (4) of Socket.IO: connect (0), disconnect (1) or event (2), the namespace,
#: and a number for the answer. Binary ones and answers are sent by nobody's page.
MESSAGE = re.compile(r"4([012])(?:/[a-z/_-]{0,40}(?:,|$))?(?:[0-9]{1,9}(?=\[))?")


def place_of(address: str) -> str:
    """Return whom an address belongs to: of IPv6 the network, in which one machine has any."""
    with suppress(ValueError):
        known = ip_address(address.partition("%")[0])
        if isinstance(known, IPv6Address):
            if known.ipv4_mapped is not None:
                return str(known.ipv4_mapped)
            if not known.is_loopback:
                return str(IPv6Address(int(known) >> 64 << 64))
        return str(known)
    return address


class Crowd:
    """How many connections each place has; this machine itself may have any number."""

    def __init__(self, most: int = FROM_ONE_PLACE) -> None:
        self._most = most
        self._counts = Counter[str]()

    def enter(self, place: str) -> bool:
        """Count one more connection from a place, unless it has too many."""
        if self._counts[place] >= self._most and place not in ("127.0.0.1", "::1"):
            return False
        self._counts[place] += 1
        return True

    def leave(self, place: str) -> None:
        """Count one connection less."""
        self._counts[place] -= 1
        if self._counts[place] <= 0:
            del self._counts[place]


class Refusals:
    """How often what was refused, since this process was started."""

    def __init__(self) -> None:
        self.counts = Counter[str]()
        self._told = Counter[str]()
        self._told_at = dict[str, float]()

    def add(self, why: str) -> None:
        """Count a refusal; tell the log, at most once in a while."""
        self.counts[why] += 1
        now = time.monotonic()
        if now - self._told_at.get(why, -QUIET) >= QUIET:
            log.warning("connection_refused", why=why, times=self.counts[why] - self._told[why])
            self._told_at[why], self._told[why] = now, self.counts[why]


class Pace:
    """Messages of one connection: some at once, and few in the long run."""

    def __init__(self) -> None:
        self._left, self._at = float(AT_ONCE), time.monotonic()

    def holds(self) -> bool:
        """Count a message; say whether it may come."""
        now = time.monotonic()
        self._left = min(AT_ONCE, self._left + (now - self._at) * A_SECOND) - 1
        self._at = now
        return self._left >= 0


def is_readable(said: object) -> bool:
    """Say whether a client's packet is one of Engine.IO that a screen could have sent."""
    if not isinstance(said, str):
        return False
    if said in ("1", "3", "5", "2probe"):
        return True
    found = MESSAGE.match(said)
    if found is None:
        return False
    rest = said[found.end() :]
    if rest.count("[") + rest.count("{") > BRACKETS:
        return False
    try:
        value = json.loads(rest, parse_constant=_no_number) if rest else None
    except ValueError:
        return False
    if found[1] == "2":
        return isinstance(value, list) and bool(value) and isinstance(value[0], str)
    return value is None or (found[1] == "0" and isinstance(value, dict))


def opens(environ: "WSGIEnvironment") -> bool:
    """Say whether a request opens a websocket as RFC 6455 section 4.2.1 has it."""
    told = {name: environ.get(f"HTTP_{name}", "") for name in HANDSHAKE}
    return (
        environ["REQUEST_METHOD"] == "GET"
        and told["UPGRADE"].lower() == "websocket"
        and "upgrade" in (each.strip().lower() for each in told["CONNECTION"].split(","))
        and told["SEC_WEBSOCKET_VERSION"] == "13"
        and bool(told["SEC_WEBSOCKET_KEY"])
        and all(map(str.isascii, told.values()))
    )


def _no_number(said: str) -> None:
    """Refuse what Python takes for a number and JSON does not."""
    raise ValueError(said)


class Gate:
    """What stands before Socket.IO."""

    def __init__(self, socketio: SocketIO) -> None:
        self.refusals = Refusals()
        self.crowd = Crowd()
        self._server = socketio.server
        self._engine = self._server.eio
        self._places = dict[str, tuple[str, float]]()
        self._connect, self._message, self._disconnect = (
            self._engine.handlers[name] for name in ("connect", "message", "disconnect")
        )
        self._engine.on("connect", self._came)
        self._engine.on("message", self._said)
        self._engine.on("disconnect", self._went)
        self._engine._async = {
            **self._engine._async,
            "websocket": self._guarded(self._engine._async["websocket"]),
        }

    def polled(self, app: "WSGIApplication") -> "WSGIApplication":
        """Return WSGI middleware that lets in who opens a websocket, or posts without one."""

        def guarded(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            if not environ.get("PATH_INFO", "").startswith("/socket.io"):
                return app(environ, start_response)
            query = environ.get("QUERY_STRING", "")
            if ("HTTP_UPGRADE" in environ or "transport=websocket" in query) and not opens(environ):
                return self._refused(start_response)
            if environ["REQUEST_METHOD"] != "POST":
                return app(environ, start_response)
            length = environ.get("CONTENT_LENGTH") or "0"
            body = b""
            if length.isdecimal() and int(length) <= LONGEST:
                body = environ["wsgi.input"].read(int(length))
            packets = body.decode(errors="replace").split("\x1e")
            if len(packets) > POLLED or not all(map(is_readable, packets)):
                found = re.search(r"(?:^|&)sid=([\w-]+)", query)
                self.close(found[1] if found else "")
                return self._refused(start_response)
            environ["wsgi.input"] = BytesIO(body)
            return app(environ, start_response)

        return guarded

    def _refused(self, start_response: "StartResponse") -> Iterable[bytes]:
        self.refusals.add("unreadable")
        start_response("400 Bad Request", [("Content-Type", "text/plain")])
        return [b"unreadable"]

    def sweep(self) -> None:
        """End the connections that are at no namespace, or of which nobody reads."""
        now = time.monotonic()
        seated: set[str] = set()
        for namespace in list(self._server.manager.rooms):
            seated.update(self._server.manager.rooms[namespace].get(None, {}).values())
        for sid, (_place, since) in list(self._places.items()):
            line = self._engine.sockets.get(sid)
            if line is None:
                self._forget(sid)
            elif sid not in seated and now - since > UNSEATED:
                self.refusals.add("unseated")
                self.close(sid)
            elif line.queue.qsize() > UNREAD:
                self.refusals.add("unread")
                self.close(sid)

    def close(self, sid: str) -> None:
        """End a connection, without waiting for whoever is at its other end."""
        line = self._engine.sockets.get(sid)
        if line is not None:
            line.close(wait=False, reason=self._engine.reason.SERVER_DISCONNECT)

    def _came(self, sid: str, environ: dict[str, Any]) -> Any:
        place = place_of(environ.get("REMOTE_ADDR", ""))
        if not self.crowd.enter(place):
            self.refusals.add("crowd")
            return False
        self._places[sid] = (place, time.monotonic())
        return self._connect(sid, environ)

    def _said(self, sid: str, said: Any) -> Any:
        line = self._engine.sockets.get(sid)
        if line is not None and not line.closed:
            return self._message(sid, said)
        return None

    def _went(self, sid: str, reason: str) -> Any:
        self._forget(sid)
        return self._disconnect(sid, reason)

    def _forget(self, sid: str) -> None:
        place, _since = self._places.pop(sid, (None, 0.0))
        if place is not None:
            self.crowd.leave(place)

    def _guarded(self, plain: Any) -> Any:
        """Return the kind of websocket of this process, which now hears what is readable only."""
        refusals = self.refusals

        class Guarded(plain):  # type: ignore[misc]
            def __call__(self, environ: Any, start_response: Any) -> Any:
                self.pace = Pace()
                return super().__call__(environ, start_response)

            def wait(self) -> Any:
                said = super().wait()
                if said is None:
                    return None
                if not self.pace.holds():
                    refusals.add("pace")
                    return None
                if not is_readable(said):
                    refusals.add("unreadable")
                    return None
                return said

        return Guarded
