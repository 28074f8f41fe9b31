"""The one-process server: gevent's, tuned for many small messages, and stopped cleanly by signals.

Patching must come first: `antrean serve` calls `patch` before anything else is imported.
"""

import gc
import signal
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apiflask import APIFlask

    from app.settings import Settings

#: Connections the system may queue while the loop is busy.
BACKLOG = 4096
#: Seconds in which something has to come from a client, or to reach it.
SILENCE = 90.0
#: Bytes a second that a screen may say in the long run.
RATE = 64 * 1024
#: Messages that go to a screen in one piece: on a bad line many more may wait for one.
AT_ONCE = 16
#: When garbage is looked for: often among little, since all wait meanwhile (about 1 ms among 5,000
#: objects, 16 and more among 50,000), and among all that was ever kept as good as never.
GARBAGE = 5_000, 20, 200


def patch() -> None:
    """Make the standard library cooperative, and collect no garbage until serving begins.

    Importing makes none, and looking for it takes a third of the time of a start.
    """
    from gevent import monkey

    gc.disable()

    monkey.patch_all()


class DroppedExtensions:
    """WSGI middleware: websocket compression is not offered, for it doubles memory per screen."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Hide the offer and hand the request on."""
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return self._app(environ, start_response)


class WholeSocket:
    """A socket whose send sends everything, one sender at a time, and that hears no flood.

    simple-websocket 1.1 calls send, which under gevent may take only part of a frame when the
    reader is slow; the rest would be lost and the stream with it.
    """

    def __init__(self, sock: Any) -> None:
        from gevent.lock import RLock

        self._sock = sock
        self._sending = RLock()
        self._debt = 0.0

    def send(self, data: bytes, *flags: int) -> int:
        """Send all of `data` and return its length."""
        with self._sending:
            self._sock.sendall(data, *flags)
        return len(data)

    def recv(self, length: int) -> bytes:
        """Return what has come, at RATE in the long run: a flood waits at its sender."""
        if self._debt > 0:
            time.sleep(self._debt)
        heard: bytes = self._sock.recv(length)
        self._debt = len(heard) / RATE
        return heard

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


@lru_cache(maxsize=16)
def framed(said: str | bytes) -> bytes:
    """Return a message as it goes to a client (RFC 6455), made once for all who are sent it."""
    from wsproto.frame_protocol import FrameProtocol

    return bytes(FrameProtocol(client=False, extensions=[]).send_data(said, fin=True))


class Bundle:
    """What waits for one client, to be sent to it as one."""

    def __init__(self, packets: Sequence[Any]) -> None:
        self._packets = packets

    def encode(self) -> list[str | bytes]:
        """Return the message of each packet."""
        return [each.encode() for each in self._packets]


def mend_websocket() -> None:
    """Let every websocket of this process send whole frames, keep none too long, and truly close.

    simple-websocket 1.1 collects a message of any length, and having said goodbye waits for ever
    for a client that does not answer. It also makes the same frame anew for each client, and
    Engine.IO 4.15 sends each message by itself, be several waiting, as the rows of one commit do:
    most of what a broadcast takes is the sending.
    """
    from engineio.socket import Socket  # type: ignore[import-untyped]
    from simple_websocket import ws

    from web.sockets import LONGEST

    plain, goodbye, waiting = ws.Base.__init__, ws.Base.close, Socket.poll

    def whole(self: Any, sock: Any = None, *args: Any, **kwargs: Any) -> None:
        kwargs["max_message_size"] = LONGEST
        plain(self, WholeSocket(sock) if sock is not None else None, *args, **kwargs)

    def close(self: Any, *reason: Any) -> None:
        # Whoever is gone is told nothing, and nothing more is heard of who stays.
        with suppress(OSError):
            goodbye(self, *reason)
        self.connected = False
        self.event.set()
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RD)

    def send(self: Any, said: Any) -> None:
        if not self.connected:
            raise ws.ConnectionClosed(self.close_reason, self.close_message)
        self.sock.send(b"".join(map(framed, said if isinstance(said, list) else [said])))

    def poll(self: Any) -> list[Any]:
        by_websocket = self.upgraded
        packets: list[Any] = waiting(self)
        if not by_websocket or len(packets) < 2:
            return packets
        return [Bundle(packets[at : at + AT_ONCE]) for at in range(0, len(packets), AT_ONCE)]

    ws.Base.__init__, ws.Base.close = whole, close
    ws.Base.send, Socket.poll = send, poll


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket without the delay that costs 40 ms per small answer."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.bind((host, port))
    listener.listen(BACKLOG)
    return listener


def serve(app: "APIFlask", settings: "Settings", listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT; then finish what is being answered, and stop."""
    import gevent
    from gevent.pywsgi import WSGIHandler, WSGIServer

    from app.factory import start_background
    from web.sockets import Crowd, place_of

    mend_websocket()
    pulse = start_background(app)
    home = app.extensions["antrean"]
    # What a proxy hands on has the proxy's address; there the sockets alone are counted.
    crowd = Crowd() if not settings.proxies else None

    class Doors(WSGIServer):
        def handle(self, sock: Any, address: Any) -> None:
            place = place_of(str(address[0])) if address else ""
            if crowd is not None and not crowd.enter(place):
                home.gate.refusals.add("crowd")
                return
            sock.settimeout(SILENCE)
            try:
                # Whoever went in the middle is no fault of the server's.
                with suppress(OSError):
                    super().handle(sock, address)
            finally:
                if crowd is not None:
                    crowd.leave(place)

    class Reader(WSGIHandler):
        def read_request(self, *line: Any) -> Any:
            try:
                return super().read_request(*line)
            except HTTPException as error:
                # of more headers than anybody sends gevent would print a traceback
                raise ValueError("more than can be read") from error

    server = Doors(
        listener,
        DroppedExtensions(app),
        handler_class=Reader,
        log=None,
        error_log=None,
        # gevent would ask a name server for it, which where there is no internet takes 10 seconds
        environ={"SERVER_NAME": listener.getsockname()[0]},
    )

    def stop() -> None:
        pulse.stop()
        server.stop(timeout=2)

    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, lambda: gevent.spawn(stop))
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()
    server.serve_forever()
    app.extensions["antrean"].store.close()
